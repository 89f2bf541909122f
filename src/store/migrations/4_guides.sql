-- Guides that a centre wrote, in versions. At most one version of a guide is in service.
CREATE TABLE guide_versions (
    id        SERIAL_KEY,
    guide     TEXT NOT NULL,
    region    TEXT NOT NULL,
    version   BIGINT NOT NULL,
    category  TEXT NOT NULL,
    text      TEXT NOT NULL,
    state     TEXT NOT NULL,
    made      BIGINT NOT NULL,
    made_by   TEXT NOT NULL,
    decided   BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    UNIQUE (guide, region, version)
);

-- How often something that all nodes share has changed.
CREATE TABLE changes (
    topic   TEXT PRIMARY KEY NOT NULL,
    counter BIGINT NOT NULL
);
