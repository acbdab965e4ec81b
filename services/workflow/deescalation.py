"""De-escalation: the house proposes, the local chamber takes the case back or declines (domain 4, command 18)."""

from datetime import date

from events.escalation import CaseDeescalated, DeescalationDeclined, DeescalationProposed
from events.fact import Fact
from events.vocabulary import Code, OrgCode, Pseudonym, Room, Task
from policies.tables import day_of
from services.guards import coordinates, is_pseudonym, members, says_something
from services.workflow.escalation import house_panel
from services.workflow.scene import Scene, command

GROUNDS = ("BREAKTHROUGH_REACHED", "NO_LONGER_NEEDED")


@command
class ProposeDeescalation:
    """The house panel offers the case to a local chamber."""

    panel: tuple[tuple[OrgCode, Task], ...]
    ground: Code
    reasoning: str
    chamber: Code

    def decide(self, scene: Scene) -> list[Fact]:
        """Propose, or refuse: the breakthrough was reached or is no longer needed, says a joint panel."""
        if scene.case.open_deescalation is not None:
            raise scene.refuse("WRONG_STAGE")
        if self.ground not in GROUNDS:
            raise scene.refuse("UNKNOWN_CHOICE")
        says_something(self.reasoning, scene.reference)
        place = scene.reference.place(self.chamber, scene.now)
        if place is None or place.room is not Room.LOCAL_CHAMBER:
            raise scene.refuse("WRONG_ROOM")
        panel = house_panel(self.panel, scene)
        return [
            DeescalationProposed(
                occurred_at=scene.now,
                legal_ref="ZVH:breakthrough",
                deescalation_id=scene.ids.fact(0),
                panel=panel,
                ground=self.ground,
                reasoning=scene.seal("reasoning", self.reasoning),
                chamber=self.chamber,
                answer_due=scene.due("deescalation-answer"),
            )
        ]


@command
class Deescalate:
    """The local chamber takes the case, with its own list of participants, and a case director who took it on."""

    case_director: Pseudonym
    participants: tuple[tuple[OrgCode, Task], ...]
    accepted_on: date
    """Day on which the case director took the case on."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Take the case back, or refuse: not without the receiving coordinator and the new case director.

        Whoever is not on the list leaves at this moment.
        """
        proposed = _receiving(scene)
        is_pseudonym(self.case_director, scene.reference)
        assert scene.case.proposed_by is not None  # noqa: S101 - for the type checker: looked at above
        if not day_of(scene.case.proposed_by.at) <= self.accepted_on <= day_of(scene.now):
            raise scene.refuse("BAD_DATE")
        return [
            CaseDeescalated(
                occurred_at=scene.now,
                legal_ref="WGS:authorisation",
                deescalation_id=proposed.deescalation_id,
                chamber=proposed.chamber,
                case_director=self.case_director,
                director_accepted_on=self.accepted_on.isoformat(),
                participants=members(self.participants, scene.reference, scene.now),
                authorised_until=scene.due("authorisation"),
            )
        ]


@command
class DeclineDeescalation:
    """The local chamber does not take the case, with its reason."""

    reason: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Decline an open proposal; room and stage stay."""
        proposed = _receiving(scene)
        says_something(self.reason, scene.reference)
        return [
            DeescalationDeclined(
                occurred_at=scene.now,
                legal_ref="ZVH:breakthrough",
                deescalation_id=proposed.deescalation_id,
                reason=scene.seal("reason", self.reason),
            )
        ]


def _receiving(scene: Scene) -> DeescalationProposed:
    """Return the open proposal; refuse when there is none, and whoever made it or coordinates another chamber."""
    proposed, by = scene.case.open_deescalation, scene.case.proposed_by
    if proposed is None or by is None:
        raise scene.refuse("WRONG_STAGE")
    if by.person == scene.acting.person:
        raise scene.refuse("SELF_DECISION")
    coordinates(proposed.chamber, scene.acting, scene.reference, scene.now)
    return proposed
