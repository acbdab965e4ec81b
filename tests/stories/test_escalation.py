"""Escalation: the local chamber proposes, the house takes the case or declines (domain 4, commands 16 and 17)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.errors import Refusal
from events.escalation import CaseEscalated, EscalationDeclined, EscalationProposed
from events.fact import Fact
from events.vocabulary import Answer, Room
from policies.criteria import Breakthrough, RoomTest, Tried
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.escalation import (
    AcceptEscalation,
    ProposeEscalation,
    decide_accept,
    decide_decline,
    decide_propose,
)
from services.guards import leads_the_case
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    FACT,
    HOUSE_OIN,
    ITEM,
    LATER,
    NOON,
    POLICE,
    POLICE_OIN,
    PROPOSED,
    SAFE_HOME,
    SEALED,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)

REFERENCE = Reference.load()
DIRECTOR = Acting("p-00000000000000dd", "HOUSE_STAFF", HOUSE_OIN, "process-direction")
OFFICER = Acting("p-0123456789abcdef", "POLICE", POLICE_OIN, "police-task")
LOCAL = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)
OPEN = (*LOCAL, PROPOSED)
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
)


def given_facts(*facts: Fact) -> CaseFile:
    return case_file(CASE, history(*facts))


def propose(command: ProposeEscalation = PROPOSE, given: tuple[Fact, ...] = LOCAL) -> EscalationProposed:
    (fact,) = decide_propose(given_facts(*given), command, FACT, SEALED, REFERENCE, NOON)
    assert isinstance(fact, EscalationProposed)
    return fact


def accept(
    command: AcceptEscalation = ACCEPT, given: tuple[Fact, ...] = OPEN, acting: Acting = DIRECTOR
) -> CaseEscalated:
    (fact,) = decide_accept(given_facts(*given), command, acting, REFERENCE, NOON)
    assert isinstance(fact, CaseEscalated)
    return fact


def decline(given: tuple[Fact, ...] = OPEN, acting: Acting = DIRECTOR) -> EscalationDeclined:
    (fact,) = decide_decline(given_facts(*given), SEALED, acting, REFERENCE, NOON)
    assert isinstance(fact, EscalationDeclined)
    return fact


def test_a_complete_breakthrough_is_proposed_with_a_day_to_answer() -> None:
    """Given all four parts, the proposal says from whom what is wanted, and until when the house may answer."""
    fact = propose()
    assert {part.answer for part in fact.parts} == {Answer.YES}
    assert (fact.wanted_from, fact.wanted_by) == ("PROBATION", "2026-04-01")
    assert fact.answer_due == NOON + timedelta(days=REFERENCE.term("escalation-answer", NOON).value)
    case = given_facts(*LOCAL, fact)
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
    command = replace(PROPOSE, breakthrough=BREAKTHROUGH.model_copy(update={blank: value}))
    with pytest.raises(Refusal, match=r"\(BREAKTHROUGH\).*BREAKTHROUGH_MISSING"):
        propose(command)


@pytest.mark.parametrize("blank", ["complex", "domain_transcending", "coordination"])
def test_a_room_test_with_a_blank_is_not_proposed(blank: str) -> None:
    """Given one of the three parts that both rooms ask is blank, the refusal names it."""
    command = replace(PROPOSE, room_test=ROOM_TEST.model_copy(update={blank: None}))
    with pytest.raises(Refusal, match=rf"\({blank.upper()}\).*BREAKTHROUGH_MISSING"):
        propose(command)


def test_a_breakthrough_is_wanted_from_a_participant() -> None:
    """Given a housing corporation, the house cannot get the decision from it."""
    elsewhere = BREAKTHROUGH.model_copy(update={"wanted_from": "HOUSING_CORPORATION"})
    with pytest.raises(Refusal, match="NOT_PARTICIPANT"):
        propose(replace(PROPOSE, breakthrough=elsewhere))


ESCALATED = accept()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((), "UNKNOWN_CASE"),
        (LOCAL[:3], "WRONG_STAGE"),
        (OPEN, "WRONG_STAGE"),
        ((*OPEN, ESCALATED), "WRONG_STAGE"),
        ((*LOCAL[:3], ACCEPTED.model_copy(update={"room": Room.HOUSE}), STARTED), "WRONG_STAGE"),
    ],
    ids=["no case", "not accepted", "proposed before", "already in the house", "entered the house directly"],
)
def test_only_a_local_case_without_an_open_proposal_is_proposed(given: tuple[Fact, ...], code: str) -> None:
    """Given another stage, another room or an open proposal, it is refused."""
    with pytest.raises(Refusal) as refused:
        propose(given=given)
    assert refused.value.code == code


@pytest.mark.parametrize("given", [LOCAL[:4], LOCAL, (*OPEN, decline())], ids=["starting", "running", "declined once"])
def test_a_local_case_may_be_proposed_again_after_a_decline(given: tuple[Fact, ...]) -> None:
    """Given no open proposal, the guard is silent, from STARTING on."""
    assert propose(given=given).escalation_id == FACT


@pytest.mark.parametrize("acting", [DIRECTOR, OFFICER], ids=["process direction", "the case director"])
def test_direction_and_case_director_lead_the_case(acting: Acting) -> None:
    """Given the house's own people, or the case director on the case, the guard is silent."""
    leads_the_case(given_facts(*LOCAL), acting, REFERENCE, NOON)


@pytest.mark.parametrize(
    ("acting", "code"),
    [
        (replace(OFFICER, person="p-00000000000000ee"), "WRONG_HAT"),
        (replace(OFFICER, org="PROSECUTION", task="prosecution"), "WRONG_HAT"),
        (replace(OFFICER, task="probation-supervision"), "WRONG_HAT"),
    ],
    ids=["a colleague", "for an organisation outside the case", "for another task"],
)
def test_nobody_else_leads_the_case(acting: Acting, code: str) -> None:
    """Given a participant who is not its case director, or acts with another hat, it is refused."""
    with pytest.raises(Refusal, match=code):
        leads_the_case(given_facts(*LOCAL), acting, REFERENCE, NOON)


def test_a_case_director_whose_authorisation_ended_leads_no_more() -> None:
    """Given the end, the last moment before it still counts and the moment itself does not."""
    case = given_facts(*LOCAL)
    leads_the_case(case, OFFICER, REFERENCE, LATER - timedelta(microseconds=1))
    with pytest.raises(Refusal, match="AUTH_EXPIRED"):
        leads_the_case(case, OFFICER, REFERENCE, LATER)


def test_nobody_leads_a_case_that_has_no_director_yet() -> None:
    """Given a case that is accepted and not started, only process direction may propose."""
    with pytest.raises(Refusal, match="WRONG_HAT"):
        leads_the_case(given_facts(*LOCAL[:4]), OFFICER, REFERENCE, NOON)


def test_the_house_takes_the_case_with_a_new_list_and_the_chosen_items() -> None:
    """Scenario: one case, room HOUSE; who is not on the new list has left, and only listed items went along."""
    assert (ESCALATED.items_along, [one.org for one in ESCALATED.participants]) == (
        (ITEM,),
        ["SAFE_HOME", "MENTAL_HEALTH"],
    )
    case = given_facts(*OPEN, ESCALATED)
    assert (case.case_id, case.room, case.stage, case.open_escalation) == (CASE, "HOUSE", "IN_CONSULTATION", None)
    assert [(one.member, one.until) for one in case.left] == [(POLICE, NOON)]
    assert SAFE_HOME in [one.member for one in case.participants]
    assert case.items_along == frozenset({ITEM})


def test_no_item_goes_along_by_itself() -> None:
    """Given an empty choice, the case moves and nothing goes along."""
    case = given_facts(*OPEN, accept(replace(ACCEPT, items_along=frozenset())))
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
    with pytest.raises(Refusal) as refused:
        accept(replace(ACCEPT, **change))  # type: ignore[arg-type]  # by name
    assert refused.value.code == code


@pytest.mark.parametrize("step", [accept, decline])
@pytest.mark.parametrize("given", [LOCAL, (*OPEN, ESCALATED), (*OPEN, decline())], ids=["none", "taken", "declined"])
def test_the_house_answers_an_open_proposal_once(step: object, given: tuple[Fact, ...]) -> None:
    """Given no open proposal, there is nothing to answer."""
    assert callable(step)
    with pytest.raises(Refusal, match="WRONG_STAGE"):
        step(given=given)


@pytest.mark.parametrize("step", [accept, decline])
def test_only_process_direction_records_the_answer_of_the_house(step: object) -> None:
    """Given the case director of the local room, it is the wrong hat."""
    assert callable(step)
    with pytest.raises(Refusal, match="WRONG_HAT"):
        step(acting=OFFICER)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((*LOCAL, ASSESSED.model_copy(update={"failed": ("C2",)}), PROPOSED), r"\(C2\)"),
        ((SUBMITTED, TRIAGE_OPENED, ACCEPTED, STARTED, PROPOSED), r"criteria\."),
    ],
    ids=["a criterion fails by now", "never weighed"],
)
def test_the_criteria_still_hold_when_the_house_takes_the_case(given: tuple[Fact, ...], told: str) -> None:
    """Given an assessment that fails by now, the case stays where it is (BGS 2.20)."""
    with pytest.raises(Refusal, match=rf"{told}.*CRITERIA_NOT_MET"):
        accept(given=given)


def test_a_declined_case_stays_in_its_room_and_stage() -> None:
    """Scenario: the house declines; room and stage stay, and the proposal is answered."""
    before, after = given_facts(*OPEN), given_facts(*OPEN, decline())
    assert (after.room, after.stage, after.participants) == (before.room, before.stage, before.participants)
    assert (before.open_escalation, after.open_escalation) == (PROPOSED, None)
