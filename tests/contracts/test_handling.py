"""One command, one decision, one transaction, on a real database: retried, raced, refused and cut off."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from events.case import CommandRefused
from events.errors import Conflict, Refusal, Unavailable
from events.fact import Fact
from events.receipt import Effect, Receipt
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.local.postgres import LocalPostgres
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.handling import ATTEMPTS, Handling, Order
from tests.database_faults import gone
from tests.facts import CASE, HOUSE_OIN, SUBMITTED, TRIAGE_OPENED, recorded

REFERENCE = Reference.load()
DIRECTOR = Acting("p-00000000000000dd", "HOUSE_STAFF", HOUSE_OIN, "process-direction")


class Desk:
    """Handling on one case that was referred, with a count of the decisions that were taken."""

    def __init__(self, store: PostgresFactStore) -> None:
        self.store, self.handling, self.seen = store, Handling(store, SystemClock()), list[int]()
        store.commit([recorded(SUBMITTED, 1, uuid4())], Receipt(uuid4(), "done", "test", b"\0" * 32))

    def open(self, order: Order) -> Effect:
        def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
            self.seen.append(case.sequence)
            return [TRIAGE_OPENED]

        return self.handling.carry_out_plain(order, decide)

    def refuse(self, order: Order) -> Effect:
        def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
            self.seen.append(case.sequence)
            raise REFERENCE.refuse("CRITERIA_NOT_MET", "C2")

        return self.handling.carry_out_plain(order, decide)

    def somebody_writes(self) -> None:
        sequence = len(self.store.history(CASE)) + 1
        self.store.commit([recorded(TRIAGE_OPENED, sequence, uuid4())], Receipt(uuid4(), "done", "test", b"\0" * 32))

    def types(self) -> list[str]:
        return [one.fact.type_name.split(".")[-2] for one in self.store.history(CASE)]


@pytest.fixture
def desk(database: str) -> Iterator[Desk]:
    with PostgresFactStore(database, HOUSE_OIN) as store:
        yield Desk(store)


def order_of(command_id: UUID | None = None, case_id: UUID = CASE) -> Order:
    command_id = command_id or uuid4()
    return Order(command_id, case_id, DIRECTOR, "OpenTriage", f"command:{command_id}", b"\1" * 32, UUID(int=7))


def test_a_fact_stands_in_an_envelope_that_says_who_and_why(desk: Desk) -> None:
    """Given an accepted command, its facts follow on the case, with actor, organisation, task and cause."""
    order = order_of()
    effect = desk.open(order)
    (one,) = effect.facts
    envelope = one.envelope
    assert (one.fact, envelope.case_id, envelope.sequence) == (TRIAGE_OPENED, CASE, 2)
    assert (envelope.actor, envelope.on_behalf_of, envelope.task) == (DIRECTOR.person, DIRECTOR.oin, DIRECTOR.task)
    assert (envelope.causation_id, envelope.correlation_id) == (order.command_id, UUID(int=7))
    assert desk.store.effect_of(order.command_id) == effect
    assert effect.receipt == Receipt(order.command_id, "done", order.origin, order.content_digest)


def test_several_facts_of_one_command_are_numbered_on(desk: Desk) -> None:
    """Given a command that makes three facts, they stand there together, without gap."""
    effect = desk.handling.carry_out_plain(order_of(), lambda case, now: [TRIAGE_OPENED] * 3)
    assert [one.envelope.sequence for one in effect.facts] == [2, 3, 4]
    assert desk.store.history(CASE)[1:] == list(effect.facts)


def test_a_retried_command_has_one_effect_and_is_decided_once(desk: Desk) -> None:
    """Given the same command three times, one fact, one decision, one answer."""
    order = order_of()
    answers = [desk.open(order) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (desk.seen, desk.types()) == ([1], ["referral-submitted", "triage-opened"])


def test_a_refusal_is_a_fact_without_content(desk: Desk) -> None:
    """Given a guard that says no, the refusal is told, and stands in the case with its code and ground."""
    order = order_of()
    with pytest.raises(Refusal) as refused:
        desk.refuse(order)
    assert (refused.value.code, refused.value.says) == (
        "CRITERIA_NOT_MET",
        "De zaak voldoet niet aan alle vier de criteria (C2).",
    )
    last = desk.store.history(CASE)[-1]
    assert isinstance(last.fact, CommandRefused)
    assert (last.fact.command, last.fact.code, last.fact.stage) == ("OpenTriage", "CRITERIA_NOT_MET", "REFERRED")
    assert last.fact.legal_ref == "BGS:criteria"
    assert last.envelope.causation_id == order.command_id
    effect = desk.store.effect_of(order.command_id)
    assert effect is not None
    assert effect.receipt.outcome == "refused:CRITERIA_NOT_MET"


def test_a_refused_command_stays_refused_under_its_number(desk: Desk) -> None:
    """Given the refused command again, it is refused with its code, without a new decision or a second fact."""
    order = order_of()
    for step in (desk.refuse, desk.open):
        with pytest.raises(Refusal, match="CRITERIA_NOT_MET"):
            step(order)
    assert (desk.seen, desk.types()) == ([1], ["referral-submitted", "command-refused"])


def test_a_refusal_on_a_case_that_does_not_exist_makes_no_case(desk: Desk) -> None:
    """Given an unknown case, the refusal is told and nothing is written: there is nothing to write it in."""
    order = order_of(case_id=uuid4())
    with pytest.raises(Refusal, match="CRITERIA_NOT_MET"):
        desk.refuse(order)
    assert desk.store.history(order.case_id) == []
    assert desk.store.effect_of(order.command_id) is None


@pytest.mark.parametrize(
    "other",
    [
        {"content_digest": b"\2" * 32},
        {"case_id": uuid4()},
        {"acting": replace(DIRECTOR, person="p-00000000000000ee")},
        {"acting": replace(DIRECTOR, oin="00000001003214345000")},
        {"acting": replace(DIRECTOR, task="process-support")},
    ],
    ids=["another content", "another case", "another person", "another organisation", "another task"],
)
@pytest.mark.parametrize("first", ["open", "refuse"])
def test_a_number_of_another_command_is_a_conflict(desk: Desk, other: dict[str, object], first: str) -> None:
    """Given a number that was used, whoever uses it for something else learns nothing of what it did."""
    order = order_of()
    if first == "open":
        desk.open(order)
    else:
        with pytest.raises(Refusal):
            desk.refuse(order)
    before = desk.types()
    with pytest.raises(Conflict, match="opdrachtnummer"):
        desk.open(replace(order, **other))  # type: ignore[arg-type]  # by name
    assert (desk.seen, desk.types()) == ([1], before)


def test_who_was_second_decides_anew_on_the_case_as_it_is_by_then(desk: Desk) -> None:
    """Given somebody who writes between reading and writing, the decision is taken again, on the newer case."""
    seen: list[int] = []

    def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
        seen.append(case.sequence)
        if len(seen) < ATTEMPTS:
            desk.somebody_writes()
        return [TRIAGE_OPENED]

    effect = desk.handling.carry_out_plain(order_of(), decide)
    assert seen == list(range(1, ATTEMPTS + 1))
    assert [one.envelope.sequence for one in effect.facts] == [ATTEMPTS + 1]


def test_who_is_always_second_gets_a_conflict_and_leaves_nothing(desk: Desk) -> None:
    """Given somebody who is first each time, the command gives up, and may be given again."""
    order = order_of()

    def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
        desk.somebody_writes()
        return [TRIAGE_OPENED]

    with pytest.raises(Conflict):
        desk.handling.carry_out_plain(order, decide)
    assert desk.store.effect_of(order.command_id) is None
    assert len(desk.store.history(CASE)) == 1 + ATTEMPTS
    assert desk.open(order).facts[0].envelope.sequence == ATTEMPTS + 2


def at_once(*steps: Callable[[], object]) -> None:
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        start.wait()
        step()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_one_command_from_many_threads_has_one_effect(desk: Desk) -> None:
    """Given the same command at the same moment, everybody gets the same answer, and it is written once."""
    order, answers = order_of(), list[Effect]()
    at_once(*[lambda: answers.append(desk.open(order))] * 5)
    assert len(answers) == 5
    assert all(answer == answers[0] for answer in answers)
    assert desk.types() == ["referral-submitted", "triage-opened"]


def test_many_commands_at_one_case_are_each_written_once(desk: Desk) -> None:
    """Given different commands at the same moment, each has its own fact; who gave up is told and may repeat."""
    done: list[Effect] = []

    def persist() -> None:
        order = order_of()
        while True:
            try:
                done.append(desk.open(order))
                return
            except Conflict:
                continue

    at_once(*[persist] * 5)
    assert sorted(effect.facts[0].envelope.sequence for effect in done) == [2, 3, 4, 5, 6]
    assert len({effect.receipt.command_id for effect in done}) == 5


def test_a_command_without_a_server_is_done_once_after_recovery(
    desk: Desk, database: str, postgres: LocalPostgres
) -> None:
    """Given no server, the command is unavailable and undone; the same command afterwards has one effect."""
    order = order_of()
    with gone(postgres, database), pytest.raises(Unavailable):
        desk.open(order)
    assert desk.seen == []
    effect = persist(lambda: desk.open(order))
    assert persist(lambda: desk.open(order)) == effect
    assert desk.types() == ["referral-submitted", "triage-opened"]


def persist(step: Callable[[], Effect], attempts: int = 10) -> Effect:
    """Try until the connections that were cut are made anew, as a caller does that is told to try again."""
    for _ in range(attempts - 1):
        try:
            return step()
        except Unavailable:
            continue
    return step()
