-- Who asks what would be reads a stretch of time of all schools of a pool.
CREATE INDEX pool_school_usage_by_time ON pool_school_usage (pool_id, at);
