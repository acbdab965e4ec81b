"""What the clock writes down: a reminder, or a term that went by; each once, never for what is done (domain 5.4, 7)."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from events.enquiry import KnownCheckAnswered
from events.fact import Fact
from events.terms import TermMissed, TermReminded
from policies.work_kinds import KINDS
from services.acting import Acting
from services.waiting import waiting
from services.workflow.clock import MarkTermMissed, RemindTerm
from tests.facts import ACTION, CASE, CHECK_REQUESTED, EXAMPLES, FACT, LATER, NOON, PROPOSED
from tests.workflow import (
    CLOCK,
    DIRECTOR,
    IN_CONSULTATION,
    IN_TRIAGE,
    MONITORED,
    OFFICER,
    PRIVACY,
    decided,
    given,
    refused,
)

CHECKED = (*IN_TRIAGE, CHECK_REQUESTED)
ANSWERED = next(one for one in EXAMPLES if isinstance(one, KnownCheckAnswered))
REMIND = RemindTerm("known-check", FACT, "PROBATION", LATER)
MISS = MarkTermMissed("known-check", FACT, "PROBATION", LATER)


def test_who_is_waited_for_is_reminded_once_per_due_moment() -> None:
    """Given an open check, the reminder names kind, thing, organisation and moment; the same one again is refused."""
    (fact,) = decided(REMIND, given(*CHECKED), CLOCK)
    assert isinstance(fact, TermReminded)
    assert (fact.kind, fact.about, fact.org, fact.due) == ("known-check", FACT, "PROBATION", LATER)
    assert refused(REMIND, given(*CHECKED, fact), CLOCK).code == "ALREADY_ANSWERED"


def test_a_term_that_went_by_is_written_down_once_and_not_early() -> None:
    """Given the due moment, the miss is a fact; before it, or a second time, it is refused."""
    assert refused(MISS, given(*CHECKED), CLOCK, LATER - timedelta(microseconds=1)).code == "NOT_DUE"
    (fact,) = decided(MISS, given(*CHECKED), CLOCK, LATER)
    assert isinstance(fact, TermMissed)
    assert refused(MISS, given(*CHECKED, fact), CLOCK, LATER).code == "ALREADY_ANSWERED"
    assert "known-check" in {one.kind for one in waiting(given(*CHECKED, fact))}, "it is still waited for"


@pytest.mark.parametrize("command", [REMIND, MISS], ids=["remind", "miss"])
def test_what_is_done_is_not_told_of(command: RemindTerm | MarkTermMissed) -> None:
    """Given an answer, or another due moment than the case names, there is nothing to tell."""
    assert refused(command, given(*CHECKED, ANSWERED), CLOCK, LATER).code == "ALREADY_ANSWERED"
    assert refused(replace(command, due=LATER + timedelta(days=1)), given(*CHECKED), CLOCK, LATER).code == (
        "ALREADY_ANSWERED"
    )
    assert refused(replace(command, about=UUID(int=9)), given(*CHECKED), CLOCK, LATER).code == "ALREADY_ANSWERED"
    assert refused(replace(command, kind="gossip"), given(*CHECKED), CLOCK, LATER).code == "UNKNOWN_CHOICE"


@pytest.mark.parametrize("command", [REMIND, MISS], ids=["remind", "miss"])
@pytest.mark.parametrize("acting", [DIRECTOR, OFFICER, PRIVACY])
def test_nobody_but_the_clock_tells_of_terms(command: RemindTerm | MarkTermMissed, acting: Acting) -> None:
    """Given a person, whoever it is, it is the wrong hat."""
    assert refused(command, given(*CHECKED), acting, LATER).code == "WRONG_HAT"


WAITS: dict[str, tuple[tuple[Fact, ...], str, UUID, str]] = {
    "action": (MONITORED, "action", ACTION, "POLICE"),
    "review": (MONITORED, "review", CASE, "HOUSE_STAFF"),
    "escalation": ((*IN_CONSULTATION, PROPOSED), "answer-escalation", FACT, "HOUSE_STAFF"),
}


@pytest.mark.parametrize("name", WAITS)
def test_every_kind_of_term_is_told_of_in_the_same_way(name: str) -> None:
    """Given an overdue action, a review or an unanswered proposal, each is written down at its own moment."""
    before, kind, about, org = WAITS[name]
    (due,) = [one.due for one in waiting(given(*before)) if (one.kind, one.about, one.org) == (kind, about, org)]
    assert due is not None
    (fact,) = decided(MarkTermMissed(kind, about, org, due), given(*before), CLOCK, due)
    assert isinstance(fact, TermMissed)
    assert KINDS[kind].misses


def test_a_new_due_moment_may_be_reminded_of_again() -> None:
    """Given a check that is asked anew with another moment, its reminder is another one."""
    (fact,) = decided(REMIND, given(*CHECKED), CLOCK)
    moved = CHECK_REQUESTED.model_copy(update={"due": LATER + timedelta(days=5)})
    again = replace(REMIND, due=moved.due)
    assert decided(again, given(*CHECKED, fact, moved), CLOCK, NOON)
