CREATE TABLE staff (
    id            TEXT PRIMARY KEY NOT NULL,
    name          TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    made          BIGINT NOT NULL,
    disabled      BIGINT
);

CREATE TABLE staff_sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    staff      TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    made       BIGINT NOT NULL,
    expires    BIGINT NOT NULL
);

-- Failed attempts to sign in, by name and by address (only hashes of either).
CREATE TABLE attempts (
    id      SERIAL_KEY,
    subject TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX attempts_by_subject ON attempts (subject, at);

-- What staff did, for who answers for the centre.
CREATE TABLE audit (
    id  SERIAL_KEY,
    at  BIGINT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
