"""Seals a value before a fact is made. Opens nothing: that is the desk's work alone (``infra.unsealing``)."""

import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.sealed import Sealed, sealing_context
from infra.keys import KeyRing
from infra.wrapping import NONCE_BYTES


class AesSealer:
    """Fits ``services.ports.Sealer``: AES-256-GCM with a fresh random nonce of 96 bits for each value."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, case_id: UUID, subject_id: UUID, fact_id: UUID, field: str, value: bytes) -> Sealed:
        """See the port."""
        key_id, key = self._ring.key_for_sealing(case_id, subject_id)
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = nonce + AESGCM(key).encrypt(nonce, value, sealing_context(case_id, subject_id, fact_id, field))
        return Sealed(key_id=key_id, box=urlsafe_b64encode(box).rstrip(b"=").decode())
