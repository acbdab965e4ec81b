-- Answers that are read often. Everything here can be dropped and rebuilt from the log.
CREATE TABLE views.case_state (
    case_id      uuid PRIMARY KEY,
    stage        text NOT NULL,
    room         text,
    channel      text NOT NULL,
    regime       text NOT NULL,
    referrer     text NOT NULL,
    referred_at  text NOT NULL,     -- RFC 3339 UTC, as in the fact
    subject_id   uuid NOT NULL,
    sequence     bigint NOT NULL,   -- of the last fact of the case
    last_index   bigint NOT NULL    -- of the last fact that changed this row
);

-- One row per request for data and person: who saw, or was refused, which data of whom, for which purpose.
CREATE TABLE views.ledger (
    index          bigint NOT NULL,
    subject_id     uuid NOT NULL,
    disclosure_id  uuid NOT NULL,
    case_id        uuid NOT NULL,
    decision       text NOT NULL,
    reason_code    text NOT NULL,
    kind           text NOT NULL,
    recipient_org  text NOT NULL,
    recipient_task text NOT NULL,
    recipient_person text NOT NULL,
    purpose        text,
    categories     text[] NOT NULL,
    provider_orgs  text[] NOT NULL,
    legal_basis    text[] NOT NULL,
    occurred_at    text NOT NULL,
    policy_digest  text NOT NULL,
    PRIMARY KEY (index, subject_id)
);
CREATE INDEX ledger_by_subject ON views.ledger (subject_id, index);
CREATE INDEX ledger_by_recipient ON views.ledger (recipient_org, index);
