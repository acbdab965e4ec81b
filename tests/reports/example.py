"""A log for tests of reports: two years of a small house, invented and always the same, with late facts at its end.

The tables stand in the log itself (``tables.json``, a snapshot), so what a report says does not depend on the program.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import rfc8785

from events.assessment import PanelMember
from events.canonical import encode
from events.fact import Envelope, Fact, Recorded, rfc3339
from events.oversight import ReportPublished
from events.policy_set import PolicySetActivated
from events.receipt import Numbered
from events.vocabulary import Answer
from infra.transparency.tree import Edge, leaf_hash
from projections.figures_story import Story
from services.governance import governance_stream
from services.oversight import oversight_stream
from tests import facts as some
from tests.facts import EXAMPLES, HOUSE_OIN, POLICE_OIN

TABLES: Mapping[str, Any] = json.loads((Path(__file__).parent / "tables.json").read_text(encoding="utf-8"))
START = datetime(2025, 4, 1, 8, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 4, 8, tzinfo=UTC)
"""By when the first edition about 2026 is made; later facts are late for it."""
CASES = 260
REFERRERS = ("POLICE", "MUNICIPAL_EXECUTIVE", "SAFE_HOME", "MENTAL_HEALTH")
CHANNELS = ("PARTICIPANT", "SAFE_HOME", "LOCAL_APPROACH")
CHAMBERS = ("CHAMBER_NORTH", "CHAMBER_SOUTH")
PROBATION, POLICE = some.PROBATION, some.POLICE
MAYOR = PanelMember(org="MAYOR", task="public-order", domain="ADMINISTRATION")


def example(name: str) -> Any:
    """Return the example of one type of fact."""
    return next(one for one in EXAMPLES if type(one).__name__ == name)


@dataclass(frozen=True)
class Raw:
    """A fact of a family that is written elsewhere in the product: its permanent type name and its data."""

    type_name: str
    data: Mapping[str, object]


@dataclass
class Written:
    """One fact on its way into the log."""

    recorded_at: datetime
    case_id: UUID
    fact: Fact | Raw


@dataclass
class Writer:
    """Writes the life of cases; every draw comes from one seed."""

    rng: Random = field(default_factory=lambda: Random(20260302))
    written: list[Written] = field(default_factory=list)

    def new(self) -> UUID:
        """Return an id."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def add(self, case: UUID, at: datetime, fact: Fact, late: timedelta = timedelta(), **changes: object) -> None:
        """Write a fact that happened at a moment, and was written down *late*."""
        self.written.append(Written(at + late, case, fact.model_copy(update={"occurred_at": at, **changes})))

    def days(self, least: int, most: int) -> timedelta:
        """Return some days."""
        return timedelta(days=self.rng.randint(least, most), hours=self.rng.randint(0, 9))


def _case(to: Writer, number: int) -> None:
    rng, case, at = to.rng, to.new(), START + timedelta(hours=58 * number)
    referrer, chamber = rng.choice(REFERRERS), rng.choice(CHAMBERS)
    status = rng.choice(("INFORMED", "INFORMED", "INFORMED", "PENDING", "DEFERRED"))
    inform = some.SUBMITTED.inform_status.model_copy(update={"status": status})
    channel = rng.choices(CHANNELS, (6, 3, 1))[0]
    to.add(case, at, some.SUBMITTED, referrer_org=referrer, channel=channel, inform_status=inform)
    if status == "DEFERRED":
        to.add(case, at + timedelta(hours=2), example("InformingDeferred"))
    at += to.days(2, 9)
    to.add(case, at, some.TRIAGE_OPENED, panel=(POLICE, some.SAFE_HOME, PROBATION))
    to.add(case, at + timedelta(hours=1), some.CHECK_REQUESTED, asked=(PROBATION, some.SAFE_HOME))
    at += to.days(1, 4)
    to.add(case, at, example("KnownCheckAnswered"))
    if rng.random() < 0.4:
        to.add(case, at, example("TermMissed"), org="SAFE_HOME")
    if rng.random() < 0.3:
        to.add(case, at, example("DisclosureRefused"), reason_code=rng.choice(("NO_PURPOSE", "SECRECY")))
    at += to.days(3, 9)
    to.add(case, at, some.ASSESSED)
    if rng.random() < 0.3:
        failed = rng.choice((("C2",), ("C2", "C4"), ("C3",)))
        to.add(case, at + timedelta(hours=1), example("CaseRejected"), failed=failed)
        to.add(case, at + timedelta(days=30), example("CaseDestroyed"), due=at + timedelta(days=29))
        return
    to.add(case, at + timedelta(hours=1), some.ACCEPTED, chamber=chamber)
    at += to.days(2, 8)
    to.add(case, at, some.STARTED, authorised_until=at + timedelta(days=365))
    _worked_on(to, case, at, chamber)


def _worked_on(to: Writer, case: UUID, at: datetime, chamber: str) -> None:
    rng = to.rng
    shown = example("DataDisclosed")
    for _ in range(rng.randint(1, 4)):
        org = rng.choice(("SAFE_HOME", "POLICE", "PROBATION"))
        categories = rng.choice((("IDENTITY",), ("IDENTITY", "LIFE_DOMAIN"), ("HEALTH",)))
        purpose = rng.choice(("COORDINATE_CARE", "PREVENT_UNSAFE"))
        to.add(case, at + to.days(0, 20), shown, recipient_org=org, categories=categories, purpose=purpose)
    at += to.days(14, 30)
    to.add(case, at, example("ConsultationHeld"), not_present=(some.SAFE_HOME,) if rng.random() < 0.3 else ())
    at += to.days(1, 6)
    action = to.new()
    plan = some.PLAN.model_copy(
        update={
            "aims": (some.PLAN.aims[0].model_copy(update={"life_domain": rng.choice(("HOUSING", "SAFETY"))}),),
            "actions": (
                some.PLAN.actions[0].model_copy(
                    update={"action_id": action, "due": (at + timedelta(days=20)).date().isoformat()}
                ),
            ),
        }
    )
    to.add(case, at, plan)
    at += to.days(2, 6)
    to.add(case, at, some.AGREED)
    to.add(case, at + timedelta(hours=3), some.MONITORING)
    reported = rng.choice(("DONE", "DONE", "STUCK", None))
    if reported:
        to.add(case, at + to.days(5, 30), example("ActionReported"), action_id=action, status=reported)
    at += to.days(31, 50)
    if rng.random() < 0.25:
        to.add(case, at, some.PROPOSED)
        at += to.days(2, 10)
        if rng.random() < 0.3:
            to.add(case, at, example("EscalationDeclined"))
        else:
            to.add(case, at, some.ESCALATED, participants=(POLICE, PROBATION, MAYOR))
            at += to.days(30, 60)
            to.add(case, at, some.MONITORING)
            to.add(case, at + timedelta(hours=1), some.DEESCALATION, chamber=chamber)
            at += to.days(1, 5)
            to.add(case, at, some.DEESCALATED, chamber=chamber)
    if rng.random() < 0.6:
        at += to.days(20, 40)
        reached = rng.choice((Answer.YES, Answer.YES, Answer.NO))
        aims = (some.EVALUATED.aims[0].model_copy(update={"reached": reached}),)
        to.add(case, at, some.EVALUATED, aims=aims)
        to.add(case, at + timedelta(hours=1), some.AFTERCARE)
        at += to.days(20, 60)
        to.add(case, at, some.CLOSED, reason_code=rng.choice(("AIMS_MET", "AIMS_MET", "MOVED")))


def _account(to: Writer) -> None:
    """Breaches, audits, advice, an impact assessment, a change of the rules."""
    oversight, rules, at = (
        oversight_stream(HOUSE_OIN),
        governance_stream(HOUSE_OIN),
        datetime(2026, 2, 2, 9, tzinfo=UTC),
    )
    tables = PolicySetActivated(
        occurred_at=START - timedelta(days=9),
        legal_ref="ZVH:governance",
        policy_set="5" * 64,
        files={"permit.cedar": "permit (principal, action, resource);\n"},
        tables=TABLES,
        version="0.1.0",
    )
    to.add(rules, START - timedelta(days=9), tables)
    for number in range(12):
        breach, when = to.new(), at + timedelta(days=20 * number)
        to.add(oversight, when, example("BreachRecorded"), breach_id=breach, discovered_at=when + timedelta(hours=5))
        to.add(oversight, when + timedelta(days=1), example("BreachHandled"), breach_id=breach, in_time=number != 3)
    for name in ("AuditRecorded", "AuditFollowedUp", "AdviceGiven", "AdviceFollowedUp", "ImpactAssessed"):
        to.add(oversight, at + timedelta(days=60), example(name))
        at += timedelta(days=1)
    to.add(rules, at, example("GovernanceProposed"))
    to.add(rules, at + timedelta(days=3), example("GovernanceDecided"))


def _rights(to: Writer) -> None:
    """Requests of persons, by the bytes of their facts alone."""
    for number in range(40):
        request, at = to.new(), datetime(2026, 1, 12, 9, tzinfo=UTC) + timedelta(days=8 * number)
        right = to.rng.choice(("ACCESS", "ACCESS", "ACCESS", "RECTIFICATION", "ERASURE"))
        due, told = at + timedelta(days=31), at + to.days(10, 45)
        data = {"occurred_at": rfc3339(at), "legal_ref": "AVG:rights", "right": right, "due": rfc3339(due)}
        to.written.append(Written(at, request, Raw("nl.zvh.rights.request-received.v1", data)))
        if number < 36:
            outcome = to.rng.choice(("GRANTED", "GRANTED", "PARTLY", "NO_DATA"))
            answer = {"occurred_at": rfc3339(told), "legal_ref": "AVG:rights", "outcome": outcome, "late": told >= due}
            to.written.append(Written(told, request, Raw("nl.zvh.rights.request-answered.v1", answer)))


@cache
def written() -> tuple[Written, ...]:
    """Return every fact of the example, in the order of the log."""
    to = Writer()
    _account(to)
    _rights(to)
    for number in range(CASES):
        _case(to, number)
    kept = [one for one in to.written if one.recorded_at < NEW_YEAR]
    late = Writer(Random(7))
    for number in range(14):
        # Brought in after the year was told of: a referral of December that was written down in January.
        when = datetime(2026, 12, 20, 9, tzinfo=UTC) + timedelta(hours=number)
        weeks = timedelta(days=20)
        late.add(late.new(), when, some.SUBMITTED, late=weeks, referrer_org="POLICE", channel="PARTICIPANT")
    return tuple(sorted([*kept, *late.written], key=lambda one: one.recorded_at))


@cache
def numbered() -> tuple[Numbered, ...]:
    """Return the bytes of every fact with its log index."""
    rng, numbers, found = Random(1), dict[UUID, int](), []
    for index, one in enumerate(written()):
        numbers[one.case_id] = numbers.get(one.case_id, 0) + 1
        found.append(Numbered(index, _bytes_of(one, UUID(int=rng.getrandbits(128), version=4), numbers[one.case_id])))
    return tuple(found)


def _bytes_of(one: Written, fact_id: UUID, sequence: int) -> bytes:
    envelope = Envelope(
        id=fact_id,
        case_id=one.case_id,
        sequence=sequence,
        recorded_at=one.recorded_at,
        actor="p-0123456789abcdef",
        on_behalf_of=POLICE_OIN,
        task="police-task",
        correlation_id=UUID(int=1),
        causation_id=UUID(int=2),
    )
    if isinstance(one.fact, Fact):
        return encode(Recorded(envelope=envelope, fact=one.fact), HOUSE_OIN)
    whole = json.loads(encode(Recorded(envelope=envelope, fact=some.MONITORING), HOUSE_OIN))
    whole |= {"type": one.fact.type_name, "data": {"task": "contact-point", **one.fact.data}}
    return rfc8785.dumps(whole)


def first_edition() -> int:
    """Return how many facts there were when the first edition about 2026 was made."""
    return sum(1 for one in written() if one.recorded_at < NEW_YEAR)


class ListLog:
    """Fits ``ReportLog``: facts in memory, in whatever order, with the real tree over them."""

    def __init__(self, facts: Iterable[Numbered], size: int) -> None:
        self._facts, self.size = [one for one in facts if one.index < size], size
        edge = Edge()
        for one in sorted(self._facts, key=lambda fact: fact.index):
            edge.append(leaf_hash(one.value))
        self.root_hash, self.complete = edge.root().hex(), edge.size == size

    def read(self) -> Iterator[Numbered]:
        """Yield every fact."""
        yield from self._facts


@contextmanager
def in_memory() -> Iterator[dict[str, Story]]:
    """Stories in a plain dictionary."""
    yield {}


def published(report: str, log_size: int, at: datetime) -> ReportPublished:
    """Return that an edition was given out."""
    fact: ReportPublished = example("ReportPublished")
    return fact.model_copy(update={"report": report, "log_size": log_size, "occurred_at": at})
