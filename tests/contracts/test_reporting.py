"""Reports on a real log: hashed again on the way, at any place, published, over HTTP by role."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from events.errors import NotFound, Refusal
from events.oversight import AuditRecorded, BreachHandled, BreachRecorded, ReportPublished
from events.receipt import Effect
from projections.figures_period import Period
from projections.figures_words import Rulebook
from services.acting import Acting
from services.bootstrap import House
from services.bootstrap.report_log import CheckedLog
from services.bootstrap.reporting import earlier_edition, log_of, report_of
from services.oversight import (
    Command,
    FollowUpAdvice,
    FollowUpAudit,
    HandleBreach,
    PublishReport,
    RecordAdvice,
    RecordAudit,
    RecordBreach,
    RecordImpactAssessment,
)
from services.reports.catalogue import REPORTS
from services.reports.make import Asked
from services.reports.results import name_of
from services.reports.shared import RECIPIENT
from services.reports.written import as_json
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, Caller, Door, door_of, problem_of
from tests.reports.example import ListLog, first_edition, numbered

YEAR, FIRST, WHOLE = Period.of_year(2026), first_edition(), len(numbered())
GOLDEN = Path(__file__).parents[1] / "reports" / "golden"
DOCUMENT = "7" * 64
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
CASE_THERE = UUID(
    next(event["subject"] for one in numbered() if "referral-submitted" in (event := json.loads(one.value))["type"])
)


def fill(dsn: str) -> None:
    """Store the example's facts, as they were written."""
    with psycopg.connect(dsn) as session, session.cursor() as cursor:
        rows = "COPY facts.stored_events (originator_id, originator_version, topic, state) FROM STDIN"
        with cursor.copy(rows.encode()) as copy:
            for one in numbered():
                event = json.loads(one.value)
                copy.write_row((event["subject"], event["sequence"], event["type"], one.value))


@pytest.fixture(scope="module")
def full(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A house with the example's log, numbered and signed. The tests of this file add to its end only."""
    fill(module_database)
    with door_of(module_database, tmp_path_factory.mktemp("issuer")) as door:
        assert door.house.relay.lock() is None
        while door.house.relay.step():
            pass
        yield door


def settle(door: Door) -> None:
    """Number what was written."""
    while door.house.relay.step():
        pass


def acting(door: Door, person: str = "beheer-01", task: str = "privacy-office") -> Acting:
    """Somebody of the house."""
    return Acting(door.house.pseudonyms.person(HOUSE_OIN, person), "HOUSE_STAFF", HOUSE_OIN, task)


def record(house: House, asked: Command, by: Acting, command_id: UUID | None = None) -> Effect:
    """Carry out one command of account."""
    order = house.order(type(asked).__name__, by, house.oversight.stream, asked, command_id)
    return house.oversight.carry_out(order, asked)


def made(door: Door, name: str, size: int | None = FIRST, since: int | None = None) -> bytes:
    """Make a report on the real log."""
    edition = report_of(door.house, Asked(REPORTS[name], YEAR, since), log_of(door.house, size))
    assert edition.report.complete
    return as_json(edition.report)


@pytest.mark.parametrize("name", REPORTS)
def test_the_real_log_gives_the_golden_bytes(full: Door, name: str) -> None:
    """PostgreSQL, tiles and a signed checkpoint: the same bytes as from memory, at a place without a checkpoint too."""
    assert made(full, name) == (GOLDEN / f"{name}.json").read_bytes()


def test_the_root_of_an_edition_is_the_signed_one(full: Door) -> None:
    """At the newest checkpoint by its note; before it by a proof of growth."""
    newest, note = full.house.transparency.reader.checkpoint()
    log = log_of(full.house, None)
    assert log.size == newest >= WHOLE
    assert f"\n{newest}\n" in str(note)
    assert log_of(full.house, FIRST).root_hash == ListLog(numbered(), FIRST).root_hash
    assert log_of(full.house, 0).root_hash == hashlib.sha256(b"").hexdigest()
    with pytest.raises(NotFound, match="Kies een plaats"):
        log_of(full.house, newest + 1)


def test_a_log_that_was_read_otherwise_than_it_was_signed_is_not_complete(full: Door) -> None:
    """A byte flipped, a fact left out, a fact twice, two swapped: each is seen by the root that the bytes give."""
    reader, facts = full.house.transparency.reader, list(numbered()[:FIRST])

    def complete(read: list[Any]) -> bool:
        log = CheckedLog(lambda first, stop: iter(read), reader, FIRST)
        assert sum(1 for _ in log.read()) == len(read)
        return log.complete

    assert complete(facts)
    assert complete(facts[::-1])
    assert not complete(facts[1:])
    assert not complete([*facts, facts[5]])
    flipped = list(facts)
    flipped[9] = type(facts[9])(9, facts[9].value.replace(b'"sequence":', b'"sequence" :'))
    assert not complete(flipped)
    swapped = list(facts)
    swapped[3], swapped[4] = type(facts[3])(3, facts[4].value), type(facts[4])(4, facts[3].value)
    assert not complete(swapped)


def test_progress_is_told_as_facts_go_by(full: Door) -> None:
    """Once at the end, and once for each chunk of facts before it."""
    told: list[int] = []
    log = CheckedLog(full.house.log.read, full.house.transparency.reader, FIRST, lambda: told.append(1))
    list(log.read())
    assert len(told) == 1


def test_whoever_records_a_breach_does_not_decide_on_it(full: Door) -> None:
    """Four eyes; the term of 72 hours runs from the discovery; a second decision is refused."""
    house, now = full.house, datetime.now(UTC)
    breach = RecordBreach("LOST", now - timedelta(days=3), now - timedelta(hours=2), ("IDENTITY",), ("POLICE",))
    effect = record(house, breach, acting(full))
    fact = effect.facts[0].fact
    assert isinstance(fact, BreachRecorded)
    assert fact.report_by - fact.discovered_at == timedelta(hours=72)
    decide = HandleBreach(fact.breach_id, reported=True, subjects_told=False)
    with pytest.raises(Refusal) as same:
        record(house, decide, acting(full))
    assert same.value.code == "FOUR_EYES"
    handled = record(house, decide, acting(full, "beheer-02")).facts[0].fact
    assert isinstance(handled, BreachHandled)
    assert handled.in_time is True
    with pytest.raises(Refusal) as again:
        record(house, decide, acting(full, "beheer-02"))
    assert again.value.code == "ALREADY_ANSWERED"


@pytest.mark.parametrize("org", ["POLICE", "HOUSING_CORPORATION", "RIEC", "OTHER_ORGANISATION", "PRIVATE_PERSON"])
def test_a_breach_towards_an_outsider_is_recorded_and_named(full: Door, org: str) -> None:
    """A letter goes to the wrong address more often outside the house than within it; the report names who got it."""
    breach = RecordBreach("WRONG_RECIPIENT", LONG_AGO, LONG_AGO, ("IDENTITY",), (org,))
    fact = record(full.house, breach, acting(full)).facts[0].fact
    assert isinstance(fact, BreachRecorded)
    assert fact.recipients == (org,)
    words = Rulebook(0).words(full.house.reference.packaged())
    assert name_of(RECIPIENT, org, words, Period.of_year(2026)) != org


def test_findings_and_advice_are_followed_up_by_another(full: Door) -> None:
    """An audit with two findings and an advice on a case; each follow-up names what it follows."""
    house = full.house
    audit = record(house, RecordAudit("PRIVACY_AUDIT", date(2026, 2, 2), ("LOGGING", "RIGHTS"), DOCUMENT), acting(full))
    fact = audit.facts[0].fact
    assert isinstance(fact, AuditRecorded)
    first = FollowUpAudit(fact.audit_id, fact.findings[0].finding_id, "DONE")
    with pytest.raises(Refusal, match="FOUR_EYES"):
        record(house, first, acting(full))
    record(house, first, acting(full, "beheer-02", "chain-management"))
    with pytest.raises(Refusal, match="UNKNOWN_ITEM"):
        record(house, FollowUpAudit(fact.audit_id, uuid4(), "DONE"), acting(full, "beheer-02"))
    advice_id = uuid4()
    about = RecordAdvice("DOUBTFUL_CASE", "LAWFUL_IF", DOCUMENT, CASE_THERE)
    record(house, about, acting(full), advice_id)
    record(house, FollowUpAdvice(advice_id, "PARTLY"), acting(full, "beheer-02"))
    with pytest.raises(Refusal, match="BAD_VALUE"):
        record(house, RecordAdvice("RETENTION", "LAWFUL", DOCUMENT, uuid4()), acting(full))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (RecordBreach("GOSSIP", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)), "BAD_VALUE"),
        (RecordBreach("LOST", datetime(2026, 1, 3, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)), "BAD_DATE"),
        (
            RecordBreach("LOST", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), ("TEA",)),
            "BAD_VALUE",
        ),
        (RecordBreach("LOST", LONG_AGO, LONG_AGO, recipients=("THE_NEIGHBOUR",)), "BAD_VALUE"),
        (RecordBreach("LOST", LONG_AGO, LONG_AGO, cases=(UUID(int=9),)), "UNKNOWN_CASE"),
        (RecordAdvice("DOUBTFUL_CASE", "LAWFUL", DOCUMENT, UUID(int=9)), "UNKNOWN_CASE"),
        (RecordAudit("PRIVACY_AUDIT", date(2999, 1, 1), (), DOCUMENT), "BAD_DATE"),
        (RecordAudit("PRIVACY_AUDIT", date(2026, 1, 1), ("TEA",), DOCUMENT), "BAD_VALUE"),
        (RecordImpactAssessment("DPIA-2026-1", ("TEA",), False, date(2999, 1, 1), DOCUMENT), "NO_PURPOSE"),
        (RecordImpactAssessment("DPIA-2026-1", ("ASSESS_CRITERIA",), False, date(2020, 1, 1), DOCUMENT), "BAD_DATE"),
        (HandleBreach(UUID(int=9), True, True), "UNKNOWN_ITEM"),
    ],
)
def test_what_does_not_fit_the_lists_is_not_recorded(full: Door, asked: Command, code: str) -> None:
    """Codes come from the dated lists, days are possible ones, and what is followed up is there."""
    before = len(full.house.oversight.history())
    with pytest.raises(Refusal) as caught:
        record(full.house, asked, acting(full))
    assert caught.value.code == code
    assert len(full.house.oversight.history()) == before


def test_only_who_holds_the_mandate_records(full: Door) -> None:
    """A process director does not; nor does the chain manager assess an impact."""
    asked = RecordImpactAssessment("DPIA-2026-1", ("ASSESS_CRITERIA",), False, date(2999, 1, 1), DOCUMENT)
    for task in ("process-direction", "chain-management"):
        with pytest.raises(Refusal) as caught:
            record(full.house, asked, acting(full, task=task))
        assert caught.value.code == "WRONG_HAT"
    assert record(full.house, asked, acting(full)).facts


def test_over_http_staff_choose_an_edition_and_others_get_what_was_published(full: Door) -> None:
    """Before anything was published the police find nothing; afterwards the published bytes, and no other edition."""
    manager, police = full.signed_in("HOUSE_STAFF", "chain-management"), full.signed_in(*POLICE)
    chosen = manager.get(f"/reports/annual?year=2026&at={FIRST}")
    assert chosen.content == (GOLDEN / "annual.json").read_bytes()
    problem_of(police.get("/reports/annual?year=2026"), 404, "NOT_FOUND")
    document = json.loads(chosen.content)
    asked = PublishReport(
        report="annual",
        definition=document["definition"],
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        log_size=FIRST,
        root_hash=document["root_hash"],
        digest=hashlib.sha256(chosen.content).hexdigest(),
    )
    fact = record(full.house, asked, acting(full, task="chain-management")).facts[0].fact
    assert isinstance(fact, ReportPublished)
    settle(full)
    given = police.get("/reports/annual?year=2026")
    assert given.content == chosen.content
    assert given.headers["etag"] == f'"{fact.digest}"'
    assert police.get("/reports/annual?year=2026", If_None_Match=given.headers["etag"]).status_code == 304
    problem_of(police.get(f"/reports/annual?year=2026&at={FIRST - 1}"), 403, "WRONG_HAT")
    problem_of(police.get(f"/reports/annual?year=2026&since={FIRST - 1}"), 403, "WRONG_HAT")
    problem_of(police.get("/reports/annual?year=2025"), 404, "NOT_FOUND")
    listed = police.get("/reports").json()
    assert {one["name"] for one in listed["reports"]} == {"annual", "council", "national"}
    assert [one["log_size"] for one in listed["editions"]] == [FIRST]
    newest = manager.get("/reports/annual?year=2026").json()
    assert newest["corrections"]["since"] == FIRST
    assert earlier_edition(full.house, "annual", full.house.log.size()) == FIRST
    assert earlier_edition(full.house, "annual", FIRST) is None
    assert earlier_edition(full.house, "council", full.house.log.size()) is None


def test_each_form_has_its_media_type(full: Door) -> None:
    """JSON, CSV and a page."""
    manager = full.signed_in("HOUSE_STAFF", "chain-management")
    for form, media in (("json", "application/json"), ("csv", "text/csv"), ("html", "text/html")):
        answer = manager.get(f"/reports/council?year=2026&at={FIRST}&format={form}")
        assert answer.headers["content-type"].startswith(media)
        assert answer.content == (GOLDEN / f"council.{form}").read_bytes()


@pytest.mark.parametrize(
    ("name", "task", "status"),
    [
        ("mayor", "local-coordination", 200),
        ("mayor", "process-direction", 403),
        ("steering", "process-direction", 200),
        ("audit", "privacy-office", 200),
        ("audit", "chain-management", 403),
        ("supervisor", "process-support", 403),
        ("committee", "privacy-office", 200),
        ("gossip", "privacy-office", 404),
    ],
)
def test_a_report_is_for_the_roles_of_its_table(full: Door, name: str, task: str, status: int) -> None:
    """What a role may read stands in ``reports.toml``; nobody of a participant reads what is not public."""
    assert full.signed_in("HOUSE_STAFF", task).get(f"/reports/{name}?year=2026&at=500").status_code == status
    assert full.signed_in(*POLICE).get(f"/reports/{name}?year=2026").status_code in (403, 404)


@pytest.mark.parametrize(
    ("code", "task", "own"),
    [
        ("LAWFULNESS_COMMITTEE", "lawfulness-advice", "committee"),
        ("AUDITOR", "supervision", "audit"),
        ("AP", "supervision", "supervisor"),
    ],
)
def test_a_supervisor_reads_the_report_that_is_made_for_it(full: Door, code: str, task: str, own: str) -> None:
    """Given the committee, the auditor and the authority, each reads its own report and none of the others."""
    supervisor = full.house.reference.supervisor(code, full.house.clock.now())
    assert supervisor is not None
    caller = Caller(full.client, full.issuer.token("lid-01", supervisor.oin, task))
    for name in ("committee", "audit", "supervisor", "steering"):
        answer = caller.get(f"/reports/{name}?year=2026&at=500")
        assert answer.status_code == (200 if name == own else 403)
    assert own in {one["name"] for one in caller.get("/reports").json()["reports"]}


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("annual?year=2026&quarter=2", "quarter"),
        ("annual?year=2026&chamber=CHAMBER_WEST", "chamber"),
        ("annual?year=2026&chamber=CHAMBER_NORTH", "chamber"),
        ("annual?year=2026&at=5&since=9", "since"),
        ("annual?year=twee", "query.year"),
        ("annual?year=2026&format=pdf", "query.format"),
    ],
)
def test_a_question_that_makes_no_sense_names_the_part_that_is_wrong(full: Door, query: str, where: str) -> None:
    """One problem document, with the place and without what was asked."""
    answer = full.signed_in("HOUSE_STAFF", "chain-management").get(f"/reports/{query}")
    assert problem_of(answer, 422, "BAD_VALUE")["where"] == where


def test_account_is_recorded_over_http_too(full: Door) -> None:
    """By the mandate, once per key, with a schema that takes no other field."""
    officer = full.signed_in("HOUSE_STAFF", "privacy-office", "beheer-01")
    body = {"kind": "SECURITY_AUDIT", "held_on": "2026-03-03", "findings": ["SECURITY"], "document": DOCUMENT}
    done = officer.post("/oversight/record-audit", body, Idempotency_Key="audit-1")
    assert done.status_code == 200, done.text
    assert officer.post("/oversight/record-audit", body, Idempotency_Key="audit-1").json() == done.json()
    problem_of(officer.post("/oversight/record-audit", {**body, "words": "x"}), 422, "BAD_VALUE")
    problem_of(full.signed_in(*POLICE).post("/oversight/record-audit", body), 403, "WRONG_HAT")
    finding = next(
        one.fact.findings[0].finding_id
        for one in full.house.oversight.history()
        if isinstance(one.fact, AuditRecorded) and str(one.fact.audit_id) == done.json()["id"]
    )
    follow = {"audit": done.json()["id"], "finding": str(finding), "status": "PLANNED"}
    problem_of(officer.post("/oversight/follow-up-audit", follow), 422, "FOUR_EYES")
    other = full.signed_in("HOUSE_STAFF", "chain-management", "beheer-03")
    assert other.post("/oversight/follow-up-audit", follow).status_code == 200
