-- Stand for a version of all that placing a class asks of a school, and of a pool.
ALTER TABLE schools ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
ALTER TABLE pools ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
