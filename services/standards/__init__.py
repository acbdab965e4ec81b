"""Who saw what, in the words of others: what the doors of the Inzage API, FHIR and process mining are made of."""
