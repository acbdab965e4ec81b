"""Guards that several stories share. Each one is silent, or raises the refusal that the reference table words."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from events.assessment import PanelMember
from events.vocabulary import Code, OrgCode, Pseudonym, Task
from policies.reference import Reference
from policies.room_tables import Place
from policies.transitions import may_start, room_fits
from services.acting import Acting
from services.case_file import CaseFile

_CODES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[Code, ...])
_PSEUDONYM: TypeAdapter[str] = TypeAdapter(Pseudonym)


def stage_allows(command: str, case: CaseFile, reference: Reference) -> None:
    """Refuse a command that the case's stage or room does not allow (domain 4)."""
    if case.stage is None and not may_start(command, None):
        raise reference.refuse("UNKNOWN_CASE")
    if not may_start(command, case.stage):
        raise reference.refuse("WRONG_STAGE")
    if not room_fits(command, case.room):
        raise reference.refuse("WRONG_ROOM")


def codes_only(texts: Sequence[str], reference: Reference) -> None:
    """Refuse a list that is empty or holds free text: what stands in a fact in clear is a code."""
    if not texts:
        raise reference.refuse("MISSING_FIELD")
    try:
        _CODES.validate_python(tuple(texts))
    except ValidationError:
        raise reference.refuse("BAD_VALUE") from None  # the library's own text quotes the value


def is_pseudonym(person: str, reference: Reference) -> None:
    """Refuse a name where a pseudonym belongs."""
    try:
        _PSEUDONYM.validate_python(person)
    except ValidationError:
        raise reference.refuse("BAD_VALUE") from None  # the library's own text quotes the value


def says_something(text: str, reference: Reference) -> None:
    """Refuse an empty reason."""
    if not text.strip():
        raise reference.refuse("NO_REASONING")


def members(pairs: Sequence[tuple[OrgCode, Task]], reference: Reference, now: datetime) -> tuple[PanelMember, ...]:
    """Return the organisations with the domain of their task; refuse nobody, a non-participant or another's task."""
    if not pairs:
        raise reference.refuse("MISSING_FIELD", "organisation, task")
    found = []
    for place, (org, task) in enumerate(pairs, start=1):
        participant = reference.participant(org, now)
        if participant is None:
            # By its place: what the house does not know may be anything, a name included.
            raise reference.refuse("NOT_PARTICIPANT", f"nummer {place} van de lijst")
        if task not in participant.domains:
            raise reference.refuse("WRONG_HAT", f"nummer {place} van de lijst, {participant.code}")
        found.append(PanelMember(org=org, task=task, domain=participant.domains[task]))
    return tuple(found)


def still_admitted(panel: Sequence[PanelMember], reference: Reference, now: datetime) -> tuple[PanelMember, ...]:
    """Return those of a panel whose organisation is a participant at this moment: nobody else decides."""
    found = ((one, reference.participant(one.org, now)) for one in panel)
    return tuple(one for one, participant in found if participant and one.task in participant.domains)


def panel_is_joint(panel: Sequence[PanelMember], case: CaseFile, reference: Reference, now: datetime) -> None:
    """Refuse a panel of too few organisations, or of the referrer's alone (domain 4, command 5)."""
    organisations = {member.org for member in panel}
    if len(organisations) < reference.term("panel-organisations", now).value or organisations == {case.referrer_org}:
        raise reference.refuse("SELF_DECISION")


def coordinates(chamber: Code, acting: Acting, reference: Reference, now: datetime) -> None:
    """Refuse a local coordinator of another chamber; silent for every other role, and for a chamber not named."""
    place = reference.place(chamber, now) if chamber else None
    if place is None or reference.staff_role(acting.org, acting.task, now) != "LOCAL_COORDINATOR":
        return
    if place.coordinators and acting.task not in place.coordinators:
        raise reference.refuse("WRONG_HAT")


def panel_has_quorum(panel: Sequence[PanelMember], place: Place, reference: Reference) -> None:
    """Refuse a decision of a room by too few organisations of its own panel (domain 4, command 9)."""
    seats = {org for org, _ in place.panel}
    if len(seats & {member.org for member in panel}) < place.quorum:
        raise reference.refuse("NO_QUORUM", place.code)


def panel_spans_domains(panel: Sequence[PanelMember], reference: Reference, now: datetime) -> None:
    """Refuse a decision by too few domains (domain 4, command 9)."""
    if len({member.domain for member in panel}) < reference.term("panel-domains", now).value:
        raise reference.refuse("SELF_DECISION")
