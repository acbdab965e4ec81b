"""Facts of moving a case between the local chamber and the house (domain 4, commands 16 to 18; domain 4.2)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import CriterionPart, PanelMember
from events.fact import Fact, Instant
from events.referral import Item
from events.sealed import Sealed
from events.vocabulary import Code, FactId, OrgCode, Pseudonym


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


class AdministrativeEscalationRequested(Fact):
    """A decision above the house is asked of a portfolio holder, by role, with results only (domain 4.2)."""

    type_name: ClassVar[str] = "nl.zvh.cases.administrative-escalation-requested.v1"

    portfolio_holder: Code
    request: Item
    """What is asked; of the third tier, without the facts beneath it."""


class DeescalationProposed(Fact):
    """The house panel wants the case back in a local chamber. Source: domain 4, command 18."""

    type_name: ClassVar[str] = "nl.zvh.cases.deescalation-proposed.v1"

    deescalation_id: FactId
    panel: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    ground: Code
    """BREAKTHROUGH_REACHED or NO_LONGER_NEEDED."""
    reasoning: Sealed
    chamber: Code
    """The local chamber that is asked to take the case."""
    answer_due: Instant


class CaseDeescalated(Fact):
    """The local chamber took the case back. Who is not on the new list leaves at this moment.

    Source: domain 4, command 18; legal_ref "WGS:authorisation".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.case-deescalated.v1"

    deescalation_id: FactId
    chamber: Code
    case_director: Pseudonym
    director_accepted_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    """Local date on which the case director took the case on; None in facts from before it was asked."""
    participants: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    authorised_until: Instant


class DeescalationDeclined(Fact):
    """The local chamber did not take the case back; room and stage stay. Source: domain 4, command 18."""

    type_name: ClassVar[str] = "nl.zvh.cases.deescalation-declined.v1"

    deescalation_id: FactId
    reason: Sealed
