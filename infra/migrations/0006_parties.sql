-- Which organisations refer, weigh or work on a case: whose list of cases it stands in. Filled by a rebuild of the views.
ALTER TABLE views.case_state ADD COLUMN parties text[] NOT NULL DEFAULT '{}';
CREATE INDEX case_state_by_party ON views.case_state USING gin (parties);
