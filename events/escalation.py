"""Facts of moving a case between the local chamber and the house (domain 4, commands 16 and 17; domain 4.2)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import CriterionPart, PanelMember
from events.fact import Fact, Instant
from events.sealed import Sealed
from events.vocabulary import FactId, OrgCode


class EscalationProposed(Fact):
    """The local chamber asks the house to take the case, with the breakthrough record.

    Source: domain 4.2; legal_ref "ZVH:breakthrough".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.escalation-proposed.v1"

    escalation_id: FactId
    parts: Annotated[tuple[CriterionPart, ...], Field(min_length=4)]
    """The four parts of the test, all YES."""
    wanted_from: OrgCode
    """The organisation from which a decision, means or power is wanted."""
    wanted_by: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    record: Sealed
    """What is stuck, what was tried locally (act, date, result), what is wanted."""
    answer_due: Instant
    """Until when the house may answer."""


class CaseEscalated(Fact):
    """The house took the case over: room HOUSE, a new list of participants, and only the listed items go along.

    Source: domain 4, command 17; legal_ref "BGS:criteria".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.case-escalated.v1"

    escalation_id: FactId
    panel: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    participants: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    items_along: tuple[FactId, ...]
    authorised_until: Instant


class EscalationDeclined(Fact):
    """The house did not take the case over; room and stage stay. Source: domain 4, command 17."""

    type_name: ClassVar[str] = "nl.zvh.cases.escalation-declined.v1"

    escalation_id: FactId
    reason: Sealed
