-- Scores that reached a threshold: who is told, who has said that they know (gateway/visits/alert.h).

CREATE TABLE alert (
    id                 TEXT PRIMARY KEY,
    visit_id           TEXT NOT NULL REFERENCES visit (id),
    participant_id     TEXT NOT NULL REFERENCES participant (id),
    response_id        TEXT NOT NULL REFERENCES screening_response (id),
    score              TEXT NOT NULL,
    value              INTEGER NOT NULL,
    at_least           INTEGER NOT NULL,
    follow             TEXT NOT NULL,
    raised_at_ms       INTEGER NOT NULL,
    level              INTEGER NOT NULL,
    owner_id           TEXT NOT NULL,
    acknowledged_at_ms INTEGER NOT NULL,
    acknowledged_by    TEXT NOT NULL,
    note               TEXT NOT NULL,
    closed_at_ms       INTEGER NOT NULL,
    UNIQUE (response_id, score)
) STRICT;
CREATE INDEX alert_by_visit ON alert (visit_id);
-- Those that nobody has acknowledged.
CREATE INDEX alert_pressing ON alert (id) WHERE acknowledged_at_ms = 0 AND closed_at_ms = 0;
