DROP INDEX pool_school_usage_by_time;
