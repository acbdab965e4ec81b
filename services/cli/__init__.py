"""The program ``zvh``."""

from services.cli.app import app, main

__all__ = ["app", "main"]
