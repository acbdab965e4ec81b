"""Attacks on the account: each is caught, and the message names what was attacked."""
