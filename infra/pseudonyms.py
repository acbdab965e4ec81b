"""Names without the person, under keys derived from the key-encryption key of the house."""

import hmac
from uuid import UUID, uuid4

from events.errors import Unavailable
from infra.keys import KeyRing, derive


class KeyedPseudonyms:
    """Fits ``services.ports.Pseudonyms``: HMAC-SHA256 under keys derived from the house's key."""

    def __init__(self, ring: KeyRing, master: bytes) -> None:
        self._ring = ring
        self._bsn_key, self._person_key = derive(master, "blind-index"), derive(master, "person")
        self._digest_key = derive(master, "digest")

    def subject(self, bsn: str) -> UUID:
        """See the port."""
        blind = self._blind(bsn)
        self._ring.query("INSERT INTO keys.subject_index VALUES (%s, %s) ON CONFLICT DO NOTHING", (blind, uuid4()))
        found = self._find(blind)
        if found is None:
            raise Unavailable("De index van personen geeft geen antwoord. Probeer het later opnieuw.")
        return found

    def find_subject(self, bsn: str) -> UUID | None:
        """See the port."""
        return self._find(self._blind(bsn))

    def person(self, oin: str, name: str) -> str:
        """See the port."""
        return "p-" + hmac.new(self._person_key, f"{oin}|{name}".encode(), "sha256").hexdigest()[:16]

    def digest(self, content: bytes) -> bytes:
        """See the port."""
        return hmac.new(self._digest_key, content, "sha256").digest()

    def _blind(self, bsn: str) -> bytes:
        return hmac.new(self._bsn_key, bsn.encode(), "sha256").digest()

    def _find(self, blind: bytes) -> UUID | None:
        row = self._ring.query("SELECT subject_id FROM keys.subject_index WHERE blind_bsn = %s", (blind,))
        return row[0] if row and isinstance(row[0], UUID) else None
