-- In which cases a person stands, in whatever role: the subject, family, a victim, a reporter. For the rights of the person.
ALTER TABLE views.case_state ADD COLUMN persons text[] NOT NULL DEFAULT '{}';
CREATE INDEX case_state_by_person ON views.case_state USING gin (persons);

-- An account that misses a case is worse than one that waits: all answers start anew from the log. What was sent stays.
DO $$
DECLARE answers text;
BEGIN
    SELECT string_agg(format('views.%I', tablename), ', ') INTO answers
    FROM pg_tables WHERE schemaname = 'views' AND tablename <> 'outgoing';
    EXECUTE 'TRUNCATE ' || answers;
END $$;
