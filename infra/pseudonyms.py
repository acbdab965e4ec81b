"""Names without the person, under the secrets of the house."""

import hmac
from uuid import UUID, uuid4

from events.errors import Unavailable
from infra.house_secrets import house_secrets
from infra.keys import KeyRing

_ASKED = """
INSERT INTO keys.subject_index (blind_bsn, subject_id) VALUES (%(blind)s, %(fresh)s)
ON CONFLICT (blind_bsn) DO UPDATE SET asked_at = now() RETURNING subject_id
"""


class KeyedPseudonyms:
    """Fits ``services.ports.Pseudonyms``: HMAC-SHA256 under the secrets of the house.

    Raises: as ``house_secrets``, when it is made.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        # Each is keyed once, and copied for each use: the secrets themselves are not kept where they can be read.
        keyed = {name: hmac.new(secret, digestmod="sha256") for name, secret in house_secrets(ring).items()}
        self._bsn, self._person, self._digest = keyed["blind-index"], keyed["person"], keyed["digest"]

    def subject(self, bsn: str) -> UUID:
        """See the port."""
        row = self._ring.query(_ASKED, {"blind": _mac(self._bsn, bsn.encode()), "fresh": uuid4()})
        if row is None:
            raise Unavailable("De index van personen geeft geen antwoord. Probeer het later opnieuw.")
        return UUID(str(row[0]))

    def find_subject(self, bsn: str) -> UUID | None:
        """See the port."""
        row = self._ring.query(
            "SELECT subject_id FROM keys.subject_index WHERE blind_bsn = %(blind)s",
            {"blind": _mac(self._bsn, bsn.encode())},
        )
        return None if row is None else UUID(str(row[0]))

    def person(self, oin: str, name: str) -> str:
        """See the port."""
        return "p-" + _mac(self._person, f"{oin}|{name}".encode()).hex()[:16]

    def digest(self, content: bytes) -> bytes:
        """See the port."""
        return _mac(self._digest, content)


def _mac(keyed: hmac.HMAC, content: bytes) -> bytes:
    fresh = keyed.copy()
    fresh.update(content)
    return fresh.digest()
