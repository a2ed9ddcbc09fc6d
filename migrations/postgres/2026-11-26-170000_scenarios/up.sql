-- Scenarios: a round under other limits, attendance or schools. `result` holds where requests are today and then, by their
-- identifiers, and sums: whose classes they are is read anew whenever somebody looks.
CREATE TABLE scenarios (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    round_id TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    changes TEXT NOT NULL,
    job_id TEXT NOT NULL,
    result TEXT,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (round_id, name)
);
