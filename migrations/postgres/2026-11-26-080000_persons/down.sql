DROP INDEX notices_by_teacher;
DROP INDEX audit_entries_by_actor;
DROP INDEX tokens_by_maker;
ALTER TABLE tokens DROP COLUMN made_by;
