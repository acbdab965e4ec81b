"""The plan of action: proposed, confirmed, agreed, watched, revised, weighed; aftercare (domain 4, 13 to 15, 19)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.fact import Fact
from events.plan import (
    ActionReported,
    AftercareStarted,
    MonitoringStarted,
    PlanAgreed,
    PlanConfirmed,
    PlanEvaluated,
    PlanProposed,
    PlanRevised,
)
from events.vocabulary import Answer
from services.acting import Acting
from services.workflow.plan import (
    ActionOffered,
    AgreePlan,
    AimOffered,
    ConfirmPlan,
    EvaluatePlan,
    MoveToAftercare,
    ProposePlan,
    ReportAction,
    RevisePlan,
    StartMonitoring,
)
from services.workflow.scene import Command
from tests.facts import ACTION, AGREED, AIM, CONFIRMED, EVALUATED, EXAMPLES, LATER, NOON, PLAN
from tests.workflow import (
    DIRECTOR,
    IN_AFTERCARE,
    IN_CONSULTATION,
    MONITORED,
    OFFICER,
    PLANNED,
    STARTING,
    SUPPORT,
    acting_for,
    decided,
    given,
    refused,
)

POLICE, SAFE_HOME = ("POLICE", "police-task"), ("SAFE_HOME", "safe-home")
NURSE = acting_for(*SAFE_HOME, person="p-00000000000000ee")
CARE = ("MENTAL_HEALTH", "treatment")
VISIT = ActionOffered(*POLICE, "gaat langs", date(2026, 4, 1))
TALK = ActionOffered(*SAFE_HOME, "praat met het gezin", date(2026, 4, 15))
OFFER = ProposePlan((AimOffered("HOUSING", "een vaste plek", (VISIT, TALK)),))
PROPOSED = (*IN_CONSULTATION, PLAN)
READY = (*PROPOSED, CONFIRMED)
HELD = next(one for one in EXAMPLES if type(one).__name__ == "ConsultationHeld")
REVISE = RevisePlan("NEW_FACTS", "Er is een woning gevonden.")
WEIGH = EvaluatePlan({AIM: Answer.NO}, "De plek is er niet gekomen.")
WATCH = MoveToAftercare(*POLICE, date(2026, 6, 1))


def test_a_plan_names_aims_per_life_domain_and_an_owner_and_day_per_action() -> None:
    """Given one aim with two actions, each has its owner with domain; the words stand in one sealed result."""
    (fact,) = decided(OFFER, given(*IN_CONSULTATION), OFFICER)
    assert isinstance(fact, PlanProposed)
    assert (fact.version, [one.life_domain for one in fact.aims]) == (1, ["HOUSING"])
    assert [(one.owner.org, one.owner.domain, one.due) for one in fact.actions] == [
        ("POLICE", "JUSTICE", "2026-04-01"),
        ("SAFE_HOME", "SOCIAL", "2026-04-15"),
    ]
    assert {one.aim_id for one in fact.actions} == {one.aim_id for one in fact.aims}
    assert (fact.content.tier, fact.content.fields) == ("T3", ("words",))


@pytest.mark.parametrize(
    ("aims", "code"),
    [
        ((), "MISSING_FIELD"),
        ((AimOffered("HOUSING", "een plek", ()),), "MISSING_FIELD"),
        ((AimOffered("ASTROLOGY", "een plek", (VISIT,)),), "UNKNOWN_CHOICE"),
        ((AimOffered("HOUSING", " ", (VISIT,)),), "NO_REASONING"),
        ((AimOffered("HOUSING", "een plek", (replace(VISIT, what=" "),)),), "NO_REASONING"),
        ((AimOffered("HOUSING", "een plek", (replace(VISIT, due=date(2026, 3, 1)),)),), "BAD_DATE"),
        ((AimOffered("HOUSING", "een plek", (ActionOffered(*CARE, "behandelt", date(2026, 4, 1)),)),), "NOT_ON_CASE"),
        ((AimOffered("HOUSING", "een plek", (replace(VISIT, org="HOUSING_CORPORATION"),)),), "NOT_PARTICIPANT"),
    ],
    ids=["nothing", "no action", "no life domain", "no aim", "no words", "past", "not on the case", "outsider"],
)
def test_a_plan_with_a_gap_is_not_proposed(aims: tuple[AimOffered, ...], code: str) -> None:
    """Given an aim or action without domain, words, owner on the case or a day ahead, nothing is proposed."""
    assert refused(ProposePlan(aims), given(*IN_CONSULTATION), OFFICER).code == code


def test_an_action_may_be_due_today() -> None:
    """Given today as the last day, the guard of the date is silent."""
    today = AimOffered("HOUSING", "een plek", (replace(VISIT, due=date(2026, 3, 2)),))
    assert decided(ProposePlan((today,)), given(*IN_CONSULTATION), OFFICER)


def test_every_proposal_has_a_version_of_its_own() -> None:
    """Given a version before the owners, or one that runs, the next has the next number and asks for fresh consent."""
    (second,) = decided(OFFER, given(*READY), OFFICER)
    assert isinstance(second, PlanProposed)
    assert second.version == 2
    assert given(*READY, second).plan.confirmed == frozenset()
    (later,) = decided(OFFER, given(*MONITORED), OFFICER)
    assert isinstance(later, PlanProposed)
    assert later.version == 2


def test_an_owner_confirms_its_version_once() -> None:
    """Given a proposal, its owner agrees to it; twice, another version or another's actions are refused."""
    (fact,) = decided(ConfirmPlan(1), given(*PROPOSED), OFFICER)
    assert isinstance(fact, PlanConfirmed)
    assert (fact.version, fact.org) == (1, "POLICE")
    assert refused(ConfirmPlan(1), given(*READY), OFFICER).code == "ALREADY_ANSWERED"
    assert refused(ConfirmPlan(2), given(*PROPOSED), OFFICER).code == "NO_PLAN"
    assert refused(ConfirmPlan(1), given(*IN_CONSULTATION), OFFICER).code == "NO_PLAN"
    assert refused(ConfirmPlan(1), given(*PROPOSED), NURSE).code == "UNKNOWN_ACTION"
    assert refused(ConfirmPlan(1), given(*PROPOSED), acting_for(*CARE)).code == "WRONG_HAT"


def test_a_plan_is_agreed_when_every_owner_agreed() -> None:
    """Given two owners of whom one agreed, the refusal names the other; with both it stands."""
    (proposed,) = decided(OFFER, given(*IN_CONSULTATION), OFFICER)
    before = (*IN_CONSULTATION, proposed, CONFIRMED)
    refusal = refused(AgreePlan(), given(*before), OFFICER)
    assert (refusal.code, "(SAFE_HOME)" in refusal.says) == ("OWNER_NOT_AGREED", True)

    (consent,) = decided(ConfirmPlan(1), given(*before), NURSE)
    (fact,) = decided(AgreePlan(), given(*before, consent), OFFICER)
    assert isinstance(fact, PlanAgreed)
    assert [one.org for one in fact.owners] == ["POLICE", "SAFE_HOME"]
    case = given(*before, consent, fact)
    assert (case.stage, case.plan.version, case.plan.agreed) == ("PLAN_AGREED", 1, proposed)


def test_without_a_proposal_nothing_is_agreed_or_revised() -> None:
    """Given no proposal, there is nothing to agree on."""
    assert refused(AgreePlan(), given(*IN_CONSULTATION), OFFICER).code == "NO_PLAN"
    assert refused(REVISE, given(*MONITORED), OFFICER).code == "NO_PLAN"


@pytest.mark.parametrize("acting", [DIRECTOR, SUPPORT, NURSE], ids=["process direction", "support", "participant"])
@pytest.mark.parametrize(("command", "before"), [(OFFER, IN_CONSULTATION), (AgreePlan(), READY)])
def test_the_plan_is_the_case_directors(command: Command, before: tuple[Fact, ...], acting: Acting) -> None:
    """Given anybody else, also the house's own people, it is the wrong hat: they guard the process, not the content."""
    assert refused(command, given(*before), acting).code == "WRONG_HAT"


@pytest.mark.parametrize(
    ("review", "starts"),
    [(date(2026, 3, 3), True), (date(2026, 5, 31), True), (date(2026, 3, 2), False), (date(2026, 6, 1), False)],
    ids=["tomorrow", "at the end of the term", "today", "a day too late"],
)
def test_a_running_plan_has_a_review_ahead_and_within_the_term(review: date, starts: bool) -> None:
    """Given a review date, from tomorrow until the end of the term it holds; outside it is refused."""
    if starts:
        (fact,) = decided(StartMonitoring(review), given(*PLANNED), OFFICER)
        assert isinstance(fact, MonitoringStarted)
        case = given(*PLANNED, fact)
        assert (case.stage, case.review_on) == ("MONITORING", review)
    else:
        assert refused(StartMonitoring(review), given(*PLANNED), OFFICER).code == "BAD_DATE"


def test_a_revision_replaces_the_plan_with_its_reason_and_the_earlier_version_stays() -> None:
    """Given a newly confirmed version, it replaces the one that runs; the history holds both."""
    second = PLAN.model_copy(update={"version": 2})
    before = (*MONITORED, second)
    refusal = refused(REVISE, given(*before), OFFICER)
    assert (refusal.code, "(POLICE)" in refusal.says) == ("OWNER_NOT_AGREED", True)
    confirmed = (*before, CONFIRMED.model_copy(update={"version": 2}))
    (fact,) = decided(REVISE, given(*confirmed), OFFICER)
    assert isinstance(fact, PlanRevised)
    assert (fact.version, fact.replaces, fact.reason_code) == (2, 1, "NEW_FACTS")
    assert given(*confirmed, fact).plan.version == 2
    assert refused(RevisePlan("WHIM", "zomaar"), given(*confirmed), OFFICER).code == "UNKNOWN_CHOICE"
    assert refused(RevisePlan("NEW_FACTS", " "), given(*confirmed), OFFICER).code == "NO_REASONING"


@pytest.mark.parametrize("status", ["DONE", "PROGRESS", "STUCK"])
def test_an_owner_tells_how_its_action_stands(status: str) -> None:
    """Given the owner, its last word counts; a note is sealed, and no note is no box."""
    (fact,) = decided(ReportAction(ACTION, status, "Gesprek gevoerd."), given(*MONITORED), OFFICER)
    assert isinstance(fact, ActionReported)
    assert fact.note is not None
    assert given(*MONITORED, fact).plan.status == {ACTION: status}
    (bare,) = decided(ReportAction(ACTION, status, " "), given(*MONITORED), OFFICER)
    assert isinstance(bare, ActionReported)
    assert bare.note is None


def test_a_task_of_a_consultation_is_told_of_like_an_action() -> None:
    """Given a task that was agreed at the table, its owner reports on it."""
    before = (*MONITORED, HELD)
    (task,) = given(*before).tasks
    assert decided(ReportAction(task, "DONE"), given(*before), OFFICER)
    assert refused(ReportAction(task, "DONE"), given(*before), NURSE).code == "UNKNOWN_ACTION"


@pytest.mark.parametrize(
    ("command", "acting", "code"),
    [
        (ReportAction(UUID(int=9), "DONE"), OFFICER, "UNKNOWN_ACTION"),
        (ReportAction(ACTION, "DONE"), NURSE, "UNKNOWN_ACTION"),
        (ReportAction(ACTION, "ALMOST"), OFFICER, "UNKNOWN_CHOICE"),
        (ReportAction(ACTION, "DONE"), DIRECTOR, "WRONG_HAT"),
        (ReportAction(ACTION, "DONE"), acting_for(*CARE), "WRONG_HAT"),
    ],
    ids=["no such action", "another's", "no such status", "the house", "not on the case"],
)
def test_nobody_tells_of_anothers_action(command: Command, acting: Acting, code: str) -> None:
    """Given somebody else, an unknown action or status, it is refused."""
    assert refused(command, given(*MONITORED), acting).code == code


def test_every_aim_is_weighed_by_people() -> None:
    """Given the aims of the plan that runs, each gets an answer with the reasoning; one left out is refused."""
    (fact,) = decided(WEIGH, given(*MONITORED), OFFICER)
    assert isinstance(fact, PlanEvaluated)
    assert [(one.aim_id, one.reached) for one in fact.aims] == [(AIM, Answer.NO)]
    assert refused(EvaluatePlan({}, "zomaar"), given(*MONITORED), OFFICER).code == "MISSING_FIELD"
    other = EvaluatePlan({AIM: Answer.YES, UUID(int=9): Answer.YES}, "zomaar")
    assert refused(other, given(*MONITORED), OFFICER).code == "MISSING_FIELD"
    assert refused(replace(WEIGH, reasoning=" "), given(*MONITORED), OFFICER).code == "NO_REASONING"
    assert refused(WEIGH, given(*MONITORED), NURSE).code == "WRONG_HAT"


def test_aftercare_begins_after_the_weighing_with_somebody_who_watches() -> None:
    """Given aims that were weighed, a participant of the case watches until a day within the term."""
    assert refused(WATCH, given(*MONITORED), OFFICER).code == "EVALUATION_MISSING"
    weighed = (*MONITORED, EVALUATED)
    (fact,) = decided(WATCH, given(*weighed), OFFICER)
    assert isinstance(fact, AftercareStarted)
    case = given(*weighed, fact)
    assert (case.stage, case.aftercare_until) == ("AFTERCARE", date(2026, 6, 1))
    assert refused(MoveToAftercare(*CARE, WATCH.until), given(*weighed), OFFICER).code == "NOT_ON_CASE"
    for day in (date(2026, 3, 2), date(2026, 8, 30)):
        assert refused(replace(WATCH, until=day), given(*weighed), OFFICER).code == "BAD_DATE"
    assert decided(replace(WATCH, until=date(2026, 8, 29)), given(*weighed), OFFICER)


def test_a_revised_plan_is_weighed_anew() -> None:
    """Given a weighing of the earlier version, it says nothing of the plan that replaced it."""
    second = PLAN.model_copy(update={"version": 2})
    revised = (*MONITORED, EVALUATED, second, CONFIRMED.model_copy(update={"version": 2}))
    (fact,) = decided(REVISE, given(*revised), OFFICER)
    assert not given(*revised, fact).plan.evaluated


@pytest.mark.parametrize(
    ("command", "stages"),
    [
        (OFFER, (STARTING, PLANNED, IN_AFTERCARE)),
        (ConfirmPlan(1), (STARTING, PLANNED, IN_AFTERCARE)),
        (AgreePlan(), (STARTING, PLANNED, MONITORED)),
        (StartMonitoring(date(2026, 4, 1)), (IN_CONSULTATION, MONITORED)),
        (REVISE, (IN_CONSULTATION, PLANNED, IN_AFTERCARE)),
        (ReportAction(ACTION, "DONE"), (IN_CONSULTATION,)),
        (WEIGH, (IN_CONSULTATION, PLANNED)),
        (WATCH, (PLANNED, IN_AFTERCARE)),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, tuple) else "",
)
def test_each_step_of_the_plan_has_its_own_stage(command: Command, stages: tuple[tuple[Fact, ...], ...]) -> None:
    """Given a case before or after the stage of the table, the step is refused."""
    for before in stages:
        assert refused(command, given(*before), OFFICER).code == "WRONG_STAGE"


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (OFFER, IN_CONSULTATION),
        (ConfirmPlan(1), PROPOSED),
        (AgreePlan(), READY),
        (ReportAction(ACTION, "DONE"), MONITORED),
    ],
    ids=["propose", "confirm", "agree", "report"],
)
def test_whose_authorisation_ended_takes_no_step(command: Command, before: tuple[Fact, ...]) -> None:
    """Given the end of the authorisation, the last moment before it still counts."""
    assert decided(command, given(*before), OFFICER, NOON)
    assert refused(command, given(*before), OFFICER, LATER).code == "AUTH_EXPIRED"
    assert refused(command, given(*before), OFFICER, LATER + timedelta(days=1)).code == "AUTH_EXPIRED"


def test_the_owner_agreed_in_the_plan_that_runs() -> None:
    """Given the whole way, the agreed plan names the owners, and all of them had confirmed that version."""
    case = given(*READY)
    (fact,) = decided(AgreePlan(), case, OFFICER)
    assert fact == AGREED
    assert {(one.org, one.task) for one in AGREED.owners} <= case.plan.confirmed
