"""Letting a supervisor into one case for a while, and showing it out (domain 5.1, kind TO_SUPERVISOR)."""

from datetime import date

from events.fact import Fact
from events.supervision import SupervisionEnded, SupervisionOpened
from events.vocabulary import Code, FactId, OrgCode, Task
from policies.calendar import day_end
from policies.tables import day_of
from services.guards import says_something
from services.workflow.scene import Scene, command


@command
class OpenSupervision:
    """Let a supervisor look into this case until the end of a day, on a ground from the list and with the reason.

    Somebody of the house opens it, and never the supervisor itself: it signs in with a number of its own.
    """

    supervisor: OrgCode
    supervisor_task: Task
    ground: Code
    reason: str
    until: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Open it, or refuse who is no supervisor, a task or ground that is not there, and an end out of reach."""
        found = scene.reference.supervisor(self.supervisor, scene.now)
        if found is None:
            raise scene.refuse("UNKNOWN_CHOICE")
        if self.supervisor_task not in found.tasks:
            raise scene.refuse("WRONG_HAT")
        if not found.content:
            raise scene.refuse("NO_CONTENT_FOR_SUPERVISOR")
        if self.ground not in {one.code for one in scene.reference.choices("supervision-ground", scene.now)}:
            raise scene.reference.not_listed("supervision-ground", scene.now)
        says_something(self.reason, scene.reference)
        if not day_of(scene.now) <= self.until or day_end(self.until) > scene.due("supervision"):
            raise scene.refuse("BAD_DATE")
        hat = (self.supervisor, self.supervisor_task)
        live = [one for one in scene.case.supervisions.values() if scene.now < one.until]
        if hat in {(one.supervisor, one.supervisor_task) for one in live}:
            raise scene.refuse("ALREADY_ANSWERED")
        return [
            SupervisionOpened(
                occurred_at=scene.now,
                legal_ref="AVG:accountability",
                supervision_id=scene.ids.fact(0),
                supervisor=self.supervisor,
                supervisor_task=self.supervisor_task,
                ground=self.ground,
                reason=scene.seal("reason", self.reason),
                until=day_end(self.until),
            )
        ]


@command
class EndSupervision:
    """The supervisor is done, or has no more business here."""

    supervision: FactId

    def decide(self, scene: Scene) -> list[Fact]:
        """End it from this moment, or refuse one that is not there."""
        if self.supervision not in scene.case.supervisions:
            raise scene.refuse("UNKNOWN_ITEM")
        return [
            SupervisionEnded(occurred_at=scene.now, legal_ref="AVG:accountability", supervision_id=self.supervision)
        ]
