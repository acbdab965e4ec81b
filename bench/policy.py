"""What a decision costs with every policy in force, beside a call that reads the policies anew each time.

Run: ``python -m bench.policy [--decisions N] [--json]``. A decision is one item of a request: telling the engine what
it must know by the tables of the day, asking it, and turning its reply into a verdict. Both ways must agree.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from cedarpy import is_authorized

from bench.report import Line, report
from events.vocabulary import Room, Stage
from policies.asking import AccessRequest, ItemAsked
from policies.engine import Policies
from policies.policy_set import SCHEMA
from policies.reference import Reference

ROUNDS, SEED, ITEMS = 5, 20260302, 8
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALONE, TOGETHER = "one item, parsed once", f"{ITEMS} items together, parsed once"
NAIVE = "one item, parsed at each call"
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


def cases(reference: Reference, count: int) -> list[Case]:
    """Return requests of all participants for all kinds of data, seeded."""
    rng, hats = Random(SEED), [(one.code, one.oin, t) for one in reference.participants(AT) for t in one.domains]
    kinds = [one.code for one in reference.categories(AT)]
    purposes = [one.code for one in reference.purposes(AT)]
    found: list[Case] = []
    for _ in range(count):
        org, oin, task = rng.choice(hats)
        request = replace(BASE, org=org, oin=oin, task=task, purpose=rng.choice(purposes))
        items = [
            ItemAsked(UUID(int=rng.getrandbits(128)), rng.choice(kinds), "T2", rng.choice(hats)[0], shared=True)
            for _ in range(ITEMS)
        ]
        found.append((request, items))
    return found


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The cost of a decision of the policies.")
    parser.add_argument("--decisions", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    reference = Reference.load()
    policies, made = Policies.load(reference), cases(reference, given.decisions // ITEMS)

    def alone() -> int:
        for request, items in made:
            policies.decide(request, items[:1])
        return len(made)

    def together() -> int:
        for request, items in made:
            policies.decide(request, items)
        return len(made) * ITEMS

    few = made[: max(20, len(made) // 10)]

    def parsing() -> int:
        for request, items in few:
            naive(policies, request, items[0])
        return len(few)

    agree = all(
        naive(policies, request, items[0]) == policies.decide(request, items)[items[0].item_id].allowed
        for request, items in few
    )
    samples: dict[str, list[float]] = {ALONE: [], TOGETHER: [], NAIVE: []}
    for _ in range(given.rounds):
        for name, work in ((ALONE, alone), (TOGETHER, together), (NAIVE, parsing)):
            samples[name].append(milliseconds(work))
    lines = [
        Line(NAIVE, "ms a decision", tuple(samples[NAIVE])),
        Line(ALONE, "ms a decision", tuple(samples[ALONE]), NAIVE, "<= 0.10, and 0.15 ms"),
        Line(TOGETHER, "ms a decision", tuple(samples[TOGETHER]), NAIVE, "<= 0.10, and 0.15 ms"),
    ]
    facts: dict[str, object] = {
        "policies": len(policies.rules),
        "policy_set": policies.text.digest[:16],
        "both ways agree": agree,
    }
    report("policy", lines, facts, as_json=given.json)
    if not agree:
        raise SystemExit("De twee manieren geven niet hetzelfde antwoord.")


if __name__ == "__main__":
    main()
