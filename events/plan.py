"""Facts of the plan of action: aims, actions, owners who agreed, progress, evaluation (domain 4, commands 13 to 15)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import PanelMember
from events.fact import Fact, Instant, Part
from events.referral import Item
from events.sealed import Sealed
from events.vocabulary import Answer, Code, FactId, OrgCode, Task

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""Local date, ISO 8601."""


class PlanAim(Part):
    """One aim; its words stand sealed in the plan's content."""

    aim_id: FactId
    life_domain: Code


class PlanAction(Part):
    """One action; its words stand sealed in the plan's content."""

    action_id: FactId
    aim_id: FactId
    owner: PanelMember
    due: Day


class PlanProposed(Fact):
    """The case director put a version of the plan before the owners of its actions. Source: domain 4, command 13."""

    type_name: ClassVar[str] = "nl.zvh.cases.plan-proposed.v1"

    version: Annotated[int, Field(ge=1)]
    aims: Annotated[tuple[PlanAim, ...], Field(min_length=1)]
    actions: Annotated[tuple[PlanAction, ...], Field(min_length=1)]
    content: Item
    confirm_by: Instant


class PlanConfirmed(Fact):
    """An owner agreed to its actions. Source: domain 4, command 13."""

    type_name: ClassVar[str] = "nl.zvh.cases.plan-confirmed.v1"

    version: Annotated[int, Field(ge=1)]
    org: OrgCode
    org_task: Task


class PlanAgreed(Fact):
    """The plan stands: every owner agreed. Source: domain 4, command 13; legal_ref "BGS:criteria" (the fourth)."""

    type_name: ClassVar[str] = "nl.zvh.cases.plan-agreed.v1"

    version: Annotated[int, Field(ge=1)]
    owners: Annotated[tuple[PanelMember, ...], Field(min_length=1)]


class MonitoringStarted(Fact):
    """The plan is carried out and watched, until a review. Source: domain 4, command 14."""

    type_name: ClassVar[str] = "nl.zvh.cases.monitoring-started.v1"

    review_on: Day


class PlanRevised(Fact):
    """A new version of the plan replaced the one that ran; the earlier one stays. Source: domain 4, command 15."""

    type_name: ClassVar[str] = "nl.zvh.cases.plan-revised.v1"

    version: Annotated[int, Field(ge=2)]
    replaces: Annotated[int, Field(ge=1)]
    owners: Annotated[tuple[PanelMember, ...], Field(min_length=1)]
    reason_code: Code
    reason: Sealed


class ActionReported(Fact):
    """An owner told how its action stands. Source: domain 4, commands 13 and 14."""

    type_name: ClassVar[str] = "nl.zvh.cases.action-reported.v1"

    action_id: FactId
    org: OrgCode
    org_task: Task
    status: Code
    """DONE, PROGRESS or STUCK, from the dated list ``action-status``."""
    note: Sealed | None = None


class AimWeighed(Part):
    """Whether one aim was reached, as people weighed it."""

    aim_id: FactId
    reached: Answer


class PlanEvaluated(Fact):
    """The aims of the plan were weighed by people. Source: domain 4, command 19."""

    type_name: ClassVar[str] = "nl.zvh.cases.plan-evaluated.v1"

    version: Annotated[int, Field(ge=1)]
    aims: Annotated[tuple[AimWeighed, ...], Field(min_length=1)]
    reasoning: Sealed


class AftercareStarted(Fact):
    """The plan ended; somebody watches for relapse until a date. Source: domain 4, command 19."""

    type_name: ClassVar[str] = "nl.zvh.cases.aftercare-started.v1"

    watched_by: PanelMember
    until: Day
