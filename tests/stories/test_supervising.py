"""A supervisor is let into one case for a while, by the house, and is shown out again (domain 5.1, TO_SUPERVISOR)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from events.fact import Fact
from events.retention import CaseDestroyed
from events.supervision import SupervisionEnded, SupervisionOpened
from policies.calendar import day_end
from services.acting import Acting
from services.workflow.supervising import EndSupervision, OpenSupervision
from tests.facts import CLOSED, EXAMPLES, FACT, NOON, SEALED, SIGNAL, SUBMITTED, SUPERVISION
from tests.granting import AT_MAYOR, AT_WORK
from tests.workflow import DIRECTOR, MANAGER, PRIVACY, acting_for, decided, given, refused

DESTROYED = next(fact for fact in EXAMPLES if isinstance(fact, CaseDestroyed))
LAST = date(2026, 5, 31)
"""Ninety days after the second of March."""


def let_in(**changes: Any) -> OpenSupervision:
    """Return an opening that lacks nothing."""
    complete = {
        "supervisor": "AUDITOR",
        "supervisor_task": "supervision",
        "ground": "PRIVACY_AUDIT",
        "reason": "Steekproef van de audit.",
        "until": date(2026, 3, 31),
    }
    return OpenSupervision(**{**complete, **changes})


@pytest.mark.parametrize("acting", [PRIVACY, MANAGER])
@pytest.mark.parametrize("facts", [(SUBMITTED,), AT_WORK, (*AT_WORK, CLOSED)], ids=["referred", "at work", "closed"])
def test_the_house_lets_a_supervisor_in_until_the_end_of_a_day(facts: tuple[Fact, ...], acting: Acting) -> None:
    """Given a ground, a reason and an end, the supervisor is in until the end of that day; the reason is sealed."""
    (fact,) = decided(let_in(), given(*facts), acting)
    assert isinstance(fact, SupervisionOpened)
    assert (fact.supervisor, fact.supervisor_task, fact.ground) == ("AUDITOR", "supervision", "PRIVACY_AUDIT")
    assert (fact.until, fact.reason) == (day_end(date(2026, 3, 31)), SEALED)
    assert given(*facts, fact).supervisions == {fact.supervision_id: fact}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (let_in(supervisor="NEWSPAPER"), "UNKNOWN_CHOICE"),
        (let_in(supervisor="POLICE", supervisor_task="police-task"), "UNKNOWN_CHOICE"),
        (let_in(supervisor_task="adjudication"), "WRONG_HAT"),
        (
            let_in(supervisor="LAWFULNESS_COMMITTEE", supervisor_task="lawfulness-advice"),
            "NO_CONTENT_FOR_SUPERVISOR",
        ),
        (let_in(ground="CURIOSITY"), "UNKNOWN_CHOICE"),
        (let_in(reason=" "), "NO_REASONING"),
        (let_in(until=date(2026, 3, 1)), "BAD_DATE"),
        (let_in(until=LAST + timedelta(days=1)), "BAD_DATE"),
    ],
)
def test_an_opening_with_one_thing_wrong_is_refused(command: OpenSupervision, code: str) -> None:
    """Given no supervisor, no ground or no end within reach, the code says which."""
    assert refused(command, given(*AT_WORK), PRIVACY).code == code


@pytest.mark.parametrize("until", [date(2026, 3, 2), LAST])
def test_the_first_and_the_last_possible_day_pass(until: date) -> None:
    """Given today, or the last day of the term, it is opened."""
    assert decided(let_in(until=until), given(*AT_WORK), PRIVACY)


@pytest.mark.parametrize("acting", [DIRECTOR, AT_MAYOR, acting_for("MENTAL_HEALTH", "treatment")])
def test_nobody_else_opens_or_ends_it(acting: Acting) -> None:
    """Given process direction or a participant, neither lets a supervisor in nor shows one out."""
    assert refused(let_in(), given(*AT_WORK), acting).code == "WRONG_HAT"
    assert refused(EndSupervision(FACT), given(*AT_WORK, SUPERVISION), acting).code == "WRONG_HAT"


@pytest.mark.parametrize("facts", [(SIGNAL,), (*AT_WORK, CLOSED, DESTROYED)], ids=["signal", "destroyed"])
def test_a_signal_and_a_destroyed_case_are_not_opened(facts: tuple[Fact, ...]) -> None:
    """Given what never left its organisation, or has no content any more, there is nothing to look into."""
    assert refused(let_in(), given(*facts), PRIVACY).code == "WRONG_STAGE"


def test_one_supervisor_is_in_once_at_a_time() -> None:
    """Given an open look, a second is refused until the first ran out or was ended; another supervisor may come."""
    (first,) = decided(let_in(), given(*AT_WORK), PRIVACY)
    assert isinstance(first, SupervisionOpened)
    case = given(*AT_WORK, first)
    assert refused(let_in(), case, PRIVACY).code == "ALREADY_ANSWERED"
    assert decided(let_in(supervisor="AP"), case, PRIVACY)
    later = first.until
    assert decided(let_in(until=later.date() + timedelta(days=3)), case, PRIVACY, later)


def test_a_supervisor_is_shown_out() -> None:
    """Given an open look, ending it leaves none; what is not open is not ended."""
    case = given(*AT_WORK, SUPERVISION)
    (fact,) = decided(EndSupervision(FACT), case, MANAGER)
    assert isinstance(fact, SupervisionEnded)
    assert given(*AT_WORK, SUPERVISION, fact).supervisions == {}
    assert refused(EndSupervision(UUID(int=1)), case, MANAGER).code == "UNKNOWN_ITEM"
    assert refused(EndSupervision(FACT), given(*AT_WORK, SUPERVISION, fact), MANAGER).code == "UNKNOWN_ITEM"
    assert fact.occurred_at == NOON
