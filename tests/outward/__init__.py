"""What leaves the house in the forms of others: a processing log, FHIR, the VNG's Inzage API, OCEL."""
