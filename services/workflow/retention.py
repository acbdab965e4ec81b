"""Keeping longer, holding back, destroying (domain 4, commands 22 and 23; domain 5.5)."""

from datetime import date

from events.fact import Fact
from events.retention import CaseDestroyed, HoldLifted, HoldPlaced, RetentionExtended
from events.vocabulary import Code, FactId, OrgCode
from policies.calendar import day_end, end_of
from services.guards import says_something
from services.workflow.scene import Scene, command


@command
class ExtendRetention:
    """These controllers decided to keep the case until the end of a later day, and why."""

    deciders: tuple[OrgCode, ...]
    until: date
    reason: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Extend, or refuse: by enough controllers, before the term ends, and no further than the law allows."""
        says_something(self.reason, scene.reference)
        now, reference, before = scene.now, scene.reference, scene.case.retain_until
        if before is None or before <= now:
            raise scene.refuse("TERM_PASSED")
        for org in self.deciders:
            participant = reference.participant(org, now)
            if participant is None or not participant.controller:
                raise scene.refuse("NOT_A_CONTROLLER")
        if len(set(self.deciders)) < reference.term("quorum-controllers", now).value:
            raise scene.refuse("FOUR_EYES")
        end = day_end(self.until)
        if not before < end <= end_of(reference.term("retention-extension", now), before):
            raise scene.refuse("BAD_DATE")
        return [
            RetentionExtended(
                occurred_at=now,
                legal_ref="WGS:retention",
                deciders=self.deciders,
                reason=scene.seal("reason", self.reason),
                before=before,
                retain_until=end,
            )
        ]


@command
class PlaceHold:
    """Destruction waits, on a ground from the list."""

    ground: Code
    hold: FactId | None = None
    """Its number, when something outside the case already has one; else it gets one."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Place the hold, or refuse an unknown ground."""
        if self.ground not in {one.code for one in scene.reference.choices("hold-ground", scene.now)}:
            raise scene.reference.not_listed("hold-ground", scene.now)
        return [
            HoldPlaced(
                occurred_at=scene.now,
                legal_ref="AVG:restriction",
                hold_id=self.hold or scene.ids.fact(0),
                ground=self.ground,
            )
        ]


@command
class LiftHold:
    """What destruction waited for has ended."""

    hold: FactId

    def decide(self, scene: Scene) -> list[Fact]:
        """Lift the hold, or refuse one that is not there."""
        if self.hold not in scene.case.holds:
            raise scene.refuse("UNKNOWN_ITEM")
        return [HoldLifted(occurred_at=scene.now, legal_ref="AVG:restriction", hold_id=self.hold)]


@command
class DestroyCase:
    """The content goes, on its due date."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Destroy, or refuse before the due date and while something holds it."""
        due = scene.case.retain_until
        if due is None or scene.now < due:
            raise scene.refuse("NOT_DUE")
        if scene.case.holds:
            raise scene.refuse("ON_HOLD")
        return [CaseDestroyed(occurred_at=scene.now, legal_ref="AVG:storage-limitation", due=due)]
