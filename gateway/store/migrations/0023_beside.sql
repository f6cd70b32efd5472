-- A seat made for a help session (gateway/visits/help_session.h): it leads nowhere else, and never into
-- the visit.

ALTER TABLE participant ADD COLUMN beside INTEGER NOT NULL DEFAULT 0;
