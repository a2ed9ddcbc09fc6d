-- A session has people of its own and need not answer a request: classes can be booked directly. A held one is a
-- place that somebody may still confirm, until `held_until`.
ALTER TABLE sessions ALTER COLUMN request_id DROP NOT NULL;
ALTER TABLE sessions DROP CONSTRAINT sessions_state_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_state_check CHECK (state IN ('held', 'confirmed', 'cancelled'));
ALTER TABLE sessions ADD COLUMN held_until TIMESTAMP;
ALTER TABLE sessions ADD CONSTRAINT sessions_held_check CHECK ((state = 'held') = (held_until IS NOT NULL));
CREATE INDEX sessions_by_hold ON sessions (held_until);

CREATE TABLE session_teachers (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    PRIMARY KEY (session_id, teacher_id)
);
CREATE INDEX session_teachers_by_teacher ON session_teachers (teacher_id);

CREATE TABLE session_groups (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    group_id TEXT NOT NULL REFERENCES groups (id),
    PRIMARY KEY (session_id, group_id)
);
CREATE INDEX session_groups_by_group ON session_groups (group_id);

INSERT INTO session_teachers (session_id, teacher_id)
    SELECT sessions.id, people.teacher_id FROM sessions JOIN request_teachers people ON people.request_id = sessions.request_id;
INSERT INTO session_groups (session_id, group_id)
    SELECT sessions.id, people.group_id FROM sessions JOIN request_groups people ON people.request_id = sessions.request_id;

-- Platforms and the login federations that several of them share. Their pools are the pools of their schools.
CREATE TABLE federations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE platforms (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    time_zone TEXT NOT NULL,
    federation_id TEXT REFERENCES federations (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX platforms_by_federation ON platforms (federation_id);

ALTER TABLE schools ADD COLUMN platform_id TEXT REFERENCES platforms (id);
CREATE INDEX schools_by_platform ON schools (platform_id);

-- Whose a shared pool is, if anybody's, and the time zone of its weekly limits; without one they are in the school's.
ALTER TABLE pools ADD COLUMN platform_id TEXT REFERENCES platforms (id);
ALTER TABLE pools ADD COLUMN federation_id TEXT REFERENCES federations (id);
ALTER TABLE pools ADD COLUMN time_zone TEXT;

-- The share of its pupils that a class of the group brings, and the groups that it has pupils in common with: each pair twice.
ALTER TABLE groups ADD COLUMN attendance_percent BIGINT NOT NULL DEFAULT 100
    CHECK (attendance_percent BETWEEN 1 AND 100);
CREATE TABLE group_overlaps (
    group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, other_id)
);
CREATE INDEX group_overlaps_by_other ON group_overlaps (other_id);

-- Who has the same address is the same person, in whichever school.
UPDATE teachers SET email = lower(email);
CREATE INDEX teachers_by_email ON teachers (email);

-- What the confirmed and held classes of every school take of a pool in each five minutes: of a concurrent pool the
-- connections that are open then, of a pool of arrivals those that begin then. Whoever writes sessions keeps it.
CREATE TABLE pool_usage (
    pool_id TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    at TIMESTAMP NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (pool_id, at)
);
INSERT INTO pool_usage (pool_id, at, used)
    SELECT school_pools.pool_id, cell.at, SUM(sessions.connections)
    FROM sessions
    JOIN school_pools ON school_pools.school_id = sessions.school_id
    JOIN pools ON pools.id = school_pools.pool_id
    CROSS JOIN LATERAL generate_series(
        sessions.starts_at,
        CASE pools.kind WHEN 'arrivals' THEN sessions.starts_at ELSE sessions.ends_at - INTERVAL '1 second' END,
        INTERVAL '5 minutes'
    ) AS cell (at)
    WHERE sessions.state = 'confirmed'
    GROUP BY 1, 2;
