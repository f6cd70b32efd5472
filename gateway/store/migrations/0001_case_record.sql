-- The case record. Ids are UUIDv7 text, times are UTC milliseconds, digests are lower-case hexadecimal SHA-256.
-- Names of states, roles and kinds are those of the functions *_name() in gateway/visits.

CREATE TABLE clinical_case (
    id            TEXT PRIMARY KEY,
    programme     TEXT NOT NULL,
    reference     TEXT NOT NULL,
    title         TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    UNIQUE (programme, reference)
) STRICT;

-- Everybody who belongs to a case: patient, family, care team, helpers.
CREATE TABLE person (
    id                      TEXT PRIMARY KEY,
    case_id                 TEXT NOT NULL REFERENCES clinical_case (id),
    position                INTEGER NOT NULL,
    key                     TEXT NOT NULL, -- what the programme calls them within the case
    role                    TEXT NOT NULL,
    display_name            TEXT NOT NULL,
    label                   TEXT NOT NULL,
    birth_date              TEXT NOT NULL,
    phone                   TEXT NOT NULL,
    address                 TEXT NOT NULL,
    emergency_contact_name  TEXT NOT NULL,
    emergency_contact_phone TEXT NOT NULL,
    time_zone               TEXT NOT NULL,
    languages               TEXT NOT NULL,
    UNIQUE (case_id, position)
) STRICT;

CREATE TABLE opinion (
    id                  TEXT PRIMARY KEY,
    case_id             TEXT NOT NULL UNIQUE REFERENCES clinical_case (id),
    title               TEXT NOT NULL,
    author              TEXT NOT NULL,
    signed_at_ms        INTEGER NOT NULL,
    document_media_type TEXT NOT NULL,
    document_size       INTEGER NOT NULL,
    document_sha256     TEXT NOT NULL,
    document            BLOB
) STRICT;

CREATE TABLE opinion_section (
    opinion_id TEXT NOT NULL REFERENCES opinion (id),
    position   INTEGER NOT NULL,
    code       TEXT NOT NULL,
    heading    TEXT NOT NULL,
    PRIMARY KEY (opinion_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE opinion_paragraph (
    opinion_id TEXT NOT NULL,
    section    INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (opinion_id, section, position),
    FOREIGN KEY (opinion_id, section) REFERENCES opinion_section (opinion_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE opinion_outcome (
    opinion_id TEXT NOT NULL REFERENCES opinion (id),
    position   INTEGER NOT NULL,
    code       TEXT NOT NULL,
    text       TEXT NOT NULL,
    PRIMARY KEY (opinion_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
    id                TEXT PRIMARY KEY,
    case_id           TEXT NOT NULL REFERENCES clinical_case (id),
    title             TEXT NOT NULL,
    shape             TEXT NOT NULL,
    state             TEXT NOT NULL,
    scheduled_at_ms   INTEGER NOT NULL,
    scheduled_minutes INTEGER NOT NULL,
    time_zone         TEXT NOT NULL,
    opened_at_ms      INTEGER NOT NULL,
    ended_at_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX visit_by_case ON visit (case_id, id);

-- A person's seat in a visit. Phone, address, contact and zone are those of that day.
CREATE TABLE participant (
    id                      TEXT PRIMARY KEY,
    visit_id                TEXT NOT NULL REFERENCES visit (id),
    person_id               TEXT NOT NULL REFERENCES person (id),
    role                    TEXT NOT NULL,
    label                   TEXT NOT NULL, -- what they are to the patient, in this visit
    phone                   TEXT NOT NULL,
    current_address         TEXT NOT NULL,
    emergency_contact_name  TEXT NOT NULL,
    emergency_contact_phone TEXT NOT NULL,
    time_zone               TEXT NOT NULL,
    state                   TEXT NOT NULL,
    connected               INTEGER NOT NULL,
    last_seen_ms            INTEGER NOT NULL,
    waiting_since_ms        INTEGER NOT NULL,
    admitted_at_ms          INTEGER NOT NULL,
    UNIQUE (visit_id, person_id)
) STRICT;

CREATE TABLE join_link (
    id             TEXT PRIMARY KEY,
    visit_id       TEXT NOT NULL REFERENCES visit (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    secret_sha256  TEXT NOT NULL UNIQUE,
    created_at_ms  INTEGER NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    revoked_at_ms  INTEGER NOT NULL,
    failed_tries   INTEGER NOT NULL
) STRICT;
CREATE INDEX join_link_by_participant ON join_link (participant_id, id);

CREATE TABLE device (
    id             TEXT PRIMARY KEY,
    participant_id TEXT NOT NULL REFERENCES participant (id),
    token_sha256   TEXT NOT NULL UNIQUE,
    state          TEXT NOT NULL,
    created_at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX device_by_participant ON device (participant_id, state, id);

CREATE TABLE staff_link (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES clinical_case (id),
    person_id     TEXT NOT NULL REFERENCES person (id),
    secret_sha256 TEXT NOT NULL UNIQUE,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_link_by_person ON staff_link (person_id);

CREATE TABLE staff_session (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES clinical_case (id),
    person_id     TEXT NOT NULL REFERENCES person (id),
    token_sha256  TEXT NOT NULL UNIQUE,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE consent (
    id             TEXT PRIMARY KEY,
    visit_id       TEXT NOT NULL REFERENCES visit (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    purpose        TEXT NOT NULL,
    answer         TEXT NOT NULL,
    method         TEXT NOT NULL,
    text_version   TEXT NOT NULL,
    text_sha256    TEXT NOT NULL,
    answered_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_by_visit ON consent (visit_id, id);

-- The words themselves, once per version that somebody answered.
CREATE TABLE consent_text (
    sha256  TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    body    TEXT NOT NULL
) STRICT;

CREATE TABLE chat_message (
    id             TEXT PRIMARY KEY,
    visit_id       TEXT NOT NULL REFERENCES visit (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    sent_at_ms     INTEGER NOT NULL,
    body           TEXT NOT NULL
) STRICT;
CREATE INDEX chat_message_by_visit ON chat_message (visit_id, id);

-- The timeline.
CREATE TABLE visit_event (
    id           TEXT PRIMARY KEY,
    case_id      TEXT NOT NULL REFERENCES clinical_case (id),
    visit_id     TEXT NOT NULL REFERENCES visit (id),
    kind         TEXT NOT NULL,
    at_ms        INTEGER NOT NULL,
    actor_id     TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    recording_id TEXT NOT NULL,
    detail       TEXT NOT NULL
) STRICT;
CREATE INDEX visit_event_by_visit ON visit_event (visit_id, id);

CREATE TABLE recording (
    id                 TEXT PRIMARY KEY,
    case_id            TEXT NOT NULL REFERENCES clinical_case (id),
    visit_id           TEXT NOT NULL REFERENCES visit (id),
    phase              TEXT NOT NULL,
    wish               TEXT NOT NULL,
    failure            TEXT NOT NULL,
    asked_by           TEXT NOT NULL,
    asked_at_ms        INTEGER NOT NULL,
    prepared           INTEGER NOT NULL,
    flowing_since_ms   INTEGER NOT NULL,
    first_flowed_at_ms INTEGER NOT NULL,
    stopped_at_ms      INTEGER NOT NULL,
    attached_at_ms     INTEGER NOT NULL,
    wrapped_key        BLOB NOT NULL,
    key_name           TEXT NOT NULL,
    manifest_sha256    TEXT NOT NULL
) STRICT;
CREATE INDEX recording_by_case ON recording (case_id, id);
CREATE INDEX recording_by_visit ON recording (visit_id, id);
CREATE INDEX recording_by_phase ON recording (phase);

CREATE TABLE recording_interval (
    recording_id  TEXT NOT NULL REFERENCES recording (id),
    position      INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (recording_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording_segment (
    recording_id   TEXT NOT NULL REFERENCES recording (id),
    file_name      TEXT NOT NULL,
    participant_id TEXT NOT NULL REFERENCES participant (id),
    started_at_ms  INTEGER NOT NULL,
    ended_at_ms    INTEGER NOT NULL,
    size_bytes     INTEGER NOT NULL,
    complete       INTEGER NOT NULL,
    sha256         TEXT NOT NULL,
    PRIMARY KEY (recording_id, file_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording_file (
    recording_id     TEXT NOT NULL REFERENCES recording (id),
    file_name        TEXT NOT NULL,
    participant_id   TEXT NOT NULL REFERENCES participant (id),
    media_type       TEXT NOT NULL,
    size_bytes       INTEGER NOT NULL,
    plain_size_bytes INTEGER NOT NULL,
    duration_ms      INTEGER NOT NULL,
    started_at_ms    INTEGER NOT NULL,
    sha256           TEXT NOT NULL,
    PRIMARY KEY (recording_id, file_name)
) STRICT, WITHOUT ROWID;

-- The audit trail: chains of rows, each with the digest of the one before (gateway/visits/audit_event.h).
CREATE TABLE audit_entry (
    chain      TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    actor_role TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    action     TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    visit_id   TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    detail     TEXT NOT NULL,
    digest     TEXT NOT NULL,
    PRIMARY KEY (chain, sequence)
) STRICT, WITHOUT ROWID;

-- The end of each chain, so that rows missing at the end are noticed, too.
CREATE TABLE audit_chain (
    chain    TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    digest   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain WHEN NEW.sequence <= OLD.sequence OR NEW.chain <> OLD.chain
BEGIN SELECT RAISE(ABORT, 'audit chains only grow'); END;
CREATE TRIGGER audit_chain_stays BEFORE DELETE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'audit chains are never deleted'); END;
CREATE TRIGGER consent_is_final BEFORE UPDATE ON consent
BEGIN SELECT RAISE(ABORT, 'consents are never changed'); END;
CREATE TRIGGER consent_stays BEFORE DELETE ON consent
BEGIN SELECT RAISE(ABORT, 'consents are never deleted'); END;
CREATE TRIGGER visit_event_is_final BEFORE UPDATE ON visit_event
BEGIN SELECT RAISE(ABORT, 'the timeline is never changed'); END;
CREATE TRIGGER visit_event_stays BEFORE DELETE ON visit_event
BEGIN SELECT RAISE(ABORT, 'the timeline is never deleted'); END;

-- Events on their way to hooks.
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id  TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES visit_event (id)
) STRICT;

CREATE TABLE outbox_destination (
    name         TEXT PRIMARY KEY,
    done_through INTEGER NOT NULL -- every entry up to this one is delivered
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox_delivery (
    destination     TEXT NOT NULL,
    sequence        INTEGER NOT NULL REFERENCES outbox (sequence),
    attempts        INTEGER NOT NULL,
    due_at_ms       INTEGER NOT NULL,
    delivered_at_ms INTEGER NOT NULL, -- 0: not yet
    PRIMARY KEY (destination, sequence)
) STRICT, WITHOUT ROWID;
