-- The rooms of the database. Facts live in schema facts, whose table the eventsourcing library makes itself.
CREATE SCHEMA IF NOT EXISTS facts;
CREATE SCHEMA IF NOT EXISTS log;
CREATE SCHEMA IF NOT EXISTS keys;
CREATE SCHEMA IF NOT EXISTS views;

-- One row per command that had its effect, written in the transaction of its facts: a retried command has one effect.
CREATE TABLE facts.commands (
    command_id     uuid PRIMARY KEY,
    case_id        uuid NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence  bigint NOT NULL,
    outcome        text NOT NULL,
    origin         text NOT NULL,   -- where it was delivered: the same place again is a redelivery, another a duplicate
    content_digest bytea NOT NULL   -- keyed digest of what was asked: the same id with other content is refused
);

-- The relay's numbering: dense, from 0, in the order of commitment. Index = leaf index of the log.
CREATE TABLE log.numbered (
    index           bigint PRIMARY KEY,
    notification_id bigint NOT NULL UNIQUE
);

-- One data key per (case, data subject), wrapped by the key-encryption key. A destroyed key leaves no row.
CREATE TABLE keys.data_keys (
    key_id     uuid PRIMARY KEY,
    case_id    uuid NOT NULL,
    subject_id uuid NOT NULL,
    kek_id     text NOT NULL,
    wrapped    bytea NOT NULL,
    UNIQUE (case_id, subject_id)
);

-- Keyed blind index: finds a person's pseudonym by BSN without holding the BSN.
CREATE TABLE keys.subject_index (
    blind_bsn  bytea PRIMARY KEY,
    subject_id uuid NOT NULL UNIQUE
);

-- Where each projection stands, per source (a Kafka partition, or the numbered log), moved with the rows it wrote.
CREATE TABLE views.positions (
    projection text NOT NULL,
    source     text NOT NULL,       -- 'zvh.events:<partition>' or 'log'
    next_place bigint NOT NULL,     -- Kafka offset, or log index, of the next fact to take
    last_index bigint NOT NULL,     -- log index of the last fact taken
    PRIMARY KEY (projection, source)
);

-- The embedded twin of the feed topics and of the topic for rejected events; empty when Kafka carries them.
CREATE TABLE views.outgoing (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key   text NOT NULL,
    value bytea NOT NULL
);
CREATE UNIQUE INDEX outgoing_once ON views.outgoing (topic, key);
