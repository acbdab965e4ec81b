"""Which controller answers for which data, and which controllers have something to decide (domain 3 and 5.6)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from events.disclosure import DataDisclosed
from events.rights import Outcome
from events.vocabulary import Code, OrgCode, SubjectId
from policies.reference import Reference
from services.case_parts import CaseFile
from services.rights.request import RequestFile


def joint_controllers(reference: Reference, at: datetime) -> tuple[OrgCode, ...]:
    """Return all joint controllers of the house at a moment, in the order of the table."""
    return tuple(one.code for one in reference.participants(at) if one.controller)


def controller_of(org: OrgCode, reference: Reference, at: datetime) -> OrgCode:
    """Return who answers for what *org* gave or got: itself when it is a controller, else whom the house appointed.

    Who answers for a private participant is an open question (domain 11, question 10), so it is a choice of the house.
    """
    participant = reference.participant(org, at)
    return org if participant is not None and participant.controller else reference.setting("rights-controller", at)


def answering(case: CaseFile, subject_id: SubjectId, reference: Reference, at: datetime) -> set[OrgCode]:
    """Return the controllers that answer for what goes when this person is erased from a case.

    With the person whom it is about the whole case goes, what was given about others included.
    """
    whole = subject_id == case.subject.subject_id
    given = {one.item.provider_org for one in case.items.values() if whole or one.item.subject_id == subject_id}
    return {controller_of(one, reference, at) for one in given}


def concerned(subject_id: SubjectId, cases: Iterable[CaseFile], reference: Reference, at: datetime) -> set[OrgCode]:
    """Return the controllers that answer for anything given or got about this person in these cases."""
    orgs: set[OrgCode] = set()
    for case in cases:
        orgs |= {one.item.provider_org for one in case.items.values() if one.item.subject_id == subject_id}
        orgs |= {
            one.recipient_org
            for one in case.looks
            if isinstance(one, DataDisclosed) and any(item.subject_id == subject_id for item in one.items)
        }
    return {controller_of(one, reference, at) for one in orgs}


def refused_by(request: RequestFile, reference: Reference, at: datetime) -> Callable[[OrgCode], Code | None]:
    """Return on which ground the controller that answers for an organisation refused its part; None when it did not.

    A part that is granted partly says nothing of which entries: those its controller withholds one by one.
    """

    def ground(org: OrgCode) -> Code | None:
        part = request.parts.get(controller_of(org, reference, at))
        return part.ground if part is not None and part.outcome is Outcome.REFUSED else None

    return ground
