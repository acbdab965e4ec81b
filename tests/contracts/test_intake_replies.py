"""Signals and replies on a real event store: each is one command of the case, with one outcome and one answer."""

import itertools
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from events.assessment import PanelMember
from events.fact import Fact
from events.granting import DisclosureRequested
from events.receipt import Receipt
from events.sealed import Sealed
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.keys import KeyRing
from infra.outbox import EmbeddedOutbox
from infra.pseudonyms import KeyedPseudonyms
from infra.sealing import AesSealer
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping
from policies.calendar import end_of
from policies.engine import Policies
from policies.reference import Reference
from services.case_file import case_file
from services.handling import Handling
from services.intake import Delivery, Intake, Outcome
from services.workflow.engine import Workflow
from tests.facts import (
    ACCEPTED,
    ACTION,
    AGREED,
    ASSESSED,
    CASE,
    CHECK_REQUESTED,
    CLOSED,
    CONFIRMED,
    CONSULTATION,
    EXAMPLES,
    FACT,
    HOUSE_OIN,
    ITEM,
    LATER,
    NOON,
    PLAN,
    QUESTION_ASKED,
    SIGNAL,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)
from tests.partner_events import PERSONAL, as_bytes, offered, reply, signalled, supplement

REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
TREATMENT = PanelMember(org="MENTAL_HEALTH", task="treatment", domain="CARE")
TRIAGE = (SUBMITTED, TRIAGE_OPENED, CHECK_REQUESTED, QUESTION_ASKED)
RUNNING = (
    SUBMITTED,
    TRIAGE_OPENED,
    ASSESSED,
    ACCEPTED,
    STARTED.model_copy(update={"participants": (*STARTED.participants, TREATMENT)}),
    CONSULTATION,
    PLAN,
)
PLANNED = (*RUNNING, CONFIRMED, AGREED)
ASKED = (*RUNNING, next(one for one in EXAMPLES if isinstance(one, DisclosureRequested)))
WHY: dict[str, Any] = {
    "legal_basis": ["WGS:participants", "WGS:purpose"],
    "necessity": "De buurman belde",
    "proportionality": "Niet meer dan dit",
    "subsidiarity": "Anders kan niet",
}


def hat(org: str, task: str) -> tuple[str, str]:
    """Return the hat of an admitted organisation, as its messages show it."""
    found = REFERENCE.participant(org, NOON)
    assert found is not None
    return found.oin, task


POLICE, SAFE_HOME = hat("POLICE", "police-task"), hat("SAFE_HOME", "safe-home")
PROBATION, HEALTH_CARE = hat("PROBATION", "probation-supervision"), hat("MENTAL_HEALTH", "treatment")
ORG_OF = {POLICE[0]: "POLICE", SAFE_HOME[0]: "SAFE_HOME", PROBATION[0]: "PROBATION", HEALTH_CARE[0]: "MENTAL_HEALTH"}


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self) -> None:
        self.moment = NOON + timedelta(hours=1)

    def now(self) -> datetime:
        return self.moment

    def new_id(self) -> UUID:
        return SystemClock().new_id()


class House:
    """An intake with its real parts, and cases that were there before."""

    def __init__(self, dsn: str, store: PostgresFactStore, ring: KeyRing, master: bytes, outbox: EmbeddedOutbox):
        self.dsn, self.store, self.clock, self.opener = dsn, store, SetClock(), Unsealer(ring)
        self.pseudonyms, self.sealer = KeyedPseudonyms(ring), AesSealer(ring)
        self._workflow = Workflow(Handling(store, self.clock), self.sealer, POLICIES, REFERENCE)
        self._outbox, self._origins = outbox, itertools.count()

    def given(self, *facts: Fact) -> None:
        receipt = Receipt(uuid4(), "given", f"given:{next(self._origins)}", bytes(32))
        self.store.commit(history(*facts), receipt)

    def take(self, sent: dict[str, Any], org: str | None = None, origin: str | None = None) -> Outcome:
        sender = org or ORG_OF[sent["source"].split(":")[3]]
        intake = Intake(
            self.store,
            self.clock,
            self.pseudonyms,
            self.sealer,
            self._outbox,
            REFERENCE,
            HOUSE_OIN,
            workflow=self._workflow,
        )
        return intake.take(Delivery(origin or f"test:{next(self._origins)}", sender, as_bytes(sent)))

    def problem(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Take what is to be refused, and return the problem that the sender hears."""
        taken = self.take(sent)
        assert taken.answer is not None
        assert taken.case_id is None
        problem: dict[str, Any] = json.loads(taken.answer.value)["data"]["problem"]
        return problem

    def facts(self, case_id: UUID = CASE) -> list[Any]:
        return self.store.history(case_id)

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(f"SELECT * FROM {table}".encode()).fetchall()

    def written(self) -> str:
        tables = ("facts.stored_events", "facts.commands", "views.outgoing", "keys.data_keys", "keys.subject_index")
        cells = [cell for table in tables for row in self.rows(table) for cell in row]
        return " ".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in cells)

    def open(self, recorded: Any, field: str, sealed: Sealed, subject: UUID = SUBJECT) -> bytes:
        return self.opener.open(recorded.envelope.case_id, subject, recorded.envelope.id, field, sealed)


@pytest.fixture
def house(database: str) -> Iterator[House]:
    """A house of its own for each test."""
    master = os.urandom(32)
    ring, outbox = KeyRing(database, [LocalWrapping(master)]), EmbeddedOutbox(database)
    with PostgresFactStore(database, HOUSE_OIN) as store:
        yield House(database, store, ring, master, outbox)
    outbox.close()
    ring.close()


def piece(category: str, what: str = "De buurman belde") -> dict[str, str]:
    return {"category": category, "what": what}


def known_check(event_id: str = "r-1", who: tuple[str, str] = PROBATION, case: UUID = CASE) -> dict[str, Any]:
    return reply(event_id, "known-check-answered", case, who, check=str(FACT), known=True)


def enrichment(event_id: str = "r-1", *categories: str) -> dict[str, Any]:
    pieces = [piece(category) for category in categories or ("LIFE_DOMAIN",)]
    return reply(event_id, "enrichment-provided", CASE, PROBATION, question=str(FACT), offered=pieces)


def decline(event_id: str = "r-1", reason_code: str = "SECRECY") -> dict[str, Any]:
    return reply(event_id, "enrichment-declined", CASE, PROBATION, question=str(FACT), reason_code=reason_code)


def health(event_id: str = "r-1", **ground: str) -> dict[str, Any]:
    sent = {"offered": [piece("HEALTH")], "purpose": "COORDINATE_CARE", **ground}
    return reply(event_id, "items-provided", CASE, HEALTH_CARE, **sent)


def request(event_id: str = "r-1", **changes: Any) -> dict[str, Any]:
    sent = {"asked_of": "MENTAL_HEALTH", "categories": ["HEALTH"], "purpose": "COORDINATE_CARE", **WHY, **changes}
    return reply(event_id, "disclosure-requested", CASE, POLICE, **sent)


def decision(event_id: str = "r-1", **changes: Any) -> dict[str, Any]:
    sent = {"request": str(FACT), "reason_code": "NOT_RELEVANT", **changes}
    return reply(event_id, "disclosure-decided", CASE, HEALTH_CARE, **sent)


def attendance(event_id: str = "r-1", who: tuple[str, str] = POLICE) -> dict[str, Any]:
    return reply(event_id, "invitation-answered", CASE, who, consultation=str(FACT), attends=True)


def agreement(event_id: str = "r-1", version: int = 1, who: tuple[str, str] = POLICE) -> dict[str, Any]:
    return reply(event_id, "plan-confirmed", CASE, who, version=version)


def news(event_id: str = "r-1", who: tuple[str, str] = POLICE, status: str = "DONE") -> dict[str, Any]:
    data = {"action": str(ACTION), "status": status, "note": "De buurman is gebeld"}
    return reply(event_id, "action-reported", CASE, who, **data)


def told(event_id: str = "r-1", on: str = "2026-03-02", who: tuple[str, str] = POLICE) -> dict[str, Any]:
    return reply(event_id, "subject-informed", CASE, who, on=on)


EACH = [
    pytest.param(TRIAGE, known_check(), "answered", "known-check-answered", id="known check"),
    pytest.param(TRIAGE, enrichment(), "provided", "enrichment-provided", id="enrichment"),
    pytest.param(TRIAGE, decline(), "declined", "provider-declined", id="decline"),
    pytest.param(RUNNING, health(secrecy_ground="CONSENT"), "provided", "items-provided", id="items"),
    pytest.param(RUNNING, attendance(), "answered", "invitation-answered", id="invitation"),
    pytest.param(RUNNING, agreement(), "confirmed", "plan-confirmed", id="plan"),
    pytest.param(PLANNED, news(), "reported", "action-reported", id="action"),
    pytest.param(PLANNED, told(), "informed", "subject-informed", id="informed"),
    pytest.param(RUNNING, request(), "requested", "disclosure-requested", id="request"),
    pytest.param(ASKED, decision(), "decided", "disclosure-decided", id="decision"),
]


@pytest.mark.parametrize(("before", "sent", "outcome", "fact"), EACH)
def test_each_reply_becomes_one_fact_of_its_case_and_one_answer(
    house: House, before: tuple[Fact, ...], sent: dict[str, Any], outcome: str, fact: str
) -> None:
    """Given a case that waits for it, the message is taken under the hat of its sender, and the sender hears so."""
    house.given(*before)
    sent["data"]["occurred_at"] = "2026-03-02T10:30:00+01:00"
    taken = house.take(sent)

    added = house.facts()[len(before) :]
    assert [one.fact.type_name.split(".", 3)[3] for one in added] == [f"{fact}.v1"]
    envelope = added[0].envelope
    assert (envelope.on_behalf_of, envelope.task) == (sent["source"].split(":")[3], sent["data"]["task"])
    assert envelope.actor == house.pseudonyms.person(envelope.on_behalf_of, "collega-77")
    assert added[0].fact.occurred_at == datetime.fromisoformat("2026-03-02T09:30:00+00:00")
    assert taken.answer is not None
    heard = json.loads(taken.answer.value)
    assert (taken.outcome, taken.code, taken.case_id) == (outcome, "OK", CASE)
    assert (heard["type"], heard["subject"]) == ("nl.zvh.feed.message-taken.v1", str(CASE))
    assert heard["data"].keys() == {"outcome", "submission", "event", "case_id", "says"}
    assert (heard["data"]["outcome"], heard["data"]["case_id"]) == (outcome, str(CASE))
    assert taken.answer.topic == f"zvh.feed.{ORG_OF[envelope.on_behalf_of].lower().replace('_', '-')}"


@pytest.mark.parametrize(("before", "sent", "outcome", "fact"), EACH)
def test_a_reply_that_comes_twice_counts_once(
    house: House, before: tuple[Fact, ...], sent: dict[str, Any], outcome: str, fact: str
) -> None:
    """The same delivery has one outcome, elsewhere it is a duplicate, and other content under its id is refused."""
    house.given(*before)
    first = house.take(sent, origin="p:0:1")
    again, elsewhere = house.take(sent, origin="p:0:1"), house.take(sent)
    changed = house.take({**sent, "data": {**sent["data"], "reporter": "collega-78"}})

    assert again == first
    assert (elsewhere.outcome, elsewhere.answer) == ("duplicate", first.answer)
    assert (first.outcome, changed.outcome) == (outcome, "id_reused")
    assert len(house.facts()) == len(before) + 1


def test_a_signal_that_comes_twice_counts_once(house: House) -> None:
    """As for every other event."""
    first, again = house.take(signalled(), origin="p:0:1"), house.take(signalled(), origin="p:0:1")
    elsewhere, changed = house.take(signalled()), house.take(signalled(worry="Iets anders"))
    assert again == first
    assert (elsewhere.outcome, elsewhere.answer, changed.outcome) == ("duplicate", first.answer, "id_reused")


@pytest.mark.parametrize(("before", "sent", "outcome", "fact"), EACH)
def test_who_has_no_part_in_a_case_hears_what_it_hears_of_no_case(
    house: House, before: tuple[Fact, ...], sent: dict[str, Any], outcome: str, fact: str
) -> None:
    """The two answers differ in nothing but the numbers of the submission, so nobody learns which cases exist."""
    house.given(*before)
    stranger = {**sent, "source": f"urn:nld:oin:{hat('PRISON_SERVICE', '')[0]}"}
    stranger["data"] = {**sent["data"], "task": "detention-and-return"}
    nowhere = {**stranger, "id": "r-2", "data": {**stranger["data"], "case": str(uuid4())}}

    answers = [house.take(one, org="PRISON_SERVICE") for one in (stranger, nowhere)]
    heard = [json.loads(one.answer.value) for one in answers if one.answer]
    for one in heard:
        for number in ("id", "subject"):
            del one[number]
        for number in ("submission", "event"):
            del one["data"][number]
        del one["data"]["problem"]["instance"]
    assert heard[0] == heard[1]
    assert (heard[0]["data"]["problem"]["code"], heard[0]["data"]["problem"]["where"]) == ("UNKNOWN_CASE", "data.case")
    assert (answers[0].case_id, len(house.facts())) == (None, len(before))


@pytest.mark.parametrize(
    "before",
    [(SIGNAL,), (SUBMITTED,), (SUBMITTED, TRIAGE_OPENED), (*PLANNED, CLOSED)],
    ids=["signalled", "referred", "not asked", "closed"],
)
def test_a_case_of_others_is_unknown_in_every_stage(house: House, before: tuple[Fact, ...]) -> None:
    """A signal least of all: nothing of it leaves its organisation."""
    house.given(*before)
    assert house.problem(known_check())["code"] == "UNKNOWN_CASE"


def test_the_number_of_a_refused_submission_is_no_case(house: House) -> None:
    """It names a stream of facts, and it is answered as any other number."""
    refused = house.take(known_check())
    assert house.problem(known_check("r-2", case=refused.submission_id))["code"] == "UNKNOWN_CASE"


def test_another_hat_of_an_organisation_has_no_part_of_its_own(house: House) -> None:
    """One session, one hat: what was asked of one task is not asked of another (domain 3)."""
    wmo, youth = hat("MUNICIPAL_EXECUTIVE", "wmo"), hat("MUNICIPAL_EXECUTIVE", "youth-act")
    asked = PanelMember(org="MUNICIPAL_EXECUTIVE", task="wmo", domain="SOCIAL")
    house.given(SUBMITTED, TRIAGE_OPENED, CHECK_REQUESTED.model_copy(update={"asked": (asked,)}))
    outcomes = [
        house.take(known_check(name, who), org="MUNICIPAL_EXECUTIVE").outcome
        for name, who in (("r-1", youth), ("r-2", (wmo[0], "treatment")), ("r-3", wmo))
    ]
    assert outcomes == ["unknown_case", "wrong_hat", "answered"]


@pytest.mark.parametrize(
    ("before", "sent", "code", "where"),
    [
        pytest.param(TRIAGE, enrichment("r-1", "NUISANCE"), "TIER_EXCEEDED", "data.offered", id="not asked"),
        pytest.param(TRIAGE, decline(reason_code="NO_TIME"), "UNKNOWN_CHOICE", "data.reason_code", id="reason"),
        pytest.param(
            TRIAGE,
            reply("r-1", "known-check-answered", CASE, PROBATION, check=str(ACTION), known=True),
            "UNKNOWN_QUESTION",
            "data.check",
            id="another check",
        ),
        pytest.param(
            TRIAGE,
            reply("r-1", "enrichment-provided", CASE, PROBATION, question=str(ACTION), offered=[]),
            "UNKNOWN_QUESTION",
            "data.question",
            id="another question",
        ),
        pytest.param((*TRIAGE, ACCEPTED), known_check(), "WRONG_STAGE", "data.case", id="too late"),
        pytest.param(RUNNING, health(), "SECRECY", "data.secrecy_ground", id="secret"),
        pytest.param(RUNNING, health(secrecy_ground="HABIT"), "UNKNOWN_CHOICE", "data.secrecy_ground", id="ground"),
        pytest.param(
            RUNNING,
            reply(
                "r-1",
                "items-provided",
                CASE,
                POLICE,
                offered=[piece("HEALTH")],
                purpose="COORDINATE_CARE",
                secrecy_ground="CONSENT",
            ),
            "CATEGORY_NOT_ALLOWED",
            "data.offered",
            id="not its data",
        ),
        pytest.param(
            RUNNING,
            reply("r-1", "items-provided", CASE, POLICE, offered=[]),
            "MISSING_FIELD",
            "data.offered",
            id="nothing offered",
        ),
        pytest.param(RUNNING, health(purpose="SUPERVISION"), "NO_PURPOSE", "data.purpose", id="purpose"),
        pytest.param(RUNNING, request(purpose="SUPERVISION"), "NO_PURPOSE", "data.purpose", id="asked for nothing"),
        pytest.param(RUNNING, request(legal_basis=[]), "NO_BASIS", "data.legal_basis", id="no grounds"),
        pytest.param(RUNNING, request(necessity=""), "NO_REASONING", "data.necessity", id="no reasons"),
        pytest.param(RUNNING, request(asked_of="POLICE"), "SELF_DECISION", "data.asked_of", id="asks itself"),
        pytest.param(RUNNING, request(asked_of="MAYOR"), "OTHER_NOT_ON_CASE", "data.asked_of", id="elsewhere"),
        pytest.param(RUNNING, request(asked_of="BAKERY"), "NOT_PARTICIPANT", "data.asked_of", id="no participant"),
        pytest.param(RUNNING, request(items=[str(ACTION)]), "UNKNOWN_ITEM", "data.items", id="no such item"),
        pytest.param(
            RUNNING, request(categories=["OTHER_SPECIAL"]), "CATEGORY_NOT_ALLOWED", "data.categories", id="never"
        ),
        pytest.param(RUNNING, request(categories=[]), "MISSING_FIELD", "data.categories", id="nothing asked"),
        pytest.param(RUNNING, decision(), "UNKNOWN_QUESTION", "data.request", id="not asked for"),
        pytest.param(ASKED, decision(reason_code="TIRED"), "UNKNOWN_CHOICE", "data.reason_code", id="no reason"),
        pytest.param(ASKED, decision(granted=[str(ITEM)]), "NOT_OWN_ITEM", "data.granted", id="another's item"),
        pytest.param(
            RUNNING,
            decision(request=None, recipient_org="BAKERY", recipient_task="baking"),
            "NOT_PARTICIPANT",
            "data.recipient_org",
            id="to a stranger",
        ),
        pytest.param(RUNNING, attendance(who=HEALTH_CARE), "NOT_INVITED", "data.consultation", id="not invited"),
        pytest.param(RUNNING, agreement(version=2), "NO_PLAN", "data.version", id="another version"),
        pytest.param(RUNNING, agreement(who=SAFE_HOME), "UNKNOWN_ACTION", "data.version", id="no action in it"),
        pytest.param(RUNNING, news(), "WRONG_STAGE", "data.case", id="no plan yet"),
        pytest.param(PLANNED, news(who=SAFE_HOME), "UNKNOWN_ACTION", "data.action", id="another's action"),
        pytest.param(PLANNED, news(status="ASLEEP"), "UNKNOWN_CHOICE", "data.status", id="status"),
        pytest.param(PLANNED, told(on="2026-03-03"), "BAD_DATE", "data.on", id="tomorrow"),
        pytest.param(PLANNED, told(who=SAFE_HOME), "WRONG_HAT", "data.task", id="not the referrer"),
    ],
)
def test_what_a_guard_of_the_case_refuses_is_refused_with_code_and_place(
    house: House, before: tuple[Fact, ...], sent: dict[str, Any], code: str, where: str
) -> None:
    """The sender hears why in Dutch, and where; the case has no new fact."""
    house.given(*before)
    problem = house.problem(sent)
    assert (problem["code"], problem["where"]) == (code, where)
    assert REFERENCE.refusal(code).remedy in problem["detail"]
    assert len(house.facts()) == len(before)


@pytest.mark.parametrize(
    ("before", "first", "second", "where"),
    [
        pytest.param(TRIAGE, known_check("r-1"), known_check("r-2"), "data.check", id="check"),
        pytest.param(TRIAGE, enrichment("r-1"), decline("r-2"), "data.question", id="provided"),
        pytest.param(TRIAGE, decline("r-1"), enrichment("r-2"), "data.question", id="declined"),
        pytest.param(RUNNING, agreement("r-1"), agreement("r-2"), "data.version", id="plan"),
        pytest.param(ASKED, decision("r-1"), decision("r-2"), "data.request", id="request"),
    ],
)
def test_what_was_answered_is_not_answered_again(
    house: House, before: tuple[Fact, ...], first: dict[str, Any], second: dict[str, Any], where: str
) -> None:
    """Its sender hears that it is done, also when its part in the case ended with the answer."""
    house.given(*before)
    house.take(first)
    problem = house.problem(second)
    assert (problem["code"], problem["where"], problem["status"]) == ("ALREADY_ANSWERED", where, 409)


def test_an_organisation_may_change_its_mind_about_coming(house: House) -> None:
    """The last answer counts."""
    house.given(*RUNNING)
    house.take(attendance("r-1"))
    sent = attendance("r-2")
    sent["data"]["attends"] = False
    assert house.take(sent).outcome == "answered"
    (invitation,) = case_file(CASE, house.facts()).invitations.values()
    assert invitation.answers == {("POLICE", "police-task"): False}


def test_who_worked_on_the_case_until_its_time_ran_out_hears_so(house: House) -> None:
    """It knows the case; its rights have ended."""
    house.given(*PLANNED)
    house.clock.moment = LATER
    problem = house.problem(news(who=SAFE_HOME))
    assert (problem["code"], problem["where"], problem["status"]) == ("AUTH_EXPIRED", "data.case", 403)


def test_who_left_the_case_hears_so(house: House) -> None:
    """A new list of participants ends the rights of whoever is not on it."""
    house.given(*RUNNING, STARTED)
    assert house.problem(health(secrecy_ground="CONSENT"))["code"] == "AUTH_EXPIRED"


def test_who_speaks_for_another_is_refused_before_the_case_is_looked_at(house: House) -> None:
    """The channel tells who sends."""
    house.given(*TRIAGE)
    assert house.take(known_check(), org="SAFE_HOME").outcome == "wrong_sender"
    assert house.take(known_check()).outcome == "answered"


def test_two_answers_at_once_are_one_answer(house: House) -> None:
    """Given two systems of one organisation that answer together, one is first and the other hears that it is done."""
    house.given(*TRIAGE)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def work(event_id: str) -> None:
        start.wait()
        outcomes.append(house.take(known_check(event_id)).outcome)

    threads = [threading.Thread(target=work, args=(f"r-{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_answered", "answered"]
    assert len(house.facts()) == len(TRIAGE) + 1


def test_what_a_partner_brings_is_sealed_and_opens_to_what_was_sent(house: House) -> None:
    """Data, notes and worries: nothing in clear anywhere, and nothing lost."""
    house.given(*PLANNED)
    house.take(health("r-1", secrecy_ground="CONSENT"))
    house.take(news("r-2"))
    worry = house.take(signalled())
    house.take(enrichment("r-3"))  # refused, and kept
    provided, reported = house.facts()[-2:]
    (item,) = provided.fact.items
    assert worry.case_id is not None
    (signal,) = house.facts(worry.case_id)

    assert (item.category, item.tier, item.provider_org) == ("HEALTH", "T2", "MENTAL_HEALTH")
    assert json.loads(house.open(provided, f"items/{item.item_id}", item.content)) == {"what": "De buurman belde"}
    assert house.open(reported, "note", reported.fact.note) == b"De buurman is gebeld"
    assert house.open(signal, "worry", signal.fact.worry, signal.fact.subject_id) == b"De buurman belde weer"
    written = house.written()
    assert not [text for text in PERSONAL if text in written]


def test_a_signal_is_a_case_of_its_organisation_alone(house: House) -> None:
    """Channel and its law, a pseudonym, the sealed worry and a term; of the identity nothing (domain 5.2, T0)."""
    taken = house.take(signalled())
    assert taken.case_id is not None
    (signal,) = house.facts(taken.case_id)

    assert (taken.outcome, taken.code) == ("signalled", "OK")
    assert (signal.fact.org, signal.fact.org_task) == ("POLICE", "police-task")
    assert (signal.fact.channel, signal.fact.regime) == ("PARTICIPANT", "OWN_TASK")
    assert signal.fact.subject_id == house.pseudonyms.find_subject("999990019")
    now = house.clock.now()
    assert signal.fact.due == end_of(REFERENCE.term("signal", now), now)
    assert case_file(taken.case_id, [signal]).items == {}
    assert len(house.rows("views.outgoing")) == 1


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"channel": "PIGEON"}, "UNKNOWN_CHANNEL", "data.channel"),
        ({"channel": "SAFE_HOME"}, "CHANNEL_NOT_ALLOWED", "data.channel"),
        ({"task": "safe-home"}, "WRONG_HAT", "data.task"),
    ],
)
def test_a_signal_through_a_wrong_door_is_refused(
    house: House, changes: dict[str, object], code: str, where: str
) -> None:
    """Channels are those of a referral (domain 4.3)."""
    problem = house.problem(signalled("s-1", **changes))
    assert (problem["code"], problem["where"]) == (code, where)
    assert house.rows("keys.subject_index") == []


def test_a_referral_that_names_its_signal_goes_on_in_that_case(house: House) -> None:
    """SIGNALLED becomes REFERRED; what comes after finds it by the referral's own id."""
    signal = house.take(signalled("s-1"))
    referral = house.take(offered("a-1", signal="s-1"))
    added = house.take(supplement("a-2", "a-1"))

    assert [one.outcome for one in (signal, referral, added)] == ["signalled", "received", "supplemented"]
    assert {signal.case_id, referral.case_id, added.case_id} == {signal.case_id}
    assert signal.case_id is not None
    facts = house.facts(signal.case_id)
    assert [one.envelope.sequence for one in facts] == [1, 2, 3]
    assert facts[1].fact.persons[0].subject_id == facts[0].fact.subject_id


def test_a_referral_that_names_no_signal_is_a_case_of_its_own(house: House) -> None:
    """Nothing is guessed, also when the person is the same."""
    assert house.take(signalled("s-1")).case_id != house.take(offered("a-1")).case_id


def test_a_signal_is_referred_once(house: House) -> None:
    """A second referral needs a signal of its own."""
    house.take(signalled("s-1"))
    house.take(offered("a-1", signal="s-1"))
    problem = house.problem(offered("a-2", signal="s-1"))
    assert (problem["code"], problem["where"]) == ("WRONG_STAGE", "data.signal")


@pytest.mark.parametrize("named", ["s-9", "a-0", "s-2"], ids=["nobody's", "a referral", "of another system"])
def test_a_signal_that_is_not_the_senders_own_is_unknown(house: House, named: str) -> None:
    """Only the sender's own signal from the same source can be named."""
    house.take(offered("a-0"))
    elsewhere = signalled("s-2")
    elsewhere["source"] += ":2"
    house.take(elsewhere)
    problem = house.problem(offered("a-1", signal=named))
    assert (problem["code"], problem["where"]) == ("UNKNOWN_REFERRAL", "data.signal")


def test_a_referral_about_another_person_than_its_signal_is_refused_and_names_nobody(house: House) -> None:
    """Nobody gets a pseudonym by a referral that is not taken."""
    house.take(signalled("s-1"))
    other = offered("a-1", signal="s-1")
    other["data"]["subject"], other["data"]["related_persons"] = {**other["data"]["subject"], "bsn": "999990020"}, []
    problem = house.problem(other)
    assert (problem["code"], problem["where"]) == ("UNKNOWN_REFERRAL", "data.signal")
    assert len(house.rows("keys.subject_index")) == 1


@pytest.mark.parametrize(("status", "waits"), [("PENDING", True), ("NOT_REQUIRED", False)])
def test_who_is_still_to_be_told_is_told_within_the_term(house: House, status: str, *, waits: bool) -> None:
    """The month runs from the moment at which the referral is taken (domain 5.4)."""
    taken = house.take(offered("a-1", inform_status={"status": status, **({} if waits else {"ground": "wet"})}))
    assert taken.case_id is not None
    (referral,) = house.facts(taken.case_id)
    now = house.clock.now()
    assert referral.fact.inform_by == (end_of(REFERENCE.term("inform", now), now) if waits else None)
