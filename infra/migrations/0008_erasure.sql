-- Keys that can change their wrapping, a blind index that dies with its keys, and erasing one person in one case.

-- The key-encryption keys by name. One wraps what is new, the others are still read, a retired one is refused.
CREATE TABLE keys.wrappings (
    kek_id text PRIMARY KEY,
    state  text NOT NULL CHECK (state IN ('CURRENT', 'READABLE', 'RETIRED')),
    since  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_current ON keys.wrappings (state) WHERE state = 'CURRENT';
INSERT INTO keys.wrappings (kek_id, state)
SELECT kek_id, CASE WHEN row_number() OVER (ORDER BY count(*) DESC) = 1 THEN 'CURRENT' ELSE 'READABLE' END
FROM keys.data_keys GROUP BY kek_id;

-- The secrets behind blind index, pseudonyms and digests. Facts depend on them, so they never change; only their wrapping does.
CREATE TABLE keys.house_secrets (
    name    text PRIMARY KEY,
    kek_id  text NOT NULL REFERENCES keys.wrappings,
    wrapped bytea NOT NULL
);

-- Whether this house made pseudonyms before its secrets stood here: then they come once out of its key-encryption key.
CREATE TABLE keys.founding (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    secrets  text NOT NULL CHECK (secrets IN ('INHERITED', 'NEW', 'MADE'))
);
INSERT INTO keys.founding (secrets)
SELECT CASE WHEN EXISTS (SELECT FROM facts.commands) OR EXISTS (SELECT FROM keys.subject_index)
                 OR EXISTS (SELECT FROM keys.data_keys) THEN 'INHERITED' ELSE 'NEW' END;

-- When a pseudonym was last asked for to write with: until its first key is there, the row must not be tidied away.
ALTER TABLE keys.subject_index ADD COLUMN asked_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX data_keys_by_subject ON keys.data_keys (subject_id);

-- One person in one case, erased: the sealer never makes a new key for the two.
CREATE TABLE keys.erased (
    case_id    uuid NOT NULL,
    subject_id uuid NOT NULL,
    erased_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (case_id, subject_id)
);

-- Destructions under way: written before the fact and gone with the keys, so that what a crash left half done is finished.
CREATE TABLE keys.dying (
    announced  uuid PRIMARY KEY,  -- each of its own, so that a refused one takes back no other
    case_id    uuid NOT NULL,
    subject_id uuid NOT NULL,     -- the case's own id for the whole case
    since      timestamptz NOT NULL DEFAULT now()
);

-- Deleted rows stay on disk until their table is written anew; and how long the erasure ledger was.
CREATE TABLE keys.housekeeping (
    only_one       boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    deletions      bigint NOT NULL DEFAULT 0,
    tidied         bigint NOT NULL DEFAULT 0,
    ledger_lines bigint NOT NULL DEFAULT 0
);
INSERT INTO keys.housekeeping DEFAULT VALUES;
