"""Escalation: the local chamber proposes, the house takes the case or declines (domain 4, commands 16 and 17)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from events.escalation import (
    AdministrativeEscalationRequested,
    CaseEscalated,
    EscalationDeclined,
    EscalationProposed,
)
from events.fact import Fact
from events.vocabulary import Answer, Room
from policies.criteria import Breakthrough, RoomTest, Tried
from policies.entries import day_of
from services.acting import Acting
from services.workflow.escalation import (
    AcceptEscalation,
    DeclineEscalation,
    ProposeEscalation,
    RequestAdministrativeEscalation,
)
from services.workflow.scene import Command
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    CONSULTATION,
    DEESCALATED,
    ITEM,
    LATER,
    MONITORING,
    NOON,
    POLICE,
    PROPOSED,
    REASSESSED,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
)
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    MANAGER,
    OFFICER,
    SUPPORT,
    acting_for,
    decided,
    given,
    refused,
)

NURSE = acting_for("MENTAL_HEALTH", "treatment")
LOCAL = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)
HOLDS = REASSESSED.model_copy(update={"failed": (), "breakthrough_holds": True, "close_by": None})
PENDING = (*LOCAL, PROPOSED)
OPEN = (*PENDING, HOLDS)
ROOM_TEST = RoomTest(complex="ja", domain_transcending="ja", coordination="ja")
BREAKTHROUGH = Breakthrough(
    stuck="geen plek",
    tried_locally=(Tried(date=date(2026, 2, 1), what="gesprek", result="geweigerd"),),
    wanted="een plek",
    wanted_from="PROBATION",
    by=date(2026, 4, 1),
)
PROPOSE = ProposeEscalation(ROOM_TEST, BREAKTHROUGH)
ACCEPT = AcceptEscalation(
    panel=(("PROSECUTION", "prosecution"), ("MENTAL_HEALTH", "treatment")),
    participants=(("SAFE_HOME", "safe-home"), ("MENTAL_HEALTH", "treatment")),
    items_along=frozenset({ITEM}),
    case_director=NURSE.person,
)
DECLINE = DeclineEscalation("De lokale kamer kan dit zelf.")
ASK_ABOVE = RequestAdministrativeEscalation("MAYOR", "Een besluit over de woning.")


def propose(command: ProposeEscalation = PROPOSE, before: tuple[Fact, ...] = LOCAL) -> EscalationProposed:
    (fact,) = decided(command, given(*before), COORDINATOR)
    assert isinstance(fact, EscalationProposed)
    return fact


def accept(command: AcceptEscalation = ACCEPT) -> CaseEscalated:
    fact, _ = decided(command, given(*OPEN))
    assert isinstance(fact, CaseEscalated)
    return fact


def decline() -> EscalationDeclined:
    (fact,) = decided(DECLINE, given(*OPEN))
    assert isinstance(fact, EscalationDeclined)
    return fact


def test_a_complete_breakthrough_is_proposed_with_a_day_to_answer() -> None:
    """Given all four parts, the proposal says from whom what is wanted, and until when the house may answer."""
    fact = propose()
    assert {part.answer for part in fact.parts} == {Answer.YES}
    assert (fact.wanted_from, fact.wanted_by) == ("PROBATION", "2026-04-01")
    assert fact.answer_due == datetime(2026, 3, 16, 23, tzinfo=UTC), "14 days on, at the end of the Dutch day"
    case = given(*LOCAL, fact)
    assert (case.room, case.stage, case.open_escalation) == (Room.LOCAL_CHAMBER, "IN_CONSULTATION", fact)


@pytest.mark.parametrize(
    ("blank", "value"),
    [
        ("stuck", None),
        ("tried_locally", ()),
        ("tried_locally", (Tried(what="gesprek", result="geweigerd"),)),
        ("wanted", None),
        ("wanted_from", None),
        ("by", None),
    ],
)
def test_a_breakthrough_with_a_blank_is_not_proposed(blank: str, value: object) -> None:
    """Scenario: nothing tried, or a dated act without a wanted decision: refused, naming the part."""
    refusal = refused(
        replace(PROPOSE, breakthrough=BREAKTHROUGH.model_copy(update={blank: value})), given(*LOCAL), OFFICER
    )
    assert (refusal.code, "(BREAKTHROUGH)" in refusal.says) == ("BREAKTHROUGH_MISSING", True)


@pytest.mark.parametrize("blank", ["complex", "domain_transcending", "coordination"])
def test_a_room_test_with_a_blank_is_not_proposed(blank: str) -> None:
    """Given one of the three parts that both rooms ask is blank, the refusal names it."""
    refusal = refused(replace(PROPOSE, room_test=ROOM_TEST.model_copy(update={blank: None})), given(*LOCAL), OFFICER)
    assert (refusal.code, f"({blank.upper()})" in refusal.says) == ("BREAKTHROUGH_MISSING", True)


def test_a_breakthrough_is_wanted_from_a_participant() -> None:
    """Given a housing corporation, the house cannot get the decision from it."""
    elsewhere = BREAKTHROUGH.model_copy(update={"wanted_from": "HOUSING_CORPORATION"})
    assert refused(replace(PROPOSE, breakthrough=elsewhere), given(*LOCAL), OFFICER).code == "NOT_PARTICIPANT"


ESCALATED = accept()


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ((), "UNKNOWN_CASE"),
        (LOCAL[:3], "WRONG_STAGE"),
        (OPEN, "WRONG_STAGE"),
        ((*OPEN, ESCALATED), "AUTH_EXPIRED"),
        ((*LOCAL[:3], ACCEPTED.model_copy(update={"room": Room.HOUSE}), STARTED), "WRONG_ROOM"),
    ],
    ids=["no case", "not accepted", "proposed before", "left when the house took it", "entered the house directly"],
)
def test_only_a_local_case_without_an_open_proposal_is_proposed(before: tuple[Fact, ...], code: str) -> None:
    """Given another stage, another room or an open proposal, it is refused."""
    assert refused(PROPOSE, given(*before), OFFICER).code == code


@pytest.mark.parametrize("before", [LOCAL[:4], LOCAL, (*OPEN, decline())], ids=["starting", "running", "declined once"])
def test_a_local_case_may_be_proposed_again_after_a_decline(before: tuple[Fact, ...]) -> None:
    """Given no open proposal, the guard is silent, from STARTING on."""
    assert given(*before, propose(before=before)).open_escalation is not None


BACK = (*OPEN, ESCALATED, MONITORING, DEESCALATED)


def test_a_second_escalation_needs_something_new_that_was_tried() -> None:
    """Given a case that came back from the house, what was tried before that day is no new breakthrough (4.2)."""
    assert refused(PROPOSE, given(*BACK), OFFICER).code == "NO_NEW_BREAKTHROUGH"
    since = Tried(date=date(2026, 3, 2), what="huisbezoek", result="geen gehoor")
    again = BREAKTHROUGH.model_copy(update={"tried_locally": (*BREAKTHROUGH.tried_locally, since)})
    assert given(*BACK, propose(replace(PROPOSE, breakthrough=again), BACK)).open_escalation is not None


IN_NORTH = (*LOCAL[:3], ACCEPTED.model_copy(update={"chamber": "CHAMBER_NORTH"}), STARTED)
NORTH, SOUTH = (replace(COORDINATOR, task=f"local-coordination-{where}") for where in ("north", "south"))


@pytest.mark.parametrize("acting", [NORTH, COORDINATOR, OFFICER], ids=["chamber", "all chambers", "case director"])
def test_the_chambers_coordinator_and_the_case_director_propose(acting: Acting) -> None:
    """Given who coordinates this chamber, or the case director on the case, the mandate is silent."""
    assert decided(PROPOSE, given(*IN_NORTH), acting)


def test_the_coordinator_of_another_chamber_does_not_propose() -> None:
    """Given a case in the chamber North, who coordinates South wears the wrong hat."""
    assert refused(PROPOSE, given(*IN_NORTH), SOUTH).code == "WRONG_HAT"


@pytest.mark.parametrize(
    ("acting", "code"),
    [
        (replace(OFFICER, person="p-00000000000000ee"), "WRONG_HAT"),
        (replace(OFFICER, org="PROSECUTION", task="prosecution"), "WRONG_HAT"),
        (replace(OFFICER, task="probation-supervision"), "WRONG_HAT"),
        (SUPPORT, "WRONG_HAT"),
        (DIRECTOR, "WRONG_HAT"),
    ],
    ids=["a colleague", "an organisation outside the case", "another task", "process support", "process direction"],
)
def test_nobody_else_proposes(acting: Acting, code: str) -> None:
    """Given a participant who is not its case director, or acts with another hat, it is refused."""
    assert refused(PROPOSE, given(*LOCAL), acting).code == code


def test_a_case_director_whose_authorisation_ended_leads_no_more() -> None:
    """Given the end, the last moment before it still counts and the moment itself does not."""
    case = given(*LOCAL)
    wanted = replace(PROPOSE, breakthrough=BREAKTHROUGH.model_copy(update={"by": day_of(LATER)}))
    assert decided(wanted, case, OFFICER, LATER - timedelta(microseconds=1))
    assert refused(wanted, case, OFFICER, LATER).code == "AUTH_EXPIRED"


def test_nobody_leads_a_case_that_has_no_director_yet() -> None:
    """Given a case that is accepted and not started, only the house's own people may propose."""
    assert refused(PROPOSE, given(*LOCAL[:4]), OFFICER).code == "WRONG_HAT"


def test_the_house_takes_the_case_with_a_new_list_and_the_chosen_items() -> None:
    """Scenario: one case, room HOUSE; who is not on the new list has left, and only listed items went along."""
    assert (ESCALATED.items_along, [one.org for one in ESCALATED.participants]) == (
        (ITEM,),
        ["SAFE_HOME", "MENTAL_HEALTH"],
    )
    case = given(*OPEN, ESCALATED)
    assert (case.case_id, case.room, case.stage, case.open_escalation) == (CASE, "HOUSE", "IN_CONSULTATION", None)
    assert [(one.member, one.until) for one in case.left] == [(POLICE, NOON)]
    assert SAFE_HOME in [one.member for one in case.participants]
    assert case.items_along == frozenset({ITEM})


def test_no_item_goes_along_by_itself() -> None:
    """Given an empty choice, the case moves and nothing goes along."""
    case = given(*OPEN, accept(replace(ACCEPT, items_along=frozenset())))
    assert (case.items_along, case.local_items) == (frozenset(), frozenset({ITEM}))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"panel": ()}, "MISSING_FIELD"),
        ({"panel": (("PROSECUTION", "prosecution"),)}, "SELF_DECISION"),
        ({"panel": (("PROSECUTION", "prosecution"), ("POLICE", "police-task"))}, "SELF_DECISION"),
        ({"panel": (("PROSECUTION", "prosecution"), ("HOUSING_CORPORATION", "letting"))}, "NOT_PARTICIPANT"),
        ({"participants": ()}, "MISSING_FIELD"),
        ({"participants": (("HOUSING_CORPORATION", "letting"),)}, "NOT_PARTICIPANT"),
        ({"participants": (("POLICE", "prosecution"),)}, "WRONG_HAT"),
        ({"items_along": frozenset({ITEM, UUID(int=9)})}, "ITEM_NOT_SHARED"),
    ],
)
def test_a_move_that_does_not_hold_is_refused(change: dict[str, object], code: str) -> None:
    """Given a panel that is too small, of one domain, an outsider, or an item that is not in the case, it stays."""
    moved = replace(ACCEPT, **change)  # type: ignore[arg-type]  # by name
    assert refused(moved, given(*OPEN)).code == code


@pytest.mark.parametrize("step", [ACCEPT, DECLINE], ids=["accept", "decline"])
@pytest.mark.parametrize("before", [LOCAL, (*OPEN, decline())], ids=["none", "declined"])
def test_the_house_answers_an_open_proposal_once(step: Command, before: tuple[Fact, ...]) -> None:
    """Given no open proposal, there is nothing to answer."""
    assert refused(step, given(*before)).code == "WRONG_STAGE"


@pytest.mark.parametrize("step", [ACCEPT, DECLINE], ids=["accept", "decline"])
def test_a_case_that_was_taken_is_not_answered_again(step: Command) -> None:
    """Given a case that moved, it is in the other room by now."""
    assert refused(step, given(*OPEN, ESCALATED)).code == "WRONG_ROOM"


@pytest.mark.parametrize("step", [ACCEPT, DECLINE], ids=["accept", "decline"])
@pytest.mark.parametrize("acting", [OFFICER, COORDINATOR], ids=["case director", "local coordinator"])
def test_only_process_direction_records_the_answer_of_the_house(step: Command, acting: Acting) -> None:
    """Given the people of the local room, it is the wrong hat."""
    assert refused(step, given(*OPEN), acting).code == "WRONG_HAT"


@pytest.mark.parametrize("step", [ACCEPT, DECLINE], ids=["accept", "decline"])
def test_whoever_proposed_does_not_answer(step: Command) -> None:
    """Given process direction that proposed itself, another person of the house must answer."""
    same_person = replace(DIRECTOR, person=OFFICER.person)
    assert refused(step, given(*OPEN), same_person).code == "SELF_DECISION"


@pytest.mark.parametrize(
    ("before", "code", "told"),
    [
        ((*PENDING, HOLDS.model_copy(update={"failed": ("C2",)})), "CRITERIA_NOT_MET", "(C2)"),
        ((*PENDING, HOLDS.model_copy(update={"local_test_holds": False})), "CRITERIA_NOT_MET", "(LOCAL_TEST)"),
        ((*PENDING, HOLDS.model_copy(update={"breakthrough_holds": False})), "BREAKTHROUGH_MISSING", ""),
        (PENDING, "ASSESS_AFRESH", ""),
        ((SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, PROPOSED), "ASSESS_AFRESH", ""),
    ],
    ids=[
        "a criterion fails by now",
        "no local test",
        "no breakthrough",
        "not weighed since the proposal",
        "never weighed",
    ],
)
def test_the_house_weighs_the_criteria_afresh(before: tuple[Fact, ...], code: str, told: str) -> None:
    """Given no weighing after the proposal, or one that fails by now, the case stays where it is (BGS 2.20)."""
    refusal = refused(ACCEPT, given(*before))
    assert (refusal.code, told in refusal.says) == (code, True)


def test_a_declined_case_stays_in_its_room_and_stage() -> None:
    """Scenario: the house declines; room and stage stay, and the proposal is answered."""
    before, after = given(*OPEN), given(*OPEN, decline())
    assert (after.room, after.stage, after.participants) == (before.room, before.stage, before.participants)
    assert (before.open_escalation, after.open_escalation) == (PROPOSED, None)


def test_a_decline_says_why() -> None:
    """Given a blank reason, the local room would hear nothing."""
    assert refused(DeclineEscalation(" \n"), given(*OPEN)).code == "NO_REASONING"


@pytest.mark.parametrize("acting", [DIRECTOR, MANAGER])
def test_a_portfolio_holder_is_asked_by_role_for_a_result(acting: Acting) -> None:
    """Given a case in the house, what is asked above it is one sealed text, addressed to a role (domain 4.2)."""
    (fact,) = decided(ASK_ABOVE, given(*OPEN, ESCALATED), acting)
    assert isinstance(fact, AdministrativeEscalationRequested)
    assert (fact.portfolio_holder, fact.request.tier, fact.request.fields) == ("MAYOR", "T3", ("request",))


@pytest.mark.parametrize(
    ("command", "before", "acting", "code"),
    [
        (ASK_ABOVE, LOCAL, DIRECTOR, "WRONG_ROOM"),
        (ASK_ABOVE, (*OPEN, ESCALATED), OFFICER, "WRONG_HAT"),
        (RequestAdministrativeEscalation("KING", "iets"), (*OPEN, ESCALATED), DIRECTOR, "UNKNOWN_CHOICE"),
        (RequestAdministrativeEscalation("MAYOR", " "), (*OPEN, ESCALATED), DIRECTOR, "NO_REASONING"),
    ],
    ids=["local case", "case director", "unknown role", "nothing asked"],
)
def test_above_the_house_nothing_else_is_asked(
    command: Command, before: tuple[Fact, ...], acting: Acting, code: str
) -> None:
    """Given a local case, somebody else, an unknown role or no question, it is refused."""
    assert refused(command, given(*before), acting).code == code


def test_a_case_is_taken_by_the_quorum_of_the_houses_own_panel() -> None:
    """Given one organisation of the three beside strangers to the panel, the house does not decide."""
    others = replace(ACCEPT, panel=(("PROSECUTION", "prosecution"), ("SAFE_HOME", "safe-home")))
    assert refused(others, given(*OPEN)).code == "NO_QUORUM"


def test_what_was_planned_in_the_chamber_is_not_held_in_the_house() -> None:
    """Given an open invitation, when the case moves, who was invited by the chamber has no part in it any more."""
    case = given(*LOCAL, CONSULTATION, PROPOSED, HOLDS, ESCALATED)
    assert (dict(case.invitations), case.asked()) == ({}, frozenset())
