ALTER TABLE rounds DROP COLUMN opening_told_at;
DROP TABLE deliveries;
DROP TABLE webhooks;
