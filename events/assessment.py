"""Facts of triage: the panel weighs the four criteria part by part (domain 4, commands 5 and 8; domain 4.1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Instant, Part
from events.sealed import Sealed
from events.vocabulary import Answer, Code, FactId, OrgCode, Task


class PanelMember(Part):
    """One organisation at the deciding table, for one task."""

    org: OrgCode
    task: Task
    domain: Code


class TriageOpened(Fact):
    """The process director opened the weighing with a panel. Source: domain 4, command 5."""

    type_name: ClassVar[str] = "nl.zvh.cases.triage-opened.v1"

    panel: Annotated[tuple[PanelMember, ...], Field(min_length=1)]


class CriterionPart(Part):
    """Answer to one part of one criterion. The reasons are personal data and stand sealed in ``answers``."""

    criterion: Code
    """C1 to C4 of BGS 2.20, or a part of the room test."""
    part: Code
    answer: Answer


class CriteriaAssessed(Fact):
    """The panel answered each part of the four criteria. Earlier assessments stay.

    Source: domain 4.1; legal_ref "BGS:criteria".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.criteria-assessed.v1"

    assessment_id: FactId
    criteria_version: Instant
    """Date from which the list of criteria parts that was used is in force."""
    parts: Annotated[tuple[CriterionPart, ...], Field(min_length=1)]
    failed: tuple[Code, ...]
    """Criteria that do not hold, in their own order; empty when all four hold."""
    needed: tuple[PanelMember, ...]
    """Who is needed for an effective plan, from criterion 4."""
    local_test_holds: bool
    breakthrough_holds: bool
    answers: Sealed
    """All answers with reasons and evidence, of the subject."""
