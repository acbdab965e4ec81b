"""The words that all layers share.

Only what the state machine itself needs is a closed enumeration here. Lists that the law or a room may change
(organisations, purposes, data categories, refusal codes) are dated reference data in ``policies/reference_data``;
in a fact they are codes, so that a fact of ten years ago can still be read after the list has changed.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

CaseId = UUID
"""Names one case, or one refused submission; never a person."""
SubjectId = UUID
"""Pseudonym of a data subject within this house."""
FactId = UUID
"""UUID version 7 of one fact."""
KeyId = UUID
"""Names the data key of one (case, data subject)."""
Moment = AwareDatetime
"""A moment with a time zone; stored as UTC with microseconds."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,63}$")]
"""A code from a dated list in ``policies/reference_data``."""
OrgCode = Code
"""Organisation, for example ``SAFE_HOME``."""
Oin = Annotated[str, StringConstraints(pattern=r"^[0-9]{20}$")]
"""Organisatie-identificatienummer: 20 digits."""
Task = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,63}$")]
"""Statutory task of an organisation, for example ``youth-act``."""
LegalRef = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*:[a-z0-9-]+$")]
"""Key into the dated table of legal references, for example ``WGS:purpose``; never an article number."""
Pseudonym = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,63}$")]
"""A person who acts, without a name: ``p-`` and 16 hex digits, or the name of a part of the house (``intake``)."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in lower-case hex."""


class Stage(StrEnum):
    """How far the case is (domain 4)."""

    SIGNALLED = "SIGNALLED"
    REFERRED = "REFERRED"
    RETURNED = "RETURNED"
    IN_TRIAGE = "IN_TRIAGE"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    STARTING = "STARTING"
    IN_CONSULTATION = "IN_CONSULTATION"
    PLAN_AGREED = "PLAN_AGREED"
    MONITORING = "MONITORING"
    AFTERCARE = "AFTERCARE"
    CLOSED = "CLOSED"
    DESTROYED = "DESTROYED"


class Room(StrEnum):
    """Where the case is handled; none until acceptance (domain 4.2)."""

    LOCAL_CHAMBER = "LOCAL_CHAMBER"
    HOUSE = "HOUSE"


class Answer(StrEnum):
    """Answer to one part of a test. UNKNOWN counts as not met, and is never turned into NO (domain 4.1)."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Decision(StrEnum):
    """Outcome of a request for data (domain 5.1)."""

    GRANTED = "GRANTED"
    PARTLY = "PARTLY"
    REFUSED = "REFUSED"


class SubjectRole(StrEnum):
    """What a person is in the file (domain 2)."""

    SUBJECT = "SUBJECT"
    FAMILY = "FAMILY"
    VICTIM = "VICTIM"
    REPORTER = "REPORTER"
