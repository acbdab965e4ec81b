"""The one source of time and of new ids."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


class SystemClock:
    """Fits ``services.ports.Clock``."""

    def now(self) -> datetime:
        """Return the present moment, UTC."""
        return datetime.now(UTC)

    def new_id(self) -> UUID:
        """Return a new UUID version 7 (RFC 9562)."""
        return uuid7()
