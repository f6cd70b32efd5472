-- When a visit is to begin after all (gateway/visits/visit_delay.h).

CREATE TABLE visit_delay (
    visit_id       TEXT PRIMARY KEY REFERENCES visit (id),
    expected_at_ms INTEGER NOT NULL,
    said_at_ms     INTEGER NOT NULL,
    said_by        TEXT NOT NULL
) STRICT;
