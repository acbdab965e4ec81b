"""A request is handled in a case from its identity check to its answer."""

from uuid import UUID

import pytest

from events.fact import Fact
from events.informing import SubjectInformed
from events.referral import Condition, InformStatus
from events.retention import HoldLifted, HoldPlaced
from events.rights import Right
from events.rights_effects import (
    RightsHandlingEnded,
    RightsHandlingOpened,
)
from policies.entries import day_of
from services.rights.handling_in_case import EndHandling, OpenHandling
from tests.facts import (
    ITEM,
    NOON,
    REQUEST_ID,
    STATEMENT,
    SUBJECT,
    WITHHELD,
)
from tests.rights_cases import BROUGHT, DESK, OTHER, WORK, opened
from tests.workflow import CLOCK, decided, given, refused


@pytest.mark.parametrize("right", list(Right))
def test_a_case_is_held_while_a_request_runs_unless_it_asks_to_erase(right: Right) -> None:
    """Opened by the house itself, once; ended, the hold is off and nobody reads for it any more."""
    facts = decided(OpenHandling(REQUEST_ID, SUBJECT, right), given(*WORK), CLOCK)
    assert isinstance(facts[0], RightsHandlingOpened)
    assert [type(one) for one in facts[1:]] == ([] if right is Right.ERASURE else [HoldPlaced])
    case = given(*WORK, *facts)
    assert case.rights_open == {SUBJECT}
    assert refused(OpenHandling(REQUEST_ID, SUBJECT, right), case, CLOCK).code == "ALREADY_ANSWERED"
    ended = decided(EndHandling(REQUEST_ID), case, CLOCK)
    assert isinstance(ended[0], RightsHandlingEnded)
    assert [type(one) for one in ended[1:]] == ([] if right is Right.ERASURE else [HoldLifted])
    after = given(*WORK, *facts, *ended)
    assert (after.rights_open, after.holds) == (frozenset(), frozenset())
    assert refused(EndHandling(REQUEST_ID), after, CLOCK).code == "ALREADY_ANSWERED"
    assert refused(OpenHandling(REQUEST_ID, UUID(int=4), right), given(*WORK), CLOCK).code == "NO_HANDLING"
    assert refused(OpenHandling(REQUEST_ID, SUBJECT, right), given(*WORK), DESK).code == "WRONG_HAT"


def test_an_answer_informs_whoever_did_not_know() -> None:
    """Given that the person was still to be told, the answer told it; not when all of the case was kept back."""
    pending = BROUGHT.model_copy(update={"inform_status": InformStatus(status="PENDING")})
    handled = opened(Right.ACCESS)

    def informed(*facts: Fact) -> list[Fact]:
        made = decided(EndHandling(REQUEST_ID, day_of(NOON)), given(*facts), CLOCK)
        return [one for one in made if isinstance(one, SubjectInformed)]

    assert len(informed(pending, handled)) == 1
    assert informed(BROUGHT, handled) == [], "it knew already"
    all_kept = WITHHELD.model_copy(
        update={"entries": tuple(WITHHELD.entries[0].model_copy(update={"item_id": one}) for one in (ITEM, STATEMENT))}
    )
    other = all_kept.model_copy(
        update={"withholding_id": OTHER, "entries": (WITHHELD.entries[0].model_copy(update={"item_id": OTHER}),)}
    )
    assert informed(pending, handled, all_kept, other) == []
    assert informed(pending, handled, all_kept) == [], "what it has of another is told to that other"
    not_to_subject = {"conditions": (Condition(code="NOT_TO_SUBJECT"),)}
    by_source = tuple(one.model_copy(update=not_to_subject) for one in pending.items)
    assert informed(pending.model_copy(update={"items": by_source}), handled) == []
