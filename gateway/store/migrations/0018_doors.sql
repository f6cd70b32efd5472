-- Who is kept out for a while although they were let in, and the team's talks among itself.

ALTER TABLE participant ADD COLUMN hold TEXT NOT NULL DEFAULT 'none';

-- Since when the team huddles; 0: it does not.
ALTER TABLE visit ADD COLUMN huddle_since_ms INTEGER NOT NULL DEFAULT 0;

-- Written in a huddle: for the team alone.
ALTER TABLE chat_message ADD COLUMN in_huddle INTEGER NOT NULL DEFAULT 0;
