"""The case as its facts tell it: folding is total, forgets nothing, and numbers as the log does."""

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.assessment import PanelMember
from events.case import CaseRejected, CommandRefused
from events.disclosure import DataDisclosed, DisclosureRefused
from events.erasure import ErasureRepeated, SubjectErased
from events.escalation import CaseEscalated, EscalationDeclined
from events.fact import Fact, Recorded
from events.referral import ReferralReturned, ReferralSupplemented, ReferralWithdrawn
from events.submission import SubmissionRefused
from events.vocabulary import Room, Stage
from services.case_file import CaseFile, case_file, evolve
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CASE,
    EXAMPLES,
    FACT,
    IDENTITY,
    ITEM,
    LATER,
    NOON,
    PERSON,
    POLICE,
    PROPOSED,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)

BY_TYPE: dict[type[Fact], Fact] = {type(fact): fact for fact in EXAMPLES}
RETURNED, SUPPLEMENTED = BY_TYPE[ReferralReturned], BY_TYPE[ReferralSupplemented]
PROBATION = PanelMember(org="PROBATION", task="probation-supervision", domain="JUSTICE")
ESCALATED = CaseEscalated(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    escalation_id=FACT,
    panel=(SAFE_HOME, PROBATION),
    participants=(SAFE_HOME, PROBATION),
    items_along=(),
    authorised_until=LATER,
)
LOCAL = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)


def given_facts(*facts: Fact) -> CaseFile:
    return case_file(CASE, history(*facts))


@pytest.mark.parametrize(
    ("facts", "stage", "room"),
    [
        ((), None, None),
        ((SUBMITTED,), Stage.REFERRED, None),
        ((SUBMITTED, RETURNED), Stage.RETURNED, None),
        ((SUBMITTED, RETURNED, SUPPLEMENTED), Stage.REFERRED, None),
        ((SUBMITTED, BY_TYPE[ReferralWithdrawn]), Stage.NOT_ACCEPTED, None),
        (LOCAL[:2], Stage.IN_TRIAGE, None),
        (LOCAL[:3], Stage.IN_TRIAGE, None),
        ((*LOCAL[:3], BY_TYPE[CaseRejected]), Stage.NOT_ACCEPTED, None),
        (LOCAL[:4], Stage.STARTING, Room.LOCAL_CHAMBER),
        (LOCAL, Stage.IN_CONSULTATION, Room.LOCAL_CHAMBER),
        ((*LOCAL, PROPOSED), Stage.IN_CONSULTATION, Room.LOCAL_CHAMBER),
        ((*LOCAL, PROPOSED, ESCALATED), Stage.IN_CONSULTATION, Room.HOUSE),
    ],
)
def test_stage_and_room_follow_the_facts(facts: tuple[Fact, ...], stage: Stage | None, room: Room | None) -> None:
    """Given a history, stage and room are those of the table of domain 4; there is no room before acceptance."""
    case = given_facts(*facts)
    assert (case.stage, case.room) == (stage, room)


def test_a_case_keeps_what_the_referral_said() -> None:
    """Given a referral, its channel, regime, referrer and persons are known."""
    case = given_facts(SUBMITTED)
    assert (case.channel, case.regime) == ("PARTICIPANT", "OWN_TASK")
    assert (case.referrer_org, case.referrer_task, case.subject) == ("POLICE", "police-task", PERSON)


def test_an_item_is_known_with_the_fact_in_which_it_stands() -> None:
    """Given a newer version of an item, the newer one counts, at the place where it was sealed."""
    newer = IDENTITY.model_copy(update={"version": 2})
    supplement = ReferralSupplemented(occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="POLICE", items=(newer,))
    facts = history(SUBMITTED, supplement)
    before, after = case_file(CASE, facts[:1]), case_file(CASE, facts)
    assert (before.items[ITEM].item.version, before.items[ITEM].fact_id) == (1, facts[0].envelope.id)
    assert (after.items[ITEM].item.version, after.items[ITEM].fact_id) == (2, facts[1].envelope.id)


def test_items_cannot_be_changed_behind_the_facts() -> None:
    """Given a case, its items are a view that nobody writes to."""
    with pytest.raises(TypeError):
        given_facts(SUBMITTED).items[ITEM] = None  # type: ignore[index]  # that is what must fail


def test_who_leaves_at_the_escalation_is_remembered_with_the_moment() -> None:
    """Given the police were on the local case only, they left; who stays has the new end; both knew the local items."""
    case = given_facts(*LOCAL, PROPOSED, ESCALATED)
    assert [(one.member, one.until) for one in case.left] == [(POLICE, NOON)]
    assert [(one.member, one.until) for one in case.participants] == [(SAFE_HOME, LATER), (PROBATION, LATER)]
    assert case.before_house == {"POLICE", "SAFE_HOME"}
    assert (case.local_items, case.items_along) == (frozenset({ITEM}), frozenset())


def test_what_comes_after_the_move_is_no_local_item() -> None:
    """Given an item that came in at the house, it did not have to go along."""
    later = IDENTITY.model_copy(update={"item_id": UUID(int=9)})
    supplement = ReferralSupplemented(occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="POLICE", items=(later,))
    case = given_facts(*LOCAL, PROPOSED, ESCALATED, supplement)
    assert (set(case.items), case.local_items) == ({ITEM, later.item_id}, frozenset({ITEM}))


def test_a_second_move_forgets_nobody() -> None:
    """Given a case that moves twice, who left at the first move and who left at the second are both remembered."""
    second = ESCALATED.model_copy(update={"participants": (PROBATION,), "occurred_at": LATER})
    case = given_facts(*LOCAL, PROPOSED, ESCALATED, second)
    assert [(one.member, one.until) for one in case.left] == [(POLICE, NOON), (SAFE_HOME, LATER)]
    assert case.before_house == {"POLICE", "SAFE_HOME", "PROBATION"}


def test_a_case_that_was_never_escalated_left_nothing_behind() -> None:
    """Given a local case, that there is no choice of items is known as such, and is not an empty choice."""
    case = given_facts(*LOCAL)
    assert (case.items_along, case.local_items, case.left) == (None, frozenset(), ())


def test_a_declined_proposal_is_closed() -> None:
    """Given a decline, there is no open proposal, and the rest is as before."""
    case = given_facts(*LOCAL, PROPOSED, BY_TYPE[EscalationDeclined])
    assert (case.open_escalation, case.room) == (None, Room.LOCAL_CHAMBER)


@pytest.mark.parametrize("kind", [CommandRefused, DataDisclosed, DisclosureRefused, SubmissionRefused])
def test_looks_and_refusals_change_nothing_but_the_number(kind: type[Fact]) -> None:
    """Given a refusal or a look at the file, the case moves one number on, knows who looked, and stays what it was."""
    before, after = given_facts(*LOCAL), given_facts(*LOCAL, BY_TYPE[kind])
    assert (before.sequence, after.sequence) == (5, 6)
    assert after.looks == ((BY_TYPE[kind],) if kind in (DataDisclosed, DisclosureRefused) else ())
    assert replace(after, sequence=5) == before


@given(facts=st.lists(st.sampled_from(EXAMPLES), max_size=12))
def test_folding_refuses_no_past(facts: list[Fact]) -> None:
    """Given any facts in any order, folding never fails, numbers as the log, and says the same in two readings."""
    recorded = history(*facts)
    case = case_file(CASE, recorded)
    assert case.sequence == len(facts)
    assert case == case_file(CASE, recorded)
    assert case == fold_in_parts(recorded)


def fold_in_parts(recorded: list[Recorded]) -> CaseFile:
    half = len(recorded) // 2
    case = case_file(CASE, recorded[:half])
    for one in recorded[half:]:
        case = evolve(case, one)
    return case


VARIED = (
    *EXAMPLES,
    ESCALATED,
    STARTED.model_copy(update={"participants": (PROBATION,)}),
    SUBMITTED.model_copy(update={"items": (IDENTITY.model_copy(update={"item_id": UUID(int=9)}),)}),
)


@given(facts=st.lists(st.sampled_from(VARIED), max_size=12))
def test_nothing_that_was_in_the_file_disappears(facts: list[Fact]) -> None:
    """Given any facts, known items, departures and organisations only grow in number."""
    recorded = history(*facts)
    cases = [case_file(CASE, recorded[:length]) for length in range(len(recorded) + 1)]
    for earlier, later in pairwise(cases):
        assert earlier.items.keys() <= later.items.keys()
        assert earlier.left == later.left[: len(earlier.left)]
        assert earlier.before_house <= later.before_house


def test_an_erased_person_is_known_as_such_and_the_case_goes_on() -> None:
    """Given a person erased, the case knows whom nobody can read any more, and its stage is what it was."""
    case = case_file(CASE, history(SUBMITTED, TRIAGE_OPENED, BY_TYPE[SubjectErased]))
    assert (case.stage, list(case.erased)) == (Stage.IN_TRIAGE, [PERSON.subject_id])


def test_what_was_erased_again_after_a_restore_is_erased() -> None:
    """Given a backup that did not know of the erasure, the fact that it was repeated tells it; once is as twice."""
    repeated = BY_TYPE[ErasureRepeated]
    for facts in ((repeated,), (BY_TYPE[SubjectErased], repeated), (repeated, repeated)):
        assert list(case_file(CASE, history(SUBMITTED, *facts)).erased) == [PERSON.subject_id]
