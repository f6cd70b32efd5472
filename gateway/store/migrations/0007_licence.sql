-- Where people say they are on the day of the visit, and where physicians are licensed.
-- States are ISO 3166-2 codes.

CREATE TABLE licence (
    staff_key   TEXT NOT NULL,
    state       TEXT NOT NULL,
    number      TEXT NOT NULL,
    status      TEXT NOT NULL,
    expires     TEXT NOT NULL, -- the last good day, or empty
    noted_at_ms INTEGER NOT NULL,
    PRIMARY KEY (staff_key, state, number)
) STRICT, WITHOUT ROWID;

ALTER TABLE participant ADD COLUMN subdivision TEXT NOT NULL DEFAULT '';
ALTER TABLE participant ADD COLUMN placed_at_ms INTEGER NOT NULL DEFAULT 0;

-- Since when a licensed colleague vouches for one who is not; 0: nobody does.
ALTER TABLE visit ADD COLUMN consultation_since_ms INTEGER NOT NULL DEFAULT 0;
