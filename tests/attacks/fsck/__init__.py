"""Attacks on a whole house that the check from the bytes names."""
