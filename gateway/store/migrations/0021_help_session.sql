-- Somebody of the programme is with one person of a visit who is stuck (gateway/visits/help_session.h).

CREATE TABLE help_session (
    id            TEXT PRIMARY KEY,
    visit_id      TEXT NOT NULL REFERENCES visit (id),
    helped_id     TEXT NOT NULL REFERENCES participant (id),
    helper_id     TEXT NOT NULL REFERENCES participant (id),
    account_id    TEXT NOT NULL, -- of who helps; empty: came by a link to the case
    state         TEXT NOT NULL,
    ended_how     TEXT NOT NULL,
    offered_at_ms INTEGER NOT NULL,
    opened_at_ms  INTEGER NOT NULL,
    ended_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX help_session_by_visit ON help_session (visit_id);
-- A visit has one at a time.
CREATE UNIQUE INDEX help_session_on ON help_session (visit_id) WHERE state <> 'over';
