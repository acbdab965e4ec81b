-- Every record of a disclosure or refusal has a number among those of its recipient organisation, from 1 without gaps:
-- one that is missing shows. The number stands in the fact; here it is kept unique, in the transaction of the fact.
CREATE TABLE facts.recipient_numbers (
    org     text NOT NULL,
    number  bigint NOT NULL CHECK (number >= 1),
    fact_id uuid NOT NULL UNIQUE,
    PRIMARY KEY (org, number)
);
