-- One metric of one place: a platform, a federation or a school. `newest_at` is its newest sample; of a counter, its last
-- reading stands beside it, from which the next one is told.
CREATE TABLE load_series (
    id TEXT NOT NULL PRIMARY KEY,
    platform_id TEXT REFERENCES platforms (id) ON DELETE CASCADE,
    federation_id TEXT REFERENCES federations (id) ON DELETE CASCADE,
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    metric TEXT NOT NULL CHECK (metric IN ('connections', 'logins')),
    newest_at TIMESTAMP,
    counter_at TIMESTAMP,
    counter DOUBLE,
    CHECK ((platform_id IS NOT NULL) + (federation_id IS NOT NULL) + (school_id IS NOT NULL) = 1)
);
CREATE UNIQUE INDEX load_series_by_platform ON load_series (platform_id, metric);
CREATE UNIQUE INDEX load_series_by_federation ON load_series (federation_id, metric);
CREATE UNIQUE INDEX load_series_by_school ON load_series (school_id, metric);

-- What was observed in five minutes: `cell` is Unix seconds / 300. `seen` has a bit for each second of which there is a
-- sample, so that the same sample counts once, however often it comes.
CREATE TABLE load_cells (
    series_id TEXT NOT NULL REFERENCES load_series (id) ON DELETE CASCADE,
    cell BIGINT NOT NULL,
    samples BIGINT NOT NULL CHECK (samples > 0),
    total DOUBLE NOT NULL,
    peak DOUBLE NOT NULL,
    seen TEXT NOT NULL,
    PRIMARY KEY (series_id, cell)
) WITHOUT ROWID;

-- What cells become when they have had their time: `hour` is Unix seconds / 3600.
CREATE TABLE load_hours (
    series_id TEXT NOT NULL REFERENCES load_series (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    samples BIGINT NOT NULL CHECK (samples > 0),
    total DOUBLE NOT NULL,
    peak DOUBLE NOT NULL,
    PRIMARY KEY (series_id, hour)
) WITHOUT ROWID;

-- Where samples are fetched from, how often, and how that goes. `read_until` is the end of what has been read. Whoever
-- reads it holds it by a lease. The secret must be kept as it is, to be shown there.
CREATE TABLE load_sources (
    id TEXT NOT NULL PRIMARY KEY,
    platform_id TEXT REFERENCES platforms (id) ON DELETE CASCADE,
    federation_id TEXT REFERENCES federations (id) ON DELETE CASCADE,
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('prometheus', 'bigbluebutton')),
    metric TEXT NOT NULL CHECK (metric IN ('connections', 'logins')),
    address TEXT NOT NULL,
    query TEXT,
    counter BOOLEAN NOT NULL,
    step_seconds BIGINT NOT NULL CHECK (step_seconds > 0),
    every_seconds BIGINT NOT NULL CHECK (every_seconds > 0),
    secret TEXT,
    enabled BOOLEAN NOT NULL,
    read_until TIMESTAMP,
    run_after TIMESTAMP NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    failing_since TIMESTAMP,
    error TEXT,
    created_at TIMESTAMP NOT NULL,
    CHECK ((platform_id IS NOT NULL) + (federation_id IS NOT NULL) + (school_id IS NOT NULL) = 1)
);
CREATE INDEX load_sources_by_platform ON load_sources (platform_id);
CREATE INDEX load_sources_by_federation ON load_sources (federation_id);
CREATE INDEX load_sources_by_school ON load_sources (school_id);
CREATE INDEX load_sources_by_turn ON load_sources (enabled, run_after);

-- What came of one input: of one place, or of several when its lines name them. `report` is JSON.
CREATE TABLE load_ingestions (
    id TEXT NOT NULL PRIMARY KEY,
    platform_id TEXT REFERENCES platforms (id) ON DELETE CASCADE,
    federation_id TEXT REFERENCES federations (id) ON DELETE CASCADE,
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    source_id TEXT REFERENCES load_sources (id) ON DELETE CASCADE,
    input TEXT NOT NULL CHECK (input IN ('prometheus', 'csv', 'openmetrics', 'log', 'bigbluebutton')),
    at TIMESTAMP NOT NULL,
    taken BIGINT NOT NULL CHECK (taken >= 0),
    report TEXT NOT NULL
);
CREATE INDEX load_ingestions_by_age ON load_ingestions (at);
CREATE INDEX load_ingestions_by_platform ON load_ingestions (platform_id, at);
CREATE INDEX load_ingestions_by_federation ON load_ingestions (federation_id, at);
CREATE INDEX load_ingestions_by_school ON load_ingestions (school_id, at);
CREATE INDEX load_ingestions_by_source ON load_ingestions (source_id, at);
