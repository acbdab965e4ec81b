"""Telling the person that data are processed, or putting it off with a reason and a review (domain 5.4)."""

from datetime import date

from events.fact import Fact
from events.informing import InformingDeferred, SubjectInformed
from events.vocabulary import Code
from policies.tables import day_of
from services.guards import says_something
from services.workflow.scene import Scene, command


@command
class RecordInformed:
    """The person was told on this day."""

    on: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Record it, or refuse a day that is still to come, or before there was anything to tell of."""
        began = scene.case.began_at
        if self.on > day_of(scene.now) or (began is not None and self.on < day_of(began)):
            raise scene.refuse("BAD_DATE")
        return [
            SubjectInformed(
                occurred_at=scene.now,
                legal_ref="AVG:information",
                on=self.on.isoformat(),
                by_org=scene.acting.org,
            )
        ]


@command
class DeferInforming:
    """Telling the person waits until a review, on a ground from the list and with the reason."""

    ground: Code
    reason: str
    review_by: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Put it off, or refuse: never without a ground, and never without a review within the term."""
        if self.ground not in {one.code for one in scene.reference.choices("inform-ground", scene.now)}:
            raise scene.reference.not_listed("inform-ground", scene.now)
        says_something(self.reason, scene.reference)
        if not day_of(scene.now) < self.review_by <= scene.last_day("deferral-review"):
            raise scene.refuse("BAD_DATE")
        return [
            InformingDeferred(
                occurred_at=scene.now,
                legal_ref="AVG:information",
                ground=self.ground,
                reason=scene.seal("reason", self.reason),
                review_by=self.review_by.isoformat(),
            )
        ]
