"""The door of the ledger on a real house: who may ask, and that nobody gets an answer without a record of the look."""

import threading
from contextlib import suppress
from datetime import date
from uuid import UUID

import psycopg
import pytest

from events.decision import AccessDecided
from events.errors import Refusal, Unavailable
from events.ledger import LedgerConsulted
from infra.local.postgres import LocalPostgres
from services.acting import Acting
from services.ledger_desk import Answer
from services.ledger_questions import (
    OfItem,
    OfParticipant,
    OfPurpose,
    OfSubject,
    Question,
    Refusals,
    WithoutBasis,
)
from tests.database_faults import gone, read_only
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, PROBATION, Door

CARE = "COORDINATE_CARE"
SUPERVISION = "SUPERVISION"
HERE = date(2026, 1, 1)


@pytest.fixture
def case(door: Door) -> str:
    """A case at work in which probation saw something."""
    found = door.at_work()
    assert door.signed_in(*PROBATION).ask(found, CARE, "IDENTITY").status_code == 200
    door.house.settle()
    return found


def somebody(door: Door, org: str, task: str, person: str = "medewerker-01") -> Acting:
    listed = door.house.reference.participant(org, door.house.clock.now())
    watching = door.house.reference.supervisor(org, door.house.clock.now())
    known = listed or watching
    oin = known.oin if known else HOUSE_OIN
    return Acting(door.house.pseudonyms.person(oin, person), org, oin, task)


def office(door: Door) -> Acting:
    return somebody(door, "HOUSE_STAFF", "privacy-office")


def subject_of(door: Door, case: str) -> UUID:
    return UUID(door.director().get(f"/cases/{case}").json()["persons"][0]["subject_id"])


def looks(door: Door) -> list[LedgerConsulted]:
    facts = door.house.store.history(door.house.ledger_desk.stream)
    return [one.fact for one in facts if isinstance(one.fact, LedgerConsulted)]


def ask(door: Door, acting: Acting, question: Question, purpose: str | None = SUPERVISION) -> Answer:
    answer = door.house.ledger_desk.ask(acting, question, purpose)
    door.house.settle()
    return answer


def refused(door: Door, acting: Acting, question: Question, purpose: str | None = SUPERVISION) -> str:
    with pytest.raises(Refusal) as caught:
        ask(door, acting, question, purpose)
    door.house.settle()
    return caught.value.code


def test_a_look_is_a_fact_with_its_decision_and_the_next_look_shows_it(door: Door, case: str) -> None:
    """Who, for which purpose, on what ground, by which rule; and a row of the person it was about."""
    subject = subject_of(door, case)
    first = ask(door, office(door), OfSubject(subject=subject))
    assert first.complete
    assert {row["recipient_org"] for row in first.rows or []} == {"HOUSE_STAFF", "PROBATION"}
    assert [row["categories"] for row in first.rows or []].count(["LEDGER"]) == 0, "the look itself comes after"

    (look,) = looks(door)
    assert (look.question, look.subject_id, look.purpose, look.granted) == ("SUBJECT", subject, SUPERVISION, True)
    assert (look.recipient_org, look.recipient_task) == ("HOUSE_STAFF", "privacy-office")
    assert look.legal_basis == ("AVG:accountability",)
    assert look.log_size == first.log_size
    facts = door.house.store.history(door.house.ledger_desk.stream)
    decided, seen = facts
    assert isinstance(decided.fact, AccessDecided)
    assert (decided.fact.decision_id, decided.envelope.sequence, seen.envelope.sequence) == (look.decision_id, 1, 2)
    (evaluation,) = decided.fact.evaluations
    assert (evaluation.action, evaluation.decision, evaluation.policies) == (
        "consult",
        True,
        ("ledger-answers-its-roles",),
    )

    second = ask(door, office(door), OfSubject(subject=subject))
    last = (second.rows or [])[-1]
    assert (last["categories"], last["disclosure_id"]) == (["LEDGER"], str(look.consultation_id))


QUESTIONS: list[Question] = [
    OfSubject(subject=UUID(int=1)),
    OfParticipant(org="POLICE"),
    OfItem(item=UUID(int=1)),
    OfPurpose(purpose=CARE, first="2026-01", last="2026-03"),
    WithoutBasis(),
    Refusals(first=HERE, last=HERE),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.code)
def test_who_directs_a_case_may_not_look_at_the_ledger(door: Door, question: Question) -> None:
    """Every question is refused to a process director and a participant that asks about others, on record."""
    for acting in (somebody(door, "HOUSE_STAFF", "process-direction"), somebody(door, *PROBATION)):
        assert refused(door, acting, question) == "WRONG_HAT"
    assert [(one.granted, one.reason_code, one.question) for one in looks(door)] == [
        (False, "WRONG_HAT", question.code)
    ] * 2


def test_an_organisation_looks_at_its_own_by_its_own_task_alone(door: Door, case: str) -> None:
    """Its own rows; not those of another, and not its own without naming its task."""
    own = ask(door, somebody(door, *PROBATION), OfParticipant(org=PROBATION[0], task=PROBATION[1]))
    assert [(row["recipient_org"], row["decision"]) for row in own.rows or []] == [("PROBATION", "GRANTED")]
    assert refused(door, somebody(door, *PROBATION), OfParticipant(org=PROBATION[0])) == "WRONG_HAT"
    assert refused(door, somebody(door, *POLICE), OfParticipant(org=PROBATION[0], task=PROBATION[1])) == "WRONG_HAT"


def test_a_supervisor_looks_and_one_without_content_gets_numbers_only(door: Door, case: str) -> None:
    """The auditor may ask who saw a person; the lawfulness committee may not, and gets totals."""
    auditor = somebody(door, "AUDITOR", "supervision")
    assert ask(door, auditor, OfSubject(subject=subject_of(door, case))).rows
    committee = somebody(door, "LAWFULNESS_COMMITTEE", "lawfulness-advice")
    assert refused(door, committee, OfSubject(subject=subject_of(door, case))) == "WRONG_HAT"
    totals = ask(door, committee, OfPurpose(purpose=CARE, first="2000-01", last="2999-12")).found.more["totals"]
    assert totals


@pytest.mark.parametrize("purpose", [None, "", "NIEUWSGIERIG naar Joppe", CARE])
def test_no_purpose_no_answer_and_what_was_typed_is_not_written(door: Door, purpose: str | None) -> None:
    """Missing, unknown, or one of another kind of work: refused, and free text stands in no fact."""
    assert refused(door, office(door), OfSubject(subject=UUID(int=1)), purpose) == "NO_PURPOSE"
    (look,) = looks(door)
    assert look.purpose == (purpose if purpose == CARE else "UNKNOWN")
    assert "Joppe" not in str(door.house.store.history(door.house.ledger_desk.stream))


def test_a_stranger_is_refused_by_name_and_an_improper_name_is_not_written(door: Door) -> None:
    """An organisation that nobody knows gets NOT_PARTICIPANT, on record; one that is no code leaves no trace."""
    stranger = Acting("p-00000000000000aa", "HOUSING_CORPORATION", "0" * 20, "tenancy")
    assert refused(door, stranger, WithoutBasis()) == "NOT_PARTICIPANT"
    assert refused(door, Acting("Joppe", "x", "1", "y"), WithoutBasis()) == "BAD_VALUE"
    assert len(looks(door)) == 1


def test_an_organisation_that_is_asked_about_is_written_only_when_it_is_known(door: Door) -> None:
    """What a person types could be a name."""
    ask(door, office(door), OfParticipant(org="POLICE"))
    ask(door, office(door), OfParticipant(org="JOPPE_VANHOUDT"))
    assert [one.about_org for one in looks(door)] == ["POLICE", None]


def test_no_record_no_answer(door: Door, case: str, postgres: LocalPostgres, database: str) -> None:
    """A database that takes no writes, or lets nobody in, gives LOG_UNAVAILABLE; afterwards the same look works."""
    question = OfSubject(subject=subject_of(door, case))
    for fault in (read_only, gone):
        with fault(postgres, database), pytest.raises(Refusal) as caught:
            door.house.ledger_desk.ask(office(door), question, SUPERVISION)
        assert caught.value.code == "LOG_UNAVAILABLE"
    again = None
    for _ in range(10):  # each holder of a session that was cut learns so once
        with suppress(Refusal, Unavailable):
            again = door.house.ledger_desk.ask(office(door), question, SUPERVISION)
            break
    assert again is not None
    assert again.rows
    assert [one.consultation_id for one in looks(door)].count(again.consultation_id) == 1


def test_many_who_look_at_once_are_all_written_down(door: Door, case: str) -> None:
    """Twelve looks at the same moment: each has an answer and a record of its own, numbered without gaps."""
    subject, found = subject_of(door, case), []

    def look(number: int) -> None:
        answer = door.house.ledger_desk.ask(office(door), OfSubject(subject=subject), SUPERVISION)
        found.append(answer.consultation_id)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == sorted(one.consultation_id for one in looks(door))
    assert len(set(found)) == 12
    sequences = [one.envelope.sequence for one in door.house.store.history(door.house.ledger_desk.stream)]
    assert sequences == list(range(1, 25))


def test_an_answer_over_a_gap_says_so_and_names_it(door: Door, case: str, database: str) -> None:
    """A number that is gone from the overviews; a fact that is gone from the store; facts not told yet."""
    subject = subject_of(door, case)
    assert ask(door, office(door), OfSubject(subject=subject)).complete
    with psycopg.connect(database) as session:
        session.execute("UPDATE views.ledger_numbers SET seen = seen + '{[4,6)}' WHERE org = 'PROBATION'")
    (gap,) = ask(door, office(door), OfSubject(subject=subject)).gaps
    assert (gap.kind, gap.about["org"], gap.about["missing"]) == ("RECIPIENT_NUMBER", "PROBATION", [2, 3])
    assert ask(door, office(door), OfParticipant(org="POLICE")).complete, "another's numbers say nothing of this one"

    door.signed_in(*PROBATION).ask(case, CARE, "IDENTITY")
    behind = door.house.ledger_desk.ask(office(door), OfSubject(subject=subject), SUPERVISION)
    assert {gap.kind for gap in behind.gaps} >= {"LAG"}
    door.house.settle()
    with psycopg.connect(database) as session:
        session.execute("ALTER TABLE facts.stored_events DISABLE TRIGGER USER")
        session.execute("DELETE FROM facts.stored_events WHERE originator_id = %s AND originator_version = 3", (case,))
    broken = door.house.ledger_desk.ask(office(door), OfSubject(subject=subject), SUPERVISION)
    assert ("SEQUENCE", case) in {(gap.kind, gap.about.get("case_id")) for gap in broken.gaps}
    assert not broken.complete
