-- A calendar that somebody subscribes to: of one group, of several, of one teacher, or of the whole school. What it is
-- of stands in feed_subjects. `made_by` is the teacher who made it.
CREATE TABLE new_feeds (
    id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('group', 'bundle', 'teacher', 'school')),
    headcount_only BOOLEAN NOT NULL,
    made_by TEXT REFERENCES teachers (id) ON DELETE SET NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    replaced_at TIMESTAMP,
    revoked_at TIMESTAMP,
    last_read_on TEXT
);
INSERT INTO new_feeds (id, school_id, kind, headcount_only, secret_hash, created_at, revoked_at)
SELECT id, school_id,
    CASE WHEN group_id IS NOT NULL THEN 'group' WHEN teacher_id IS NOT NULL THEN 'teacher' ELSE 'school' END,
    FALSE, secret_hash, created_at, revoked_at
FROM feeds;

-- Whose classes a feed shows: the ids of groups, of a teacher, or of the school.
CREATE TABLE feed_subjects (
    feed_id TEXT NOT NULL REFERENCES new_feeds (id) ON DELETE CASCADE,
    subject_id TEXT NOT NULL,
    PRIMARY KEY (feed_id, subject_id)
);
CREATE INDEX feed_subjects_by_subject ON feed_subjects (subject_id);
INSERT INTO feed_subjects (feed_id, subject_id) SELECT id, COALESCE(group_id, teacher_id, school_id) FROM feeds;

DROP TABLE feeds;
ALTER TABLE new_feeds RENAME TO feeds;
CREATE INDEX feeds_by_school ON feeds (school_id);
CREATE INDEX feeds_by_maker ON feeds (made_by);

-- The number of the last change that feeds of a subject may show. Each school numbers its changes; its own row holds
-- the last number.
CREATE TABLE feed_revisions (
    subject_id TEXT NOT NULL PRIMARY KEY,
    school_id TEXT NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL
);
CREATE INDEX feed_revisions_by_school ON feed_revisions (school_id);
INSERT INTO feed_revisions (subject_id, school_id, revision) SELECT id, id, CAST(strftime('%s', 'now') AS BIGINT) FROM schools;
INSERT INTO feed_revisions (subject_id, school_id, revision)
SELECT DISTINCT feed_subjects.subject_id, feeds.school_id, CAST(strftime('%s', 'now') AS BIGINT)
FROM feed_subjects JOIN feeds ON feeds.id = feed_subjects.feed_id
WHERE feeds.kind <> 'school';
