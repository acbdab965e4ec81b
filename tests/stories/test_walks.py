"""Random walks over the state machine: nothing leads where the table does not, and every refusal names its rule."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.assessment import CriteriaAssessed
from events.case import CaseAccepted
from events.disclosure import DataDisclosed
from events.vocabulary import Room, Stage
from policies.engine import WEIGHED
from policies.transitions import TRANSITIONS
from services.workflow.mandate import roles_of
from tests.stories.walking import ALL_COMMANDS, MAKERS, Tread, stages, walked
from tests.workflow import REFERENCE

STEPS = 60
SEEDS = 400
"""Walks that together must reach every stage."""


def test_a_walk_can_try_every_command() -> None:
    """A command that no walk tries would be tested by nothing here."""
    assert MAKERS.keys() >= ALL_COMMANDS
    assert MAKERS.keys() | {"RegisterSignal", "SubmitReferral"} == TRANSITIONS.keys()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_no_walk_leaves_the_table(seed: int) -> None:
    """Given any walk, each step that was taken is one of the table, by somebody with the mandate for it."""
    for tread in walked(seed, STEPS):
        row = TRANSITIONS[tread.command]
        if tread.refusal is not None:
            _names_its_rule(tread)
            continue
        assert tread.before.stage in row.source, tread.command
        assert row.room is None or tread.before.room is row.room
        expected = row.to or tread.before.stage
        assert tread.after.stage is expected, (tread.command, tread.before.stage)
        mandate = REFERENCE.mandate(tread.command, tread.now)
        assert mandate is not None
        assert roles_of(tread.before, tread.acting, REFERENCE, tread.now) & set(mandate.roles)
        _holds(tread)


def test_every_stage_is_reached_by_some_walk() -> None:
    """The walks together pass through every stage, so none of them is out of reach."""
    found: set[Stage] = set()
    for seed in range(SEEDS):
        found |= stages(walked(seed, STEPS * 2))
        if found == set(Stage):
            return
    pytest.fail(f"no walk reached {sorted(set(Stage) - found)}")


def _names_its_rule(tread: Tread) -> None:
    """A refusal has a code with a text in both languages, and a ground that the table of the day knows."""
    assert tread.refusal is not None
    text = REFERENCE.refusal(tread.refusal.code)
    assert all((text.says_en, text.remedy_en, tread.refusal.says))
    assert REFERENCE.legal_ref(tread.refusal.legal_ref, tread.now) is not None
    assert tread.after == tread.before


def _holds(tread: Tread) -> None:
    """What must hold after any step that was taken, whatever the walk."""
    case = tread.after
    if any(isinstance(fact, CaseAccepted) for fact in tread.facts):
        assert isinstance(tread.before.assessment, CriteriaAssessed)
        assert not tread.before.assessment.failed
        assert case.room is not Room.HOUSE or tread.before.assessment.breakthrough_holds
        assert len({one.domain for one in tread.before.panel}) >= 2
    for fact in tread.facts:
        if isinstance(fact, DataDisclosed):
            live = {(one.org, one.task) for one in tread.before.live(tread.now)}
            assert (fact.recipient_org, fact.recipient_task) in live
    if case.stage in WEIGHED:
        assert all(one.item.tier == "T1" for one in case.items.values()) or case.room is not None
    for grant in case.grants.values():
        hat = (grant.fact.recipient_org, grant.fact.recipient_task)
        assert grant.ended or hat in {(p.member.org, p.member.task) for p in case.participants}
        assert all(case.items[one].item.provider_org == grant.fact.provider_org for one in grant.fact.granted)
        assert grant.fact.provider_org != grant.fact.recipient_org
    for result in case.results.values():
        assert result.released is None or result.released_by != result.made.author
        assert result.released is None or result.advice is not None
    if case.stage is Stage.DESTROYED:
        assert not tread.before.holds
        assert tread.before.retain_until is not None
        assert tread.before.retain_until <= tread.now
