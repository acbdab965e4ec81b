"""Triage: the panel opens the weighing, answers the criteria, and takes or does not take the case (domain 4)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import CaseAccepted, CaseRejected, RegimeChanged
from events.errors import Refusal
from events.fact import Fact
from events.referral import ReferralReturned
from events.vocabulary import Answer, Room
from policies.criteria import (
    CriteriaAnswers,
    HarmAnswer,
    NeededParticipant,
    PlaceAnswer,
    RoomTest,
    TogetherAnswer,
    WidthAnswer,
)
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.triage import (
    AcceptCase,
    OpenTriage,
    RecordAssessment,
    ReturnReferral,
    decide_accept,
    decide_assessment,
    decide_open,
    decide_reject,
    decide_return,
)
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    EXAMPLES,
    FACT,
    HOUSE_OIN,
    NOON,
    POLICE,
    POLICE_OIN,
    SEALED,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)
from tests.policies.changed import changed

REFERENCE = Reference.load()
DIRECTOR = Acting("p-0123456789abcdef", "HOUSE_STAFF", HOUSE_OIN, "process-direction")
OFFICER = Acting("p-0123456789abcdef", "POLICE", POLICE_OIN, "police-task")
PANEL = OpenTriage((("POLICE", "police-task"), ("SAFE_HOME", "safe-home")))
LOCAL, HOUSE = AcceptCase(Room.LOCAL_CHAMBER), AcceptCase(Room.HOUSE)
RETURNED = next(fact for fact in EXAMPLES if isinstance(fact, ReferralReturned))
REJECTED = next(fact for fact in EXAMPLES if isinstance(fact, CaseRejected))
TWO_FAIL = ASSESSED.model_copy(update={"failed": ("C2", "C4")})
NO_LOCAL_TEST = ASSESSED.model_copy(update={"local_test_holds": False})
BREAKTHROUGH = ASSESSED.model_copy(update={"breakthrough_holds": True})

COMPLETE = CriteriaAnswers(
    place=PlaceAnswer(locus="SUBJECT"),
    width=(
        WidthAnswer(life_domain="wonen", criminogenic_factor="dakloos"),
        WidthAnswer(life_domain="geld", criminogenic_factor="schulden"),
    ),
    harm=HarmAnswer(mode="HAS_LED", caused_by_subject=True, harms=("CRIME",)),
    together=TogetherAnswer(
        needed_participants=(
            NeededParticipant(participant="POLICE", task="police-task"),
            NeededParticipant(participant="SAFE_HOME", task="safe-home"),
        ),
        why_necessary="Straf alleen helpt niet.",
        plan_aim="REDUCE",
    ),
)
ROOM_TEST = RoomTest(complex="ja", domain_transcending="ja", coordination="ja")

Given = tuple[Fact, ...]
ACTS: dict[str, tuple[Given, Callable[[CaseFile, Acting], list[Fact]]]] = {
    # what, its own stage, and the decision
    "open": ((SUBMITTED,), lambda case, acting: decide_open(case, PANEL, acting, REFERENCE, NOON)),
    "return": (
        (SUBMITTED,),
        lambda case, acting: decide_return(case, ReturnReferral(("REASON",)), acting, REFERENCE, NOON),
    ),
    "assess": (
        (SUBMITTED, TRIAGE_OPENED),
        lambda case, acting: decide_assessment(
            case, RecordAssessment(COMPLETE, ROOM_TEST, None), FACT, SEALED, acting, REFERENCE, NOON
        ),
    ),
    "accept": (
        (SUBMITTED, TRIAGE_OPENED, ASSESSED),
        lambda case, acting: decide_accept(case, LOCAL, acting, REFERENCE, NOON),
    ),
    "reject": (
        (SUBMITTED, TRIAGE_OPENED, TWO_FAIL),
        lambda case, acting: decide_reject(case, SEALED, acting, REFERENCE, NOON),
    ),
}
LATE: Given = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED)


def given_facts(*facts: Fact) -> CaseFile:
    return case_file(CASE, history(*facts))


def refused(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as found:
        act()
    return found.value


@pytest.mark.parametrize("act", ACTS)
def test_a_step_is_taken_in_its_own_stage(act: str) -> None:
    """Given the stage of the table, the step leaves at least one fact that says when."""
    given, decide = ACTS[act]
    facts = decide(given_facts(*given), DIRECTOR)
    assert {fact.occurred_at for fact in facts} == {NOON}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("given", "code"), [((), "UNKNOWN_CASE"), (LATE, "WRONG_STAGE")], ids=["no case", "already accepted"]
)
def test_a_step_outside_its_stage_is_refused(act: str, given: Given, code: str) -> None:
    """Given no case, or a case that is already accepted, each step of triage is refused."""
    assert refused(lambda: ACTS[act][1](given_facts(*given), DIRECTOR)).code == code


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "acting",
    [OFFICER, replace(DIRECTOR, task="police-task"), replace(OFFICER, task="process-direction")],
    ids=["police", "director for another task", "police in the director's task"],
)
def test_only_the_houses_own_people_record_triage(act: str, acting: Acting) -> None:
    """Given a partner, or staff with another hat, the step is the wrong hat; nobody decides on its own referral."""
    given, decide = ACTS[act]
    assert refused(lambda: decide(given_facts(*given), acting)).code == "WRONG_HAT"


def test_process_support_acts_for_the_house_as_well() -> None:
    """Given process support, the guard of the hat is silent."""
    support = replace(DIRECTOR, task="process-support")
    (fact,) = decide_return(given_facts(SUBMITTED), ReturnReferral(("REASON", "AIM")), support, REFERENCE, NOON)
    assert isinstance(fact, ReferralReturned)
    assert fact.missing == ("AIM", "REASON")


def test_the_weighing_opens_with_each_member_in_the_domain_of_its_task() -> None:
    """Given the college for two tasks beside the police, each member speaks for its own domain (domain 3)."""
    panel = (("POLICE", "police-task"), ("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "local-safety"))
    (fact,) = decide_open(given_facts(SUBMITTED), OpenTriage(panel), DIRECTOR, REFERENCE, NOON)
    assert isinstance(fact, TriageOpened)
    assert [member.domain for member in fact.panel] == ["JUSTICE", "SOCIAL", "ADMINISTRATION"]


@pytest.mark.parametrize(
    ("panel", "code"),
    [
        ((), "MISSING_FIELD"),
        ((("SAFE_HOME", "safe-home"),), "SELF_DECISION"),
        ((("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "local-safety")), "SELF_DECISION"),
        ((("POLICE", "police-task"), ("HOUSING_CORPORATION", "letting")), "NOT_PARTICIPANT"),
        ((("POLICE", "police-task"), ("HOUSE_STAFF", "process-direction")), "NOT_PARTICIPANT"),
        ((("POLICE", "police-task"), ("SAFE_HOME", "police-task")), "WRONG_HAT"),
    ],
    ids=["nobody", "one", "one organisation twice", "an outsider", "the house itself", "another's task"],
)
def test_a_panel_that_cannot_decide_together_is_refused(panel: tuple[tuple[str, str], ...], code: str) -> None:
    """Given too few organisations, an outsider or another's task, the weighing does not open."""
    opening = OpenTriage(panel)
    assert refused(lambda: decide_open(given_facts(SUBMITTED), opening, DIRECTOR, REFERENCE, NOON)).code == code


@pytest.mark.parametrize(("org", "task", "opens"), [("SAFE_HOME", "safe-home", True), ("POLICE", "police-task", False)])
def test_the_referrer_alone_is_no_panel_even_where_one_organisation_is_enough(org: str, task: str, opens: bool) -> None:
    """Given tables that ask for one organisation, it may be any but the referrer's own."""
    one_is_enough = changed(
        "terms",
        lambda text: text.replace('name = "panel-organisations", value = 2', 'name = "panel-organisations", value = 1'),
    )
    case, opening = given_facts(SUBMITTED), OpenTriage(((org, task),))
    if opens:
        assert decide_open(case, opening, DIRECTOR, one_is_enough, NOON)
    else:
        assert refused(lambda: decide_open(case, opening, DIRECTOR, one_is_enough, NOON)).code == "SELF_DECISION"


@pytest.mark.parametrize(
    ("missing", "code"),
    [((), "MISSING_FIELD"), (("REASON", "Het adres van Jan Jansen"), "BAD_VALUE"), (("",), "BAD_VALUE")],
)
def test_a_referral_goes_back_with_codes_and_nothing_else(missing: tuple[str, ...], code: str) -> None:
    """Given an empty list or a free text, it is refused without being quoted: a fact holds no text in clear."""
    case = given_facts(SUBMITTED)
    refusal = refused(lambda: decide_return(case, ReturnReferral(missing), DIRECTOR, REFERENCE, NOON))
    assert refusal.code == code
    assert "Jansen" not in str(refusal)
    assert refusal.__cause__ is None


def assessed(answers: CriteriaAnswers, room_test: RoomTest | None = ROOM_TEST, *before: Fact) -> CriteriaAssessed:
    case = given_facts(SUBMITTED, TRIAGE_OPENED, *before)
    command = RecordAssessment(answers, room_test, None)
    (fact,) = decide_assessment(case, command, FACT, SEALED, DIRECTOR, REFERENCE, NOON)
    assert isinstance(fact, CriteriaAssessed)
    return fact


def test_complete_answers_lead_to_the_local_room() -> None:
    """Scenario: all four hold, the local test holds, no breakthrough: local chamber, and not the house."""
    fact = assessed(COMPLETE)
    assert (fact.failed, fact.local_test_holds, fact.breakthrough_holds) == ((), True, False)
    case = given_facts(SUBMITTED, TRIAGE_OPENED, fact)

    accepted, regime = decide_accept(case, LOCAL, DIRECTOR, REFERENCE, NOON)

    assert isinstance(accepted, CaseAccepted)
    assert isinstance(regime, RegimeChanged)
    assert (accepted.room, accepted.assessment_id) == (Room.LOCAL_CHAMBER, FACT)
    assert (regime.before, regime.after) == ("OWN_TASK", "WGS_ZVH")
    assert given_facts(SUBMITTED, TRIAGE_OPENED, fact, accepted).stage == "STARTING"
    assert refused(lambda: decide_accept(case, HOUSE, DIRECTOR, REFERENCE, NOON)).code == "BREAKTHROUGH_MISSING"


def test_two_of_four() -> None:
    """Scenario: one life domain and a blank C4: not accepted, naming C2 and C4, and rejected on the same two."""
    one_domain = COMPLETE.model_copy(update={"width": COMPLETE.width[:1], "together": TogetherAnswer()})
    fact = assessed(one_domain)
    case = given_facts(SUBMITTED, TRIAGE_OPENED, fact)

    refusal = refused(lambda: decide_accept(case, LOCAL, DIRECTOR, REFERENCE, NOON))
    assert (refusal.code, refusal.legal_ref) == ("CRITERIA_NOT_MET", "BGS:criteria")
    assert "(C2, C4)" in refusal.says

    (rejected,) = decide_reject(case, SEALED, DIRECTOR, REFERENCE, NOON)
    assert isinstance(rejected, CaseRejected)
    assert rejected.failed == ("C2", "C4")
    assert rejected.destroy_after == NOON + timedelta(days=REFERENCE.term("not-accepted-content", NOON).value)
    assert given_facts(SUBMITTED, TRIAGE_OPENED, fact, rejected).stage == "NOT_ACCEPTED"


def test_family_without_relevance_is_unknown_until_the_text_is_given() -> None:
    """Scenario: C1 is not met, a new assessment with the text holds, and both stay in the history."""
    family = COMPLETE.model_copy(update={"place": PlaceAnswer(locus="FAMILY", relevance_for_subject=" ")})
    first = assessed(family)
    assert first.failed == ("C1",)
    answers = {part.part: part.answer for part in first.parts if part.criterion == "C1"}
    assert answers == {"LOCUS": Answer.YES, "RELEVANCE": Answer.UNKNOWN}

    reasoned = PlaceAnswer(locus="FAMILY", relevance_for_subject="Hij woont daar.")
    second = assessed(COMPLETE.model_copy(update={"place": reasoned}), ROOM_TEST, first)
    case = given_facts(SUBMITTED, TRIAGE_OPENED, first, second)
    assert case.assessment == second
    assert decide_accept(case, LOCAL, DIRECTOR, REFERENCE, NOON)


def test_the_newest_assessment_decides_also_when_it_is_the_worse_one() -> None:
    """Given an assessment that held and a later one that fails, the case is not accepted."""
    case = given_facts(SUBMITTED, TRIAGE_OPENED, ASSESSED, TWO_FAIL)
    assert refused(lambda: decide_accept(case, LOCAL, DIRECTOR, REFERENCE, NOON)).code == "CRITERIA_NOT_MET"


def test_an_assessment_that_fails_is_a_fact_without_text() -> None:
    """Given blank answers, they are recorded as UNKNOWN, and no answer stands in clear."""
    fact = assessed(CriteriaAnswers(), None)
    assert {part.answer for part in fact.parts} == {Answer.UNKNOWN}
    assert fact.failed == ("C1", "C2", "C3", "C4")
    assert "dakloos" not in json.dumps(assessed(COMPLETE).model_dump(mode="json"))


@pytest.mark.parametrize(
    ("assessment", "room", "code", "told"),
    [
        ((), LOCAL, "CRITERIA_NOT_MET", "criteria."),
        ((TWO_FAIL,), LOCAL, "CRITERIA_NOT_MET", "(C2, C4)."),
        ((NO_LOCAL_TEST,), LOCAL, "CRITERIA_NOT_MET", "(LOCAL_TEST)."),
        ((NO_LOCAL_TEST.model_copy(update={"breakthrough_holds": True}),), HOUSE, "CRITERIA_NOT_MET", "(LOCAL_TEST)."),
        ((ASSESSED,), HOUSE, "BREAKTHROUGH_MISSING", "ingevuld."),
    ],
    ids=["not weighed", "two criteria", "no local test", "house without local test", "house without breakthrough"],
)
def test_a_case_that_does_not_hold_is_not_accepted(assessment: Given, room: AcceptCase, code: str, told: str) -> None:
    """Given a part that fails, the case is not taken, and the refusal names the part."""
    case = given_facts(SUBMITTED, TRIAGE_OPENED, *assessment)
    refusal = refused(lambda: decide_accept(case, room, DIRECTOR, REFERENCE, NOON))
    assert (refusal.code, refusal.says.endswith(told)) == (code, True)


def test_a_case_with_a_breakthrough_may_enter_the_house_directly() -> None:
    """Given all four parts of the test of the rooms, the house takes the case at once (domain 4.2)."""
    case = given_facts(SUBMITTED, TRIAGE_OPENED, BREAKTHROUGH)
    accepted, _ = decide_accept(case, HOUSE, DIRECTOR, REFERENCE, NOON)
    assert isinstance(accepted, CaseAccepted)
    assert accepted.room is Room.HOUSE


def test_a_panel_of_one_domain_does_not_accept() -> None:
    """Given two organisations of one domain the decision is refused, with a second domain it is taken."""
    prosecution = POLICE.model_copy(update={"org": "PROSECUTION", "task": "prosecution"})
    one_domain = TRIAGE_OPENED.model_copy(update={"panel": (POLICE, prosecution)})
    case = given_facts(SUBMITTED, one_domain, ASSESSED)
    assert refused(lambda: decide_accept(case, LOCAL, DIRECTOR, REFERENCE, NOON)).code == "SELF_DECISION"
    assert decide_accept(given_facts(SUBMITTED, TRIAGE_OPENED, ASSESSED), LOCAL, DIRECTOR, REFERENCE, NOON)


@pytest.mark.parametrize("assessment", [(), (ASSESSED,)], ids=["not weighed", "all holds"])
def test_a_case_is_not_rejected_without_something_that_fails(assessment: Given) -> None:
    """Given nothing that fails, there is no reason to tell the referrer."""
    case = given_facts(SUBMITTED, TRIAGE_OPENED, *assessment)
    assert refused(lambda: decide_reject(case, SEALED, DIRECTOR, REFERENCE, NOON)).code == "NO_REASONING"


def test_a_case_for_no_room_is_rejected_on_the_local_test() -> None:
    """Given four criteria that hold and a local test that does not, the referrer hears that it was the test."""
    case = given_facts(SUBMITTED, TRIAGE_OPENED, NO_LOCAL_TEST)
    (fact,) = decide_reject(case, SEALED, DIRECTOR, REFERENCE, NOON)
    assert isinstance(fact, CaseRejected)
    assert fact.failed == ("LOCAL_TEST",)


@pytest.mark.parametrize("after", [(RETURNED,), (TRIAGE_OPENED,), (TRIAGE_OPENED, ASSESSED, STARTED), (REJECTED,)])
def test_a_weighing_opens_once_and_from_a_waiting_referral_only(after: Given) -> None:
    """Given a referral that is returned, weighed, started or rejected, no weighing opens."""
    case = given_facts(SUBMITTED, *after)
    assert refused(lambda: decide_open(case, PANEL, DIRECTOR, REFERENCE, NOON)).code == "WRONG_STAGE"
