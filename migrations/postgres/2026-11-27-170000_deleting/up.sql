-- What names a row that is deleted is found without reading the whole table.
CREATE INDEX plan_sessions_by_request ON plan_sessions (request_id);
CREATE INDEX plans_by_parent ON plans (parent_id);
CREATE INDEX swaps_by_session ON swaps (session_id);
CREATE INDEX swaps_by_other ON swaps (other_id);
