"""Triage: the panel opens the weighing, answers the criteria, and takes or does not take the case (domain 4)."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from events.assessment import CriteriaAssessed, PanelMember, TriageOpened
from events.case import CaseAccepted, CaseRejected, RegimeChanged
from events.closing import CaseReopened
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
from services.acting import Acting
from services.workflow.scene import Command
from services.workflow.triage import AcceptCase, OpenTriage, RecordAssessment, RejectCase, ReturnReferral
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    EXAMPLES,
    NOON,
    POLICE,
    PROBATION,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
)
from tests.facts import COMPLETE as REFERRAL
from tests.policies.changed import changed
from tests.workflow import DIRECTOR, OFFICER, SUPPORT, decided, given, refused

PANEL = OpenTriage((("POLICE", "police-task"), ("SAFE_HOME", "safe-home")))
LOCAL, HOUSE = AcceptCase(Room.LOCAL_CHAMBER, "CHAMBER_NORTH"), AcceptCase(Room.HOUSE)
REJECT = RejectCase("Het wijkteam kan dit.")
REGIME = next(fact for fact in EXAMPLES if isinstance(fact, RegimeChanged))
REOPENED = next(fact for fact in EXAMPLES if isinstance(fact, CaseReopened))
RETURNED = next(fact for fact in EXAMPLES if isinstance(fact, ReferralReturned))
REJECTED = next(fact for fact in EXAMPLES if isinstance(fact, CaseRejected))
TWO_FAIL = ASSESSED.model_copy(update={"failed": ("C2", "C4")})
NO_LOCAL_TEST = ASSESSED.model_copy(update={"local_test_holds": False})
BREAKTHROUGH = ASSESSED.model_copy(update={"breakthrough_holds": True})

PROSECUTION = POLICE.model_copy(update={"org": "PROSECUTION", "task": "prosecution"})
CARE = PanelMember(org="MENTAL_HEALTH", task="treatment", domain="CARE")
OPENED_BY_THE_CHAMBER = TRIAGE_OPENED.model_copy(update={"panel": (POLICE, PROBATION, SAFE_HOME)})
OPENED_BY_THE_HOUSE = TRIAGE_OPENED.model_copy(update={"panel": (PROSECUTION, CARE)})

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
ACTS: dict[str, tuple[Given, Command]] = {
    # what, its own stage, and the command
    "open": ((REFERRAL,), PANEL),
    "return": ((SUBMITTED,), ReturnReferral(("REASON",))),
    "assess": ((SUBMITTED, TRIAGE_OPENED), RecordAssessment(COMPLETE, ROOM_TEST)),
    "accept": ((SUBMITTED, OPENED_BY_THE_CHAMBER, ASSESSED), LOCAL),
    "reject": ((SUBMITTED, TRIAGE_OPENED, TWO_FAIL), REJECT),
}
LATE: Given = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED)


@pytest.mark.parametrize("act", ACTS)
def test_a_step_is_taken_in_its_own_stage(act: str) -> None:
    """Given the stage of the table, the step leaves at least one fact that says when."""
    before, command = ACTS[act]
    facts = decided(command, given(*before))
    assert {fact.occurred_at for fact in facts} == {NOON}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("before", "code"), [((), "UNKNOWN_CASE"), (LATE, "WRONG_STAGE")], ids=["no case", "already accepted"]
)
def test_a_step_outside_its_stage_is_refused(act: str, before: Given, code: str) -> None:
    """Given no case, or a case that is already accepted, each step of triage is refused."""
    assert refused(ACTS[act][1], given(*before)).code == code


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "acting",
    [OFFICER, replace(DIRECTOR, task="police-task"), replace(OFFICER, task="process-direction")],
    ids=["police", "director for another task", "police in the director's task"],
)
def test_only_the_houses_own_people_record_triage(act: str, acting: Acting) -> None:
    """Given a partner, or staff with another hat, the step is the wrong hat; nobody decides on its own referral."""
    before, command = ACTS[act]
    assert refused(command, given(*before), acting).code == "WRONG_HAT"


def test_process_support_acts_for_the_house_as_well() -> None:
    """Given process support, the guard of the hat is silent."""
    (fact,) = decided(ReturnReferral(("REASON", "AIM")), given(REFERRAL), SUPPORT)
    assert isinstance(fact, ReferralReturned)
    assert fact.missing == ("AIM", "REASON")


def test_the_weighing_opens_with_each_member_in_the_domain_of_its_task() -> None:
    """Given the college for two tasks beside the police, each member speaks for its own domain (domain 3)."""
    panel = (("POLICE", "police-task"), ("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "local-safety"))
    (fact,) = decided(OpenTriage(panel), given(REFERRAL))
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
    assert refused(OpenTriage(panel), given(REFERRAL)).code == code


def test_a_refused_panel_says_which_member_it_is_about() -> None:
    """Given one wrong member among good ones, the sentence names its place, and of what it does not know no word."""
    good = ("POLICE", "police-task")
    other, outsider = ("SAFE_HOME", "police-task"), ("HOUSING_CORPORATION", "let")
    assert "(nummer 2 van de lijst, SAFE_HOME)" in refused(OpenTriage((good, other)), given(REFERRAL)).says
    assert "(nummer 2 van de lijst)" in refused(OpenTriage((good, outsider)), given(REFERRAL)).says


@pytest.mark.parametrize(("org", "task", "opens"), [("SAFE_HOME", "safe-home", True), ("POLICE", "police-task", False)])
def test_the_referrer_alone_is_no_panel_even_where_one_organisation_is_enough(org: str, task: str, opens: bool) -> None:
    """Given tables that ask for one organisation of one domain, it may be any but the referrer's own."""
    one_is_enough = changed("terms", lambda text: re.sub(r'(name = "panel-[a-z]+", value =) 2', r"\1 1", text))
    case, opening = given(REFERRAL), OpenTriage(((org, task),))
    if opens:
        assert decided(opening, case, reference=one_is_enough)
    else:
        assert refused(opening, case, reference=one_is_enough).code == "SELF_DECISION"


@pytest.mark.parametrize(
    ("missing", "code"),
    [((), "MISSING_FIELD"), (("REASON", "Het adres van Jan Jansen"), "BAD_VALUE"), (("",), "BAD_VALUE")],
)
def test_a_referral_goes_back_with_codes_and_nothing_else(missing: tuple[str, ...], code: str) -> None:
    """Given an empty list or a free text, it is refused without being quoted: a fact holds no text in clear."""
    refusal = refused(ReturnReferral(missing), given(REFERRAL))
    assert refusal.code == code
    assert "Jansen" not in str(refusal)
    assert refusal.__cause__ is None


def assessed(answers: CriteriaAnswers, room_test: RoomTest | None = ROOM_TEST, *before: Fact) -> CriteriaAssessed:
    (fact,) = decided(RecordAssessment(answers, room_test), given(SUBMITTED, TRIAGE_OPENED, *before))
    assert isinstance(fact, CriteriaAssessed)
    return fact


def test_complete_answers_lead_to_the_local_room() -> None:
    """Scenario: all four hold, the local test holds, no breakthrough: local chamber, and not the house."""
    fact = assessed(COMPLETE)
    assert (fact.failed, fact.local_test_holds, fact.breakthrough_holds) == ((), True, False)
    case = given(SUBMITTED, OPENED_BY_THE_CHAMBER, fact)

    accepted, regime = decided(LOCAL, case)

    assert isinstance(accepted, CaseAccepted)
    assert isinstance(regime, RegimeChanged)
    assert (accepted.room, accepted.assessment_id) == (Room.LOCAL_CHAMBER, fact.assessment_id)
    assert (regime.before, regime.after) == ("OWN_TASK", "WGS_ZVH")
    assert given(SUBMITTED, OPENED_BY_THE_CHAMBER, fact, accepted).stage == "STARTING"
    assert refused(HOUSE, case).code == "BREAKTHROUGH_MISSING"


def test_two_of_four() -> None:
    """Scenario: one life domain and a blank C4: not accepted, naming C2 and C4, and rejected on the same two."""
    one_domain = COMPLETE.model_copy(update={"width": COMPLETE.width[:1], "together": TogetherAnswer()})
    fact = assessed(one_domain)
    case = given(SUBMITTED, TRIAGE_OPENED, fact)

    refusal = refused(LOCAL, case)
    assert (refusal.code, refusal.legal_ref) == ("CRITERIA_NOT_MET", "BGS:criteria")
    assert "(C2, C4)" in refusal.says

    (rejected,) = decided(REJECT, case)
    assert isinstance(rejected, CaseRejected)
    assert rejected.failed == ("C2", "C4")
    assert rejected.destroy_after == datetime(2026, 3, 30, 22, tzinfo=UTC), "28 days on, at the end of the Dutch day"
    assert given(SUBMITTED, TRIAGE_OPENED, fact, rejected).stage == "NOT_ACCEPTED"


def test_family_without_relevance_is_unknown_until_the_text_is_given() -> None:
    """Scenario: C1 is not met, a new assessment with the text holds, and both stay in the history."""
    family = COMPLETE.model_copy(update={"place": PlaceAnswer(locus="FAMILY", relevance_for_subject=" ")})
    first = assessed(family)
    assert first.failed == ("C1",)
    answers = {part.part: part.answer for part in first.parts if part.criterion == "C1"}
    assert answers == {"LOCUS": Answer.YES, "RELEVANCE": Answer.UNKNOWN}

    reasoned = PlaceAnswer(locus="FAMILY", relevance_for_subject="Hij woont daar.")
    second = assessed(COMPLETE.model_copy(update={"place": reasoned}), ROOM_TEST, first)
    case = given(SUBMITTED, OPENED_BY_THE_CHAMBER, first, second)
    assert case.assessment == second
    assert decided(LOCAL, case)


def test_the_newest_assessment_decides_also_when_it_is_the_worse_one() -> None:
    """Given an assessment that held and a later one that fails, the case is not accepted."""
    case = given(SUBMITTED, TRIAGE_OPENED, ASSESSED, TWO_FAIL)
    assert refused(LOCAL, case).code == "CRITERIA_NOT_MET"


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
    case = given(SUBMITTED, TRIAGE_OPENED, *assessment)
    refusal = refused(room, case)
    assert (refusal.code, refusal.says.endswith(told)) == (code, True)


def test_a_case_with_a_breakthrough_may_enter_the_house_directly() -> None:
    """Given all four parts of the test of the rooms, and its own panel, the house takes the case at once (4.2)."""
    case = given(SUBMITTED, OPENED_BY_THE_HOUSE, BREAKTHROUGH)
    accepted, _ = decided(HOUSE, case)
    assert isinstance(accepted, CaseAccepted)
    assert accepted.room is Room.HOUSE


def test_a_panel_of_one_domain_does_not_accept() -> None:
    """Given two organisations of one domain the decision is refused, with a second domain it is taken."""
    one_domain = TRIAGE_OPENED.model_copy(update={"panel": (POLICE, PROSECUTION)})
    case = given(SUBMITTED, one_domain, ASSESSED)
    assert refused(LOCAL, case).code == "SELF_DECISION"
    assert decided(LOCAL, given(SUBMITTED, OPENED_BY_THE_CHAMBER, ASSESSED))


def test_whose_admission_ended_since_does_not_decide() -> None:
    """Given a panel of two of which one is no participant any more, the other does not decide alone."""
    ended = changed(
        "participants",
        lambda text: text.replace('"SOCIAL" }\nmark = "S"', '"SOCIAL" }\nvalid_until = 2026-03-01\nmark = "S"', 1),
    )
    assert ended.participant("SAFE_HOME", NOON) is None
    case = given(SUBMITTED, TRIAGE_OPENED, ASSESSED)
    assert refused(LOCAL, case, reference=ended).code == "SELF_DECISION"


@pytest.mark.parametrize("assessment", [(), (ASSESSED,)], ids=["not weighed", "all holds"])
def test_a_case_is_not_rejected_without_something_that_fails(assessment: Given) -> None:
    """Given nothing that fails, there is no reason to tell the referrer."""
    case = given(SUBMITTED, TRIAGE_OPENED, *assessment)
    assert refused(REJECT, case).code == "NOTHING_FAILS"


def test_a_case_for_no_room_is_rejected_on_the_local_test() -> None:
    """Given four criteria that hold and a local test that does not, the referrer hears that it was the test."""
    case = given(SUBMITTED, TRIAGE_OPENED, NO_LOCAL_TEST)
    (fact,) = decided(REJECT, case)
    assert isinstance(fact, CaseRejected)
    assert fact.failed == ("LOCAL_TEST",)


@pytest.mark.parametrize("after", [(RETURNED,), (TRIAGE_OPENED,), (TRIAGE_OPENED, ASSESSED, STARTED), (REJECTED,)])
def test_a_weighing_opens_once_and_from_a_waiting_referral_only(after: Given) -> None:
    """Given a referral that is returned, weighed, started or rejected, no weighing opens."""
    case = given(SUBMITTED, *after)
    assert refused(PANEL, case).code == "WRONG_STAGE"


NORTH = (("POLICE", "police-task"), ("SAFE_HOME", "safe-home"))


def test_a_room_that_is_named_weighs_with_the_quorum_of_its_own_panel() -> None:
    """Given one organisation of the chamber's three it does not open or accept; its usual panel does, unasked."""
    assert refused(OpenTriage(NORTH, "CHAMBER_NORTH"), given(REFERRAL)).code == "NO_QUORUM"
    (opened,) = decided(OpenTriage(chamber="CHAMBER_NORTH"), given(REFERRAL))
    assert isinstance(opened, TriageOpened)
    assert [one.org for one in opened.panel] == ["POLICE", "PROBATION", "MUNICIPAL_EXECUTIVE"]
    in_north = AcceptCase(Room.LOCAL_CHAMBER, "CHAMBER_NORTH")
    refusal = refused(in_north, given(SUBMITTED, TRIAGE_OPENED, ASSESSED))
    assert (refusal.code, "(CHAMBER_NORTH)" in refusal.says) == ("NO_QUORUM", True)
    assert decided(in_north, given(SUBMITTED, opened, ASSESSED))


def test_a_case_is_taken_by_one_room_where_there_are_several() -> None:
    """Given two chambers and none named, the quorum of neither would count, and the case would be nobody's: refused."""
    unnamed, case = AcceptCase(Room.LOCAL_CHAMBER), given(SUBMITTED, TRIAGE_OPENED, ASSESSED)
    refusal = refused(unnamed, case)
    assert (refusal.code, "(chamber)" in refusal.says) == ("MISSING_FIELD", True)
    one = changed(
        "places", lambda text: text.replace('"CHAMBER_SOUTH", room = "LOCAL_CHAMBER"', '"ATTIC", room = "HOUSE"')
    )
    assert refused(unnamed, case, reference=one).code == "NO_QUORUM"
    assert decided(unnamed, given(SUBMITTED, OPENED_BY_THE_CHAMBER, ASSESSED), reference=one)


def test_the_house_is_not_entered_by_the_panel_of_a_chamber() -> None:
    """Given a breakthrough and a panel without the house's own organisations, the house does not decide."""
    case = given(SUBMITTED, TRIAGE_OPENED, BREAKTHROUGH)
    assert refused(HOUSE, case).code == "NO_QUORUM"


def test_the_quorum_is_a_dated_number_of_the_room() -> None:
    """Given tables by which one organisation of the chamber is enough, the same panel opens the weighing."""
    one_is_enough = changed("places", lambda text: text.replace("quorum = 2", "quorum = 1"))
    assert decided(OpenTriage(NORTH, "CHAMBER_NORTH"), given(REFERRAL), reference=one_is_enough)


def test_a_room_that_does_not_exist_weighs_nothing() -> None:
    """Given an unknown chamber, or one of another kind, it is refused."""
    assert refused(OpenTriage(chamber="CHAMBER_MOON"), given(REFERRAL)).code == "UNKNOWN_CHOICE"
    case = given(SUBMITTED, TRIAGE_OPENED, ASSESSED)
    assert refused(AcceptCase(Room.LOCAL_CHAMBER, "HOUSE"), case).code == "WRONG_ROOM"
    assert refused(AcceptCase(Room.LOCAL_CHAMBER, "CHAMBER_MOON"), case).code == "WRONG_ROOM"


def test_an_incomplete_referral_is_not_weighed_and_goes_back_with_the_exact_list() -> None:
    """Given a referral that lacks parts, both refusal and return name them, in the order of the table."""
    lacking = ("SUBJECT_IDENTITY", "REASON", "AIM", "FIRST_FACTS")
    refusal = refused(PANEL, given(SUBMITTED))
    assert (refusal.code, ", ".join(lacking) in refusal.says) == ("INCOMPLETE", True)
    (back,) = decided(ReturnReferral(), given(SUBMITTED), SUPPORT)
    assert isinstance(back, ReferralReturned)
    assert set(back.missing) == set(lacking)
    assert back.supplement_by == datetime(2026, 3, 16, 23, tzinfo=UTC)


def test_an_advice_that_says_nothing_is_no_rejection() -> None:
    """Given a blank advice, the referrer would hear no reason."""
    assert refused(RejectCase(" \n"), given(SUBMITTED, TRIAGE_OPENED, TWO_FAIL)).code == "NO_REASONING"


def test_a_case_that_is_of_the_collaboration_already_changes_no_regime() -> None:
    """Given a case that was accepted, reopened and accepted again, there is no second change of regime."""
    reopened = REOPENED.model_copy(update={"panel": OPENED_BY_THE_CHAMBER.panel})
    (accepted,) = decided(
        LOCAL, given(SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, REGIME, STARTED, reopened, ASSESSED)
    )
    assert isinstance(accepted, CaseAccepted)
