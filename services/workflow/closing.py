"""Review and ending: the criteria weighed anew, a case reopened or closed (domain 4, commands 20, 21 and 24)."""

from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.fact import Fact
from events.vocabulary import Code, OrgCode, Task
from policies.criteria import Breakthrough, CriteriaAnswers, RoomTest, assess
from services.guards import members, panel_has_quorum, panel_is_joint, panel_spans_domains, says_something
from services.workflow.keeping import kept_until
from services.workflow.scene import Scene, command
from services.workflow.triage import written_answers

AIMS_MET = "AIMS_MET"


@command
class ReassessCriteria:
    """The answers to the four criteria, weighed anew in a live case."""

    answers: CriteriaAnswers
    room_test: RoomTest | None = None
    breakthrough: Breakthrough | None = None

    def decide(self, scene: Scene) -> list[Fact]:
        """Record it; when a criterion no longer holds, the term to close or hand over starts."""
        found = assess(self.answers, self.room_test, self.breakthrough, scene.reference, scene.now)
        return [
            CriteriaReassessed(
                occurred_at=scene.now,
                legal_ref="BGS:criteria",
                assessment_id=scene.ids.fact(0),
                criteria_version=found.criteria_version,
                parts=found.parts,
                failed=found.failed,
                needed=found.needed,
                local_test_holds=found.local_test_holds,
                breakthrough_holds=found.breakthrough_holds,
                answers=scene.seal("answers", written_answers(self.answers, self.room_test, self.breakthrough)),
                review_on=scene.last_day("plan-review").isoformat(),
                close_by=(scene.case.close_by or scene.due("criteria-lost")) if found.failed else None,
            )
        ]


@command
class Reopen:
    """New facts in aftercare; this panel of (organisation, task) weighs the case anew."""

    reason: str
    panel: tuple[tuple[OrgCode, Task], ...]

    def decide(self, scene: Scene) -> list[Fact]:
        """Reopen, or refuse; the room stays, and until the case is accepted again only first facts are open."""
        says_something(self.reason, scene.reference)
        panel = members(self.panel, scene.reference, scene.now)
        panel_is_joint(panel, scene.case, scene.reference, scene.now)
        panel_spans_domains(panel, scene.reference, scene.now)
        room = scene.case.room
        place = scene.reference.place_for(room, scene.case.chamber or None, scene.now) if room else None
        if place is not None:
            panel_has_quorum(panel, place, scene.reference)
        reason = scene.seal("reason", self.reason)
        return [CaseReopened(occurred_at=scene.now, legal_ref="BGS:criteria", reason=reason, panel=panel)]


@command
class CloseCase:
    """The case ends, with its reason by code and in words."""

    reason_code: Code
    reason: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Close, or refuse an unknown reason, or aims that are said to be met and were not weighed so."""
        if self.reason_code not in {one.code for one in scene.reference.choices("closing-reason", scene.now)}:
            raise scene.reference.not_listed("closing-reason", scene.now)
        says_something(self.reason, scene.reference)
        if self.reason_code == AIMS_MET and not scene.case.plan.evaluated:
            raise scene.refuse("EVALUATION_MISSING")
        if self.reason_code == AIMS_MET and not scene.case.plan.reached:
            raise scene.refuse("AIMS_NOT_MET")
        anchor, until = kept_until(scene)
        return [
            CaseClosed(
                occurred_at=scene.now,
                legal_ref="WGS:retention",
                reason_code=self.reason_code,
                reason=scene.seal("reason", self.reason),
                anchor=anchor,
                retain_until=until,
            )
        ]
