-- Cases whose keys were destroyed: the sealer never makes a new key for one.
CREATE TABLE keys.destroyed (
    case_id      uuid PRIMARY KEY,
    destroyed_at timestamptz NOT NULL DEFAULT now()
);
