"""The plan of action: proposed, confirmed by its owners, agreed, watched, revised, weighed (domain 4, 13 to 15, 19)."""

from datetime import date

from events.assessment import PanelMember
from events.fact import Fact
from events.plan import (
    ActionReported,
    AftercareStarted,
    AimWeighed,
    MonitoringStarted,
    PlanAction,
    PlanAgreed,
    PlanAim,
    PlanConfirmed,
    PlanEvaluated,
    PlanProposed,
    PlanRevised,
)
from events.vocabulary import Answer, Code, FactId, OrgCode, Task
from policies.tables import day_of
from services.guards import members, says_something
from services.workflow.scene import Scene, command


@command
class ActionOffered:
    """One action with its owner and its last day."""

    org: OrgCode
    task: Task
    what: str
    due: date


@command
class AimOffered:
    """One aim in one life domain, with the actions that serve it."""

    life_domain: Code
    aim: str
    actions: tuple[ActionOffered, ...]


@command
class ProposePlan:
    """A version of the plan, put before the owners of its actions."""

    aims: tuple[AimOffered, ...]

    def decide(self, scene: Scene) -> list[Fact]:
        """Propose, or refuse: each aim in a known life domain, each action with an owner on the case and a day."""
        domains = {one.code for one in scene.reference.choices("life-domain", scene.now)}
        aims, actions, words = list[PlanAim](), list[PlanAction](), dict[str, str]()
        for aim in self.aims:
            if aim.life_domain not in domains:
                raise scene.reference.not_listed("life-domain", scene.now)
            says_something(aim.aim, scene.reference)
            aims.append(PlanAim(aim_id=scene.ids.new(), life_domain=aim.life_domain))
            words[str(aims[-1].aim_id)] = aim.aim
            for action in aim.actions:
                actions.append(_action(scene, aims[-1].aim_id, action))
                words[str(actions[-1].action_id)] = action.what
        if not aims or not actions:
            raise scene.refuse("MISSING_FIELD")
        plan = scene.case.plan
        return [
            PlanProposed(
                occurred_at=scene.now,
                legal_ref="BGS:criteria",
                version=max(plan.version, plan.proposed.version if plan.proposed else 0) + 1,
                aims=tuple(aims),
                actions=tuple(actions),
                content=scene.item(scene.ids.new(), "PLAN", "T3", {"words": words}),
                confirm_by=scene.due("plan-confirmation"),
            )
        ]


@command
class ConfirmPlan:
    """An owner agrees to its actions in this version."""

    version: int

    def decide(self, scene: Scene) -> list[Fact]:
        """Record the agreement of an owner, once per version."""
        plan, hat = scene.case.plan, (scene.acting.org, scene.acting.task)
        if plan.proposed is None or plan.proposed.version != self.version:
            raise scene.refuse("NO_PLAN")
        if hat not in {(one.owner.org, one.owner.task) for one in plan.proposed.actions}:
            raise scene.refuse("UNKNOWN_ACTION")
        if hat in plan.confirmed:
            raise scene.refuse("ALREADY_ANSWERED")
        return [
            PlanConfirmed(
                occurred_at=scene.now, legal_ref="BGS:criteria", version=self.version, org=hat[0], org_task=hat[1]
            )
        ]


@command
class AgreePlan:
    """The plan stands."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Agree, or refuse with the owners that have not agreed."""
        version, owners = _agreed(scene)
        return [PlanAgreed(occurred_at=scene.now, legal_ref="BGS:criteria", version=version, owners=owners)]


@command
class RevisePlan:
    """The newly confirmed version replaces the one that runs, with the reason by code and in words."""

    reason_code: Code
    reason: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Replace the plan, or refuse with the owners that have not agreed; the earlier version stays."""
        if self.reason_code not in {one.code for one in scene.reference.choices("revision-reason", scene.now)}:
            raise scene.reference.not_listed("revision-reason", scene.now)
        says_something(self.reason, scene.reference)
        version, owners = _agreed(scene)
        return [
            PlanRevised(
                occurred_at=scene.now,
                legal_ref="BGS:criteria",
                version=version,
                replaces=scene.case.plan.version,
                owners=owners,
                reason_code=self.reason_code,
                reason=scene.seal("reason", self.reason),
            )
        ]


@command
class StartMonitoring:
    """The plan is carried out; when it is reviewed."""

    review_on: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Start, or refuse a review that is not ahead or later than the term allows."""
        if not day_of(scene.now) < self.review_on <= scene.last_day("plan-review"):
            raise scene.refuse("BAD_DATE")
        return [
            MonitoringStarted(occurred_at=scene.now, legal_ref="BGS:criteria", review_on=self.review_on.isoformat())
        ]


@command
class ReportAction:
    """How an action of the plan, or a task of a consultation, stands."""

    action: FactId
    status: Code
    note: str = ""

    def decide(self, scene: Scene) -> list[Fact]:
        """Record what the owner tells of its own action."""
        case, me = scene.case, scene.me()
        found = case.plan.action(self.action) or case.tasks.get(self.action)
        if found is None or found.owner != me:
            raise scene.refuse("UNKNOWN_ACTION")
        if self.status not in {one.code for one in scene.reference.choices("action-status", scene.now)}:
            raise scene.reference.not_listed("action-status", scene.now)
        return [
            ActionReported(
                occurred_at=scene.now,
                legal_ref="WGS:purpose",
                action_id=self.action,
                org=me.org,
                org_task=me.task,
                status=self.status,
                note=scene.seal("note", self.note) if self.note.strip() else None,
            )
        ]


@command
class EvaluatePlan:
    """Whether each aim was reached, as people weighed it, with their reasoning."""

    reached: dict[FactId, Answer]
    reasoning: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Record the weighing of every aim of the plan that runs."""
        agreed = scene.case.plan.agreed
        if agreed is None:
            raise scene.refuse("NO_PLAN")
        says_something(self.reasoning, scene.reference)
        if self.reached.keys() != {one.aim_id for one in agreed.aims}:
            raise scene.refuse("MISSING_FIELD")
        return [
            PlanEvaluated(
                occurred_at=scene.now,
                legal_ref="WGS:purpose",
                version=scene.case.plan.version,
                aims=tuple(AimWeighed(aim_id=one.aim_id, reached=self.reached[one.aim_id]) for one in agreed.aims),
                reasoning=scene.seal("reasoning", self.reasoning),
            )
        ]


@command
class MoveToAftercare:
    """The plan ends; this (organisation, task) watches for relapse until a day."""

    org: OrgCode
    task: Task
    until: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Move, or refuse while the aims were not weighed, or without somebody on the case who watches."""
        if not scene.case.plan.evaluated:
            raise scene.refuse("EVALUATION_MISSING")
        (watching,) = members(((self.org, self.task),), scene.reference, scene.now)
        if watching not in scene.case.live(scene.now):
            raise scene.refuse("NOT_ON_CASE")
        if not day_of(scene.now) < self.until <= scene.last_day("aftercare"):
            raise scene.refuse("BAD_DATE")
        return [
            AftercareStarted(
                occurred_at=scene.now, legal_ref="WGS:purpose", watched_by=watching, until=self.until.isoformat()
            )
        ]


def _action(scene: Scene, aim_id: FactId, offered: ActionOffered) -> PlanAction:
    (owner,) = members(((offered.org, offered.task),), scene.reference, scene.now)
    if owner not in scene.case.live(scene.now):
        raise scene.refuse("NOT_ON_CASE")
    if offered.due < day_of(scene.now):
        raise scene.refuse("BAD_DATE")
    says_something(offered.what, scene.reference)
    return PlanAction(action_id=scene.ids.new(), aim_id=aim_id, owner=owner, due=offered.due.isoformat())


def _agreed(scene: Scene) -> tuple[int, tuple[PanelMember, ...]]:
    """Return the version that is proposed and its owners. Raises: Refusal naming who has not agreed."""
    plan = scene.case.plan
    if plan.proposed is None:
        raise scene.refuse("NO_PLAN")
    owners = tuple(dict.fromkeys(one.owner for one in plan.proposed.actions))
    waiting = [one.org for one in owners if (one.org, one.task) not in plan.confirmed]
    if waiting:
        raise scene.refuse("OWNER_NOT_AGREED", ", ".join(dict.fromkeys(waiting)))
    return plan.proposed.version, owners
