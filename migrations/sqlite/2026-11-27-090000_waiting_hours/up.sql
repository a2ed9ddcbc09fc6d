-- Hours of the week that suit a class which waits, as a JSON list, and the starts that it is not offered while they stay free.
ALTER TABLE waiting ADD COLUMN hours TEXT NOT NULL DEFAULT '[]';
ALTER TABLE waiting ADD COLUMN passed TEXT NOT NULL DEFAULT '[]';
