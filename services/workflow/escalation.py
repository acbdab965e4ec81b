"""Escalation: the local chamber proposes, the house takes the case or declines (domain 4, commands 16 and 17)."""

from events.assessment import PanelMember
from events.escalation import (
    AdministrativeEscalationRequested,
    CaseEscalated,
    EscalationDeclined,
    EscalationProposed,
)
from events.fact import Fact
from events.vocabulary import Answer, Code, FactId, OrgCode, Pseudonym, Room, Task
from policies.criteria import Breakthrough, RoomTest, assess_room
from policies.tables import day_of
from services.guards import (
    coordinates,
    members,
    panel_has_quorum,
    panel_is_joint,
    panel_spans_domains,
    says_something,
)
from services.workflow.scene import Scene, command
from services.workflow.team import director_for
from services.workflow.triage import failing, written_room_test


@command
class ProposeEscalation:
    """Ask the house to take the case, with the room test and the breakthrough that is needed."""

    room_test: RoomTest
    breakthrough: Breakthrough

    def decide(self, scene: Scene) -> list[Fact]:
        """Propose, or refuse when a part of the breakthrough is missing, or is no new one (domain 4.2)."""
        case = scene.case
        if case.open_escalation is not None:
            raise scene.refuse("WRONG_STAGE")
        coordinates(case.chamber, scene.acting, scene.reference, scene.now)
        parts = assess_room(self.room_test, self.breakthrough, day_of(scene.now))
        missing = [part.part for part in parts if part.answer is not Answer.YES]
        wanted_from, wanted_by = self.breakthrough.wanted_from, self.breakthrough.by
        if missing or wanted_from is None or wanted_by is None:
            raise scene.refuse("BREAKTHROUGH_MISSING", ", ".join(missing))
        if scene.reference.participant(wanted_from, scene.now) is None:
            raise scene.refuse("NOT_PARTICIPANT")
        if case.returned_at is not None:
            back = day_of(case.returned_at)
            if not any(one.date and one.date >= back for one in self.breakthrough.tried_locally):
                raise scene.refuse("NO_NEW_BREAKTHROUGH")
        return [
            EscalationProposed(
                occurred_at=scene.now,
                legal_ref="ZVH:breakthrough",
                escalation_id=scene.ids.fact(0),
                parts=parts,
                wanted_from=wanted_from,
                wanted_by=wanted_by.isoformat(),
                record=scene.seal("record", written_room_test(self.room_test, self.breakthrough)),
                answer_due=scene.due("escalation-answer"),
            )
        ]


@command
class AcceptEscalation:
    """The house takes the case, with its own panel, a new list of participants and the items that go along."""

    panel: tuple[tuple[OrgCode, Task], ...]
    participants: tuple[tuple[OrgCode, Task], ...]
    items_along: frozenset[FactId]
    case_director: Pseudonym | None = None
    """Who directs the case in the house; whoever does so already when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Take the case, or refuse: weighed afresh by another person than proposed it, item by item (domain 4, 17)."""
        case = scene.case
        _another_person(scene)
        if case.assessment is None or case.assessed_in_sequence < case.proposed_in_sequence:
            raise scene.refuse("ASSESS_AFRESH")
        failed = failing(case)
        if failed:
            raise scene.refuse("CRITERIA_NOT_MET", ", ".join(failed))
        # What the chamber said of the breakthrough is its proposal; that the house finds one is its own weighing.
        if not case.assessment.breakthrough_holds:
            raise scene.refuse("BREAKTHROUGH_MISSING")
        panel = house_panel(self.panel, scene)
        if not self.items_along <= case.items.keys():
            raise scene.refuse("ITEM_NOT_SHARED")
        listed = members(self.participants, scene.reference, scene.now)
        named = director_for(listed, self.case_director, scene)
        assert case.open_escalation is not None  # noqa: S101 - for the type checker: looked at above
        escalated = CaseEscalated(
            occurred_at=scene.now,
            legal_ref="BGS:criteria",
            escalation_id=case.open_escalation.escalation_id,
            panel=panel,
            participants=listed,
            items_along=tuple(sorted(self.items_along)),
            authorised_until=scene.due("authorisation"),
        )
        return [escalated, *named]


@command
class DeclineEscalation:
    """The house does not take the case, with its reason."""

    reason: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Decline an open proposal; room and stage stay."""
        _another_person(scene)
        says_something(self.reason, scene.reference)
        assert scene.case.open_escalation is not None  # noqa: S101 - for the type checker
        return [
            EscalationDeclined(
                occurred_at=scene.now,
                legal_ref="ZVH:breakthrough",
                escalation_id=scene.case.open_escalation.escalation_id,
                reason=scene.seal("reason", self.reason),
            )
        ]


@command
class RequestAdministrativeEscalation:
    """Ask a portfolio holder, by role, for the decision that is stuck; results only."""

    portfolio_holder: Code
    request: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Record what is asked above the house (domain 4.2)."""
        if self.portfolio_holder not in {one.code for one in scene.reference.choices("portfolio-holder", scene.now)}:
            raise scene.reference.not_listed("portfolio-holder", scene.now)
        says_something(self.request, scene.reference)
        return [
            AdministrativeEscalationRequested(
                occurred_at=scene.now,
                legal_ref="ZVH:breakthrough",
                portfolio_holder=self.portfolio_holder,
                request=scene.item(scene.ids.new(), "PLAN", "T3", {"request": self.request}),
            )
        ]


def house_panel(seats: tuple[tuple[OrgCode, Task], ...], scene: Scene) -> tuple[PanelMember, ...]:
    """Return the panel that decides for the house. Raises: Refusal unless it is joint, wide and has its quorum."""
    panel = members(seats, scene.reference, scene.now)
    panel_is_joint(panel, scene.case, scene.reference, scene.now)
    panel_spans_domains(panel, scene.reference, scene.now)
    house = scene.reference.place_for(Room.HOUSE, None, scene.now)
    if house is not None:
        panel_has_quorum(panel, house, scene.reference)
    return panel


def _another_person(scene: Scene) -> None:
    """Refuse when nothing is proposed, or when whoever proposed it decides on it too."""
    if scene.case.open_escalation is None or scene.case.proposed_by is None:
        raise scene.refuse("WRONG_STAGE")
    if scene.case.proposed_by.person == scene.acting.person:
        raise scene.refuse("SELF_DECISION")
