-- A program of before refuses what it does not know.
UPDATE requests SET wish = (wish::jsonb - 'link')::text WHERE wish IS NOT NULL;
ALTER TABLE waiting DROP COLUMN link;
ALTER TABLE sessions DROP COLUMN link;
ALTER TABLE teachers DROP COLUMN link;
