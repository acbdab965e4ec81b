"""What the clock writes down: a reminder, or a term that went by. Each once, and never for what is done already."""

from datetime import datetime

from events.fact import Fact
from events.terms import TermMissed, TermReminded
from events.vocabulary import FactId, OrgCode
from policies.work_kinds import KINDS
from services.waiting import waiting
from services.workflow.scene import Scene, command


@command
class RemindTerm:
    """Remind whoever is waited for, of one thing with this due moment."""

    kind: str
    about: FactId
    org: OrgCode
    due: datetime

    def decide(self, scene: Scene) -> list[Fact]:
        """Remind once per due moment, or refuse when it is done, or had a reminder."""
        _still_waits(scene, self)
        if ("TermReminded", self.kind, self.about, self.org, self.due) in scene.case.told:
            raise scene.refuse("ALREADY_ANSWERED")
        return [
            TermReminded(
                occurred_at=scene.now,
                legal_ref="ZVH:terms",
                kind=self.kind,
                about=self.about,
                org=self.org,
                due=self.due,
            )
        ]


@command
class MarkTermMissed:
    """The term of one thing with this due moment went by."""

    kind: str
    about: FactId
    org: OrgCode
    due: datetime

    def decide(self, scene: Scene) -> list[Fact]:
        """Write it down once per due moment, or refuse when it is done, or not late."""
        _still_waits(scene, self)
        if scene.now < self.due:
            raise scene.refuse("NOT_DUE")
        if ("TermMissed", self.kind, self.about, self.org, self.due) in scene.case.told:
            raise scene.refuse("ALREADY_ANSWERED")
        return [
            TermMissed(
                occurred_at=scene.now,
                legal_ref="ZVH:terms",
                kind=self.kind,
                about=self.about,
                org=self.org,
                due=self.due,
            )
        ]


def _still_waits(scene: Scene, asked: RemindTerm | MarkTermMissed) -> None:
    """Refuse when the case no longer waits for it, or waits for it until another moment."""
    if asked.kind not in KINDS:
        raise scene.refuse("UNKNOWN_CHOICE")
    wanted = (asked.kind, asked.about, asked.org, asked.due)
    if wanted not in {(one.kind, one.about, one.org, one.due) for one in waiting(scene.case)}:
        raise scene.refuse("ALREADY_ANSWERED")
