DROP TABLE school_days;
DROP TABLE lunch_breaks;
DROP TABLE school_calendars;
