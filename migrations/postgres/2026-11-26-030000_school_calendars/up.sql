-- Which holidays apply to a school; a school without a row has none. Days are text, YYYY-MM-DD, in local time.
CREATE TABLE school_calendars (
    school_id TEXT NOT NULL PRIMARY KEY REFERENCES schools (id) ON DELETE CASCADE,
    holiday_zone TEXT CHECK (holiday_zone IN ('A', 'B', 'C')),
    public_holidays TEXT
);

-- When no class may take place within the opening hours; without a weekday on every day.
CREATE TABLE lunch_breaks (
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    weekday BIGINT CHECK (weekday BETWEEN 1 AND 7),
    from_minute BIGINT NOT NULL CHECK (from_minute >= 0),
    to_minute BIGINT NOT NULL CHECK (to_minute > from_minute AND to_minute <= 1440),
    PRIMARY KEY (school_id, position)
);

-- Days on which a school is closed besides, or open (`opens`) although there is a holiday.
CREATE TABLE school_days (
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    opens BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL CHECK (to_day >= from_day),
    reason TEXT NOT NULL,
    PRIMARY KEY (school_id, opens, position)
);
