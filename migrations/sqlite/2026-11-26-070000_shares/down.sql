DROP TABLE pool_school_usage;
ALTER TABLE pool_usage DROP COLUMN beyond;
DROP TABLE pool_promises;
ALTER TABLE school_pools DROP COLUMN weight;
ALTER TABLE school_pools DROP COLUMN set_weight;
ALTER TABLE pools DROP COLUMN weights;
ALTER TABLE pools DROP COLUMN guaranteed_percent;
