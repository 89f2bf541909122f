-- A guide that was shared. Nothing here says who shared it or with whom.
-- The secrets themselves are known only to who holds the link.
CREATE TABLE links (
    id         TEXT PRIMARY KEY NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    code_hash  TEXT UNIQUE,
    guide      TEXT NOT NULL,
    region     TEXT NOT NULL,
    language   TEXT NOT NULL,
    step       BIGINT NOT NULL,
    terminal   TEXT NOT NULL,
    made       BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    withdrawn  BIGINT
);
CREATE INDEX links_by_expiry ON links (expires);
