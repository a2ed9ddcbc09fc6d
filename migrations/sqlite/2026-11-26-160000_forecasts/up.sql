-- Whether what is expected besides our classes is taken off a pool's limits, and how many per cent more of it.
ALTER TABLE pools ADD COLUMN background TEXT NOT NULL DEFAULT 'off' CHECK (background IN ('off', 'advise', 'enforce'));
ALTER TABLE pools ADD COLUMN background_margin BIGINT NOT NULL DEFAULT 0 CHECK (background_margin BETWEEN 0 AND 100);

-- What is expected of a metric of a place: a platform, a federation or a school. `known` says of how many observations it
-- was made, `figures` (JSON) how good such forecasts were.
CREATE TABLE forecasts (
    id TEXT NOT NULL PRIMARY KEY,
    platform_id TEXT REFERENCES platforms (id) ON DELETE CASCADE,
    federation_id TEXT REFERENCES federations (id) ON DELETE CASCADE,
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    metric TEXT NOT NULL CHECK (metric IN ('connections', 'logins')),
    made_at TIMESTAMP NOT NULL,
    time_zone TEXT NOT NULL,
    known TEXT NOT NULL,
    figures TEXT NOT NULL
);
CREATE UNIQUE INDEX forecasts_by_platform ON forecasts (platform_id, metric);
CREATE UNIQUE INDEX forecasts_by_federation ON forecasts (federation_id, metric);
CREATE UNIQUE INDEX forecasts_by_school ON forecasts (school_id, metric);

-- What is expected in each five minutes of a type of day: numbers with blanks between them.
CREATE TABLE forecast_profiles (
    forecast_id TEXT NOT NULL REFERENCES forecasts (id) ON DELETE CASCADE,
    day_type TEXT NOT NULL,
    median TEXT NOT NULL,
    upper TEXT NOT NULL,
    PRIMARY KEY (forecast_id, day_type)
);

-- Of which type the days to come are, by local date.
CREATE TABLE forecast_days (
    forecast_id TEXT NOT NULL REFERENCES forecasts (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    day_type TEXT NOT NULL,
    PRIMARY KEY (forecast_id, day)
);

-- Of what people were warned: load outside what was expected, or near a limit. It lasts until `ended_at`.
CREATE TABLE load_alerts (
    id TEXT NOT NULL PRIMARY KEY,
    platform_id TEXT REFERENCES platforms (id) ON DELETE CASCADE,
    federation_id TEXT REFERENCES federations (id) ON DELETE CASCADE,
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    metric TEXT NOT NULL CHECK (metric IN ('connections', 'logins')),
    kind TEXT NOT NULL CHECK (kind IN ('above-forecast', 'near-limit')),
    began_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    observed BIGINT NOT NULL,
    bound BIGINT NOT NULL
);
CREATE INDEX load_alerts_by_platform ON load_alerts (platform_id, began_at);
CREATE INDEX load_alerts_by_federation ON load_alerts (federation_id, began_at);
CREATE INDEX load_alerts_by_school ON load_alerts (school_id, began_at);
