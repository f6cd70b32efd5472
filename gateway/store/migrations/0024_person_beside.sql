-- Somebody who came to help (gateway/visits/help_session.h) is kept with the people of the case, and
-- is not invited with them.

ALTER TABLE person ADD COLUMN beside INTEGER NOT NULL DEFAULT 0;
