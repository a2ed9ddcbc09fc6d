DROP INDEX swaps_by_other;
DROP INDEX swaps_by_session;
DROP INDEX plans_by_parent;
DROP INDEX plan_sessions_by_request;
