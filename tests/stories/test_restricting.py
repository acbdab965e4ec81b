"""Items are locked while it is asked or weighed, and freed after the person was told."""

from datetime import timedelta

from events.correction import RecipientNotified
from events.rights import Right
from events.rights_effects import (
    ProcessingRestricted,
    RestrictionLifted,
)
from policies.entries import day_of
from services.rights.restricting import LiftRestriction, RestrictProcessing
from tests.facts import (
    FACT,
    ITEM,
    NOON,
    REQUEST_ID,
    RESTRICTED,
)
from tests.rights_cases import DESK, NEXT_MONTH, OTHER, WORK, opened, shown
from tests.workflow import DIRECTOR, decided, given, refused


def test_items_are_locked_and_freed() -> None:
    """By the contact point, on a ground, of the person who asked; freed after the person was told."""
    case = given(*WORK, shown("SAFE_HOME", "safe-home", ITEM), opened(Right.RESTRICTION))
    lock = RestrictProcessing(REQUEST_ID, (ITEM,), "ACCURACY_CONTESTED")
    fact, notice = decided(lock, case, DESK)
    assert isinstance(fact, ProcessingRestricted)
    assert isinstance(notice, RecipientNotified)
    locked = given(*WORK, opened(Right.RESTRICTION), fact)
    assert locked.restricted == {ITEM}
    lifted, *_ = decided(LiftRestriction(fact.restriction_id, day_of(NOON)), locked, DESK)
    assert isinstance(lifted, RestrictionLifted)
    assert given(*WORK, fact, lifted).restricted == frozenset()
    assert refused(LiftRestriction(OTHER, day_of(NOON)), locked, DESK).code == "NOT_RESTRICTED"
    assert refused(LiftRestriction(fact.restriction_id, NEXT_MONTH), locked, DESK).code == "BAD_DATE"
    day_before = day_of(NOON) - timedelta(days=1)
    assert refused(LiftRestriction(fact.restriction_id, day_before), locked, DESK).code == "BAD_DATE"
    assert refused(lock, given(*WORK), DESK).code == "NO_HANDLING"
    assert refused(lock, given(*WORK, opened(Right.ACCESS)), DESK).code == "NO_HANDLING"
    assert refused(RestrictProcessing(REQUEST_ID, (), "UNLAWFUL"), case, DESK).code == "MISSING_FIELD"
    assert refused(RestrictProcessing(REQUEST_ID, (OTHER,), "UNLAWFUL"), case, DESK).code == "UNKNOWN_ITEM"
    assert refused(RestrictProcessing(REQUEST_ID, (ITEM,), "WISH"), case, DESK).code == "UNKNOWN_CHOICE"
    assert refused(lock, case, DIRECTOR).code == "WRONG_HAT"


def test_what_two_locks_hold_is_free_when_both_are_off() -> None:
    """And nobody is told that it is free before."""
    again = RESTRICTED.model_copy(update={"restriction_id": OTHER})
    case = given(*WORK, shown("SAFE_HOME", "safe-home", ITEM), opened(Right.RESTRICTION), RESTRICTED, again)
    facts = decided(LiftRestriction(FACT, day_of(NOON)), case, DESK)
    assert len(facts) == 1
    assert given(*WORK, RESTRICTED, again, facts[0]).restricted == {ITEM}
