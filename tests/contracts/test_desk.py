"""The one door on a real database: what is shown was written down before, once, and under every fault."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from events.disclosure import DataDisclosed, DisclosureRefused
from events.errors import Conflict, Corrupt, Refusal, Unavailable
from events.fact import Fact, Recorded
from events.receipt import Receipt
from events.referral import Item, Person, ReferralSupplemented
from events.vocabulary import Decision, SubjectRole
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.keys import KeyRing
from infra.local.postgres import LocalPostgres
from infra.sealing import AesSealer
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping
from policies.engine import Policies
from policies.reference import Reference
from services.acting import Acting
from services.desk import Desk, Disclose, Opened
from services.handling import Handling, Order
from tests.database_faults import gone, read_only
from tests.facts import (
    ACCEPTED,
    CASE,
    HOUSE_OIN,
    LATER,
    NOON,
    PERSON,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    recorded,
)

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
VICTIM = UUID("01a00000-0000-4000-8000-000000000012")
TO_CONSULTATION = (TRIAGE_OPENED, ACCEPTED, STARTED)
WORKER = Acting("p-00000000000000aa", "SAFE_HOME", "00000003273229340001", "safe-home")
KEYS = "keys"
"""By this name the server knows the sessions of the key ring."""
REASON = "Nodig voor het veiligheidsplan."
ASKED = Disclose(
    recipient_org=WORKER.org,
    recipient_person=WORKER.person,
    recipient_task=WORKER.task,
    purpose="COORDINATE_CARE",
    legal_basis=("WGS:participants", "WGS:purpose"),
    necessity=REASON,
    proportionality="Alleen wat bij de taak hoort.",
    subsidiarity="Het kan niet met minder.",
)


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment

    def new_id(self) -> UUID:
        return SystemClock().new_id()


class WatchedKeys:
    """The key ring, noting at each key that is asked for how many disclosures everybody else can see by then."""

    def __init__(self, ring: KeyRing, dsn: str) -> None:
        self._ring, self._dsn = ring, dsn
        self.recorded_when_asked: list[int] = []
        self.silent = False

    def key_for_opening(self, key_id: UUID) -> bytes | None:
        self.recorded_when_asked.append(disclosures(self._dsn))
        if self.silent:
            raise Unavailable("De sleutelkast antwoordt niet.")
        return self._ring.key_for_opening(key_id)


class Counter:
    """A desk on a database with one case of two persons in consultation."""

    def __init__(self, dsn: str, store: PostgresFactStore, ring: KeyRing) -> None:
        self.dsn, self.store, self.clock = dsn, store, SetClock()
        self.keys, self.sealer, self.ring = WatchedKeys(ring, dsn), AesSealer(ring), ring
        self.desk = Desk(Handling(store, self.clock), self.sealer, self.keys, POLICIES, REFERENCE)
        referral = uuid4()
        items = (self.item(referral, UUID(int=1), "Mila", SUBJECT), self.item(referral, UUID(int=2), "Noor", VICTIM))
        persons = (PERSON, Person(subject_id=VICTIM, role=SubjectRole.VICTIM))
        self.add(SUBMITTED.model_copy(update={"persons": persons, "items": items}), referral)
        for fact in TO_CONSULTATION:
            self.add(fact)

    def item(self, fact_id: UUID, item_id: UUID, name: str, subject_id: UUID, version: int = 1) -> Item:
        content = self.sealer.seal(CASE, subject_id, fact_id, f"items/{item_id}", f'{{"given_name":"{name}"}}'.encode())
        return Item(
            item_id=item_id,
            version=version,
            category="IDENTITY",
            tier="T1",
            subject_id=subject_id,
            provider_org="POLICE",
            fields=("given_name",),
            content=content,
        )

    def add(self, fact: Fact, fact_id: UUID | None = None) -> None:
        sequence = len(self.store.history(CASE)) + 1
        self.store.commit(
            [recorded(fact, sequence, fact_id or uuid4())], Receipt(uuid4(), "done", "test", secrets.token_bytes(32))
        )

    def history(self) -> list[Recorded]:
        return self.store.history(CASE)

    def records(self) -> list[DataDisclosed | DisclosureRefused]:
        facts = [one.fact for one in self.history()]
        return [fact for fact in facts if isinstance(fact, DataDisclosed | DisclosureRefused)]


def disclosures(dsn: str) -> int:
    with psycopg.connect(dsn) as session:
        row = session.execute(
            "SELECT count(*) FROM facts.stored_events WHERE topic = %s", (DataDisclosed.type_name,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def order_of(command_id: UUID | None = None, acting: Acting = WORKER) -> Order:
    command_id = command_id or uuid4()
    return Order(command_id, CASE, acting, "Disclose", f"command:{command_id}", b"\1" * 32, command_id)


def names(opened: Opened) -> list[object]:
    return [value.content["given_name"] for value in opened.values]


@pytest.fixture
def counter(database: str) -> Iterator[Counter]:
    ring = KeyRing(f"{database} application_name={KEYS}", [LocalWrapping(secrets.token_bytes(32))])
    with PostgresFactStore(database, HOUSE_OIN) as store:
        yield Counter(database, store, ring)
    ring.close()


def test_every_key_is_asked_for_after_the_disclosure_can_be_seen_by_all(counter: Counter) -> None:
    """Given a view of two persons, the record is committed before the first value opens (law 2 of the house)."""
    opened = counter.desk.disclose(order_of(), ASKED)

    assert names(opened) == ["Mila", "Noor"]
    assert counter.keys.recorded_when_asked == [1, 1]
    (fact,) = counter.records()
    assert isinstance(fact, DataDisclosed)
    assert fact.disclosure_id == opened.disclosure_id
    assert (opened.decision, opened.withheld, opened.destroyed) == (Decision.GRANTED, (), ())
    assert [shown.item_id for shown in fact.items] == [value.item_id for value in opened.values]


def test_the_record_says_who_acted_for_whom(counter: Counter) -> None:
    """Given a view, person, organisation and task stand around the fact."""
    counter.desk.disclose(order_of(), ASKED)
    envelope = counter.history()[-1].envelope
    assert (envelope.actor, envelope.on_behalf_of, envelope.task) == (WORKER.person, WORKER.oin, WORKER.task)


def test_the_reasons_are_kept_and_only_their_owner_key_reads_them(counter: Counter) -> None:
    """Given reasons in clear, the stored bytes hold them sealed, at the place of their own fact."""
    counter.desk.disclose(order_of(), ASKED)
    last = counter.history()[-1]
    assert isinstance(last.fact, DataDisclosed)
    with psycopg.connect(counter.dsn) as session:
        stored = session.execute("SELECT state FROM facts.stored_events").fetchall()
    assert not [row for row in stored if b"veiligheidsplan" in bytes(row[0])]
    sealed = last.fact.necessity
    unsealer = Unsealer(counter.ring)
    assert unsealer.open(CASE, SUBJECT, last.envelope.id, "necessity", sealed) == REASON.encode()


def test_a_store_that_reads_and_does_not_write_gives_no_data(counter: Counter, postgres: LocalPostgres) -> None:
    """Given that all can be read, case and keys, and only the record fails, no key is asked for."""
    with read_only(postgres, counter.dsn, spared=KEYS):
        with pytest.raises(Refusal, match="LOG_UNAVAILABLE"):
            persist(counter, order_of(), attempts=3)
        assert len(counter.history()) == len(TO_CONSULTATION) + 1
        assert counter.sealer.seal(CASE, SUBJECT, uuid4(), "necessity", b"x").box
    assert counter.keys.recorded_when_asked == []


@pytest.mark.parametrize("fault", [read_only, gone])
def test_without_a_record_there_are_no_data(counter: Counter, postgres: LocalPostgres, fault: object) -> None:
    """Scenario: the store refuses writes: LOG_UNAVAILABLE and no content; after recovery it works and is there once."""
    assert callable(fault)
    order = order_of()
    with fault(postgres, counter.dsn), pytest.raises(Refusal) as refused:
        counter.desk.disclose(order, ASKED)
    assert refused.value.code == "LOG_UNAVAILABLE"
    assert refused.value.__cause__ is None
    assert counter.keys.recorded_when_asked == []

    assert names(persist(counter, order)) == ["Mila", "Noor"]
    assert len(counter.records()) == 1


def persist(counter: Counter, order: Order, attempts: int = 10) -> Opened:
    """Ask until the connections that were cut are made anew, as a person does who is told to try again."""
    for _ in range(attempts - 1):
        try:
            return counter.desk.disclose(order, ASKED)
        except Refusal as refusal:
            if refusal.code != "LOG_UNAVAILABLE":
                raise
    return counter.desk.disclose(order, ASKED)


def test_a_view_that_broke_off_after_the_record_is_finished_by_its_repetition(counter: Counter) -> None:
    """Given keys that did not answer after the commit, the same command shows the values and writes nothing more."""
    order = order_of()
    counter.keys.silent = True
    with pytest.raises(Refusal, match="LOG_UNAVAILABLE"):
        counter.desk.disclose(order, ASKED)
    assert len(counter.records()) == 1

    counter.keys.silent = False
    assert names(counter.desk.disclose(order, ASKED)) == ["Mila", "Noor"]
    assert len(counter.records()) == 1


def test_a_repeated_command_shows_the_same_and_is_written_once(counter: Counter) -> None:
    """Given the same number twice, one disclosure with one id."""
    order = order_of()
    assert counter.desk.disclose(order, ASKED) == counter.desk.disclose(order, ASKED)
    assert len(counter.records()) == 1


def test_a_repetition_shows_what_was_recorded_and_not_what_came_later(counter: Counter) -> None:
    """Given a newer version of an item, the repeated command still shows the version that its record names."""
    order = order_of()
    counter.desk.disclose(order, ASKED)
    newer = uuid4()
    items = (counter.item(newer, UUID(int=1), "Milou", SUBJECT, version=2),)
    counter.add(
        ReferralSupplemented(occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="POLICE", items=items), newer
    )
    assert names(counter.desk.disclose(order, ASKED)) == ["Mila", "Noor"]
    assert names(counter.desk.disclose(order_of(), ASKED)) == ["Milou", "Noor"]


def test_a_repetition_after_the_term_is_a_new_look(counter: Counter) -> None:
    """Given the same number long after, the second look has a record of its own."""
    order = order_of()
    first = counter.desk.disclose(order, ASKED)
    counter.clock.moment = NOON + timedelta(minutes=REFERENCE.term("disclosure-retry", NOON).value)
    assert counter.desk.disclose(order, ASKED) == first
    counter.clock.moment += timedelta(microseconds=1)
    assert counter.desk.disclose(order, ASKED).disclosure_id != first.disclosure_id
    assert len(counter.records()) == 2


def test_a_repetition_shows_nothing_once_the_authorisation_has_ended(counter: Counter) -> None:
    """Given a view just before the end, its repetition just after is refused, and the refusal is on record."""
    order = order_of()
    counter.clock.moment = LATER - timedelta(seconds=1)
    counter.desk.disclose(order, ASKED)
    asked_before = len(counter.keys.recorded_when_asked)
    counter.clock.moment = LATER
    with pytest.raises(Refusal, match="AUTH_EXPIRED"):
        counter.desk.disclose(order, ASKED)
    assert len(counter.keys.recorded_when_asked) == asked_before
    assert [fact.reason_code for fact in counter.records()] == ["OK", "AUTH_EXPIRED"]


@pytest.mark.parametrize(
    "other",
    [
        replace(order_of(), acting=replace(WORKER, person="p-00000000000000bb")),
        replace(order_of(), acting=Acting(WORKER.person, "POLICE", "00000001003214345000", "police-task")),
        replace(order_of(), case_id=uuid4()),
        replace(order_of(), content_digest=b"\2" * 32),
    ],
    ids=["another person", "another organisation", "another case", "another question"],
)
def test_a_command_number_opens_nothing_for_another_command(counter: Counter, other: Order) -> None:
    """Given somebody who knows the number of another's command, it is a conflict, and no key is asked for."""
    order = order_of()
    counter.desk.disclose(order, ASKED)
    asked_before = len(counter.keys.recorded_when_asked)
    with pytest.raises(Conflict):
        counter.desk.disclose(replace(other, command_id=order.command_id), ASKED)
    assert len(counter.keys.recorded_when_asked) == asked_before
    assert len(counter.records()) == 1


def test_a_refusal_is_on_record_and_asks_for_no_key(counter: Counter) -> None:
    """Given a request without purpose, it is refused, written down, and refused again in the same words."""
    order, asked = order_of(), replace(ASKED, purpose=None)
    told = []
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            counter.desk.disclose(order, asked)
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert refused.value.says == POLICIES.rules["no-data-without-purpose"].says
    (fact,) = counter.records()
    assert (type(fact), fact.reason_code) == (DisclosureRefused, "NO_PURPOSE")
    assert counter.keys.recorded_when_asked == []


def test_somebody_without_a_proper_name_is_refused_without_being_quoted(counter: Counter) -> None:
    """Given an organisation that is no code, nothing can be written of it, nothing is shown, and nothing repeats it."""
    with pytest.raises(Refusal, match="BAD_VALUE") as refused:
        counter.desk.disclose(order_of(acting=replace(WORKER, org="Jan Jansen")), ASKED)
    assert "Jansen" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert counter.records() == []


def destroy(counter: Counter, subject_id: UUID) -> None:
    with psycopg.connect(counter.dsn) as session:
        session.execute("DELETE FROM keys.data_keys WHERE subject_id = %s", (subject_id,))


def test_what_was_destroyed_is_named_and_the_rest_is_shown(counter: Counter) -> None:
    """Given that the victim's key is gone, the subject's item opens and the victim's is named as destroyed."""
    destroy(counter, VICTIM)
    opened = counter.desk.disclose(order_of(), ASKED)
    assert names(opened) == ["Mila"]
    assert opened.destroyed == (UUID(int=2),)
    with pytest.raises(Refusal, match="DESTROYED"):
        counter.desk.disclose(order_of(), replace(ASKED, subjects=frozenset({VICTIM})))


@pytest.mark.parametrize("moved", ["another fact", "another item", "another person"])
def test_a_value_that_was_moved_is_recorded_and_does_not_open(counter: Counter, moved: str) -> None:
    """Given an item whose box was sealed for another place, the look is on record and the value stays shut."""
    fact_id, item_id = uuid4(), UUID(int=3)
    here = counter.item(fact_id, item_id, "Mila", SUBJECT)
    there = {
        "another fact": counter.item(uuid4(), item_id, "Noor", SUBJECT),
        "another item": counter.item(fact_id, UUID(int=4), "Noor", SUBJECT),
        "another person": counter.item(fact_id, item_id, "Noor", VICTIM),
    }[moved]
    items = (here.model_copy(update={"content": there.content}),)
    counter.add(
        ReferralSupplemented(occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="POLICE", items=items), fact_id
    )
    with pytest.raises(Corrupt) as corrupt:
        counter.desk.disclose(order_of(), ASKED)
    assert "Noor" not in str(corrupt.value)
    (fact,) = counter.records()
    assert isinstance(fact, DataDisclosed)
    assert item_id in {shown.item_id for shown in fact.items}


def test_looks_at_the_same_moment_are_each_written_once(counter: Counter) -> None:
    """Given four people at one case at once, nobody is lost: four records, numbered without gaps."""
    start, shown = threading.Barrier(4), []

    def look() -> None:
        start.wait()
        for _ in range(10):
            try:
                shown.append(counter.desk.disclose(order_of(), ASKED).disclosure_id)
            except Conflict:
                continue
            return

    looking = [threading.Thread(target=look) for _ in range(4)]
    for one in looking:
        one.start()
    for one in looking:
        one.join()
    assert len(shown) == 4
    assert {fact.disclosure_id for fact in counter.records()} == set(shown)
    sequences = [one.envelope.sequence for one in counter.history()]
    assert sequences == list(range(1, len(sequences) + 1))
