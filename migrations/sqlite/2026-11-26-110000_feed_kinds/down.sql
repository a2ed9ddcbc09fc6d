-- Feeds of several groups, and those without names, are no feeds of before: the first would show one group, the second
-- names. They go.
CREATE TABLE old_feeds (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    group_id TEXT REFERENCES groups (id) ON DELETE CASCADE,
    teacher_id TEXT REFERENCES teachers (id) ON DELETE CASCADE,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    CHECK (group_id IS NULL OR teacher_id IS NULL)
);
INSERT INTO old_feeds (id, school_id, group_id, teacher_id, secret_hash, created_at, revoked_at)
SELECT feeds.id, feeds.school_id,
    CASE WHEN feeds.kind = 'group' THEN feed_subjects.subject_id END,
    CASE WHEN feeds.kind = 'teacher' THEN feed_subjects.subject_id END,
    feeds.secret_hash, feeds.created_at, feeds.revoked_at
FROM feeds JOIN feed_subjects ON feed_subjects.feed_id = feeds.id
WHERE feeds.kind <> 'bundle' AND NOT feeds.headcount_only;
DROP TABLE feed_revisions;
DROP TABLE feed_subjects;
DROP TABLE feeds;
ALTER TABLE old_feeds RENAME TO feeds;
CREATE INDEX feeds_by_school ON feeds (school_id);
