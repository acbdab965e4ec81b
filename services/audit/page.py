"""The page of a bundle for people who never saw JSON: what happened, who saw what and why, and what the proof says."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from events.case import CommandRefused
from events.correction import DataAccessed
from events.decision import AccessDecided
from events.disclosure import Asked, DataDisclosed, DisclosureRefused
from events.fact import Fact, Recorded
from events.vocabulary import Oin, Room, Stage
from policies.policy_set import Policy
from policies.reference import Reference
from services.audit.course import PoliciesAt
from services.audit.course_page import CourseWords, Stood
from services.audit.names import Names, refusal, task
from services.audit.scope import Scope
from services.audit.words import DECISIONS, ROLES, ROOMS, STAGES, number, says
from services.bootstrap.anchoring import State
from services.case_file import evolve
from services.case_parts import CaseFile
from services.dutch_dates import local_day, local_moment

MOST_ROWS = 2000
"""Rows of one table; a longer one says so, and the bundle holds the rest."""
ORG_FIELDS = ("referrer_org", "sender_org", "provider_org", "recipient_org", "asked_of", "org")
_pages = Environment(
    loader=PackageLoader("services.audit", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Line:
    """One fact on the timeline of its case."""

    index: int
    sequence: int
    happened: str
    written: str | None
    """When it was written down, if that is more than a minute later."""
    says: str
    about: str
    """Organisation or reason; empty when the sentence says it all."""
    stage: str
    """The new stage or room; empty when it stays."""
    actor: str
    ground: str


@dataclass(frozen=True)
class Seen:
    """One request for data that was granted, or refused."""

    index: int
    number: int | None
    when: str
    org: str
    task: str
    person: str
    persons: str
    categories: str
    withheld: str
    purpose: str
    grounds: tuple[str, ...]
    outcome: str
    rules: tuple[str, ...]
    received: bool


@dataclass
class Rows:
    """Requests of one outcome: the first of them, and the totals of all."""

    first: list[Seen] = field(default_factory=list)
    by_org: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    """Organisation -> kinds of data."""

    def add(self, one: Seen) -> None:
        """Count one more, and keep it when it is one of the first."""
        if len(self.first) < MOST_ROWS:
            self.first.append(one)
        self.by_org[one.org] += 1
        self.kinds.setdefault(one.org, set()).update(one.categories.split(", "))


@dataclass
class Case:
    """One case of the page."""

    case_id: str
    lines: list[Line] = field(default_factory=list)
    stood: Stood = field(default_factory=Stood)


class Page:
    """Makes the page of one bundle. The words of the law are those of the day of each fact.

    Args:
        policies_at: who could see what on a day is asked of the rules of that day.
    """

    def __init__(
        self, reference: Reference, rules: Mapping[str, Policy], policies_at: PoliciesAt, house_oin: Oin
    ) -> None:
        self._reference, self._rules = reference, rules
        self._names = Names(reference, house_oin)
        self._course_words = CourseWords(reference, self._names, policies_at)

    def html(
        self,
        scope: Scope,
        facts: Collection[tuple[int, Recorded]],
        whole: Mapping[str, int],
        log: State,
        made: datetime,
    ) -> bytes:
        """Return the page. *facts* are (index in the log, fact), in order of index."""
        received = {str(one.fact.disclosure_id) for _, one in facts if isinstance(one.fact, DataAccessed)}
        seen, refused, undecided = Rows(), Rows(), 0
        for index, one in facts:
            if isinstance(one.fact, Asked):
                rows = seen if isinstance(one.fact, DataDisclosed) else refused
                rows.add(self._seen(index, one, one.fact, received))
                undecided += one.fact.decision_id is None
        cases = self._cases(facts, whole, made)
        text = _pages.get_template("report.html").render(
            title=self._title(scope, made),
            scope=scope,
            period=_period(scope),
            cases=cases,
            stood=[one for one in cases if one.stood.turns],
            facts=len(facts),
            seen=seen.first,
            seen_count=seen.by_org.total(),
            refused=refused.first,
            refused_count=refused.by_org.total(),
            most=MOST_ROWS,
            by_org=_by_org(seen, refused),
            undecided=undecided,
            made=local_moment(made),
            log=log,
            root=log.root.hex(),
            signed_at=local_moment(log.signed_at),
            number=number,
        )
        return text.encode()

    def _title(self, scope: Scope, made: datetime) -> str:
        if scope.kind == "PARTICIPANT":
            return f"Wat {self._names.org(scope.org or '', made)} zag"
        return "Verantwoording van één zaak" if scope.kind == "CASE" else "Wie zag de gegevens van één persoon"

    def _cases(self, facts: Iterable[tuple[int, Recorded]], whole: Mapping[str, int], made: datetime) -> list[Case]:
        cases = {name: Case(name) for name in whole}
        states: dict[str, CaseFile] = {}
        courses = {name: self._course_words.follow(UUID(name), made) for name in whole}
        for index, one in facts:
            name = str(one.envelope.case_id)
            if name not in cases:
                continue
            courses[name].take(one)
            before = states.get(name) or CaseFile(one.envelope.case_id)
            after = states[name] = evolve(before, one)
            # A decision is told with the request that it decided.
            if not isinstance(one.fact, AccessDecided) and len(cases[name].lines) < MOST_ROWS:
                cases[name].lines.append(self._line(index, one, before, after))
        for name, course in courses.items():
            cases[name].stood = self._course_words.stood(course.finish())
        return list(cases.values())

    def _line(self, index: int, one: Recorded, before: CaseFile, after: CaseFile) -> Line:
        fact, envelope = one.fact, one.envelope
        late = (envelope.recorded_at - fact.occurred_at).total_seconds() > 60
        ground = self._reference.legal_ref(fact.legal_ref, envelope.recorded_at)
        return Line(
            index,
            envelope.sequence,
            local_moment(fact.occurred_at),
            local_moment(envelope.recorded_at) if late else None,
            says(fact),
            self._about(fact, envelope.recorded_at),
            _moved(before.stage, after.stage, before.room, after.room),
            self._names.actor(one),
            ground.ref if ground else fact.legal_ref,
        )

    def _about(self, fact: Fact, at: datetime) -> str:
        if isinstance(fact, CommandRefused | DisclosureRefused):
            return f"Reden: {refusal(fact.code if isinstance(fact, CommandRefused) else fact.reason_code)}."
        orgs = [str(getattr(fact, name)) for name in ORG_FIELDS if getattr(fact, name, None)]
        return self._names.org(orgs[0], at) if orgs else ""

    def _seen(self, index: int, one: Recorded, fact: Asked, received: set[str]) -> Seen:
        at = one.envelope.recorded_at
        shown = isinstance(fact, DataDisclosed)
        purpose = self._reference.purpose(fact.purpose, at) if fact.purpose else None
        names = [f"{ROLES[person.role]} {_short(person.subject_id)}" for person in fact.subjects]
        rules = [self._rules[rule.policy_id].says for rule in fact.rules if rule.policy_id in self._rules]
        return Seen(
            index,
            fact.recipient_number,
            local_moment(fact.occurred_at),
            self._names.org(fact.recipient_org, at),
            task(fact.recipient_task),
            fact.recipient_person,
            ", ".join(names) or "niemand met name",
            self._names.kinds(fact.categories, at) if isinstance(fact, DataDisclosed | DisclosureRefused) else "",
            self._names.kinds(fact.withheld, at) if isinstance(fact, DataDisclosed) else "",
            purpose.says_nl if purpose else fact.purpose or "geen doel genoemd",
            tuple(self._ground(key, at) for key in fact.legal_basis),
            DECISIONS[fact.decision] if isinstance(fact, DataDisclosed) else refusal(fact.reason_code),
            tuple(dict.fromkeys(rules)),
            shown and str(fact.disclosure_id) in received,
        )

    def _ground(self, key: str, at: datetime) -> str:
        found = self._reference.legal_ref(key, at)
        return f"{found.ref}: {found.text_nl}" if found else key


def _moved(stage: Stage | None, to: Stage | None, room: Room | None, into: Room | None) -> str:
    told = []
    if to is not None and to is not stage:
        told.append(f"fase: {STAGES[to]}")
    if into is not None and into is not room:
        told.append(f"kamer: {ROOMS[into]}")
    return ", ".join(told)


def _by_org(seen: Rows, refused: Rows) -> list[tuple[str, int, int, str]]:
    orgs = sorted(seen.by_org.keys() | refused.by_org.keys())
    return [(org, seen.by_org[org], refused.by_org[org], ", ".join(sorted(seen.kinds.get(org, ())))) for org in orgs]


def _period(scope: Scope) -> str:
    if scope.since is None and scope.until is None:
        return "alles tot nu toe"
    since = f"vanaf {local_day(scope.since)}" if scope.since else "vanaf het begin"
    return f"{since} tot {local_day(scope.until)}" if scope.until else since


def _short(name: UUID) -> str:
    return str(name)[:8]
