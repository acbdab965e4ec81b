-- Which organisations ever had a place in a case, also those that left it: for what somebody could see at a moment of old.
ALTER TABLE views.case_state ADD COLUMN had_place text[] NOT NULL DEFAULT '{}';
CREATE INDEX case_state_by_place ON views.case_state USING gin (had_place);

-- An answer that misses a case is worse than one that waits: all answers start anew from the log. What was sent stays.
DO $$
DECLARE answers text;
BEGIN
    SELECT string_agg(format('views.%I', tablename), ', ') INTO answers
    FROM pg_tables WHERE schemaname = 'views' AND tablename <> 'outgoing';
    EXECUTE 'TRUNCATE ' || answers;
END $$;
