"""Opens sealed values. Only ``services.desk`` may import this module; import-linter holds that."""

from base64 import urlsafe_b64decode
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.errors import Corrupt
from events.sealed import Sealed, sealing_context
from infra.wrapping import NONCE_BYTES


class Destroyed(Exception):
    """The key of this value was destroyed; nobody can read the value any more."""


class OpeningKeys(Protocol):
    """Where the keys are."""

    def key_for_opening(self, key_id: UUID) -> bytes | None:
        """Return the key, or None when it was destroyed. Raises: Unavailable; Corrupt when it does not unwrap."""
        ...


class Unsealer:
    """Opens one value at the one place for which it was sealed."""

    def __init__(self, keys: OpeningKeys) -> None:
        self._keys = keys

    def open(self, case_id: UUID, subject_id: UUID, fact_id: UUID, field: str, sealed: Sealed) -> bytes:
        """Return the plaintext.

        Raises:
            Destroyed: the key is gone.
            Corrupt: the value was altered, or does not belong at this place.
            Unavailable: the key store does not answer.
        """
        key = self._keys.key_for_opening(sealed.key_id)
        if key is None:
            raise Destroyed(f"sleutel {sealed.key_id}")
        context = sealing_context(case_id, subject_id, fact_id, field)
        try:
            # A cut box may be no base64 at all, which is a ValueError.
            box = urlsafe_b64decode(sealed.box + "=" * (-len(sealed.box) % 4))
            return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise Corrupt(f"Een verzegelde waarde van feit {fact_id} is gewijzigd of hoort hier niet.") from None
