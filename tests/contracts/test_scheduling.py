"""The clock at work on a real database: twice, late, and on two machines at once, with one effect (domain 5.4, 5.5)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from events.disclosure import DataDisclosed
from events.errors import Refusal
from events.fact import Fact
from events.receipt import Receipt
from events.retention import CaseDestroyed, HoldPlaced
from events.terms import TermMissed, TermReminded
from services.bootstrap import House
from services.scheduling import Done, Scheduler
from services.workflow.enquiry import AnswerKnownCheck
from services.workflow.retention import LiftHold, PlaceHold
from tests.clocked_house import clocked_house
from tests.facts import CASE, CHECK_REQUESTED, CLOSED, EXAMPLES, LATER, NOON, recorded
from tests.policies.changed import changed
from tests.workflow import IN_CONSULTATION, IN_TRIAGE, PRIVACY, acting_for

CHECK = CHECK_REQUESTED.model_copy(update={"due": datetime.fromisoformat("2026-03-09T23:00:00+00:00")})
CHECKED = (*IN_TRIAGE, CHECK)
ENDED = (*IN_CONSULTATION, CLOSED)
SHOWN = next(one for one in EXAMPLES if isinstance(one, DataDisclosed)).model_copy(
    update={"recipient_org": "PROBATION", "receipt_by": CHECK.due}
)
FRIDAY, AFTER = NOON + timedelta(days=4), NOON + timedelta(days=10)
"""Two working days before the term of the check ends, and after it."""


def given(house: House, facts: Sequence[Fact]) -> None:
    history = [recorded(fact, number, uuid4()) for number, fact in enumerate(facts, start=1)]
    house.store.commit(history, Receipt(uuid4(), "done", "test", b"\0" * 32))
    house.settle()


def told(house: House, kind: type[Fact]) -> list[Fact]:
    return [one.fact for one in house.store.history(CASE) if isinstance(one.fact, kind)]


def test_the_clock_reminds_ahead_and_marks_what_is_late_each_once(database: str) -> None:
    """Given an open check, nothing on the first day, a reminder two working days ahead, and a miss after the end."""
    with clocked_house(database) as (house, clock):
        given(house, CHECKED)
        assert house.scheduler.round() == Done()
        clock.move(FRIDAY)
        assert house.scheduler.round() == Done(reminded=1)
        house.settle()
        assert house.scheduler.round() == Done(), "a second round does nothing"
        clock.move(AFTER)
        assert house.scheduler.round() == Done(missed=1)
        house.settle()
        assert house.scheduler.round() == Done()
        assert (len(told(house, TermReminded)), len(told(house, TermMissed))) == (1, 1)


@pytest.mark.parametrize(("days", "reminded"), [(80, [CASE]), (100, [])])
def test_a_reminder_reaches_as_far_ahead_as_the_table_says(database: str, days: int, reminded: list[UUID]) -> None:
    """Given a table that reminds 90 days before the end, a term 80 days away is told of, one 100 days away is not."""
    short, longer = 'reminder", value = 2, unit = "working_days"', 'reminder", value = 90, unit = "days"'
    table = changed("terms", lambda text: text.replace(f"known-check-{short}", f"known-check-{longer}"))
    with clocked_house(database) as (house, _):
        given(house, (*IN_TRIAGE, CHECK.model_copy(update={"due": NOON + timedelta(days=days)})))
        told_of = list[UUID]()
        Scheduler(house.views, lambda _, case_id, __: told_of.append(case_id), house.clock, table).round()
    assert told_of == reminded


def test_a_clock_that_stood_still_marks_what_is_late_and_reminds_of_nothing_past(database: str) -> None:
    """Given a clock that runs again after the end, the miss is written, and no reminder of a term that is over."""
    with clocked_house(database) as (house, clock):
        given(house, CHECKED)
        clock.move(AFTER)
        assert house.scheduler.round() == Done(missed=1)
        assert told(house, TermReminded) == []


def test_a_round_on_old_overviews_has_no_second_effect(database: str) -> None:
    """Given overviews that have not seen the first round, the second one gives the same commands, and nothing new."""
    with clocked_house(database) as (house, clock):
        given(house, CHECKED)
        clock.move(FRIDAY)
        house.scheduler.round()
        house.scheduler.round()
        assert len(told(house, TermReminded)) == 1


def test_two_machines_at_once_have_one_effect(database: str) -> None:
    """Given two processes whose rounds start together, each reminder, miss and destruction is one fact."""
    with clocked_house(database) as (first, clock), clocked_house(database) as (second, other):
        given(first, CHECKED)
        for moment in (FRIDAY, AFTER):
            clock.move(moment)
            other.move(moment)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda house: house.scheduler.round(), (first, second)))
            first.settle()
        assert (len(told(first, TermReminded)), len(told(first, TermMissed))) == (1, 1)
        sequences = [one.envelope.sequence for one in first.store.history(CASE)]
        assert sequences == list(range(1, len(sequences) + 1))


def test_the_content_is_destroyed_on_its_day_and_a_hold_keeps_it(database: str) -> None:
    """Given a closed case, nothing happens before the day; on it a hold keeps the content, and lifted it goes."""
    with clocked_house(database) as (house, clock):
        given(house, ENDED)
        clock.move(LATER - timedelta(hours=1))
        assert house.scheduler.round() == Done()
        house.carry_out(PlaceHold("COURT"), PRIVACY, CASE)
        clock.move(LATER)
        assert house.scheduler.round() == Done(), "the overviews still show it as due, and the case refuses"
        house.settle()
        assert house.scheduler.round() == Done()
        assert told(house, CaseDestroyed) == []
        hold = next(one.fact for one in house.store.history(CASE) if isinstance(one.fact, HoldPlaced))
        house.carry_out(LiftHold(hold.hold_id), PRIVACY, CASE)
        house.settle()
        assert house.scheduler.round() == Done(destroyed=1)


def test_a_case_that_is_due_loses_its_keys(database: str) -> None:
    """Given the due moment, the fact is written, and whoever seals for the case later is refused for good."""
    with clocked_house(database) as (house, clock):
        given(house, ENDED)
        clock.move(LATER)
        assert house.scheduler.round() == Done(destroyed=1)
        house.settle()
        assert house.scheduler.round() == Done()
        assert len(told(house, CaseDestroyed)) == 1
        with pytest.raises(Refusal, match="DESTROYED"):
            house.sealer.seal(CASE, uuid4(), uuid4(), "note", b"too late")


def test_what_was_done_in_the_meantime_is_left_alone(database: str) -> None:
    """Given work that the overviews show as open and the case as done, the clock marks nothing as late."""
    with clocked_house(database) as (house, clock):
        given(house, CHECKED)
        answer = AnswerKnownCheck(CHECK.check_id, known=True)
        house.carry_out(answer, acting_for("PROBATION", "probation-supervision"), CASE)
        clock.move(AFTER)
        assert house.scheduler.round() == Done()
        assert told(house, TermMissed) == []


def test_a_receipt_that_does_not_come_is_missed_once_on_two_machines(database: str) -> None:
    """Given two processes, twice and late, in a case that was destroyed in the meantime, it is one fact."""
    with clocked_house(database) as (first, clock), clocked_house(database) as (second, other):
        given(first, (*ENDED, SHOWN))
        for moment in (AFTER, LATER, LATER + timedelta(days=1)):
            clock.move(moment)
            other.move(moment)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda house: house.scheduler.round(), (first, second)))
            first.settle()
        assert len(told(first, CaseDestroyed)) == 1
        (missed,) = told(first, TermMissed)
        assert isinstance(missed, TermMissed)
        assert (missed.kind, missed.about, missed.org) == ("receipt", SHOWN.disclosure_id, "PROBATION")


def test_a_receipt_is_missed_in_a_destroyed_case_as_well(database: str) -> None:
    """Given data that went out just before the case was destroyed, their receipt is still owed."""
    with clocked_house(database) as (house, clock):
        clock.move(LATER)
        given(house, (*ENDED, SHOWN.model_copy(update={"receipt_by": LATER + timedelta(days=7)})))
        assert house.scheduler.round() == Done(destroyed=1)
        house.settle()
        clock.move(LATER + timedelta(days=7))
        assert house.scheduler.round() == Done(missed=1)
        house.settle()
        assert house.scheduler.round() == Done()
