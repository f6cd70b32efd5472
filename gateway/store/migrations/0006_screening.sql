-- What people answered before a visit (gateway/visits/screening.h), and what exactly they were asked.

CREATE TABLE questionnaire (
    digest   TEXT PRIMARY KEY, -- SHA-256 of the document
    url      TEXT NOT NULL,
    version  TEXT NOT NULL,
    document BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE screening_response (
    id             TEXT PRIMARY KEY,
    visit_id       TEXT NOT NULL REFERENCES visit (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    digest         TEXT NOT NULL REFERENCES questionnaire (digest),
    complete       INTEGER NOT NULL,
    started_at_ms  INTEGER NOT NULL,
    updated_at_ms  INTEGER NOT NULL,
    UNIQUE (participant_id, digest)
) STRICT;
CREATE INDEX screening_response_by_visit ON screening_response (visit_id);

CREATE TABLE screening_answer (
    response_id TEXT NOT NULL REFERENCES screening_response (id),
    position    INTEGER NOT NULL,
    link_id     TEXT NOT NULL,
    skipped     INTEGER NOT NULL,
    value       TEXT NOT NULL,
    PRIMARY KEY (response_id, position)
) STRICT, WITHOUT ROWID;

-- With fewer answered than asked, the value is a lower bound.
CREATE TABLE screening_score (
    response_id TEXT NOT NULL REFERENCES screening_response (id),
    position    INTEGER NOT NULL,
    code        TEXT NOT NULL,
    value       INTEGER NOT NULL,
    maximum     INTEGER NOT NULL,
    answered    INTEGER NOT NULL,
    asked       INTEGER NOT NULL,
    PRIMARY KEY (response_id, position)
) STRICT, WITHOUT ROWID;
