-- The person from whom a token comes: who made it, or made the token that made it. None made those of the command line.
-- No reference: the id outlives the person, and says nothing of them.
ALTER TABLE tokens ADD COLUMN made_by TEXT;
CREATE INDEX tokens_by_maker ON tokens (made_by);

-- By these what is to be erased of a person is found.
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id);
CREATE INDEX notices_by_teacher ON notices (teacher_id);
