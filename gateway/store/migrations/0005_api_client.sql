-- Programs that may use the API, the assertions by which they came lately, and answers kept for those who ask twice.
-- Scopes are names separated by one space.

CREATE TABLE api_client (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    programme     TEXT NOT NULL, -- whose cases; empty: all
    scopes        TEXT NOT NULL,
    keys          TEXT NOT NULL, -- a JWK Set
    development   INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER NOT NULL,
    revoked_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE api_assertion (
    client_id     TEXT NOT NULL REFERENCES api_client (id),
    jti_sha256    TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_assertion_by_expiry ON api_assertion (expires_at_ms);

CREATE TABLE idempotent_answer (
    caller        TEXT NOT NULL,
    route         TEXT NOT NULL,
    key_sha256    TEXT NOT NULL,
    body_sha256   TEXT NOT NULL,
    status        INTEGER NOT NULL,
    answer        TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (caller, route, key_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotent_answer_by_age ON idempotent_answer (created_at_ms);
