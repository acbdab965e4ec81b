"""Our facts in the words of others: a Dutch processing log, FHIR audit events. Pure: facts in, documents out."""
