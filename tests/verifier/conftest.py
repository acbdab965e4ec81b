"""The same small bundle as the attacks."""

from tests.attacks.conftest import target

__all__ = ["target"]
