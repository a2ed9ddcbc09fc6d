-- How many attended a class: reported, or seen in polls, of which the most counts. `planned` are the connections that it
-- had; `learned` tells whether its groups have learned of it.
CREATE TABLE session_attendance (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    participants BIGINT NOT NULL CHECK (participants >= 0),
    planned BIGINT NOT NULL CHECK (planned >= 0),
    input TEXT NOT NULL CHECK (input IN ('reported', 'polled')),
    at TIMESTAMP NOT NULL,
    learned BOOLEAN NOT NULL
);
CREATE INDEX session_attendance_by_learned ON session_attendance (learned);

-- The share of its pupils that a class of a group is expected to bring, learned of classes since an instant; without it
-- the share that was entered counts.
ALTER TABLE groups ADD COLUMN learned_percent BIGINT;
ALTER TABLE groups ADD COLUMN learns_from TIMESTAMP;
