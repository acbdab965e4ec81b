"""The case as it was at a moment, and who could see what of it then. Pure: nothing is disclosed, nothing is written.

Two questions that are easily mixed. *As known then*: what had been written by that moment. *As known now*: what had
happened by that moment, whenever it was written. Facts stand in the order of their sequence in both, never of time.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import takewhile

from events.disclosure import DataDisclosed
from events.fact import Recorded
from events.vocabulary import CaseId, Code, FactId, OrgCode, Task
from policies.asking import TO_SUPERVISOR, WITHIN
from policies.calendar import day_end
from policies.engine import WEIGHED, Policies
from policies.entries import AMSTERDAM
from policies.reference import Reference
from policies.verdict import Verdict
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.disclosure import Answered, Disclose, answer

NOBODY = "p-0000000000000000"
"""Stands for whoever of the organisation would look: the policies judge organisation and task."""
NO_OIN = "0" * 20
SECRECY = "SECRECY"
"""Refusal code of a professional secret that no named ground breaks."""
RESULT = "RESULT_TO_PARTICIPANT"
"""Kind of disclosure by which a participant gets a result that was let out for it."""
_REASONS = ("noodzaak", "evenredigheid", "geen lichtere weg")


class Known(StrEnum):
    """From which point of view a past moment is seen."""

    THEN = "then"
    NOW = "now"

    @property
    def says(self) -> str:
        """What it means, for a person."""
        if self is Known.THEN:
            return "zoals toen bekend: alles wat op dat moment was vastgelegd"
        return "zoals nu bekend: alles wat tot dat moment was gebeurd, ook als het later is vastgelegd"


@dataclass(frozen=True)
class Sight:
    """What the policies of the moment say of one item for one reader, when all that a request needs is given."""

    item_id: FactId
    verdict: Verdict
    purposes: tuple[Code, ...]
    """Purposes for which it may be seen; empty when for none."""
    kinds: tuple[Code, ...]
    """Kinds of disclosure by which it may be seen; empty when by none."""
    with_secrecy_ground: bool
    """Only when a ground to break the professional secret is named."""
    shown: int
    """How often it was shown to this organisation and task by then."""


@dataclass(frozen=True)
class Reader:
    """An organisation and task with a place in the case, or a task of the house's own people."""

    org: OrgCode
    task: Task
    place: str
    """PARTICIPANT, LEFT, PANEL, REFERRER, ASKED, RECIPIENT (of a result), SUPERVISOR or STAFF."""
    until: datetime | None
    """End of the authorisation; None when it has none."""
    items: tuple[Sight, ...]


@dataclass(frozen=True)
class CaseAt:
    """One case as it was."""

    moment: datetime
    known: Known
    case: CaseFile
    facts: int
    """How many facts tell it."""
    policy_set: str
    """SHA-256 of the policies that were asked."""
    policy_digest: str
    """SHA-256 of those policies with the tables of that day."""
    readers: tuple[Reader, ...]


def read_moment(written: str) -> datetime:
    """Read a moment as a person writes it. A bare day means its end; without an offset it is Dutch local time.

    Raises: ValueError.
    """
    if len(written) == len("2026-03-01"):
        return day_end(date.fromisoformat(written))
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=AMSTERDAM)


def known_at(history: Sequence[Recorded], moment: datetime, known: Known) -> list[Recorded]:
    """Return the facts that were written (THEN) or had happened (NOW) by *moment*, that moment included.

    Order is by sequence, never by time: where the clock was set back, a fact counts as written no earlier than those
    before it, so that nobody is shown the end of a story without its beginning.
    """
    if known is Known.THEN:
        return list(takewhile(lambda one: one.envelope.recorded_at <= moment, history))
    return [one for one in history if one.fact.occurred_at <= moment]


@dataclass(frozen=True)
class _Tried:
    """One request that was tried, and what the policies say of it."""

    kind: Code
    purpose: Code
    ground: Code | None
    answered: Answered

    def verdict_on(self, item_id: FactId) -> Verdict:
        return self.answered.items.get(item_id, self.answered.gate)


def reconstruct(
    case_id: CaseId,
    history: Sequence[Recorded],
    moment: datetime,
    known: Known,
    policies: Policies,
    reference: Reference,
    org: OrgCode | None = None,
) -> CaseAt:
    """Return the case as it was at *moment*; its stage is None when there was nothing of it yet.

    Args:
        policies: the set that was in force at that moment; the tables are dated by themselves.
        org: leave out what others than this organisation could see; None to leave out nothing.
    """
    facts = known_at(history, moment, known)
    case = case_file(case_id, facts)
    shown = Counter(
        (one.fact.recipient_org, one.fact.recipient_task, item.item_id)
        for one in facts
        if isinstance(one.fact, DataDisclosed)
        for item in one.fact.items
    )
    return standing(case, len(facts), moment, known, policies, reference, org, shown)


def standing(
    case: CaseFile,
    facts: int,
    moment: datetime,
    known: Known,
    policies: Policies,
    reference: Reference,
    org: OrgCode | None = None,
    shown: Counter[tuple[OrgCode, Task, FactId]] | None = None,
) -> CaseAt:
    """Return a case that so many *facts* told, with who could see what of it at *moment*.

    Args:
        org: leave out what others than this organisation could see; None to leave out nothing.
        shown: how often each item was shown to each organisation and task; None when nobody asks.
    """
    counted = Counter[tuple[OrgCode, Task, FactId]]() if shown is None else shown
    readers = tuple(
        Reader(one, task, place, until, _sights(case, one, task, place, policies, reference, moment, counted))
        for one, task, place, until in _places(case, reference, moment)
        if org in (None, one)
    )
    return CaseAt(moment, known, case, facts, policies.text.digest, policies.digest(moment), readers)


def _places(
    case: CaseFile, reference: Reference, moment: datetime
) -> Iterator[tuple[OrgCode, Task, str, datetime | None]]:
    """Yield who had a place in the case, each organisation and task once, and the house's own people."""
    if case.stage is None or not case.persons:
        return
    found: dict[tuple[OrgCode, Task], tuple[str, datetime | None]] = {}
    for one in case.participants:
        found[one.member.org, one.member.task] = ("PARTICIPANT" if moment < one.until else "LEFT", one.until)
    for one in case.left:
        found.setdefault((one.member.org, one.member.task), ("LEFT", one.until))
    if case.stage in WEIGHED:
        for member in case.panel:
            found.setdefault((member.org, member.task), ("PANEL", None))
    for org, task in sorted(case.asked()):
        found.setdefault((org, task), ("ASKED", None))
    found.setdefault((case.referrer_org, case.referrer_task), ("REFERRER", None))
    for result in case.results.values():
        if result.released is not None and result.made.recipient_task is not None:
            found.setdefault((result.made.recipient_org, result.made.recipient_task), ("RECIPIENT", None))
    for let_in in case.supervisions.values():
        found.setdefault((let_in.supervisor, let_in.supervisor_task), ("SUPERVISOR", let_in.until))
    for (org, task), (place, until) in found.items():
        yield org, task, place, until
    for task in reference.staff.tasks:
        yield reference.staff.code, task, "STAFF", None


def _sights(
    case: CaseFile,
    org: OrgCode,
    task: Task,
    place: str,
    policies: Policies,
    reference: Reference,
    moment: datetime,
    shown: Counter[tuple[OrgCode, Task, FactId]],
) -> tuple[Sight, ...]:
    known = reference.participant(org, moment) or reference.supervisor(org, moment)
    acting = Acting(NOBODY, org, known.oin if known else NO_OIN, task)
    grounds = tuple(one.key for one in reference.grounds(moment))

    def asking(kind: Code, ground: Code | None) -> list[_Tried]:
        """Make requests that have all they need but for the purpose, which is tried one by one."""
        requests = ((one.code, _asked(acting, kind, one.code, grounds, ground)) for one in reference.purposes(moment))
        return [
            _Tried(kind, code, ground, answer(case, one, acting, policies, reference, moment)) for code, one in requests
        ]

    tried: list[_Tried] = []
    for kind in _kinds(case, org, task, place):
        plain = asking(kind, None)
        tried += plain
        if any(verdict.code == SECRECY for one in plain for verdict in one.answered.items.values()):
            tried += asking(kind, next((one.code for one in reference.secrecy_grounds(moment)), None))
    return tuple(_sight(item_id, tried, shown[org, task, item_id]) for item_id in case.items)


def _kinds(case: CaseFile, org: OrgCode, task: Task, place: str) -> tuple[Code, ...]:
    """Return the kinds by which a reader looks by itself; what the house hands over is no look of its recipient."""
    if place == "SUPERVISOR":
        return (TO_SUPERVISOR,)
    own = (one for one in case.results.values() if (one.made.recipient_org, one.made.recipient_task) == (org, task))
    return (WITHIN, RESULT) if any(one.released is not None for one in own) else (WITHIN,)


def _asked(
    acting: Acting, kind: Code, purpose: Code, grounds: tuple[Code, ...], secrecy_ground: Code | None
) -> Disclose:
    necessity, proportionality, subsidiarity = _REASONS
    return Disclose(
        recipient_org=acting.org,
        recipient_person=acting.person,
        recipient_task=acting.task,
        purpose=purpose,
        legal_basis=grounds,
        necessity=necessity,
        proportionality=proportionality,
        subsidiarity=subsidiarity,
        secrecy_ground=secrecy_ground,
        kind=kind,
    )


def _sight(item_id: FactId, tried: Sequence[_Tried], shown: int) -> Sight:
    allowed = [one for one in tried if one.verdict_on(item_id).allowed]
    plain = [one for one in allowed if one.ground is None]
    if allowed:
        by = plain or allowed
        purposes, kinds = dict.fromkeys(one.purpose for one in by), dict.fromkeys(one.kind for one in by)
        return Sight(item_id, by[0].verdict_on(item_id), tuple(purposes), tuple(kinds), not plain, shown)
    # Of all refusals of the kind that is asked first, the one that comes last on the way: what stands in the way when
    # the rest is in order.
    refused = [one.verdict_on(item_id) for one in tried if one.kind == tried[0].kind]
    return Sight(item_id, max(refused, key=lambda one: one.rank), (), (), False, shown)
