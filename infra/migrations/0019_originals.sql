-- Since when a key is there: that of a rejected original goes after its term. Its case and its person are the submission.
-- Keys of before this column count from now.
ALTER TABLE keys.data_keys ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX data_keys_of_originals ON keys.data_keys (made_at) WHERE case_id = subject_id;
