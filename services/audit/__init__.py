"""Giving an account to whoever checks us: bundles that are verified without us (docs/bundle.md)."""
