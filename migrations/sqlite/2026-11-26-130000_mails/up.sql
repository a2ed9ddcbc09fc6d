-- Who gets mails, what they want, and the secret in their mails' links: whoever holds it may switch a kind of mail off and
-- on again, no more. It stands in clear as it does in the mails' texts. The id is a person's, or that of a teacher without
-- an account.
CREATE TABLE mail_readers (
    id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL UNIQUE,
    switched_off TEXT NOT NULL,
    quiet_from BIGINT CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to BIGINT CHECK (quiet_to BETWEEN 0 AND 1439),
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

-- When mails were handed over of late, by the domain of their address: what no more than so many a minute is counted by.
CREATE TABLE mail_attempts (
    id TEXT NOT NULL PRIMARY KEY,
    domain TEXT NOT NULL,
    begun_at TIMESTAMP NOT NULL
);
CREATE INDEX mail_attempts_by_time ON mail_attempts (begun_at);

-- What a mail belongs to for mail programs, and the address at which its reader switches its kind off.
ALTER TABLE notices ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN thread TEXT;
ALTER TABLE notices ADD COLUMN unsubscribe TEXT;
UPDATE notices SET domain = lower(substr(to_address, instr(to_address, '@') + 1));
CREATE INDEX notices_by_school ON notices (school_id, created_at);

-- One list of kinds for mails and webhooks.
UPDATE notices SET kind = 'sessions-changed' WHERE kind = 'sessions';
UPDATE notices SET kind = 'round-closing' WHERE kind = 'reminder';
UPDATE notices SET kind = 'place-offered' WHERE kind IN ('offer', 'offer-expired');
UPDATE notices SET kind = 'swap' WHERE kind IN ('swap-proposed', 'swap-declined');

-- Rounds whose teachers were told that they take wishes. Of those before, nobody is told now.
ALTER TABLE rounds ADD COLUMN announced_at TIMESTAMP;
UPDATE rounds SET announced_at = created_at;
