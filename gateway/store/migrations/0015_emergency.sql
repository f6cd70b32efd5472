-- An emergency that is on in a visit (gateway/visits/visit_emergency.h), and alerts that are not of answers: what
-- such a one is about is the alert itself.

CREATE TABLE visit_emergency (
    visit_id    TEXT PRIMARY KEY REFERENCES visit (id),
    began_at_ms INTEGER NOT NULL,
    began_by    TEXT NOT NULL,
    told_at_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE alert_anew (
    id                 TEXT PRIMARY KEY,
    visit_id           TEXT NOT NULL REFERENCES visit (id),
    participant_id     TEXT NOT NULL REFERENCES participant (id),
    response_id        TEXT NOT NULL,
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
INSERT INTO alert_anew SELECT id, visit_id, participant_id, response_id, score, value, at_least, follow, raised_at_ms, level,
    owner_id, acknowledged_at_ms, acknowledged_by, note, closed_at_ms FROM alert;
DROP TABLE alert;
ALTER TABLE alert_anew RENAME TO alert;
CREATE INDEX alert_by_visit ON alert (visit_id);
CREATE INDEX alert_pressing ON alert (id) WHERE acknowledged_at_ms = 0 AND closed_at_ms = 0;
