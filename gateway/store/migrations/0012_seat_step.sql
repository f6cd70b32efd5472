-- How far each invitee is on the way in, as far as the timeline does not say (gateway/visits/seat_step.h):
-- the last time of each step. `problems`: bits of enum seat_problem.
CREATE TABLE seat_step (
    participant_id TEXT NOT NULL REFERENCES participant (id),
    step           TEXT NOT NULL,
    problems       INTEGER NOT NULL,
    at_ms          INTEGER NOT NULL,
    PRIMARY KEY (participant_id, step)
) STRICT, WITHOUT ROWID;
