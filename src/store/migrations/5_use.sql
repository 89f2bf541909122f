-- How often each guide was opened, by week. Nothing about who.
CREATE TABLE guide_use (
    week     BIGINT NOT NULL,
    guide    TEXT NOT NULL,
    language TEXT NOT NULL,
    count    BIGINT NOT NULL,
    PRIMARY KEY (week, guide, language)
);

-- Questions that found no guide, masked; only if the centre turned this on.
CREATE TABLE unanswered (
    week     BIGINT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    count    BIGINT NOT NULL,
    PRIMARY KEY (week, language, text)
);

CREATE TABLE terminals (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    seen       BIGINT NOT NULL,
    volume     BIGINT NOT NULL,
    languages  TEXT NOT NULL,
    idle       BIGINT NOT NULL,
    microphone TEXT NOT NULL
);

CREATE TABLE settings (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
