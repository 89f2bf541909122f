-- An elder, known by a card, and who helps.
CREATE TABLE circles (
    id        TEXT PRIMARY KEY NOT NULL,
    card_hash TEXT NOT NULL UNIQUE,
    called    TEXT NOT NULL,
    consented BIGINT NOT NULL,
    used      BIGINT NOT NULL
);

-- What a helper scans to join: for one person, for a short time.
CREATE TABLE circle_invitations (
    token_hash TEXT PRIMARY KEY NOT NULL,
    circle     TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    expires    BIGINT NOT NULL
);

CREATE TABLE circle_helpers (
    id         TEXT PRIMARY KEY NOT NULL,
    circle     TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    joined     BIGINT NOT NULL
);
CREATE INDEX circle_helpers_by_circle ON circle_helpers (circle);

CREATE TABLE circle_items (
    id          TEXT PRIMARY KEY NOT NULL,
    circle      TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    helper      TEXT REFERENCES circle_helpers (id) ON DELETE SET NULL,
    helper_name TEXT NOT NULL,
    guide       TEXT NOT NULL,
    ticked      TEXT NOT NULL,
    appointment TEXT NOT NULL,
    note        TEXT NOT NULL,
    made        BIGINT NOT NULL,
    heard       BIGINT
);
CREATE INDEX circle_items_by_circle ON circle_items (circle, made);

-- Everything that was done in the elder's name.
CREATE TABLE circle_log (
    id     SERIAL_KEY,
    circle TEXT NOT NULL REFERENCES circles (id) ON DELETE CASCADE,
    at     BIGINT NOT NULL,
    helper TEXT NOT NULL,
    act    TEXT NOT NULL,
    guide  TEXT NOT NULL
);
CREATE INDEX circle_log_by_circle ON circle_log (circle, at);
