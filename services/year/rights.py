"""A person asks what is done with the data, or to lock them: from the contact point to the one answer (domain 5.6)."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from events.errors import Refusal
from events.rights import Outcome, Right
from events.rights_effects import ProcessingRestricted
from events.vocabulary import FactId
from policies.entries import day_of
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile
from services.rights.deciding import AnswerRequest, DecidePart
from services.rights.entries import overdue
from services.rights.receiving import CheckIdentity, NamedItem, ReceiveRequest
from services.rights.request import RequestFile
from services.rights.restricting import LiftRestriction, RestrictProcessing
from services.workflow.informing import RecordInformed
from services.workflow.scene import Command
from services.year.doings import Course, Doing
from services.year.staff import Staff

BORN = date(1991, 4, 17)


class Rights:
    """The contact point, and everybody who decides on a part."""

    def __init__(self, house: House, staff: Staff) -> None:
        self._house, self._staff = house, staff
        oin = house.settings.house_oin
        name = house.pseudonyms.person(oin, "balie-01")
        self._desk = Acting(name, house.reference.staff.code, oin, "contact-point")

    def steps(self) -> Mapping[str, Doing]:
        """Return what each step does."""
        return {
            "ask-access": lambda case, course: self._ask(case, course, Right.ACCESS),
            "ask-restriction": lambda case, course: self._ask(case, course, Right.RESTRICTION),
            "identify": self._identify,
            "decide-parts": self._decide_parts,
            "report": self._report,
            "answer": self._answer,
            "restrict": self._restrict,
            "lift": self._lift,
        }

    def _ask(self, case: CaseFile, course: Course, right: Right) -> bool:
        # Whoever asks to lock something says what; the account is about all there is.
        about = _identity(case) if right is Right.RESTRICTION else ()
        items = tuple(NamedItem(case.case_id, one) for one in about)
        asked, command_id = ReceiveRequest(case.subject.subject_id, right, items=items), uuid4()
        course.request_id = self._house.contact_point.stream_of(command_id)
        order = self._house.order("ReceiveRequest", self._desk, course.request_id, asked, command_id)
        self._house.contact_point.receive(order, asked)
        return True

    def _identify(self, case: CaseFile, course: Course) -> bool:
        self._did(CheckIdentity("ID_DOCUMENT", True, BORN), self._desk, course)
        return True

    def _decide_parts(self, case: CaseFile, course: Course) -> bool:
        for controller in self._request(course).undecided:
            decision = DecidePart(Outcome.GRANTED, "Niets verzet zich hiertegen.")
            self._did(decision, self._staff.professional(controller), course)
        return True

    def _report(self, case: CaseFile, course: Course) -> bool:
        now, stream = self._house.clock.now(), self._request(course).request_id
        if overdue(case, case.subject.subject_id, now):
            # An account waits for a review that was due: here it ends with telling the person.
            self._house.carry_out(RecordInformed(day_of(now)), self._staff.director, case.case_id)
        self._house.contact_point.report(self._house.order("MakeReport", self._desk, stream, "json"))
        return True

    def _answer(self, case: CaseFile, course: Course) -> bool:
        try:
            self._did(AnswerRequest(), self._desk, course)
        except Refusal as refusal:
            if refusal.code != "REPORT_MISSING":
                raise
            # Something of what the account told changed since it was made.
            self._report(case, course)
            self._did(AnswerRequest(), self._desk, course)
        return True

    def _restrict(self, case: CaseFile, course: Course) -> bool:
        request = self._request(course)
        if request.request_id not in case.handlings:
            return False
        command = RestrictProcessing(request.request_id, _identity(case), "ACCURACY_CONTESTED")
        made = self._house.carry_out(command, self._desk, case.case_id).facts[0].fact
        if isinstance(made, ProcessingRestricted):
            course.thing = made.restriction_id
        return True

    def _lift(self, case: CaseFile, course: Course) -> bool:
        assert course.thing is not None  # noqa: S101 - for the type checker: it was locked
        told_on = day_of(self._house.clock.now())
        self._house.carry_out(LiftRestriction(course.thing, told_on), self._desk, case.case_id)
        return True

    def _request(self, course: Course) -> RequestFile:
        assert course.request_id is not None  # noqa: S101 - for the type checker: it was received
        found = self._house.contact_point.request(course.request_id)
        assert found is not None  # noqa: S101
        return found

    def _did(self, command: Command, acting: Acting, course: Course) -> None:
        assert course.request_id is not None  # noqa: S101
        order = self._house.order(type(command).__name__, acting, course.request_id, command)
        self._house.contact_point.carry_out(order, command)


def _identity(case: CaseFile) -> tuple[FactId, ...]:
    """Return the items that say who the person is."""
    own = (one.item for one in case.items.values() if one.item.subject_id == case.subject.subject_id)
    return tuple(one.item_id for one in own if one.category == "IDENTITY")
