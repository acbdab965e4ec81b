-- The work lists: what is or was waited for, one row per case, kind, thing and organisation.
CREATE TABLE views.work (
    case_id        uuid NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    about          uuid NOT NULL,
    org            text COLLATE "C" NOT NULL,
    role           text NOT NULL,
    due            text COLLATE "C",   -- RFC 3339 UTC of one length, so that order of text is order of time
    opened_index   bigint NOT NULL,
    closed_index   bigint,             -- NULL while it is waited for
    reminded_index bigint,
    missed_index   bigint,
    PRIMARY KEY (case_id, kind, about, org)
);
CREATE INDEX work_by_due ON views.work (due) WHERE closed_index IS NULL;

-- What must be remembered of a case to know what it waits for, and stands in no row.
CREATE TABLE views.work_waits (
    case_id uuid PRIMARY KEY,
    waits   text NOT NULL              -- JSON of codes, ids and moments
);

-- The work lists need every fact from the first one on, and rows and position move together: all answers start anew.
TRUNCATE views.case_state, views.ledger, views.positions;
