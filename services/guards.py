"""Guards that several stories share. Each one is silent, or raises the refusal that the reference table words."""

from collections.abc import Sequence
from datetime import datetime

from events.assessment import PanelMember
from events.vocabulary import OrgCode, Task
from policies.reference import Reference
from policies.transitions import may_start
from services.acting import Acting
from services.case_file import CaseFile


def stage_allows(command: str, case: CaseFile, reference: Reference) -> None:
    """Refuse a command that the case's stage does not allow (domain 4)."""
    if case.stage is None and not may_start(command, None):
        raise reference.refuse("UNKNOWN_CASE")
    if not may_start(command, case.stage):
        raise reference.refuse("WRONG_STAGE")


def staff_acts(acting: Acting, reference: Reference, now: datetime) -> None:
    """Refuse whoever is not of the house's own staff (process direction)."""
    if not reference.is_staff(acting.org, acting.task, now):
        raise reference.refuse("WRONG_HAT")


def members(pairs: Sequence[tuple[OrgCode, Task]], reference: Reference, now: datetime) -> tuple[PanelMember, ...]:
    """Return the organisations with the domain of their task; refuse a non-participant or another's task."""
    found = []
    for org, task in pairs:
        participant = reference.participant(org, now)
        if participant is None:
            raise reference.refuse("NOT_PARTICIPANT")
        if task not in participant.domains:
            raise reference.refuse("WRONG_HAT")
        found.append(PanelMember(org=org, task=task, domain=participant.domains[task]))
    return tuple(found)


def panel_is_joint(panel: Sequence[PanelMember], case: CaseFile, reference: Reference, now: datetime) -> None:
    """Refuse a panel of too few organisations, or of the referrer's alone (domain 4, command 5)."""
    organisations = {member.org for member in panel}
    if len(organisations) < reference.term("panel-organisations", now).value or organisations == {case.referrer_org}:
        raise reference.refuse("SELF_DECISION")


def panel_spans_domains(panel: Sequence[PanelMember], reference: Reference, now: datetime) -> None:
    """Refuse a decision by too few domains (domain 4, command 9)."""
    if len({member.domain for member in panel}) < reference.term("panel-domains", now).value:
        raise reference.refuse("SELF_DECISION")
