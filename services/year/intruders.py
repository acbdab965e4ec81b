"""Requests at the desk that must be refused: each step is named by the code that it must get (domain 5.7)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile
from services.year.doings import Course
from services.year.officers import Officers
from services.year.sources import ASKER, CATEGORY, PURPOSE
from services.year.staff import Staff

Wrong = Callable[[CaseFile, Course], None]
"""Asks for what must be refused. Raises: Refusal."""
READER, READS_FOR = "PROBATION", "COORDINATE_ENFORCEMENT"


class Intruders:
    """People who ask for what they may not see, or do not say why."""

    def __init__(self, house: House, staff: Staff, officers: Officers) -> None:
        self._house, self._staff, self._officers = house, staff, officers

    def wrongs(self) -> Mapping[str, Wrong]:
        """Return what is asked for, by the code of its refusal."""
        look, reader = self._staff.look, self._staff.professional
        return {
            "NO_PURPOSE": lambda case, _: look(reader(READER), case.case_id, "CURIOSITY"),
            "NO_BASIS": lambda case, _: look(reader(READER), case.case_id, READS_FOR, basis=()),
            "NO_REASONING": lambda case, _: look(reader(READER), case.case_id, READS_FOR, necessity=""),
            "WRONG_HAT": lambda case, _: look(replace(reader(READER), task="letting"), case.case_id, READS_FOR),
            "NOT_PARTICIPANT": lambda case, _: look(self._outsider(), case.case_id, READS_FOR),
            "CATEGORY_NOT_ALLOWED": lambda case, _: look(
                reader(READER), case.case_id, READS_FOR, frozenset({"CHILD_PROTECTION"})
            ),
            "SECRECY": lambda case, _: look(reader(ASKER), case.case_id, PURPOSE, frozenset({CATEGORY})),
            "RESTRICTED": lambda case, _: look(reader(READER), case.case_id, READS_FOR, frozenset({"IDENTITY"})),
            "ITEM_NOT_SHARED": self._officers.hand_over,
            "NOT_ON_CASE": lambda case, _: self._officers.inspect(case),
        }

    def _outsider(self) -> Acting:
        oin = self._house.settings.house_oin
        return Acting(self._house.pseudonyms.person(oin, "verhuurder-01"), "HOUSING_CORPORATION", oin, "letting")
