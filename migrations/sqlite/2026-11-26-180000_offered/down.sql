ALTER TABLE waiting DROP COLUMN offered;
