DROP TABLE audit_entries;
DROP TABLE answers;
DROP TABLE waiting;
DROP TABLE swaps;
DROP TABLE booking_rules;
