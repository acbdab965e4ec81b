"""Invented traffic of partners: seeded, of any length, with its expected outcomes."""
