"""Who may give a command: the roles of whoever acts, in this case and now, held against the table of mandates."""

from collections.abc import Iterator
from datetime import datetime

from policies.reference import Reference
from policies.room_tables import Role
from services.acting import Acting
from services.case_file import CaseFile

EVERYWHERE: frozenset[Role] = frozenset({"PARTICIPANT", "CONTROLLER"})
"""Roles that an organisation has in every case, and that give it no place in one."""


def roles_of(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> frozenset[Role]:
    """Return every role that whoever acts has in this case at this moment (domain 2 and 3)."""
    return frozenset(_roles(case, acting, reference, now))


def holds_mandate(command: str, case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse who may not give this command (domain 4, column "by").

    Raises: Refusal with WRONG_HAT; AUTH_EXPIRED for whoever had the role until its term ended or it left the case;
        UNKNOWN_COMMAND when no table speaks of the command on this day.
    """
    still_has_access(command, case, acting, reference, now)
    if not _may(command, case, acting, reference, now):
        raise reference.refuse("WRONG_HAT")


def still_has_access(command: str, case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse whoever worked on the case and does so no longer, whatever the case has become since.

    Raises: Refusal with AUTH_EXPIRED, or UNKNOWN_COMMAND when no table speaks of the command on this day.
    """
    if _may(command, case, acting, reference, now):
        return
    mandate = reference.mandate(command, now)
    ended = {(one.member.org, one.member.task) for one in (*case.participants, *case.left) if one.until <= now}
    if mandate and {"CASE_PARTICIPANT", "CASE_DIRECTOR"} & set(mandate.roles) and (acting.org, acting.task) in ended:
        raise reference.refuse("AUTH_EXPIRED")


def _may(command: str, case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> bool:
    mandate = reference.mandate(command, now)
    if mandate is None:
        raise reference.refuse("UNKNOWN_COMMAND")
    return bool(roles_of(case, acting, reference, now) & set(mandate.roles))


def _roles(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> Iterator[Role]:
    staff = reference.staff_role(acting.org, acting.task, now)
    if staff is not None:
        yield staff
    hat = (acting.org, acting.task)
    on_case = hat in {(one.org, one.task) for one in case.live(now)}
    if acting.person == case.case_director and (on_case or staff is not None):
        yield "CASE_DIRECTOR"
    participant = reference.participant(acting.org, now)
    if participant is None or acting.task not in participant.domains:
        return
    yield "PARTICIPANT"
    if participant.controller:
        yield "CONTROLLER"
    if on_case:
        yield "CASE_PARTICIPANT"
    if hat == (case.referrer_org, case.referrer_task):
        yield "REFERRER"
    if hat in case.asked():
        yield "ASKED"
