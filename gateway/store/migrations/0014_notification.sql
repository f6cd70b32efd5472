-- What people are written about a visit before it begins (gateway/visits/notification.h).

ALTER TABLE person ADD COLUMN email TEXT NOT NULL DEFAULT '';

CREATE TABLE notification (
    id             TEXT PRIMARY KEY,
    visit_id       TEXT NOT NULL REFERENCES visit (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    kind           TEXT NOT NULL,
    channel        TEXT NOT NULL,
    state          TEXT NOT NULL,
    sequence       INTEGER NOT NULL,
    due_at_ms      INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    settled_at_ms  INTEGER NOT NULL,
    detail         TEXT NOT NULL
) STRICT;
CREATE INDEX notification_by_visit ON notification (visit_id, id);
CREATE INDEX notification_by_participant ON notification (participant_id);
CREATE INDEX notification_due ON notification (due_at_ms) WHERE state = 'pending';
