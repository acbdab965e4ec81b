"""Single items: one participant asks, the source decides, the asker reads (domain 5.1), each over its own line."""

from collections.abc import Mapping

from events.vocabulary import FactId
from services.bootstrap import House
from services.case_file import CaseFile
from services.workflow.granting import EndGrant
from services.year.doings import Course, Doing, Send
from services.year.partners import Partners
from services.year.staff import BASIS, NECESSITY, PROPORTIONALITY, SUBSIDIARITY, Staff

ASKER, SOURCE, CATEGORY, PURPOSE = "POLICE", "MENTAL_HEALTH", "HEALTH", "COORDINATE_CARE"
WHY = {
    "purpose": PURPOSE,
    "legal_basis": BASIS,
    "necessity": NECESSITY,
    "proportionality": PROPORTIONALITY,
    "subsidiarity": SUBSIDIARITY,
}


class Sources:
    """The asker and the source of single items."""

    def __init__(self, house: House, staff: Staff, partners: Partners, send: Send) -> None:
        self._house, self._staff, self._partners, self._send = house, staff, partners, send

    def steps(self) -> Mapping[str, Doing]:
        """Return what each step does."""
        return {
            "bring": self._bring,
            "ask": self._ask,
            "grant": lambda case, course: self._decide(case, course, _own(case)),
            "grant-part": lambda case, course: self._decide(case, course, _own(case)[:1]),
            "decline": lambda case, course: self._decide(case, course, ()),
            "lean-on-grant": self._lean,
            "take-back": self._take_back,
        }

    def _bring(self, case: CaseFile, course: Course) -> bool:
        piece = {"category": CATEGORY, "what": "wat een ander moet weten om te handelen", "wording": "FUNCTIONAL"}
        data = {"offered": [piece, piece], "purpose": PURPOSE, "secrecy_ground": "CONSENT"}
        self._send(SOURCE, self._partners.about(SOURCE, case.case_id, "items-provided", data))
        return True

    def _ask(self, case: CaseFile, course: Course) -> bool:
        if len(_own(case)) < 2:
            return False
        data = {"asked_of": SOURCE, "categories": [CATEGORY], **WHY}
        self._send(ASKER, self._partners.about(ASKER, case.case_id, "disclosure-requested", data))
        return True

    def _decide(self, case: CaseFile, course: Course, granted: tuple[FactId, ...]) -> bool:
        asked = next((key for key, one in case.requests.items() if not one.answered), None)
        if asked is None:
            return False
        data: dict[str, object] = {"request": str(asked), "granted": list(map(str, granted))}
        if len(granted) < len(_own(case)):
            data["reason_code"] = "SECRECY"
        if granted:
            data |= {"secrecy_ground": "CONSENT", "secrecy_text": "De betrokkene gaf schriftelijk toestemming.", **WHY}
        self._send(SOURCE, self._partners.about(SOURCE, case.case_id, "disclosure-decided", data))
        return True

    def _lean(self, case: CaseFile, course: Course) -> bool:
        asker = self._staff.professional(ASKER)
        grants = case.grants_of(asker.org, asker.task, self._house.clock.now())
        if not grants:
            return False
        course.thing = grants[-1].fact.grant_id
        self._staff.look(asker, case.case_id, PURPOSE, frozenset({CATEGORY}))
        return True

    def _take_back(self, case: CaseFile, course: Course) -> bool:
        assert course.thing is not None  # noqa: S101 - for the type checker: somebody leaned on the grant
        command = EndGrant(course.thing, "De betrokkene trok de toestemming in.")
        self._house.carry_out(command, self._staff.professional(SOURCE), case.case_id)
        return True


def _own(case: CaseFile) -> tuple[FactId, ...]:
    items = (placed.item for placed in case.items.values())
    return tuple(one.item_id for one in items if (one.provider_org, one.category) == (SOURCE, CATEGORY))
