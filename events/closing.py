"""Facts of review and ending: criteria weighed anew, a case reopened or closed (domain 4, commands 20, 21 and 24)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.assessment import CriterionPart, PanelMember
from events.fact import Fact, Instant
from events.plan import Day
from events.sealed import Sealed
from events.vocabulary import Code, FactId


class CriteriaReassessed(Fact):
    """The four criteria were weighed anew in a live case. Earlier assessments stay.

    Source: domain 4, command 24; domain 4.1; legal_ref "BGS:criteria".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.criteria-reassessed.v1"

    assessment_id: FactId
    criteria_version: Instant
    parts: Annotated[tuple[CriterionPart, ...], Field(min_length=1)]
    failed: tuple[Code, ...]
    needed: tuple[PanelMember, ...]
    local_test_holds: bool
    breakthrough_holds: bool
    answers: Sealed
    review_on: Day
    """Local date of the next review."""
    close_by: Instant | None = None
    """The case is closed or handed over before this moment, because a criterion no longer holds; None when all do."""


class CaseReopened(Fact):
    """New facts in aftercare brought the case back to the weighing; its room stays. Source: domain 4, command 20."""

    type_name: ClassVar[str] = "nl.zvh.cases.case-reopened.v1"

    reason: Sealed
    panel: Annotated[tuple[PanelMember, ...], Field(min_length=1)]


class CaseClosed(Fact):
    """The case ended, all access with it, and the clock of retention is fixed. Source: domain 4, command 21."""

    type_name: ClassVar[str] = "nl.zvh.cases.case-closed.v1"

    reason_code: Code
    """From the dated list ``closing-reason``."""
    reason: Sealed
    anchor: Code
    """From when the retention term counts (domain 5.5)."""
    retain_until: Instant
