"""The one place where adapters meet stories; import-linter lets no other story import an adapter."""

from infra.settings import Settings, load
from services.bootstrap.house import House, open_house

__all__ = ["House", "Settings", "load", "open_house"]
