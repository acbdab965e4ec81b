"""What several files of contracts share."""

from tests.http_house import door

__all__ = ["door"]
