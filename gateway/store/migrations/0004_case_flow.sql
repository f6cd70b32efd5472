-- Where each case is on its way, who sees to it, which team it is for (gateway/visits/case_flow.h, team.h,
-- expert_hours.h, hybrid_plan.h). '' in a column of an id means none; 0 in one of a time means never.

CREATE TABLE case_flow (
    case_id      TEXT PRIMARY KEY REFERENCES clinical_case (id),
    step         TEXT NOT NULL,
    closed_at    TEXT NOT NULL, -- at which step it was closed; 'closed' unless it is
    since_ms     INTEGER NOT NULL,
    due_at_ms    INTEGER NOT NULL,
    owner_id     TEXT NOT NULL, -- staff_account
    team_id      TEXT NOT NULL,
    subspecialty TEXT NOT NULL,
    priority     TEXT NOT NULL,
    version      INTEGER NOT NULL
) STRICT;
-- The order of the list: what is due first comes first, what is never due last.
CREATE INDEX case_flow_by_due ON case_flow (CASE due_at_ms WHEN 0 THEN 9223372036854775807 ELSE due_at_ms END, case_id);
CREATE INDEX case_flow_by_owner ON case_flow (owner_id);
CREATE INDEX case_flow_by_team ON case_flow (team_id, step);

-- Cases that were there before: where their visits and opinions show them to be, since they came; due never, so
-- that nobody finds a board full of what is overdue.
INSERT INTO case_flow (case_id, step, closed_at, since_ms, due_at_ms, owner_id, team_id, subspecialty, priority, version)
SELECT id,
       CASE
           WHEN EXISTS (SELECT 1 FROM visit WHERE case_id = clinical_case.id AND state <> 'ended') THEN 'visit_scheduled'
           WHEN EXISTS (SELECT 1 FROM visit WHERE case_id = clinical_case.id AND opened_at_ms > 0) THEN 'debriefed'
           WHEN EXISTS (SELECT 1 FROM opinion WHERE case_id = clinical_case.id) THEN 'opinion_written'
           ELSE 'requested'
       END,
       'closed', created_at_ms, 0, '', '', '', 'routine', 1
FROM clinical_case;

-- The case's timeline outside its visits.
CREATE TABLE case_event (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES clinical_case (id),
    kind       TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    actor_role TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    detail     TEXT NOT NULL,
    reason     TEXT NOT NULL
) STRICT;
CREATE INDEX case_event_by_case ON case_event (case_id, id);
CREATE TRIGGER case_event_is_final BEFORE UPDATE ON case_event
BEGIN SELECT RAISE(ABORT, 'the timeline is never changed'); END;
CREATE TRIGGER case_event_stays BEFORE DELETE ON case_event
BEGIN SELECT RAISE(ABORT, 'the timeline is never deleted'); END;

-- In how many days a step is due, where a programme says otherwise than the product.
CREATE TABLE programme_due_days (
    programme TEXT NOT NULL,
    step      TEXT NOT NULL,
    days      INTEGER NOT NULL,
    PRIMARY KEY (programme, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_plan_item (
    case_id  TEXT NOT NULL REFERENCES clinical_case (id),
    position INTEGER NOT NULL,
    what     TEXT NOT NULL,
    way      TEXT NOT NULL,
    place    TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (case_id, position)
) STRICT, WITHOUT ROWID;

-- Orders as they came; the same one again is known by its identifier.
CREATE TABLE case_order (
    system         TEXT NOT NULL,
    value          TEXT NOT NULL,
    case_id        TEXT NOT NULL REFERENCES clinical_case (id),
    received_at_ms INTEGER NOT NULL,
    document       TEXT NOT NULL,
    PRIMARY KEY (system, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
    id            TEXT PRIMARY KEY,
    programme     TEXT NOT NULL,
    key           TEXT NOT NULL,
    name          TEXT NOT NULL,
    subspecialty  TEXT NOT NULL,
    retired_at_ms INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    UNIQUE (programme, key)
) STRICT;

-- Members of staff beyond any one case or team; lists are words separated by one space.
CREATE TABLE expert (
    id             TEXT PRIMARY KEY,
    staff_key      TEXT NOT NULL UNIQUE,
    display_name   TEXT NOT NULL,
    label          TEXT NOT NULL,
    subspecialties TEXT NOT NULL,
    languages      TEXT NOT NULL,
    time_zone      TEXT NOT NULL
) STRICT;

CREATE TABLE team_expert (
    team_id   TEXT NOT NULL REFERENCES team (id),
    position  INTEGER NOT NULL,
    expert_id TEXT NOT NULL REFERENCES expert (id),
    PRIMARY KEY (team_id, position),
    UNIQUE (team_id, expert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_expert_by_expert ON team_expert (expert_id);

-- Protected hours, by the clock of the expert's zone.
CREATE TABLE expert_window (
    expert_id    TEXT NOT NULL REFERENCES expert (id),
    position     INTEGER NOT NULL,
    weekday      INTEGER NOT NULL, -- ISO 8601: 1 is Monday
    from_minute  INTEGER NOT NULL,
    until_minute INTEGER NOT NULL,
    PRIMARY KEY (expert_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE expert_exception (
    expert_id    TEXT NOT NULL REFERENCES expert (id),
    position     INTEGER NOT NULL,
    first_day    TEXT NOT NULL, -- YYYY-MM-DD
    last_day     TEXT NOT NULL,
    from_minute  INTEGER NOT NULL,
    until_minute INTEGER NOT NULL,
    away         INTEGER NOT NULL,
    PRIMARY KEY (expert_id, position)
) STRICT, WITHOUT ROWID;

-- Which visits may overlap with a slot.
CREATE INDEX visit_by_time ON visit (scheduled_at_ms) WHERE state <> 'ended';
