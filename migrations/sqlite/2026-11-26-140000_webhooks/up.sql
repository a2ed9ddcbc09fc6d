-- Where programs have news sent: a school's, those of a platform's schools, or all. The secret signs what is sent, so it
-- must be kept as it is; `events` are words, one blank between two.
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    platform_id TEXT REFERENCES platforms (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until TIMESTAMP,
    disabled_at TIMESTAMP,
    disabled_why TEXT CHECK (disabled_why IN ('gone', 'failing')),
    failing_since TIMESTAMP,
    rests_until TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    CHECK (school_id IS NULL OR platform_id IS NULL),
    CHECK ((disabled_at IS NULL) = (disabled_why IS NULL)),
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
);
CREATE INDEX webhooks_by_school ON webhooks (school_id);
CREATE INDEX webhooks_by_platform ON webhooks (platform_id);

-- News on its way, written in the transaction of its cause: one of each cause for each webhook.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    cause TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    attempts BIGINT NOT NULL,
    run_after TIMESTAMP NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    status BIGINT,
    error TEXT,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    UNIQUE (webhook_id, cause)
);
CREATE INDEX deliveries_by_state ON deliveries (state, run_after);
CREATE INDEX deliveries_by_age ON deliveries (webhook_id, created_at);
