"""An accepted case starts: a case director is named and the participants are listed, each until a date (domain 4)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from events.case import CaseStarted
from events.fact import Fact
from policies.reference import Reference
from services.acting import Acting
from services.case_file import Participation
from services.workflow.start import StartCase
from tests.facts import ACCEPTED, ASSESSED, POLICE, SAFE_HOME, STARTED, SUBMITTED, TRIAGE_OPENED
from tests.policies.changed import changed
from tests.workflow import COORDINATOR, OFFICER, REFERENCE, SUPPORT, decided, given, refused

START = StartCase("p-00000000000000cc", (("POLICE", "police-task"), ("SAFE_HOME", "safe-home")))
BEFORE = (SUBMITTED, TRIAGE_OPENED, ASSESSED)
READY = given(*BEFORE, ACCEPTED)


def started(command: StartCase = START, reference: Reference = REFERENCE) -> CaseStarted:
    (fact,) = decided(command, READY, reference=reference)
    assert isinstance(fact, CaseStarted)
    return fact


def test_the_case_starts_with_director_participants_and_an_end() -> None:
    """Given an accepted case, each participant stands with its domain, and access has an end (command 11)."""
    fact = started()
    assert (fact.case_director, fact.participants) == (START.case_director, (POLICE, SAFE_HOME))
    assert fact.authorised_until == datetime(2027, 3, 2, 23, tzinfo=UTC), "365 days on, at the end of the Dutch day"

    case = given(*BEFORE, ACCEPTED, fact)
    assert (case.stage, case.case_director) == ("IN_CONSULTATION", START.case_director)
    assert case.participants == tuple(Participation(one, fact.authorised_until) for one in (POLICE, SAFE_HOME))


def test_the_end_follows_the_table_of_the_day() -> None:
    """Given another term in the tables, the same start ends on another day."""
    shorter = changed("terms", lambda text: text.replace("value = 365", "value = 90"))
    assert started(reference=shorter).authorised_until == datetime(2026, 5, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "code"),
    [((), "UNKNOWN_CASE"), (BEFORE, "WRONG_STAGE"), ((*BEFORE, ACCEPTED, STARTED), "WRONG_STAGE")],
    ids=["no case", "not accepted", "started before"],
)
def test_a_case_starts_once_and_after_acceptance(before: tuple[Fact, ...], code: str) -> None:
    """Given another stage, the start is refused."""
    assert refused(START, given(*before)).code == code


@pytest.mark.parametrize("acting", [OFFICER, replace(OFFICER, task="process-direction"), SUPPORT, COORDINATOR])
def test_only_process_direction_starts_a_case(acting: Acting) -> None:
    """Given a participant, even one on the panel, or another role of the house, it is the wrong hat."""
    assert refused(START, READY, acting).code == "WRONG_HAT"


@pytest.mark.parametrize(
    ("participants", "code"),
    [
        ((), "MISSING_FIELD"),
        ((("HOUSING_CORPORATION", "letting"),), "NOT_PARTICIPANT"),
        ((("POLICE", "police-task"), ("MENTAL_HEALTH", "police-task")), "WRONG_HAT"),
    ],
    ids=["nobody", "an outsider", "another's task"],
)
def test_only_admitted_participants_are_listed(participants: tuple[tuple[str, str], ...], code: str) -> None:
    """Scenario: a housing corporation on the list is refused, and so are an empty list and another's task."""
    assert refused(StartCase(START.case_director, participants), READY).code == code


def test_a_name_where_a_pseudonym_belongs_is_refused_without_being_quoted() -> None:
    """Given a case director by name, neither the refusal nor what stands behind it holds the name."""
    refusal = refused(StartCase("Jan Jansen", START.participants), READY)
    assert refusal.code == "BAD_VALUE"
    assert "Jansen" not in str(refusal)
    assert refusal.__cause__ is None
