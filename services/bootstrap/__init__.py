"""The one place where adapters meet stories; import-linter lets no other story import an adapter."""

from infra.clock import SystemClock
from infra.private_memory import keep_memory_private
from infra.settings import Settings, load
from services.bootstrap.house import House, open_house

__all__ = ["House", "Settings", "SystemClock", "keep_memory_private", "load", "open_house"]
