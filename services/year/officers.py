"""Results that leave the room, a supervisor that is let in, and records that are corrected (domain 5.1 and 5.3)."""

from collections.abc import Mapping
from datetime import timedelta

from events.disclosure import DataDisclosed
from events.vocabulary import FactId
from policies.entries import day_of
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile
from services.disclosure import OUTSIDE
from services.workflow.correcting import CorrectDisclosure
from services.workflow.results import TO_THIRD_PARTY, GivePrivacyAdvice, MakeResult, ReleaseResult
from services.workflow.scene import Command
from services.workflow.supervising import EndSupervision, OpenSupervision
from services.year.doings import Course, Doing
from services.year.staff import BASIS, NECESSITY, PROPORTIONALITY, SUBSIDIARITY, Staff

THIRD_PARTY, CONTROLLER, READER = "HOUSING_CORPORATION", "POLICE", "PROBATION"
SUPERVISOR, SUPERVISION = "AUDITOR", "supervision"
RESULT_PURPOSE, TO_SUPERVISOR = "PREVENT_CRIME_NUISANCE", "TO_SUPERVISOR"
DAYS_LET_IN = 60


class Officers:
    """The privacy officer, a controller, and the auditor that comes to look."""

    def __init__(self, house: House, staff: Staff) -> None:
        self._house, self._staff = house, staff
        oin = house.settings.house_oin
        name = house.pseudonyms.person(oin, "privacy-officer-01")
        self._privacy = Acting(name, house.reference.staff.code, oin, "privacy-office")
        supervisor = house.reference.supervisor(SUPERVISOR, house.clock.now())
        assert supervisor is not None  # noqa: S101 - for the type checker: the tables name this one
        name = house.pseudonyms.person(supervisor.oin, "auditor-01")
        self.auditor = Acting(name, SUPERVISOR, supervisor.oin, SUPERVISION)

    def steps(self) -> Mapping[str, Doing]:
        """Return what each step does."""
        return {
            "make-result": self._make,
            "advise": self._advise,
            "release": self._release,
            "hand-over": self._hand_over,
            "let-in": self._let_in,
            "inspect": self._inspect,
            "show-out": self._show_out,
            "read": self._read,
            "correct": self._correct,
        }

    def hand_over(self, case: CaseFile, course: Course) -> None:
        """Hand the result to its third party. Raises: Refusal."""
        assert course.thing is not None  # noqa: S101 - for the type checker: it was made
        items = frozenset({case.results[course.thing].made.item.item_id})
        director, recipient = self._staff.director, (THIRD_PARTY, OUTSIDE, OUTSIDE)
        self._staff.look(director, case.case_id, RESULT_PURPOSE, kind=TO_THIRD_PARTY, recipient=recipient, items=items)

    def inspect(self, case: CaseFile) -> None:
        """Let the auditor look into the case. Raises: Refusal."""
        self._staff.look(self.auditor, case.case_id, "SUPERVISION", kind=TO_SUPERVISOR)

    def _make(self, case: CaseFile, course: Course) -> bool:
        command = MakeResult(TO_THIRD_PARTY, THIRD_PARTY, "Er is begeleiding; de huur kan doorlopen.")
        course.thing = self._did(command, self._staff.director, case)
        return True

    def _advise(self, case: CaseFile, course: Course) -> bool:
        assert course.thing is not None  # noqa: S101 - for the type checker: it was made
        self._did(GivePrivacyAdvice(course.thing, True, "Niet meer dan de verhuurder moet weten."), self._privacy, case)
        return True

    def _release(self, case: CaseFile, course: Course) -> bool:
        assert course.thing is not None  # noqa: S101
        command = ReleaseResult(course.thing, RESULT_PURPOSE, BASIS, NECESSITY, PROPORTIONALITY, SUBSIDIARITY)
        self._did(command, self._staff.professional(CONTROLLER), case)
        return True

    def _hand_over(self, case: CaseFile, course: Course) -> bool:
        self.hand_over(case, course)
        return True

    def _let_in(self, case: CaseFile, course: Course) -> bool:
        until = day_of(self._house.clock.now()) + timedelta(days=DAYS_LET_IN)
        command = OpenSupervision(
            SUPERVISOR, SUPERVISION, "PRIVACY_AUDIT", "Steekproef van de jaarlijkse audit.", until
        )
        course.thing = self._did(command, self._privacy, case)
        return True

    def _inspect(self, case: CaseFile, course: Course) -> bool:
        self.inspect(case)
        return True

    def _show_out(self, case: CaseFile, course: Course) -> bool:
        assert course.thing is not None  # noqa: S101
        self._did(EndSupervision(course.thing), self._privacy, case)
        return True

    def _read(self, case: CaseFile, course: Course) -> bool:
        self._staff.read_file(READER, case.case_id)
        return True

    def _correct(self, case: CaseFile, course: Course) -> bool:
        shown = [one for one in case.looks if isinstance(one, DataDisclosed) and one.recipient_org == READER]
        command = CorrectDisclosure(
            shown[-1].disclosure_id, "WRONG_PURPOSE", "Gelezen voor de zorg.", purpose="COORDINATE_CARE"
        )
        self._did(command, self._privacy, case)
        return True

    def _did(self, command: Command, acting: Acting, case: CaseFile) -> FactId:
        """Carry out a command. Returns the number of its first fact. Raises: Refusal."""
        return self._house.carry_out(command, acting, case.case_id).facts[0].envelope.id
