-- By which session of a member of staff the seat was taken; empty: by a link.

ALTER TABLE device ADD COLUMN session_id TEXT NOT NULL DEFAULT '';
