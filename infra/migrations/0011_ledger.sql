-- The ledger of all kinds of disclosure: what the facts of the desk say more, what participants provide, who looked.
ALTER TABLE views.ledger ALTER COLUMN policy_digest DROP NOT NULL;
ALTER TABLE views.ledger
    ADD COLUMN regime           text,
    ADD COLUMN recipient_number bigint,
    ADD COLUMN decision_id      uuid,
    ADD COLUMN done_by          text,
    ADD COLUMN on_behalf_of     text,
    ADD COLUMN controller       text,
    ADD COLUMN grants           text[] NOT NULL DEFAULT '{}',
    ADD COLUMN items            text[] NOT NULL DEFAULT '{}',   -- '<item>/<version>'
    ADD COLUMN receipt_by       text COLLATE "C";               -- RFC 3339 UTC of one length: text order is time order
CREATE INDEX ledger_by_disclosure ON views.ledger (disclosure_id);
CREATE INDEX ledger_refused ON views.ledger (reason_code, index) WHERE decision = 'REFUSED';
CREATE INDEX ledger_without_basis ON views.ledger (index)
    WHERE decision <> 'REFUSED' AND (cardinality(legal_basis) = 0 OR (purpose IS NULL AND kind <> 'TO_COLLABORATION'));

-- Which recipients ever got item I, version V.
CREATE TABLE views.ledger_items (
    item_id    uuid NOT NULL,
    version    int NOT NULL,
    index      bigint NOT NULL,
    subject_id uuid NOT NULL,
    PRIMARY KEY (item_id, version, index, subject_id)
);

-- The recipients' own side of what was disclosed; order is by stream_seq, never by time.
CREATE TABLE views.ledger_receipts (
    index            bigint PRIMARY KEY,
    access_id        uuid NOT NULL,
    disclosure_id    uuid NOT NULL,
    case_id          uuid NOT NULL,
    recipient_org    text NOT NULL,
    recipient_task   text NOT NULL,
    recipient_person text NOT NULL,
    stream_seq       bigint NOT NULL,
    accessed_at      text NOT NULL,
    paired           boolean NOT NULL
);
CREATE INDEX ledger_receipts_by_disclosure ON views.ledger_receipts (disclosure_id);
CREATE INDEX ledger_receipts_by_number ON views.ledger_receipts (recipient_org, recipient_task, stream_seq);
CREATE INDEX ledger_receipts_unpaired ON views.ledger_receipts (index) WHERE NOT paired;

-- A record that was wrong stays; what it should have been stands beside it.
CREATE TABLE views.ledger_corrections (
    index         bigint PRIMARY KEY,
    correction_id uuid NOT NULL,
    disclosure_id uuid NOT NULL,
    case_id       uuid NOT NULL,
    what          text NOT NULL,
    purpose       text,
    legal_basis   text[],
    occurred_at   text NOT NULL
);
CREATE INDEX ledger_corrections_by_disclosure ON views.ledger_corrections (disclosure_id);

-- Totals per local day, and per local month and quarter, kept with the rows in one transaction.
CREATE TABLE views.ledger_days (
    day           text COLLATE "C" NOT NULL,
    recipient_org text COLLATE "C" NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    decision      text COLLATE "C" NOT NULL,
    reason_code   text COLLATE "C" NOT NULL,
    disclosures   bigint NOT NULL,
    PRIMARY KEY (day, recipient_org, kind, decision, reason_code)
);
CREATE TABLE views.ledger_periods (
    purpose       text COLLATE "C" NOT NULL,   -- '' where none was given
    period        text COLLATE "C" NOT NULL,   -- '2026-01', and again in '2026-Q1'
    recipient_org text COLLATE "C" NOT NULL,
    category      text COLLATE "C" NOT NULL,
    decision      text COLLATE "C" NOT NULL,
    disclosures   bigint NOT NULL,
    persons       bigint NOT NULL,             -- the same, counted once per person in each request
    PRIMARY KEY (purpose, period, recipient_org, category, decision)
);

-- Which numbers were seen of each series that has to be without gaps: what is missing is what lies between.
CREATE TABLE views.ledger_numbers (
    series text COLLATE "C" NOT NULL,          -- RECIPIENT: ours per organisation; RECEIPT: the recipient's own per task
    org    text COLLATE "C" NOT NULL,
    task   text COLLATE "C" NOT NULL,          -- '' for RECIPIENT
    seen   int8multirange NOT NULL,
    PRIMARY KEY (series, org, task)
);

-- Every fact from the first one on has its place in these, and rows and position move together: all answers start anew.
TRUNCATE views.case_state, views.ledger, views.work, views.work_waits, views.positions;
