-- Identifiers are UUIDs (v7) as text, instants are UTC without a zone, minutes count from local midnight,
-- weekdays are ISO (1 = Monday). Both backends end in the same tables.

CREATE TABLE schools (
    id TEXT NOT NULL PRIMARY KEY,
    uai TEXT UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- A class lies within one of these spans of the school's local day.
CREATE TABLE opening_hours (
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    from_minute BIGINT NOT NULL CHECK (from_minute >= 0),
    to_minute BIGINT NOT NULL CHECK (to_minute > from_minute AND to_minute <= 1440),
    PRIMARY KEY (school_id, weekday, from_minute)
);

CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    headcount BIGINT NOT NULL CHECK (headcount >= 0),
    UNIQUE (school_id, name)
);

CREATE TABLE teachers (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    email TEXT,
    language TEXT NOT NULL,
    UNIQUE (school_id, name)
);

-- A limit that classes share. `occupancy` is raised by every transaction that takes room in the pool, so that
-- two of them can never both see the last place free.
CREATE TABLE pools (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('concurrent', 'arrivals')),
    window_minutes BIGINT CHECK (window_minutes > 0),
    connections BIGINT NOT NULL CHECK (connections >= 0),
    occupancy BIGINT NOT NULL DEFAULT 0,
    CHECK ((kind = 'arrivals') = (window_minutes IS NOT NULL))
);

-- Which pools the classes of a school use: its own (`own`), and the platform's and federation's it shares.
CREATE TABLE school_pools (
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    pool_id TEXT NOT NULL REFERENCES pools (id),
    own BOOLEAN NOT NULL,
    PRIMARY KEY (school_id, pool_id)
);
CREATE INDEX school_pools_by_pool ON school_pools (pool_id);

CREATE TABLE pool_weekly_limits (
    pool_id TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    from_minute BIGINT NOT NULL CHECK (from_minute >= 0),
    to_minute BIGINT NOT NULL CHECK (to_minute > from_minute AND to_minute <= 1440),
    connections BIGINT NOT NULL CHECK (connections >= 0),
    PRIMARY KEY (pool_id, weekday, from_minute)
);

-- A dated limit goes before the weekly one.
CREATE TABLE pool_dated_limits (
    pool_id TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL CHECK (ends_at > starts_at),
    connections BIGINT NOT NULL CHECK (connections >= 0),
    PRIMARY KEY (pool_id, starts_at)
);

CREATE TABLE rounds (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL CHECK (ends_at > starts_at),
    step_minutes BIGINT NOT NULL CHECK (step_minutes > 0),
    state TEXT NOT NULL CHECK (state IN ('collecting', 'closed', 'published')),
    published_plan_id TEXT,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (school_id, name)
);

CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    connections BIGINT NOT NULL CHECK (connections >= 0),
    duration_minutes BIGINT NOT NULL CHECK (duration_minutes > 0),
    unplaced_cost BIGINT NOT NULL CHECK (unplaced_cost >= 0),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (round_id, reference)
);

-- Allowed starts: first_at … last_at, costing base + per_step for each step away from ideal_at.
CREATE TABLE request_windows (
    request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL CHECK (last_at >= first_at),
    ideal_at TIMESTAMP NOT NULL,
    base BIGINT NOT NULL CHECK (base >= 0),
    per_step BIGINT NOT NULL CHECK (per_step >= 0),
    PRIMARY KEY (request_id, position)
);

CREATE TABLE request_teachers (
    request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    teacher_id TEXT NOT NULL REFERENCES teachers (id),
    PRIMARY KEY (request_id, teacher_id)
);
CREATE INDEX request_teachers_by_teacher ON request_teachers (teacher_id);

CREATE TABLE request_groups (
    request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    group_id TEXT NOT NULL REFERENCES groups (id),
    PRIMARY KEY (request_id, group_id)
);
CREATE INDEX request_groups_by_group ON request_groups (group_id);

-- Plans never change; publishing one is a compare-and-set on rounds.published_plan_id.
CREATE TABLE plans (
    id TEXT NOT NULL PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES plans (id),
    seed BIGINT NOT NULL,
    objective BIGINT NOT NULL,
    bound DOUBLE PRECISION,
    optimal BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX plans_by_round ON plans (round_id);

CREATE TABLE plan_sessions (
    plan_id TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    starts_at TIMESTAMP,
    PRIMARY KEY (plan_id, request_id)
);

-- Published classes. `sequence` rises with every change of time or state; a row is never deleted, so an
-- identifier that calendars know is never used again.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    request_id TEXT NOT NULL UNIQUE REFERENCES requests (id),
    title TEXT NOT NULL,
    connections BIGINT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL CHECK (ends_at > starts_at),
    state TEXT NOT NULL CHECK (state IN ('confirmed', 'cancelled')),
    sequence BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_school_and_start ON sessions (school_id, starts_at);

-- A calendar that somebody subscribes to: of one group, of one teacher, or of the whole school.
CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    group_id TEXT REFERENCES groups (id) ON DELETE CASCADE,
    teacher_id TEXT REFERENCES teachers (id) ON DELETE CASCADE,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    CHECK (group_id IS NULL OR teacher_id IS NULL)
);
CREATE INDEX feeds_by_school ON feeds (school_id);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('operator', 'admin', 'teacher')),
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    teacher_id TEXT REFERENCES teachers (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP,
    CHECK ((role = 'operator') = (school_id IS NULL)),
    CHECK ((role = 'teacher') = (teacher_id IS NOT NULL))
);

-- What must happen after a change, written in the transaction of the change. A worker claims a job by a
-- conditional update and holds it by a lease.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    subject_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempts BIGINT NOT NULL,
    run_after TIMESTAMP NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    progress TEXT,
    result_id TEXT,
    error TEXT,
    created_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE INDEX jobs_by_state ON jobs (state, run_after);

-- Mails, written in the transaction of their cause. `cause` makes one mail a person and release; `message_id`
-- is fixed here, so that a mail sent again after a crash is the same mail to every mailbox.
CREATE TABLE notices (
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
CREATE INDEX notices_by_state ON notices (state, run_after);
