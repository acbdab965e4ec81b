-- How far the log was written out to the log of others. Not in schema views: no rebuild makes it, none may undo it.
CREATE TABLE log.exports (
    name       text PRIMARY KEY,
    next_index bigint NOT NULL CHECK (next_index >= 0)  -- log index of the next fact to write out
);
