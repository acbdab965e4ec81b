"""The shape of an encrypted value. There is no key and no plaintext here."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from events.vocabulary import CaseId, FactId, SubjectId


class Sealed(BaseModel):
    """One value of one data subject, readable only with that subject's key in that case.

    AES-256-GCM (NIST SP 800-38D). The associated data bind the box to the fact and the field it was made for
    (see ``sealing_context``), so a box that is moved to another place does not open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: UUID
    """Names the data key of one (case, data subject); when that key is destroyed the value is gone everywhere."""
    box: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{38,}$")]
    """Base64url without padding of nonce (12 bytes), ciphertext, tag (16 bytes)."""


def sealing_context(case_id: CaseId, subject_id: SubjectId, fact_id: FactId, field: str) -> bytes:
    """Return the associated data of one value: where it belongs, and nowhere else.

    Args:
        field: path of the value inside the fact, for example ``items/<item id>``.
    """
    return f"zvh.sealed.v1|{case_id}|{subject_id}|{fact_id}|{field}".encode()
