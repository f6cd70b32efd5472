-- When somebody in the waiting room last let it be known that they are there; 0: never.

ALTER TABLE participant ADD COLUMN knocked_at_ms INTEGER NOT NULL DEFAULT 0;
