"""``zvh simulate``: what partners would send in some days, in the order of arrival, with what must become of each."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from itertools import count
from random import Random
from typing import BinaryIO

from policies.reference import Reference
from services.channels import intake_topic
from services.ports import Outbox
from services.simulation.faults import FAULTS, written
from services.simulation.letters import Partner, referral, supplement, withdrawal


@dataclass(frozen=True)
class Plan:
    """How much traffic, from when, and how much goes wrong. The same plan gives the same bytes."""

    seed: int
    start: datetime
    days: int = 7
    per_day: float = 30
    """Referrals per day on average; a weekend day has a fifth of a working day."""
    faulty: float = 0.05
    """Share of referrals that are spoiled, 0 to 1."""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.days < 1 or self.per_day <= 0 or not 0 <= self.faulty <= 1:
            raise ValueError("A plan needs a start with a time zone, a day or more, and a share from 0 to 1.")


@dataclass(frozen=True, order=True)
class Sent:
    """One event on its way."""

    arrives: datetime
    number: int
    """Decides between events that arrive at one moment."""
    org: str = field(compare=False)
    key: str = field(compare=False)
    """Same for all events about one referral, so that Kafka keeps their order."""
    value: bytes = field(compare=False)
    outcome: str = field(compare=False)
    """What the intake must make of it."""


# How often each participant refers, beside the others; one that is not listed counts as 3.
_BUSY = {"POLICE": 24, "MUNICIPAL_EXECUTIVE": 21, "PROBATION": 10, "SAFE_HOME": 10, "MENTAL_HEALTH": 6}


def traffic(plan: Plan, reference: Reference) -> Iterator[Sent]:
    """Yield the events of *plan* in the order of arrival; memory holds only those that are under way.

    The partners, their tasks and channels are those that *reference* holds on the first day of the plan.
    """
    rng = Random(plan.seed)  # noqa: S311 - a simulation must be repeatable, not secret
    partners = _partners(reference, plan.start)
    under_way: list[Sent] = []
    numbers = count()
    for day in range(plan.days):
        morning = plan.start + timedelta(days=day)
        while under_way and under_way[0].arrives < morning:
            yield heapq.heappop(under_way)
        for _ in range(_how_many(rng, plan, morning)):
            at = morning + timedelta(seconds=int(rng.triangular(0, 86_399, 30_000)))
            partner = rng.choices(partners, [_BUSY.get(one.code, 3) for one in partners])[0]
            for sent in _story(rng, plan, partner, partners, at, numbers):
                heapq.heappush(under_way, sent)
    while under_way:
        yield heapq.heappop(under_way)


def write(plan: Plan, reference: Reference, file: BinaryIO) -> dict[str, int]:
    """Write the traffic of *plan* as JSON Lines; return the number of lines and the expected count per outcome."""
    expected: dict[str, int] = {"lines": 0}
    for sent in traffic(plan, reference):
        file.write(sent.value + b"\n")
        _count(expected, sent)
    return expected


def send(plan: Plan, reference: Reference, outbox: Outbox) -> dict[str, int]:
    """Send the traffic of *plan* to the partners' intake topics; return the counts as ``write`` does.

    Raises: Unavailable.
    """
    expected: dict[str, int] = {"lines": 0}
    for sent in traffic(plan, reference):
        outbox.publish(intake_topic(sent.org), sent.key, sent.value)
        _count(expected, sent)
    return expected


def sample_week() -> tuple[bytes, bytes]:
    """Return the sample week that comes with the product: (JSON Lines, expected counts as JSON)."""
    folder = resources.files("services.sample")
    return folder.joinpath("intake-week.jsonl").read_bytes(), folder.joinpath("intake-week.expect.json").read_bytes()


def _count(expected: dict[str, int], sent: Sent) -> None:
    expected["lines"] += 1
    expected[sent.outcome] = expected.get(sent.outcome, 0) + 1


def _how_many(rng: Random, plan: Plan, morning: datetime) -> int:
    usual = plan.per_day * (0.25 if morning.weekday() >= 5 else 1.3)
    return max(0, round(rng.gauss(usual, usual**0.5)))


def _partners(reference: Reference, at: datetime) -> list[Partner]:
    channels = reference.channels(at)
    return [
        Partner(
            code=one.code,
            oin=one.oin,
            tasks=tuple(sorted(one.domains)),
            channels=tuple((c.code, c.regime) for c in channels if one.code in c.organisations),
        )
        for one in reference.participants(at)
    ]


def _story(
    rng: Random, plan: Plan, partner: Partner, partners: list[Partner], at: datetime, numbers: Iterator[int]
) -> Iterator[Sent]:
    """Yield one referral with all that follows from it."""
    offered = referral(rng, partner, partners, at)
    name = str(offered["id"])

    def sent(after_hours: float, value: bytes, outcome: str) -> Sent:
        return Sent(at + timedelta(hours=after_hours), next(numbers), partner.code, name, value, outcome)

    if rng.random() < plan.faulty:
        outcome = rng.choice(sorted(FAULTS))
        yield sent(0, FAULTS[outcome](rng, offered), outcome)
        return
    arrives = rng.choice((20, 45, 70)) if rng.random() < 0.04 else 0  # some events come days late
    yield sent(arrives, written(offered), "received")
    if rng.random() < 0.04:
        yield sent(arrives + rng.uniform(0.01, 30), written(offered), "duplicate")
    if rng.random() < plan.faulty / 10:
        other = {**offered, "time": "2026-01-01T00:00:00.000000Z", "subject": "andere inhoud"}
        yield sent(arrives + rng.uniform(0.01, 30), written(other), "id_reused")
    later = arrives + rng.uniform(1, 90)
    if rng.random() < 0.05:
        yield sent(later, written(supplement(rng, partner, name, at + timedelta(hours=later))), "supplemented")
    if rng.random() < 0.04:
        gone = later + rng.uniform(0.1, 20)
        yield sent(gone, written(withdrawal(rng, partner, name, at + timedelta(hours=gone))), "withdrawn")
        if rng.random() < 0.3:
            too_late = gone + 1
            value = written(supplement(rng, partner, name, at + timedelta(hours=too_late)))
            yield sent(too_late, value, "wrong_stage")
