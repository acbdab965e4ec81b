"""The intake on a real event store: one outcome per delivery, one effect per event, an answer for every sender."""

import io
import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import Unavailable
from events.sealed import Sealed
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.keys import KeyRing
from infra.outbox import EmbeddedOutbox
from infra.pseudonyms import KeyedPseudonyms
from infra.sealing import AesSealer
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping
from policies.engine import Policies
from policies.reference import Reference
from services.handling import Handling
from services.intake import Delivery, Intake, Outcome, ingest
from services.simulate import Plan, sample_week, write
from services.workflow.engine import Workflow
from tests.facts import HOUSE_OIN
from tests.partner_events import PERSONAL, SAFE_HOME_OIN, as_bytes, event, offered, supplement, withdrawal

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)


class Faulty:
    """A real part of the house whose method *name* fails the first *times* times that it is called."""

    def __init__(self, part: Any, name: str, error: Exception, times: int = 1) -> None:
        self._part, self._name, self._error, self._left = part, name, error, times

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._left > 0:
            self._left -= 1
            return self._fail
        return getattr(self._part, name)

    def _fail(self, *_: object) -> None:
        raise self._error


@dataclass
class House:
    """An intake with its real parts."""

    dsn: str
    parts: dict[str, Any]
    opener: Unsealer
    origins: Iterator[int] = field(default_factory=itertools.count)

    def intake(self, **instead: Any) -> Intake:
        parts = {**self.parts, **instead}
        handling = Handling(parts["store"], parts["clock"])
        workflow = Workflow(handling, parts["sealer"], POLICIES, REFERENCE)
        return Intake(**parts, reference=REFERENCE, house_oin=HOUSE_OIN, workflow=workflow)

    def take(self, sent: Any, org: str | None = "POLICE", origin: str | None = None, **instead: Any) -> Outcome:
        raw = sent if isinstance(sent, bytes) else as_bytes(sent)
        return self.intake(**instead).take(Delivery(origin or f"test:{next(self.origins)}", org, raw))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(query.encode()).fetchall()

    def facts(self) -> list[dict[str, Any]]:
        found = self.rows("SELECT state FROM facts.stored_events ORDER BY notification_id")
        return [json.loads(bytes(state)) for (state,) in found]

    def messages(self, topic: str) -> list[dict[str, Any]]:
        found = self.rows(f"SELECT value FROM views.outgoing WHERE topic = '{topic}' ORDER BY id")
        return [json.loads(bytes(value)) for (value,) in found]

    def written(self) -> str:
        """Everything that stands anywhere in the database, as text."""
        tables = ("facts.stored_events", "facts.commands", "views.outgoing", "keys.data_keys", "keys.subject_index")
        rows = [row for table in tables for row in self.rows(f"SELECT * FROM {table}")]
        return " ".join(
            cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for row in rows for cell in row
        )

    def original(self, message: dict[str, Any]) -> bytes:
        data, submission = message["data"], UUID(message["subject"])
        sealed = Sealed.model_validate(data["original"])
        place = f"original/{data['part']}"
        return self.opener.open(submission, submission, UUID(data["fact_id"]), place, sealed)


@pytest.fixture
def house(database: str) -> Iterator[House]:
    """A house of its own for each test."""
    master = os.urandom(32)
    ring, outbox = KeyRing(database, [LocalWrapping(master)]), EmbeddedOutbox(database)
    with PostgresFactStore(database, HOUSE_OIN) as store:
        parts = {
            "store": store,
            "clock": SystemClock(),
            "pseudonyms": KeyedPseudonyms(ring),
            "sealer": AesSealer(ring),
            "outbox": outbox,
        }
        yield House(database, parts, Unsealer(ring))
    outbox.close()
    ring.close()


def counted(expected: dict[str, int]) -> dict[str, object]:
    lines = expected.pop("lines")
    return {"lines": lines, "outcomes": {name: number for name, number in expected.items() if number}}


def test_the_sample_week_gives_the_outcomes_that_come_with_it(house: House) -> None:
    """Good, late, double and bad events of one week, counted per outcome."""
    lines, expected = sample_week()
    assert ingest(io.BytesIO(lines), house.intake()) == counted(json.loads(expected))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_simulated_traffic_gives_the_outcomes_that_it_foretells(house: House, seed: int) -> None:
    """Every outcome that the intake has a name for."""
    file = io.BytesIO()
    expected = write(Plan(seed, datetime(2026, 3, 2, tzinfo=UTC), days=5, per_day=20, faulty=0.4), REFERENCE, file)
    file.seek(0)
    assert ingest(file, house.intake()) == counted(expected)


def test_a_file_that_is_offered_again_changes_nothing(house: House) -> None:
    """Every event that has a name is known: no new fact, and the second run says so."""
    file = b"\n".join(as_bytes(sent) for sent in (offered("a-1"), supplement("a-2", "a-1"), offered("a-3", reason="")))
    first = ingest(io.BytesIO(file), house.intake())
    facts = house.facts()
    again = ingest(io.BytesIO(file), house.intake())

    assert first["outcomes"] == {"received": 1, "supplemented": 1, "missing_field": 1}
    assert again["outcomes"] == {"duplicate": 3}
    assert house.facts() == facts


def test_a_run_that_broke_off_goes_on_under_its_own_name(house: House) -> None:
    """The same line of the same run is a redelivery, with the outcome that it had."""
    file = as_bytes(offered("a-1")) + b"\n{broken\n"
    first = ingest(io.BytesIO(file), house.intake(), run_id="monday")
    assert ingest(io.BytesIO(file), house.intake(), run_id="monday") == first
    assert len(house.facts()) == 2


def test_a_referral_becomes_one_fact_and_one_answer_on_the_feed_of_its_sender(house: House) -> None:
    """The answer names the partner's own event and the case; nothing else."""
    taken = house.take(offered("a-1"))

    (fact,) = house.facts()
    (answer,) = house.messages("zvh.feed.police")
    assert (taken.outcome, taken.code, str(taken.case_id)) == ("received", "OK", fact["subject"])
    assert fact["type"] == "nl.zvh.cases.referral-submitted.v1"
    assert fact["onbehalfof"] == "00000001003214345000"
    assert answer["type"] == "nl.zvh.feed.referral-received.v1"
    assert (answer["data"]["event"]["id"], answer["data"]["case_id"]) == ("a-1", fact["subject"])


def test_the_sealed_items_open_to_what_was_sent(house: House) -> None:
    """Sealed for (case, person), bound to the fact and the item."""
    house.take(offered("a-1"))
    (fact,) = house.facts()
    identity = fact["data"]["items"][0]
    place = (UUID(fact["subject"]), UUID(identity["subject_id"]), UUID(fact["id"]), f"items/{identity['item_id']}")
    assert json.loads(house.opener.open(*place, Sealed.model_validate(identity["content"]))) == {
        "bsn": "999990019",
        "given_name": "Joppe",
        "family_name": "Vanhoudt-Test",
        "birth_date": "1991-04-17",
        "address": "Nergensstraat 5",
        "municipality": "Rotterdam",
    }


def test_no_personal_datum_stands_in_clear_anywhere(house: House) -> None:
    """Not in facts, receipts, answers, kept originals or key tables; not of good events and not of refused ones."""
    bad_bsn = offered("a-2")
    bad_bsn["data"]["subject"]["bsn"] = "999990018"
    for sent in (
        offered("a-1"),
        supplement("a-4", "a-1", reason="De buurman belde"),
        withdrawal("a-5", "a-1"),
        bad_bsn,
        offered("a-3", extra={"999990019": "Joppe"}),
        offered("a-6", channel="999990019"),
        offered("999990019"),
        as_bytes(offered("a-7"))[:-2],
    ):
        house.take(sent)
    written = house.written()
    assert not [text for text in (*PERSONAL, "999990018") if text in written]


def test_the_same_delivery_again_gives_the_same_answer_and_no_new_fact(house: House) -> None:
    """Kafka may deliver a record twice."""
    first = house.take(offered("a-1"), origin="zvh.intake.police:0:7")
    again = house.take(offered("a-1"), origin="zvh.intake.police:0:7")
    assert first == again
    assert len(house.facts()) == len(house.messages("zvh.feed.police")) == 1


@pytest.mark.parametrize("sent", [offered("a-1"), offered("a-1", aim="")], ids=["taken", "refused"])
def test_the_same_event_from_elsewhere_is_a_duplicate_with_the_same_answer(house: House, sent: dict[str, Any]) -> None:
    """The sender hears what it heard the first time, to the byte; also of a refusal."""
    first, second = house.take(sent), house.take(sent)
    assert (second.outcome, second.answer, second.case_id) == ("duplicate", first.answer, first.case_id)
    assert len(house.facts()) == 1


def test_one_id_for_two_contents_is_refused_and_the_first_stands(house: House) -> None:
    """Nothing is guessed: the sender must give another id."""
    first = house.take(offered("a-1"))
    other = house.take(offered("a-1", aim="Iets anders"))
    repeated = house.take(offered("a-1", aim="Iets anders"))

    assert (first.outcome, other.outcome, other.code, repeated.outcome) == (
        "received",
        "id_reused",
        "ID_REUSED",
        "duplicate",
    )
    assert [fact["type"].split(".")[3] for fact in house.facts()] == ["referral-submitted", "submission-refused"]


def test_two_participants_may_use_the_same_event_id(house: House) -> None:
    """An event is named by its source and id, on the channel of its sender."""
    safe_home = offered("a-1", task="safe-home")
    safe_home["source"] = f"urn:nld:oin:{SAFE_HOME_OIN}:systeem:vt"
    outcomes = [house.take(offered("a-1")).outcome, house.take(safe_home, org="SAFE_HOME").outcome]
    assert outcomes == ["received", "received"]


def test_who_speaks_for_another_is_answered_and_the_other_hears_nothing(house: House) -> None:
    """The channel tells who sends; a source is only a claim."""
    assert house.take(offered("a-1"), org="SAFE_HOME").outcome == "wrong_sender"
    (refused,) = house.facts()
    assert refused["data"]["sender_org"] == "SAFE_HOME"
    assert (len(house.messages("zvh.feed.safe-home")), len(house.messages("zvh.feed.police"))) == (1, 0)
    assert house.take(offered("a-1")).outcome == "received"  # the false event did not use up the true one's name


def test_a_refusal_says_what_is_wrong_where_and_what_to_do(house: House) -> None:
    """In Dutch, as a problem document (RFC 9457), on the feed of the sender."""
    sent = offered("a-1")
    del sent["data"]["criteria"]
    house.take(sent)

    (answer,) = house.messages("zvh.feed.police")
    problem = answer["data"]["problem"]
    assert answer["type"] == "nl.zvh.feed.referral-refused.v1"
    assert (problem["code"], problem["where"], problem["status"]) == ("MISSING_FIELD", "data.criteria", 422)
    assert problem["title"] in problem["detail"]
    assert "data.criteria" in problem["detail"]


def test_a_refused_original_is_kept_sealed_and_whole(house: House) -> None:
    """Nothing is lost: the bytes as they came, in parts when they are large."""
    raw = as_bytes(offered("a-1", reason="x" * 700_000))
    assert house.take(raw).outcome == "oversized"

    parts = house.messages("zvh.intake.rejected")
    assert [part["data"]["part"] for part in parts] == [0, 1, 2]
    assert b"".join(house.original(part) for part in parts) == raw


def test_a_crash_between_commit_and_answer_costs_nothing(house: House) -> None:
    """The position did not move, so the event comes again: one fact, and the answer that was still owed."""
    crashing = Faulty(house.parts["outbox"], "publish", Unavailable("weg"))
    with pytest.raises(Unavailable):
        house.take(offered("a-1"), origin="zvh.intake.police:0:1", outbox=crashing)
    assert (len(house.facts()), house.messages("zvh.feed.police")) == (1, [])

    assert house.take(offered("a-1"), origin="zvh.intake.police:0:1", outbox=crashing).outcome == "received"
    assert (len(house.facts()), len(house.messages("zvh.feed.police"))) == (1, 1)


def test_a_crash_after_sealing_leaves_no_second_key(house: House) -> None:
    """A second try finds the case and the keys of the first."""
    failing = Faulty(house.parts["store"], "commit", Unavailable("weg"))
    with pytest.raises(Unavailable):
        house.take(offered("a-1"), store=failing)
    house.take(offered("a-1"), store=failing)
    assert house.rows("SELECT count(*), count(DISTINCT case_id) FROM keys.data_keys") == [(2, 1)]


def test_a_part_that_is_away_stops_the_intake_and_loses_nothing(house: House) -> None:
    """Unavailable is no refusal: the same delivery is taken when the part is back."""
    away = Faulty(house.parts["store"], "effect_of", Unavailable("weg"), times=3)
    for _ in range(3):
        with pytest.raises(Unavailable):
            house.take(offered("a-1"), origin="p:0:1", store=away)
    assert house.take(offered("a-1"), origin="p:0:1", store=away).outcome == "received"


def test_a_fault_of_ours_parks_that_one_event_and_the_next_is_taken(house: House) -> None:
    """The sender hears INTERNAL, the original is kept, and sending it anew works once we are mended."""
    faulty = Faulty(house.parts["pseudonyms"], "subject", ZeroDivisionError("Joppe"))
    parked = house.take(offered("a-1"), origin="p:0:1", pseudonyms=faulty)
    following = house.take(offered("a-2"), origin="p:0:2", pseudonyms=faulty)

    assert (parked.outcome, parked.code, following.outcome) == ("internal", "INTERNAL", "received")
    (kept,) = house.messages("zvh.intake.rejected")
    assert house.original(kept) == as_bytes(offered("a-1"))
    assert house.take(offered("a-1"), origin="p:0:1").outcome == "internal"
    assert house.take(offered("a-1"), origin="p:0:3").outcome == "received"


def test_a_referral_is_supplemented_and_then_withdrawn_by_its_own_event_id(house: House) -> None:
    """The sender needs no number of ours; what comes after the withdrawal is refused."""
    steps = [offered("a-1"), supplement("a-2", "a-1"), withdrawal("a-3", "a-1"), supplement("a-4", "a-1")]
    taken = [house.take(step) for step in steps]

    assert [one.outcome for one in taken] == ["received", "supplemented", "withdrawn", "wrong_stage"]
    case = str(taken[0].case_id)
    assert [fact["sequence"] for fact in house.facts() if fact["subject"] == case] == [1, 2, 3]


def test_wishes_of_the_referrer_travel_with_every_item_that_it_brings(house: House) -> None:
    """Given conditions in a referral and others in its supplement, each item keeps those of its own event."""
    day = {"code": "UNTIL", "until": "2199-12-31"}
    house.take(offered("a-1", conditions=[{"code": "NOT_TO", "orgs": ["MAYOR"]}]))
    house.take(supplement("a-2", "a-1", aim="Een plan", conditions=[day]))
    house.take(offered("a-3"))
    brought, added, plain = [one["data"]["items"] for one in house.facts()]
    assert [one["conditions"] for one in brought] == [[{"code": "NOT_TO", "orgs": ["MAYOR"]}]] * len(brought)
    assert [one["conditions"] for one in added] == [[{"code": "UNTIL", "orgs": [], "until": "2199-12-31"}]] * len(added)
    assert not [one for one in plain if "conditions" in one]


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        ({"code": "RUMOUR"}, "unknown_choice"),
        ({"code": "NOT_TO"}, "missing_field"),
        ({"code": "UNTIL", "until": "2001-01-01"}, "bad_date"),
    ],
)
def test_a_referral_with_a_wish_of_no_list_is_refused_at_that_place(
    house: House, wish: dict[str, object], outcome: str
) -> None:
    """Given a condition that says too little or nothing known, the sender hears so, and there is no case."""
    taken = house.take(offered("a-1", conditions=[wish]))
    assert (taken.outcome, taken.case_id) == (outcome, None)
    assert taken.answer is not None
    assert json.loads(taken.answer.value)["data"]["problem"]["where"] == "data.conditions"


def test_a_supplement_before_its_referral_is_refused_and_works_when_sent_anew(house: House) -> None:
    """Out of order: nothing is guessed, and the sender is told to send the referral first."""
    outcomes = [
        house.take(step).outcome for step in (supplement("a-2", "a-1"), offered("a-1"), supplement("a-3", "a-1"))
    ]
    assert outcomes == ["unknown_referral", "received", "supplemented"]


def test_nobody_withdraws_anothers_referral(house: House) -> None:
    """Nor learns that it exists."""
    house.take(offered("a-1"))
    theirs = withdrawal("a-2", "a-1")
    theirs["source"] = f"urn:nld:oin:{SAFE_HOME_OIN}:systeem:vt"
    assert house.take(theirs, org="SAFE_HOME").outcome == "unknown_referral"


def test_in_a_file_the_source_says_who_sends(house: House) -> None:
    """A line that names nobody is refused too, and kept; there is no one to tell."""
    taken = [house.take(sent, org=None) for sent in (offered("a-1"), b"{", event("a-2", "referral-offered", {}))]
    assert [(one.outcome, one.answer is None) for one in taken] == [
        ("received", False),
        ("broken_json", True),
        ("missing_field", False),
    ]
    assert len(house.messages("zvh.intake.rejected")) == 2


def test_one_event_taken_by_many_workers_at_once_has_one_effect(house: House) -> None:
    """After a rebalance two workers may hold the same record."""
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        outcomes.append(house.take(offered("a-1"), origin="p:0:1").outcome)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["received"] * 4
    assert len(house.facts()) == 1


Spoil = st.sampled_from(["drop", "null", "text", "list", "number"])
PARTS = ["id", "source", "type", "time", "data", *(f"data.{name}" for name in offered()["data"]), "data.subject.bsn"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(sent=st.binary(max_size=200) | st.tuples(st.sampled_from(PARTS), Spoil, st.text(max_size=20)))
def test_whatever_arrives_has_one_outcome_and_the_next_event_is_taken(
    house: House, sent: bytes | tuple[str, str, str]
) -> None:
    """One fact for each new event, never an exception, and no text of it in clear."""
    number = next(house.origins)
    before = len(house.facts())
    taken = house.take(sent if isinstance(sent, bytes) else spoilt(f"e-{number}", *sent))
    following = house.take(offered(f"n-{number}"))

    assert taken.outcome != "internal"
    assert following.outcome == "received"
    assert len(house.facts()) == before + 1 + (taken.outcome != "duplicate")
    written = house.written()
    assert not [text for text in PERSONAL if text in written]


def spoilt(event_id: str, path: str, how: str, text: str) -> bytes:
    """Return a referral with one part changed."""
    sent = offered(event_id)
    *steps, last = path.split(".")
    inner = sent
    for step in steps:
        inner = inner[step]
    change: dict[str, Callable[[], object]] = {
        "drop": lambda: inner.pop(last),
        "null": lambda: inner.update({last: None}),
        "text": lambda: inner.update({last: text}),
        "list": lambda: inner.update({last: [text]}),
        "number": lambda: inner.update({last: 999990019}),
    }
    change[how]()
    return json.dumps(sent).encode()
