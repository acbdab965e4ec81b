"""A request is handled in a case from its identity check to its answer; nothing is destroyed meanwhile (domain 5.6)."""

from datetime import date

from events.fact import Fact
from events.informing import SubjectInformed
from events.retention import HoldLifted, HoldPlaced
from events.rights import Right
from events.rights_effects import RightsHandlingEnded, RightsHandlingOpened
from events.vocabulary import FactId, SubjectId
from services.rights.terms import GROUND_OF
from services.standing import hidden_items
from services.workflow.scene import Scene, command

RUNNING = "RIGHTS_REQUEST"
"""Ground of the hold on destruction while a request runs."""


@command
class OpenHandling:
    """The request of a person in this case is handled from now on."""

    request: FactId
    subject: SubjectId
    right: Right

    def decide(self, scene: Scene) -> list[Fact]:
        """Open it and hold destruction, or refuse what is open already and whoever does not stand in the case.

        A request to erase holds nothing back: that the data go is what the person asks.
        """
        if self.request in scene.case.handlings:
            raise scene.refuse("ALREADY_ANSWERED")
        if self.subject not in {one.subject_id for one in scene.case.persons}:
            raise scene.refuse("NO_HANDLING")
        opened = RightsHandlingOpened(
            occurred_at=scene.now,
            legal_ref=GROUND_OF[self.right],
            request_id=self.request,
            subject_id=self.subject,
            right=self.right,
        )
        if self.right is Right.ERASURE:
            return [opened]
        held = HoldPlaced(occurred_at=scene.now, legal_ref="AVG:rights", hold_id=self.request, ground=RUNNING)
        return [opened, held]


@command
class EndHandling:
    """The request is not handled in this case any more."""

    request: FactId
    informed_on: date | None = None
    """When the answer told the person of this case; None when it did not."""

    def decide(self, scene: Scene) -> list[Fact]:
        """End it and let destruction go on; who was told by the answer and did not know before, is informed by it."""
        found = scene.case.handlings.get(self.request)
        if found is None:
            raise scene.refuse("ALREADY_ANSWERED")
        facts: list[Fact] = [
            RightsHandlingEnded(occurred_at=scene.now, legal_ref=GROUND_OF[found.right], request_id=self.request)
        ]
        if self.request in scene.case.holds:
            facts.append(HoldLifted(occurred_at=scene.now, legal_ref="AVG:rights", hold_id=self.request))
        waits = scene.case.inform is not None and scene.case.inform.status == "PENDING"
        # An answer that kept everything of this case back told the person nothing of it.
        own = {key for key, one in scene.case.items.items() if one.item.subject_id == found.subject_id}
        told = bool(own - hidden_items(scene.case))
        if self.informed_on is not None and told and waits and found.subject_id == scene.case.subject.subject_id:
            facts.append(
                SubjectInformed(
                    occurred_at=scene.now,
                    legal_ref="AVG:information",
                    on=self.informed_on.isoformat(),
                    by_org=scene.reference.staff.code,
                )
            )
        return facts
