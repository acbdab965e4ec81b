-- How far participants were told of the numbered log. Not in schema views: no rebuild makes it, none may undo it.
CREATE TABLE log.feeds (
    one_row    boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    next_index bigint NOT NULL CHECK (next_index >= 0)  -- log index of the next fact to tell of
);

-- A house that worked before it told starts at its present end: nobody hears today what happened years ago.
INSERT INTO log.feeds (next_index) SELECT coalesce(max(index) + 1, 0) FROM log.numbered;
