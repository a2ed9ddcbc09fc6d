-- A person who signs in. The e-mail address stands in lower case, so that it is one person's only.
CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    password_hash TEXT,
    created_at TIMESTAMP NOT NULL
);

-- What a person is: operator, admin of a school, or one of its teachers.
CREATE TABLE memberships (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('operator', 'admin', 'teacher')),
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    teacher_id TEXT UNIQUE REFERENCES teachers (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    CHECK ((role = 'operator') = (school_id IS NULL)),
    CHECK ((role = 'teacher') = (teacher_id IS NOT NULL)),
    UNIQUE (person_id, role, school_id)
);
CREATE UNIQUE INDEX memberships_of_operators ON memberships (person_id) WHERE role = 'operator';
CREATE INDEX memberships_by_school ON memberships (school_id);

CREATE TABLE sign_in_links (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX sign_in_links_by_person ON sign_in_links (person_id, created_at);

-- A browser that is signed in: as a person, acting by one of the memberships, or by an API token.
CREATE TABLE browser_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    person_id TEXT REFERENCES people (id) ON DELETE CASCADE,
    token_id TEXT REFERENCES tokens (id) ON DELETE CASCADE,
    membership_id TEXT REFERENCES memberships (id) ON DELETE SET NULL,
    begun_by TEXT NOT NULL CHECK (begun_by IN ('link', 'password', 'invitation', 'token')),
    program TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    CHECK ((person_id IS NULL) <> (token_id IS NULL))
);
CREATE INDEX browser_sessions_by_person ON browser_sessions (person_id);

-- Failures in a row, by account (a hash of the address, known or not) and by client address.
CREATE TABLE failed_sign_ins (
    subject TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL CHECK (failures > 0),
    last_at TIMESTAMP NOT NULL,
    wait_until TIMESTAMP
);
CREATE INDEX failed_sign_ins_by_time ON failed_sign_ins (last_at);

-- The first operator's invitation has no address: whoever reads the log says it.
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('operator', 'admin', 'teacher')),
    school_id TEXT REFERENCES schools (id) ON DELETE CASCADE,
    teacher_id TEXT REFERENCES teachers (id) ON DELETE CASCADE,
    invited_by TEXT NOT NULL,
    -- The person who invited; an invitation is worth no more than that person may give.
    made_by TEXT,
    hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    accepted_at TIMESTAMP,
    withdrawn_at TIMESTAMP,
    CHECK ((role = 'operator') = (school_id IS NULL)),
    CHECK ((role = 'teacher') = (teacher_id IS NOT NULL)),
    CHECK (email IS NOT NULL OR role = 'operator')
);
CREATE INDEX invitations_by_school ON invitations (school_id);

ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'write' CHECK (scope IN ('read', 'write'));
ALTER TABLE tokens ADD COLUMN last_used_at TIMESTAMP;

-- A mail about an account belongs to no school. SQLite cannot take a NOT NULL away, so the column is made anew.
ALTER TABLE notices RENAME COLUMN school_id TO of_school;
ALTER TABLE notices ADD COLUMN school_id TEXT REFERENCES schools (id) ON DELETE CASCADE;
UPDATE notices SET school_id = of_school;
ALTER TABLE notices DROP COLUMN of_school;
