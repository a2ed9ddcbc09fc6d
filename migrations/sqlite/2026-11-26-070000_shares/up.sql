-- How much of each limit of a pool is guaranteed to its schools, and the sum of their weights.
ALTER TABLE pools ADD COLUMN guaranteed_percent BIGINT NOT NULL DEFAULT 0 CHECK (guaranteed_percent BETWEEN 0 AND 100);
ALTER TABLE pools ADD COLUMN weights BIGINT NOT NULL DEFAULT 0 CHECK (weights >= 0);

-- The weight that an operator has set, and the one that holds: the set one, or the heads of the school's groups.
ALTER TABLE school_pools ADD COLUMN set_weight BIGINT CHECK (set_weight >= 0);
ALTER TABLE school_pools ADD COLUMN weight BIGINT NOT NULL DEFAULT 0 CHECK (weight >= 0);

-- What all schools are guaranteed together, by limit.
CREATE TABLE pool_promises (
    pool_id TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    connections BIGINT NOT NULL CHECK (connections >= 0),
    promised BIGINT NOT NULL CHECK (promised >= 0 AND promised <= connections),
    PRIMARY KEY (pool_id, connections)
);

-- What schools take beyond their guaranteed parts, and what each takes: of pools that are shared out only.
ALTER TABLE pool_usage ADD COLUMN beyond BIGINT NOT NULL DEFAULT 0 CHECK (beyond >= 0);
CREATE TABLE pool_school_usage (
    pool_id TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    at TIMESTAMP NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (pool_id, school_id, at)
);
