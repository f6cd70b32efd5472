-- How each person's connection was, about a row for each minute (gateway/visits/quality_minute.h).
CREATE TABLE quality_minute (
    visit_id           TEXT NOT NULL REFERENCES visit (id),
    participant_id     TEXT NOT NULL REFERENCES participant (id),
    from_ms            INTEGER NOT NULL,
    until_ms           INTEGER NOT NULL,
    score_tenths       INTEGER NOT NULL, -- 10 (hardly possible) to 50 (nothing to notice)
    worst              INTEGER NOT NULL,
    reason             TEXT NOT NULL,    -- of the worst
    concealed_permille INTEGER NOT NULL,
    frozen_ms          INTEGER NOT NULL,
    estimate_bps       INTEGER NOT NULL,
    rtt_ms             INTEGER NOT NULL,
    path               TEXT NOT NULL,
    PRIMARY KEY (visit_id, participant_id, from_ms)
) STRICT, WITHOUT ROWID;
