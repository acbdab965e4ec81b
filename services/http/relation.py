"""Whether a session may know that a case exists: the house's own people, and who has or had a place in it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from events.vocabulary import Stage
from policies.reference import Reference
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile
from services.rights.documents import has_part
from services.timeline import Insight
from services.workflow.mandate import EVERYWHERE, roles_of

SEES_WHO_DECLINED = ("PROCESS_DIRECTOR", "PRIVACY_OFFICER")
"""Roles of the house to which a declined question looks different from "nothing to report" (domain 5.7); the privacy
officer gives account of the whole file."""
ENDED = (Stage.NOT_ACCEPTED, Stage.CLOSED, Stage.DESTROYED)
"""Nobody works on such a case any more."""


def insight_of(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> Insight | None:
    """Return how much of the case whoever acts may know of now; None for a place that ended, and for no place."""
    roles, hat = roles_of(case, acting, reference, now), (acting.org, acting.task)
    staff = reference.staff_role(acting.org, acting.task, now)
    if staff is not None:
        if case.stage is Stage.SIGNALLED:
            return None
        return "WHOLE" if staff in SEES_WHO_DECLINED else "SHARED"
    if _supervises(case, acting, now):
        return "WHOLE"
    if case.stage in ENDED:
        return "OUTLINE" if "REFERRER" in roles else None
    if "CASE_PARTICIPANT" in roles:
        return "SHARED"
    weighs = hat in {(one.org, one.task) for one in case.panel}
    if (weighs and case.stage is Stage.IN_TRIAGE) or ("REFERRER" in roles and case.room is None):
        return "SHARED"
    return "OUTLINE" if weighs or {"REFERRER", "ASKED"} & roles else None


def readable(house: House, case_id: UUID, acting: Acting) -> tuple[CaseFile, Insight]:
    """Return the case and how much of it may be told.

    Raises: Refusal with UNKNOWN_CASE as ``known_to``, or AUTH_EXPIRED for a place that ended; Unavailable.
    """
    case = known_to(house, case_id, acting)
    insight = insight_of(case, acting, house.reference, house.clock.now())
    if insight is None:
        raise house.reference.refuse("AUTH_EXPIRED")
    return case, insight


def has_place(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> bool:
    """Say whether whoever acts has a role in the case, weighs or supervises it, or once took part (domain 3).

    A signal is its own organisation's alone: the house's people have no place in it (domain 4, command 1).
    """
    if case.stage is Stage.SIGNALLED and reference.staff_role(acting.org, acting.task, now) is not None:
        return False
    if roles_of(case, acting, reference, now) - EVERYWHERE:
        return True
    if case.rights_request is not None:
        return has_part(case.rights_request, acting)
    hat = (acting.org, acting.task)
    if hat in {(one.org, one.task) for one in case.panel}:
        return True
    if _supervises(case, acting, now):
        return True
    return hat in {(one.member.org, one.member.task) for one in (*case.participants, *case.left)}


def gets_a_result(case: CaseFile, acting: Acting) -> bool:
    """Say whether a result was let out for this organisation and task: it may ask for that, and know no more."""
    hat = (acting.org, acting.task)
    return hat in {(one.made.recipient_org, one.made.recipient_task) for one in case.results.values() if one.released}


def known_to(house: House, case_id: UUID, acting: Acting, *, to_ask: bool = False) -> CaseFile:
    """Return the case.

    Args:
        to_ask: whether it is for a request at the desk, which the recipient of a result may make as well.

    Raises: Refusal with UNKNOWN_CASE, the same for no case and for somebody else's; Unavailable.
    """
    case = house.handling.cases.case(case_id)
    # The stream of a request is no case, whoever asks.
    there = case.stage is not None and case.rights_request is None
    known = there and has_place(case, acting, house.reference, house.clock.now())
    if not known and not (to_ask and gets_a_result(case, acting)):
        raise house.reference.refuse("UNKNOWN_CASE")
    return case


def places_of(house: House, acting: Acting, case_ids: Iterable[str]) -> set[str]:
    """Return those of *case_ids* that whoever acts may know of; they come from an overview by organisation.

    An organisation with one task has no more to look up: the overview has answered. With several tasks each case is
    read, for a session of one task may not even know that there is a case of another.

    Raises: Unavailable.
    """
    now, wanted = house.clock.now(), set(case_ids)
    participant = house.reference.participant(acting.org, now)
    if participant is None or len(participant.domains) == 1:
        return wanted
    cases = (house.handling.cases.case(UUID(one)) for one in wanted)
    return {str(case.case_id) for case in cases if has_place(case, acting, house.reference, now)}


def _supervises(case: CaseFile, acting: Acting, now: datetime) -> bool:
    hats = {(one.supervisor, one.supervisor_task) for one in case.supervisions.values() if now < one.until}
    return (acting.org, acting.task) in hats
