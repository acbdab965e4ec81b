-- The transparency log: one Merkle tree over all numbered facts (RFC 6962), in tiles of height 8 (C2SP tlog-tiles).

-- Whose log this is. One row, written when the relay first starts on this database, and never again.
CREATE TABLE log.identity (
    only_one     boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    origin       text NOT NULL,
    verifier_key text NOT NULL,
    founded_at   timestamptz NOT NULL
);

-- How many facts had a number when the database first heard of trees: only these may precede the founding.
CREATE TABLE log.numbered_before (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    facts    bigint NOT NULL
);
INSERT INTO log.numbered_before (facts) SELECT coalesce(max(index) + 1, 0) FROM log.numbered;

-- hashes: up to 256 of 32 bytes. above: the 254 inner nodes of a full tile, so that a proof need not hash them again.
CREATE TABLE log.tiles (
    level  smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea STORAGE EXTERNAL NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    above  bytea STORAGE EXTERNAL,
    PRIMARY KEY (level, number),
    CHECK ((octet_length(hashes) = 8192) = (above IS NOT NULL))
);

-- Every checkpoint that was ever signed, for whoever must show the state of a past day.
CREATE TABLE log.checkpoints (
    size      bigint PRIMARY KEY,
    root      bytea NOT NULL,
    note      text NOT NULL,
    signed_at timestamptz NOT NULL
);

-- What witnesses signed under them, one line per key.
CREATE TABLE log.cosignatures (
    size        bigint NOT NULL REFERENCES log.checkpoints,
    name        text NOT NULL,
    key_id      bytea NOT NULL,
    line        text NOT NULL,
    cosigned_at timestamptz NOT NULL,
    PRIMARY KEY (size, name, key_id)
);

-- Where a fact stands in the log, by its id.
CREATE TABLE log.leaves (
    fact_id uuid NOT NULL,
    index   bigint NOT NULL
);
CREATE INDEX leaves_by_fact ON log.leaves (fact_id);

-- A net under our own mistakes; it does not stop an administrator, and need not: witnesses do.
CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'log.% is written once', TG_TABLE_NAME;
END $$;
CREATE FUNCTION log.only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.above IS NOT NULL OR (NEW.level, NEW.number) <> (OLD.level, OLD.number)
       OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'log.tiles only grows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_grow BEFORE UPDATE ON log.tiles FOR EACH ROW EXECUTE FUNCTION log.only_grow();
CREATE TRIGGER written_once BEFORE DELETE ON log.tiles FOR EACH ROW EXECUTE FUNCTION log.refuse();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON log.checkpoints FOR EACH ROW EXECUTE FUNCTION log.refuse();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON log.identity FOR EACH ROW EXECUTE FUNCTION log.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON log.tiles EXECUTE FUNCTION log.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON log.checkpoints EXECUTE FUNCTION log.refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON log.identity EXECUTE FUNCTION log.refuse();
