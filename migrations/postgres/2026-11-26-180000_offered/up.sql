-- The starts that a class which waits was offered, as a JSON list: it is offered none of them twice.
ALTER TABLE waiting ADD COLUMN offered TEXT NOT NULL DEFAULT '[]';
