-- Staff as the organisation's sign-in knows them, their sessions, and who of them a case means.
-- Roles are names separated by one space.

CREATE TABLE staff_account (
    id              TEXT PRIMARY KEY,
    issuer          TEXT NOT NULL,
    subject         TEXT NOT NULL,
    staff_key       TEXT NOT NULL,
    display_name    TEXT NOT NULL,
    email           TEXT NOT NULL,
    programme       TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    languages       TEXT NOT NULL,
    roles           TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    signed_in_at_ms INTEGER NOT NULL,
    disabled_at_ms  INTEGER NOT NULL,
    UNIQUE (issuer, subject)
) STRICT;
CREATE INDEX staff_account_by_key ON staff_account (staff_key);

CREATE TABLE account_session (
    id            TEXT PRIMARY KEY,
    account_id    TEXT NOT NULL REFERENCES staff_account (id),
    token_sha256  TEXT NOT NULL UNIQUE,
    created_at_ms INTEGER NOT NULL,
    active_at_ms  INTEGER NOT NULL,
    ended_at_ms   INTEGER NOT NULL
) STRICT;

ALTER TABLE person ADD COLUMN staff_key TEXT NOT NULL DEFAULT '';
CREATE INDEX person_by_staff_key ON person (staff_key, case_id) WHERE staff_key <> '';
CREATE INDEX participant_by_person ON participant (person_id);
