-- A recipient numbers its own accesses, per task, from 1. One number names one access: told again it may say the same,
-- and of another access nothing. The number stands in the fact; here it is kept unique, in the transaction of the fact.
CREATE TABLE facts.receipt_numbers (
    org         text NOT NULL,
    task        text NOT NULL,
    number      bigint NOT NULL,
    access_id   uuid NOT NULL,
    same_access boolean NOT NULL DEFAULT true CHECK (same_access),
    PRIMARY KEY (org, task, number)
);

-- What was told before: of a number that was given twice, the first access. On a new database there are no facts yet.
DO $$
BEGIN
    IF to_regclass('facts.stored_events') IS NOT NULL THEN
        INSERT INTO facts.receipt_numbers (org, task, number, access_id)
        SELECT DISTINCT ON (1, 2, 3) data->>'recipient_org', data->>'recipient_task', (data->>'stream_seq')::bigint,
            (data->>'access_id')::uuid
        FROM facts.stored_events, LATERAL (SELECT convert_from(state, 'UTF8')::jsonb->'data' AS data) AS told
        WHERE topic = 'nl.zvh.disclosures.data-accessed.v1'
        ORDER BY 1, 2, 3, notification_id;
    END IF;
END $$;
