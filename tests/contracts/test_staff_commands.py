"""Commands with free text, on a real database: the text is sealed where it belongs, and guards come first."""

import secrets
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest

from events.assessment import CriteriaAssessed
from events.case import CaseRejected, CommandRefused
from events.errors import Refusal
from events.escalation import EscalationDeclined, EscalationProposed
from events.fact import Fact
from events.receipt import Effect, Receipt
from events.sealed import Sealed
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.keys import KeyRing
from infra.sealing import AesSealer
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping
from policies.criteria import Breakthrough, CriteriaAnswers, PlaceAnswer, RoomTest, Tried
from services.acting import Acting
from services.handling import Handling, Order
from services.workflow.engine import Workflow
from services.workflow.escalation import DeclineEscalation, ProposeEscalation
from services.workflow.scene import Command
from services.workflow.triage import RecordAssessment, RejectCase
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    HOUSE_OIN,
    POLICE_OIN,
    PROPOSED,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    recorded,
)
from tests.workflow import COORDINATOR, DIRECTOR, POLICIES, REFERENCE

OFFICER = Acting("p-00000000000000ee", "POLICE", POLICE_OIN, "police-task")
TEXT = "Mila Vanhoudt heeft rust nodig."
WEIGHING = (SUBMITTED, TRIAGE_OPENED, ASSESSED.model_copy(update={"failed": ("C2",)}))
RUNNING = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)
ANSWERS = RecordAssessment(CriteriaAnswers(place=PlaceAnswer(locus="FAMILY", relevance_for_subject=TEXT)), None, None)
PROPOSAL = ProposeEscalation(
    RoomTest(complex="ja", domain_transcending="ja", coordination="ja"),
    Breakthrough(
        stuck=TEXT,
        tried_locally=(Tried(date=date(2026, 2, 1), what="gesprek", result="geweigerd"),),
        wanted="een plek",
        wanted_from="PROBATION",
        by=date(2099, 4, 1),
    ),
)


class House:
    """The workflow on one database."""

    def __init__(self, dsn: str, store: PostgresFactStore, ring: KeyRing) -> None:
        self.dsn, self.store, self.ring = dsn, store, ring
        handling, sealer = Handling(store, SystemClock()), AesSealer(ring)
        self.workflow = Workflow(handling, sealer, POLICIES, REFERENCE)

    def given(self, *facts: Fact) -> None:
        history = [recorded(fact, number, uuid4()) for number, fact in enumerate(facts, start=1)]
        self.store.commit(history, Receipt(uuid4(), "done", "test", b"\0" * 32))

    def holds(self, text: str) -> bool:
        with psycopg.connect(self.dsn) as session:
            stored = session.execute("SELECT state FROM facts.stored_events").fetchall()
        return any(text.encode() in bytes(row[0]) for row in stored)

    def keys(self) -> int:
        with psycopg.connect(self.dsn) as session:
            return len(session.execute("SELECT 1 FROM keys.data_keys").fetchall())


@pytest.fixture
def house(database: str) -> Iterator[House]:
    ring = KeyRing(database, [LocalWrapping(secrets.token_bytes(32))])
    with PostgresFactStore(database, HOUSE_OIN) as store:
        yield House(database, store, ring)
    ring.close()


def order_of(name: str, acting: Acting = DIRECTOR) -> Order:
    command_id = uuid4()
    return Order(command_id, CASE, acting, name, f"command:{command_id}", b"\1" * 32, command_id)


def sealed_in(fact: Fact) -> tuple[str, Sealed]:
    match fact:
        case CriteriaAssessed():
            return "answers", fact.answers
        case CaseRejected():
            return "advice", fact.advice
        case EscalationProposed():
            return "record", fact.record
        case EscalationDeclined():
            return "reason", fact.reason
    raise TypeError(type(fact).__name__)


STEPS: dict[str, tuple[tuple[Fact, ...], Callable[[str], Command]]] = {
    "RecordAssessment": (WEIGHING[:2], lambda text: ANSWERS),
    "RejectCase": (WEIGHING, RejectCase),
    "ProposeEscalation": (RUNNING, lambda text: PROPOSAL),
    "DeclineEscalation": ((*RUNNING, PROPOSED), DeclineEscalation),
}
"""Command -> the facts before it, and the command with a text."""


def step(house: House, command: str, acting: Acting | None = None, text: str = TEXT) -> Effect:
    acting = acting or (COORDINATOR if command == "ProposeEscalation" else DIRECTOR)
    return house.workflow.carry_out(order_of(command, acting), STEPS[command][1](text))


@pytest.mark.parametrize("command", STEPS)
def test_free_text_is_sealed_at_the_place_of_its_own_fact(house: House, command: str) -> None:
    """Given a text with a name, no stored byte holds it, and it opens in its own fact and field."""
    house.given(*STEPS[command][0])
    (one,) = step(house, command).facts
    assert not house.holds("Vanhoudt")
    field, sealed = sealed_in(one.fact)
    assert "Vanhoudt" in Unsealer(house.ring).open(CASE, SUBJECT, one.envelope.id, field, sealed).decode()


@pytest.mark.parametrize("command", STEPS)
def test_who_may_not_give_the_command_is_refused_on_record(house: House, command: str) -> None:
    """Given a participant who does not lead the case, it is the wrong hat, and the text is nowhere."""
    house.given(*STEPS[command][0])
    with pytest.raises(Refusal, match="WRONG_HAT"):
        step(house, command, OFFICER)
    last = house.store.history(CASE)[-1].fact
    assert isinstance(last, CommandRefused)
    assert (last.command, last.code) == (command, "WRONG_HAT")
    assert not house.holds("Vanhoudt")


@pytest.mark.parametrize("command", STEPS)
def test_on_a_case_that_does_not_exist_no_key_is_made(house: House, command: str) -> None:
    """Given an unknown case, the command is refused before anything is sealed."""
    with pytest.raises(Refusal, match="UNKNOWN_CASE"):
        step(house, command)
    assert house.keys() == 0


@pytest.mark.parametrize("command", ["RejectCase", "DeclineEscalation"])
@pytest.mark.parametrize("text", ["", " \n\t "])
def test_a_decision_against_needs_a_reason(house: House, command: str, text: str) -> None:
    """Given a blank advice or reason, the referrer or the local room would hear nothing: it is refused."""
    house.given(*STEPS[command][0])
    with pytest.raises(Refusal, match="NO_REASONING"):
        step(house, command, text=text)


def test_the_case_director_proposes_as_well(house: House) -> None:
    """Given the case director on the case, the proposal is made in that person's name."""
    house.given(*RUNNING)
    case_director = Acting(STARTED.case_director, "POLICE", POLICE_OIN, "police-task")
    (one,) = step(house, "ProposeEscalation", case_director).facts
    assert isinstance(one.fact, EscalationProposed)
    assert one.envelope.actor == STARTED.case_director
    assert isinstance(one.fact.escalation_id, UUID)
    assert one.fact.escalation_id == one.envelope.id
