-- The work lists remember when access ends, who directs a case and which rights were granted: all answers start anew from
-- the log. What was sent stays.
DO $$
DECLARE answers text;
BEGIN
    SELECT string_agg(format('views.%I', tablename), ', ') INTO answers
    FROM pg_tables WHERE schemaname = 'views' AND tablename <> 'outgoing';
    EXECUTE 'TRUNCATE ' || answers;
END $$;
