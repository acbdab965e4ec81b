"""Review and ending: the criteria weighed anew, a case reopened or closed (domain 4, commands 20, 21 and 24)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events.assessment import PanelMember
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.fact import Fact
from events.vocabulary import Answer, Room, Stage
from policies.criteria import CriteriaAnswers
from services.acting import Acting
from services.waiting import waiting
from services.workflow.closing import CloseCase, ReassessCriteria, Reopen
from services.workflow.plan import EvaluatePlan
from services.workflow.scene import Command
from services.workflow.triage import AcceptCase
from tests.facts import AFTERCARE, ASSESSED, CLOSED, ESCALATED, EVALUATED, EXAMPLES, NOON, PROPOSED, REASSESSED
from tests.policies.changed import changed
from tests.stories.walking import GOOD, TEST
from tests.workflow import (
    COORDINATOR,
    ENDED,
    IN_AFTERCARE,
    IN_CONSULTATION,
    IN_TRIAGE,
    MONITORED,
    OFFICER,
    PLANNED,
    STARTING,
    SUPPORT,
    decided,
    given,
    refused,
)

PANEL = (("POLICE", "police-task"), ("PROBATION", "probation-supervision"), ("MENTAL_HEALTH", "treatment"))
HOLDS = ReassessCriteria(GOOD, TEST)
LOST = ReassessCriteria(CriteriaAnswers(), TEST)
REOPEN = Reopen("Er zijn nieuwe klachten.", PANEL)
MOVED, MET = CloseCase("MOVED", "Naar een andere regio."), CloseCase("AIMS_MET", "De doelen zijn gehaald.")
LIVE = {
    "starting": STARTING,
    "in consultation": IN_CONSULTATION,
    "plan agreed": PLANNED,
    "monitored": MONITORED,
    "aftercare": IN_AFTERCARE,
}
REOPENED = next(one for one in EXAMPLES if isinstance(one, CaseReopened))


def reassessed(command: ReassessCriteria, before: tuple[Fact, ...] = MONITORED) -> CriteriaReassessed:
    (fact,) = decided(command, given(*before))
    assert isinstance(fact, CriteriaReassessed)
    return fact


@pytest.mark.parametrize("before", LIVE.values(), ids=LIVE)
def test_every_live_case_can_be_weighed_anew(before: tuple[Fact, ...]) -> None:
    """Given a live case, the new weighing stands beside the earlier one, each with its moment and author."""
    fact = reassessed(HOLDS, before)
    assert (fact.failed, fact.close_by, fact.review_on) == ((), None, "2026-05-31")
    case = given(*before, fact)
    assert (case.stage, case.assessment, case.review_on) == (given(*before).stage, fact, date(2026, 5, 31))
    assert [one.fact for one in case.weighed] == [ASSESSED, fact]
    assert {one.by for one in case.weighed} == {OFFICER.person}


def test_criteria_that_no_longer_hold_start_the_term_to_close_or_hand_over() -> None:
    """Given a weighing that fails, the case waits to be closed before a day; a later failure does not move that day."""
    fact = reassessed(LOST)
    assert fact.failed == ("C1", "C2", "C3", "C4")
    assert fact.close_by == datetime(2026, 3, 30, 22, tzinfo=UTC), "28 days on, at the end of the Dutch day"
    case = given(*MONITORED, fact)
    assert ("close-case", fact.close_by) in {(one.kind, one.due) for one in waiting(case)}
    (again,) = decided(LOST, case, now=NOON + timedelta(days=20))
    assert isinstance(again, CriteriaReassessed)
    assert again.close_by == fact.close_by


def test_criteria_that_hold_again_end_the_term() -> None:
    """Given a term that runs, a weighing that holds stops it."""
    fact = reassessed(HOLDS, (*MONITORED, REASSESSED))
    assert "close-case" not in {one.kind for one in waiting(given(*MONITORED, REASSESSED, fact))}


@pytest.mark.parametrize("acting", [OFFICER, SUPPORT, COORDINATOR])
@pytest.mark.parametrize(("command", "before"), [(HOLDS, MONITORED), (REOPEN, IN_AFTERCARE), (MOVED, MONITORED)])
def test_only_process_direction_weighs_anew_reopens_and_closes(
    command: Command, before: tuple[Fact, ...], acting: Acting
) -> None:
    """Given a case director, support or coordinator, it is the wrong hat."""
    assert refused(command, given(*before), acting).code == "WRONG_HAT"


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (HOLDS, IN_TRIAGE),
        (HOLDS, ENDED),
        (REOPEN, MONITORED),
        (REOPEN, ENDED),
        (MOVED, IN_TRIAGE),
        (MOVED, ENDED),
    ],
    ids=["weigh in triage", "weigh closed", "reopen monitored", "reopen closed", "close in triage", "close twice"],
)
def test_a_closed_case_is_never_reopened_and_a_case_in_triage_is_not_closed(
    command: Command, before: tuple[Fact, ...]
) -> None:
    """Given another stage, it is refused: a new worry after the end is a new referral."""
    assert refused(command, given(*before)).code == "WRONG_STAGE"


def test_new_facts_in_aftercare_reopen_the_case_in_its_room() -> None:
    """Given a reason and a joint panel, the case is weighed afresh: the room stays, the earlier weighing is past."""
    (fact,) = decided(REOPEN, given(*IN_AFTERCARE))
    assert isinstance(fact, CaseReopened)
    assert [one.domain for one in fact.panel] == ["JUSTICE", "JUSTICE", "CARE"]
    case = given(*IN_AFTERCARE, fact)
    assert (case.stage, case.room, case.assessment) == (Stage.IN_TRIAGE, Room.LOCAL_CHAMBER, None)
    assert refused(AcceptCase(Room.LOCAL_CHAMBER), case).code == "CRITERIA_NOT_MET"
    assert refused(AcceptCase(Room.HOUSE), case).code == "WRONG_ROOM"
    assert decided(AcceptCase(Room.LOCAL_CHAMBER, "CHAMBER_NORTH"), given(*IN_AFTERCARE, fact, ASSESSED))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "NO_REASONING"),
        ({"panel": ()}, "MISSING_FIELD"),
        ({"panel": PANEL[:1]}, "SELF_DECISION"),
        ({"panel": PANEL[:2]}, "SELF_DECISION"),
        ({"panel": (PANEL[0], ("HOUSING_CORPORATION", "letting"))}, "NOT_PARTICIPANT"),
    ],
    ids=["no reason", "nobody", "one", "one domain", "outsider"],
)
def test_a_case_is_not_reopened_without_reason_or_panel(change: dict[str, object], code: str) -> None:
    """Given no reason, or a panel that could not decide, the aftercare goes on."""
    assert refused(replace(REOPEN, **change), given(*IN_AFTERCARE)).code == code  # type: ignore[arg-type]  # by name


def test_a_case_of_the_house_is_reopened_and_taken_again_by_the_house() -> None:
    """Given a case that went up, its own panel weighs it again, and it stays in the house."""
    before = (*IN_CONSULTATION, PROPOSED, ESCALATED, *IN_AFTERCARE[5:])
    assert refused(REOPEN, given(*before)).code == "NO_QUORUM"
    (fact,) = decided(replace(REOPEN, panel=(("PROSECUTION", "prosecution"), PANEL[2])), given(*before))
    assert isinstance(fact, CaseReopened)
    breakthrough = ASSESSED.model_copy(update={"breakthrough_holds": True})
    assert decided(AcceptCase(Room.HOUSE), given(*before, fact, breakthrough))


@pytest.mark.parametrize("before", LIVE.values(), ids=LIVE)
def test_a_live_case_closes_with_a_reason_and_the_end_of_its_keeping(before: tuple[Fact, ...]) -> None:
    """Given a reason by code and in words, the clock of retention is fixed, from the first processing on."""
    (fact,) = decided(MOVED, given(*before), now=NOON + timedelta(days=30))
    assert isinstance(fact, CaseClosed)
    assert (fact.reason_code, fact.anchor) == ("MOVED", "FIRST_PROCESSED")
    assert fact.retain_until == datetime(2031, 3, 2, 23, tzinfo=UTC), "five years after the first fact"
    case = given(*before, fact)
    assert (case.stage, case.retain_until) == (Stage.CLOSED, fact.retain_until)


def test_the_anchor_of_keeping_is_a_choice_of_the_day() -> None:
    """Given the other anchor in the tables, the same closing counts from the closing."""
    later = changed("choices", lambda text: text.replace('value = "FIRST_PROCESSED"', 'value = "CASE_CLOSED"'))
    (fact,) = decided(MOVED, given(*MONITORED), now=NOON + timedelta(days=30), reference=later)
    assert isinstance(fact, CaseClosed)
    assert (fact.anchor, fact.retain_until) == ("CASE_CLOSED", datetime(2031, 4, 1, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (CloseCase("BORED", "zomaar"), "UNKNOWN_CHOICE"),
        (CloseCase("MOVED", " "), "NO_REASONING"),
        (MET, "EVALUATION_MISSING"),
    ],
    ids=["no such reason", "no words", "aims never weighed"],
)
def test_a_case_is_not_closed_without_a_reason_that_holds(command: Command, code: str) -> None:
    """Given an unknown reason, no words, or aims that were met and never weighed, the case stays open."""
    assert refused(command, given(*MONITORED)).code == code


def test_aims_that_were_weighed_close_the_case() -> None:
    """Given the weighing of the aims, the guard is silent."""
    assert decided(MET, given(*IN_AFTERCARE))


def test_aims_that_were_not_reached_do_not_close_the_case_as_met() -> None:
    """Given an aim that was weighed NO, the reason does not hold, until it is weighed anew in aftercare as reached."""
    (aim,) = EVALUATED.aims
    missed = EVALUATED.model_copy(update={"aims": (aim.model_copy(update={"reached": Answer.NO}),)})
    before = (*MONITORED, missed, AFTERCARE)
    assert refused(MET, given(*before)).code == "AIMS_NOT_MET"
    assert decided(MOVED, given(*before))
    (again,) = decided(EvaluatePlan({aim.aim_id: Answer.YES}, "De plek is er nu."), given(*before))
    assert decided(MET, given(*before, again))


def test_with_the_end_nothing_is_open_any_more() -> None:
    """Given an open proposal, when the case closes, nobody waits for an answer; only the day of destruction is left."""
    case = given(*IN_CONSULTATION, PROPOSED, CLOSED)
    assert (case.open_escalation, case.open_deescalation, dict(case.invitations)) == (None, None, {})
    assert {one.kind for one in waiting(case)} == {"destroy"}


def test_a_reopened_case_shows_who_sits_at_the_table() -> None:
    """Given the panel of the new weighing, the old one no longer decides."""
    before = given(*IN_AFTERCARE)
    after = given(*IN_AFTERCARE, REOPENED.model_copy(update={"panel": (_seat("PROBATION"), _seat("MAYOR"))}))
    assert {one.org for one in before.panel} != {one.org for one in after.panel}


def _seat(org: str) -> PanelMember:
    return PanelMember(org=org, task="some-task", domain="JUSTICE")
