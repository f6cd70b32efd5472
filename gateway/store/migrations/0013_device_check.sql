-- What people's devices, browsers and networks could do when they tried them: the latest few of each
-- seat. Marks only say whether a camera or a microphone is the same one as before.

CREATE TABLE device_check (
    id                 TEXT PRIMARY KEY,
    visit_id           TEXT NOT NULL REFERENCES visit (id),
    participant_id     TEXT NOT NULL REFERENCES participant (id),
    at_ms              INTEGER NOT NULL,
    moment             TEXT NOT NULL,
    device             TEXT NOT NULL,
    browser            TEXT NOT NULL,
    browser_version    INTEGER NOT NULL, -- major; 0: unknown
    camera             TEXT NOT NULL,    -- verdicts, and the reason of each
    camera_reason      TEXT NOT NULL,
    microphone         TEXT NOT NULL,
    microphone_reason  TEXT NOT NULL,
    speaker            TEXT NOT NULL,
    speaker_reason     TEXT NOT NULL,
    page               TEXT NOT NULL,
    page_reason        TEXT NOT NULL,
    network            TEXT NOT NULL,
    network_reason     TEXT NOT NULL,
    udp                TEXT NOT NULL,
    tcp                TEXT NOT NULL,
    relay              TEXT NOT NULL,
    path               TEXT NOT NULL,
    up_kbps            INTEGER NOT NULL, -- -1: unknown, as in the following
    down_kbps          INTEGER NOT NULL,
    rtt_ms             INTEGER NOT NULL,
    jitter_ms          INTEGER NOT NULL,
    loss_permille      INTEGER NOT NULL,
    seconds            INTEGER NOT NULL,
    camera_mark        TEXT NOT NULL,
    microphone_mark    TEXT NOT NULL,
    change             TEXT NOT NULL     -- since the one before it
) STRICT, WITHOUT ROWID;

CREATE INDEX device_check_of_participant ON device_check (participant_id, id);
CREATE INDEX device_check_of_visit ON device_check (visit_id, participant_id, id);
