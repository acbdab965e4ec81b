"""Facts of the consultation: who is invited, who answers, who was there, what was decided (domain 4, command 12)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import PanelMember
from events.fact import Fact, Instant, Part
from events.referral import Item
from events.vocabulary import FactId, OrgCode, Pseudonym, Room, Task


class ConsultationPlanned(Fact):
    """A consultation was planned, with its invitees and the items on the table. Source: domain 4, command 12."""

    type_name: ClassVar[str] = "nl.zvh.cases.consultation-planned.v1"

    consultation_id: FactId
    room: Room
    planned_for: Instant
    invited: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    guests: tuple[PanelMember, ...] = ()
    """Invitees that are admitted to the house and do not work on this case; they have a right to no item."""
    items: tuple[FactId, ...]
    """What will be on the table."""
    answer_due: Instant


class InvitationAnswered(Fact):
    """An organisation said whether it comes. Source: domain 4, command 12."""

    type_name: ClassVar[str] = "nl.zvh.cases.invitation-answered.v1"

    consultation_id: FactId
    org: OrgCode
    org_task: Task
    attends: bool


class Present(Part):
    """One person at the table."""

    person: Pseudonym
    org: OrgCode
    task: Task
    absent_for: tuple[FactId, ...] = ()
    """Items on the table for which this person was out of the room, because the right was missing."""


class AgreedTask(Part):
    """A task that came out of the consultation; its words stand sealed in ``decisions``."""

    task_id: FactId
    owner: PanelMember
    due: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """Local date, ISO 8601."""


class ConsultationHeld(Fact):
    """The consultation took place. Each present organisation and item is a disclosure of its own beside this fact.

    Source: domain 4, command 12; domain 5.1.
    """

    type_name: ClassVar[str] = "nl.zvh.cases.consultation-held.v1"

    consultation_id: FactId
    held_at: Instant
    present: Annotated[tuple[Present, ...], Field(min_length=1)]
    not_present: tuple[PanelMember, ...]
    """Who was invited and did not come."""
    items: tuple[FactId, ...]
    decisions: Item
    tasks: tuple[AgreedTask, ...]
