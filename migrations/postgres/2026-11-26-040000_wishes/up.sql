-- What was entered and the rules that came of it, in JSON; the weekly class of which a request is one week.
ALTER TABLE requests ADD COLUMN wish TEXT;
ALTER TABLE requests ADD COLUMN rules TEXT;
ALTER TABLE requests ADD COLUMN series_id TEXT;
CREATE INDEX requests_by_series ON requests (series_id);

-- When wishes are welcome; when the round was put away; when its teachers were reminded, each round once by itself.
ALTER TABLE rounds ADD COLUMN opens_at TIMESTAMP;
ALTER TABLE rounds ADD COLUMN closes_at TIMESTAMP;
ALTER TABLE rounds ADD COLUMN archived_at TIMESTAMP;
ALTER TABLE rounds ADD COLUMN reminded_at TIMESTAMP;
CREATE INDEX rounds_by_closing ON rounds (state, closes_at);

-- Teachers who want nothing in a round.
CREATE TABLE round_answers (
    round_id TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    teacher_id TEXT NOT NULL REFERENCES teachers (id) ON DELETE CASCADE,
    answered_at TIMESTAMP NOT NULL,
    PRIMARY KEY (round_id, teacher_id)
);
CREATE INDEX round_answers_by_teacher ON round_answers (teacher_id);
