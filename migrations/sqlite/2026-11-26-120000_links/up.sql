-- The address of a virtual classroom: a teacher's usual one, a class's, and that of a class that waits.
ALTER TABLE teachers ADD COLUMN link TEXT;
ALTER TABLE sessions ADD COLUMN link TEXT;
ALTER TABLE waiting ADD COLUMN link TEXT;
