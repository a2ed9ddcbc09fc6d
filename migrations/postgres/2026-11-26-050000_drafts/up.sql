-- Plans say what they were made with, and are compared by what people see: `objective` is by the wishes alone,
-- `weighted_objective` what the solver made least, which `bound` bounds.
ALTER TABLE plans ADD COLUMN weighted_objective DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE plans ADD COLUMN unplaced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE plans ADD COLUMN seconds BIGINT;
ALTER TABLE plans ADD COLUMN threads BIGINT;
ALTER TABLE plans ADD COLUMN move_cost BIGINT;
ALTER TABLE plans ADD COLUMN fingerprint TEXT;
ALTER TABLE plans ADD COLUMN asked_by TEXT;
UPDATE plans SET
    weighted_objective = objective,
    unplaced = (SELECT COUNT(*) FROM plan_sessions WHERE plan_id = plans.id AND starts_at IS NULL);

-- How much a request's cost counted, in tenths, and whether it was fixed.
ALTER TABLE plan_sessions ADD COLUMN weight BIGINT NOT NULL DEFAULT 10;
ALTER TABLE plan_sessions ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT FALSE;

-- Requests that an admin has fixed at a start.
CREATE TABLE pins (
    request_id TEXT NOT NULL PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
    starts_at TIMESTAMP NOT NULL,
    note TEXT,
    created_at TIMESTAMP NOT NULL
);

-- The best plan that a solve has found so far, in JSON: who takes the job up after a crash goes on from it.
ALTER TABLE jobs ADD COLUMN best TEXT;
