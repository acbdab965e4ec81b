"""What a fact is: something that happened, frozen, with who, for whom, when and on what ground."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from events.vocabulary import CaseId, FactId, LegalRef, Moment, Oin, Pseudonym, Task


def rfc3339(moment: datetime) -> str:
    """Write *moment* as RFC 3339 in UTC with microseconds, always the same length."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


Instant = Annotated[Moment, PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""A moment that is always written in the one form of ``rfc3339``."""


def _sorted_once(values: object) -> object:
    # A set has no order, and the bytes of a fact must have one.
    return tuple(sorted({str(v) for v in values})) if isinstance(values, (set, frozenset, list, tuple)) else values


Codes = Annotated[tuple[str, ...], BeforeValidator(_sorted_once)]
"""A set of codes, written sorted and without repetition."""


class Part(BaseModel):
    """Base of the values inside a fact: frozen, and closed to fields that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Part):
    """Base of all facts.

    Named in the past tense. ``type_name`` is permanent: proofs and positions depend on it. A new shape is a new
    version with an upcast (``events/upcasts.py``), never an edit. No personal datum and no free text stands in a
    fact in clear: such a value is a ``Sealed``.
    """

    type_name: ClassVar[str]

    occurred_at: Instant
    """When it happened in the world, as the sender or the house knows it."""
    legal_ref: LegalRef
    """The ground of the guard that let it pass."""


class Envelope(Part):
    """What stands around a fact: identity, order, cause and actor (CloudEvents 1.0 with the NL GOV profile)."""

    id: FactId
    case_id: CaseId
    sequence: Annotated[int, Field(ge=1)]
    """The fact's number in its case, from 1, without gaps."""
    recorded_at: Instant
    """When the house wrote it; CloudEvents ``time``."""
    actor: Pseudonym
    on_behalf_of: Oin
    """The organisation for which the actor acts, exactly one."""
    task: Task
    """The task of that organisation for which the actor acts, exactly one."""
    correlation_id: UUID
    """Same for all that follows from one request."""
    causation_id: UUID
    """The command or the fact that directly led to this one."""


class Recorded(Part):
    """A fact with its envelope: the unit that is stored, told and proved."""

    envelope: Envelope
    fact: Fact
