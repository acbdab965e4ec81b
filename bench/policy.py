"""What a decision costs with every policy in force, beside a call that reads the policies anew each time.

Run: ``python -m bench.policy [--questions N] [--referrals N] [--json]``. A decision is one item of a request: telling
the engine what it must know by the tables of the day, asking it, and turning its reply into a verdict. Replies to the
same information are kept, so three things are measured: questions that are all new, the same questions again, and the
questions of a simulated year in their order, with nothing kept at the start. All must agree with the naive call.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from random import Random
from uuid import UUID

from cedarpy import is_authorized

from bench.report import Line, report
from events.decision import AccessDecided
from events.vocabulary import Room, Stage
from policies.asking import AccessRequest, ItemAsked
from policies.engine import Policies
from policies.policy_set import SCHEMA
from policies.recorded import item_of, request_of
from policies.reference import Reference
from services.bootstrap import SystemClock, open_house
from services.policy_replay import decisions_of
from services.year.lines import EmbeddedLine
from services.year.moment import FIRST_DAY, MovedClock
from services.year.play import Play

ROUNDS, SEED = 5, 20260302
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAIVE = "parsed at each call"
NEW, AGAIN, YEAR = "a new question", "a question asked before", "the questions of a year"
BASE = AccessRequest(
    org="POLICE",
    oin="00000001003214345000",
    task="police-task",
    itself=True,
    stage=Stage.IN_CONSULTATION,
    room=Room.LOCAL_CHAMBER,
    standing="LIVE",
    kind="WITHIN",
    purpose="COORDINATE_ENFORCEMENT",
    legal_basis=("WGS:participants", "WGS:purpose"),
    reasoned=True,
    secrecy_ground=None,
    at=AT,
)
Case = tuple[AccessRequest, Sequence[ItemAsked]]


def different(reference: Reference, count: int) -> list[Case]:
    """Return questions of which no two are alike: participants, tasks, purposes and kinds of data, seeded."""
    hats = [(one.code, one.oin, task) for one in reference.participants(AT) for task in one.domains]
    purposes = [one.code for one in reference.purposes(AT)]
    kinds = [one.code for one in reference.categories(AT)]
    rng, every = Random(SEED), list(product(hats, purposes, kinds))
    return [
        (
            replace(BASE, org=org, oin=oin, task=task, purpose=purpose),
            [ItemAsked(UUID(int=rng.getrandbits(128)), kind, "T2", rng.choice(hats)[0], shared=True)],
        )
        for (org, oin, task), purpose, kind in rng.sample(every, count)
    ]


def of_a_year(referrals: int) -> list[Case]:
    """Play a year, and return what was asked for items in it, in order, from the records of the decisions."""
    clock = MovedClock(FIRST_DAY, SystemClock())
    with open_house(temporary=True, clock=clock) as house:
        Play(house, clock, EmbeddedLine(house), SEED, referrals).run()
        records = [one for one in decisions_of(house.log.read(0, house.log.size())) if isinstance(one, AccessDecided)]
    asked = [(one, [item for item in map(item_of, one.evaluations) if item is not None]) for one in records]
    return [(request_of(one), items) for one, items in asked if items]


def naive(policies: Policies, request: AccessRequest, item: ItemAsked) -> bool:
    """Decide by handing the engine all its texts, as a caller does that keeps nothing."""
    told = policies.told(request, [item])
    asked = {
        "principal": 'Recipient::"asking"',
        "action": 'Action::"read"',
        "resource": f'Item::"{item.item_id}"',
        "context": dict(told.context),
    }
    text = policies.text
    return is_authorized(asked, text.text, json.dumps(told.entities), schema=text.files[SCHEMA]).allowed


def milliseconds(work: Callable[[], int]) -> float:
    """Return the time of one decision of *work*, which says how many it made."""
    started = time.perf_counter()
    count = work()
    return (time.perf_counter() - started) * 1000 / count


def decided(policies: Policies, cases: Sequence[Case]) -> int:
    """Decide on every item of *cases*, and return how many there were."""
    for request, items in cases:
        policies.decide(request, items)
    return sum(len(items) for _, items in cases)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The cost of a decision of the policies.")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--referrals", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    reference = Reference.load()
    new, year = different(reference, given.questions), of_a_year(given.referrals)
    few = new[: max(20, len(new) // 10)]

    def parsing(policies: Policies) -> int:
        return len([naive(policies, request, items[0]) for request, items in few])

    samples: dict[str, list[float]] = {NAIVE: [], NEW: [], AGAIN: [], YEAR: []}
    agree = True
    for _ in range(given.rounds):
        policies, fresh = Policies.load(reference), Policies.load(reference)
        samples[NAIVE].append(milliseconds(lambda: parsing(policies)))  # noqa: B023 - called at once
        samples[NEW].append(milliseconds(lambda: decided(policies, new)))  # noqa: B023
        samples[AGAIN].append(milliseconds(lambda: decided(policies, new)))  # noqa: B023
        samples[YEAR].append(milliseconds(lambda: decided(fresh, year)))  # noqa: B023
        agree = agree and all(
            naive(policies, request, items[0]) == policies.decide(request, items)[items[0].item_id].allowed
            for request, items in few
        )
    lines = [
        Line(NAIVE, "ms a decision", tuple(samples[NAIVE])),
        Line(NEW, "ms a decision", tuple(samples[NEW]), NAIVE, "<= 0.15"),
        Line(AGAIN, "ms a decision", tuple(samples[AGAIN]), NAIVE, "<= 0.05"),
        Line(YEAR, "ms a decision", tuple(samples[YEAR]), NAIVE, "<= 0.10, and 0.15 ms"),
    ]
    facts: dict[str, object] = {
        "policies": len(policies.rules),
        "policy_set": policies.text.digest[:16],
        "decisions of the year": sum(len(items) for _, items in year),
        "both ways agree": agree,
    }
    report("policy", lines, facts, as_json=given.json)
    if not agree:
        raise SystemExit("De manieren geven niet hetzelfde antwoord.")


if __name__ == "__main__":
    main()
