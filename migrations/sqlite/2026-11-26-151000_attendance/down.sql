ALTER TABLE groups DROP COLUMN learns_from;
ALTER TABLE groups DROP COLUMN learned_percent;
DROP TABLE session_attendance;
