DROP TABLE invitations;
DROP TABLE failed_sign_ins;
DROP TABLE browser_sessions;
DROP TABLE sign_in_links;
DROP TABLE memberships;
DROP TABLE people;
ALTER TABLE tokens DROP COLUMN last_used_at;
ALTER TABLE tokens DROP COLUMN scope;
DELETE FROM notices WHERE school_id IS NULL;
-- SQLite cannot add a NOT NULL to a column: the table is made anew.
CREATE TABLE notices_before (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    teacher_id TEXT REFERENCES teachers (id) ON DELETE CASCADE,
    cause TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    to_name TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    calendar TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    attempts BIGINT NOT NULL,
    run_after TIMESTAMP NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    error TEXT,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP
);
INSERT INTO notices_before SELECT
    id, school_id, teacher_id, cause, kind, message_id, to_name, to_address, subject, body_text, body_html, calendar,
    state, attempts, run_after, lease_owner, lease_until, error, created_at, sent_at
FROM notices;
DROP TABLE notices;
ALTER TABLE notices_before RENAME TO notices;
CREATE INDEX notices_by_state ON notices (state, run_after);
