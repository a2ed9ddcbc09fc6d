-- How late one may book, move or cancel, and how long a place is held; a school without a row has the usual rules.
CREATE TABLE booking_rules (
    school_id TEXT NOT NULL PRIMARY KEY REFERENCES schools (id) ON DELETE CASCADE,
    book_notice_minutes BIGINT NOT NULL CHECK (book_notice_minutes >= 0),
    move_notice_minutes BIGINT NOT NULL CHECK (move_notice_minutes >= 0),
    cancel_notice_minutes BIGINT NOT NULL CHECK (cancel_notice_minutes >= 0),
    hold_minutes BIGINT NOT NULL CHECK (hold_minutes > 0),
    offer_minutes BIGINT NOT NULL CHECK (offer_minutes > 0)
);

-- Two classes whose teachers agree to exchange their starts. The starts are those that were seen when it was proposed.
CREATE TABLE swaps (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    session_starts_at TIMESTAMP NOT NULL,
    other_starts_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'agreed', 'declined', 'undone')),
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX swaps_by_school ON swaps (school_id, created_at);

-- Classes that wait for a place. An offer is a hold (`offer_id`); who lets it expire goes to the end of the line.
CREATE TABLE waiting (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    people TEXT NOT NULL,
    connections BIGINT NOT NULL CHECK (connections >= 0),
    duration_minutes BIGINT NOT NULL CHECK (duration_minutes > 0),
    from_at TIMESTAMP NOT NULL,
    to_at TIMESTAMP NOT NULL CHECK (to_at > from_at),
    offer_id TEXT,
    queued_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX waiting_by_school ON waiting (school_id, queued_at);
CREATE INDEX waiting_by_offer ON waiting (offer_id);

-- The first answer to a write with an Idempotency-Key, for the same key again. `result` is written in the transaction
-- of the write, the rest once the answer is made.
CREATE TABLE answers (
    actor_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    result TEXT NOT NULL,
    status BIGINT,
    headers TEXT,
    body TEXT,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (actor_id, idempotency_key)
);
CREATE INDEX answers_by_age ON answers (created_at);

-- Who did what when, written in the transaction of the deed.
CREATE TABLE audit_entries (
    id TEXT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    school_id TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL
);
CREATE INDEX audit_entries_by_school ON audit_entries (school_id, at);
CREATE INDEX audit_entries_by_age ON audit_entries (at);
