"""The rights of a person at one contact point: requests, their terms, and the account that a person gets."""
