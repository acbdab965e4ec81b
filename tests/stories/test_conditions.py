"""Wishes of a source travel with its items, and what comes to the room comes for a purpose (domain 5.1 and 5.2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from events.enquiry import EnrichmentProvided, ItemsProvided
from events.errors import Refusal
from events.referral import Condition
from services.workflow.conditions import Wish, conditions_of, keeps_from
from services.workflow.enquiry import ProvideEnrichment
from services.workflow.offered import Offered, ProvideItems
from tests.facts import FACT, NOON, QUESTION_ASKED
from tests.granting import AT_CARE, AT_POLICE, AT_PROBATION, AT_WORK, PURPOSE, WEIGHED
from tests.workflow import REFERENCE, decided, given, refused

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("wish", "condition"),
    [
        (Wish("NOT_TO_SUBJECT"), Condition(code="NOT_TO_SUBJECT")),
        (Wish("ASK_FIRST"), Condition(code="ASK_FIRST")),
        (Wish("ONLY_TO", ("POLICE", "MAYOR")), Condition(code="ONLY_TO", orgs=("MAYOR", "POLICE"))),
        (Wish("NOT_TO", ("MAYOR",)), Condition(code="NOT_TO", orgs=("MAYOR",))),
        (Wish("UNTIL", until=TODAY), Condition(code="UNTIL", until="2026-03-02")),
    ],
)
def test_a_wish_of_the_list_becomes_a_condition(wish: Wish, condition: Condition) -> None:
    """Given a code with what it speaks of, it stands so in the fact."""
    assert conditions_of((wish,), REFERENCE, NOON) == (condition,)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("RUMOUR"), "UNKNOWN_CHOICE"),
        (Wish("ONLY_TO"), "MISSING_FIELD"),
        (Wish("NOT_TO"), "MISSING_FIELD"),
        (Wish("UNTIL"), "MISSING_FIELD"),
        (Wish("ASK_FIRST", ("MAYOR",)), "BAD_VALUE"),
        (Wish("NOT_TO", ("MAYOR",), TODAY), "BAD_VALUE"),
        (Wish("NOT_TO", ("HOUSING_CORPORATION",)), "UNKNOWN_CHOICE"),
        (Wish("UNTIL", until=TODAY - timedelta(days=1)), "BAD_DATE"),
    ],
)
def test_a_wish_that_says_too_little_or_too_much_is_refused(wish: Wish, code: str) -> None:
    """Given a code of no list, or one without what it speaks of, the refusal says which."""
    with pytest.raises(Refusal) as caught:
        conditions_of((wish,), REFERENCE, NOON)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("condition", "kept_from"),
    [
        (Condition(code="ONLY_TO", orgs=("POLICE",)), {"MAYOR"}),
        (Condition(code="NOT_TO", orgs=("POLICE",)), {"POLICE"}),
        (Condition(code="UNTIL", until="2026-03-02"), set()),
        (Condition(code="UNTIL", until="2026-03-01"), {"POLICE", "MAYOR"}),
        (Condition(code="NOT_TO_SUBJECT"), set()),
        (Condition(code="ASK_FIRST"), set()),
        (Condition(code="OF_ANOTHER_TIME"), set()),
    ],
)
def test_a_condition_keeps_an_item_from_whom_it_names(condition: Condition, kept_from: set[str]) -> None:
    """Given a condition, it keeps the item from these organisations on this day, and from nobody else."""
    assert {org for org in ("POLICE", "MAYOR") if keeps_from((condition,), org, NOON)} == kept_from


def provide(*offered: Offered, **changes: Any) -> ProvideItems:
    """Return items for the room that lack nothing."""
    complete = {"offered": offered or (Offered("HEALTH", "a"),), "secrecy_ground": "CONSENT", "purpose": PURPOSE}
    return ProvideItems(**{**complete, **changes})


def test_what_is_provided_carries_its_purpose_wording_ground_and_wishes() -> None:
    """Given a secret kind beside another, each item keeps what belongs to it, and the fact its purpose."""
    wishes = (Wish("NOT_TO", ("POLICE",)),)
    secret, plain = Offered("HEALTH", "a", wording="FUNCTIONAL", conditions=wishes), Offered("LIFE_DOMAIN", "b")
    (fact,) = decided(provide(secret, plain), given(*AT_WORK), AT_CARE)
    assert isinstance(fact, ItemsProvided)
    assert (fact.purpose, fact.secrecy_ground) == (PURPOSE, "CONSENT")
    first, second = fact.items
    assert (first.wording, first.secrecy_ground) == ("FUNCTIONAL", "CONSENT")
    assert first.conditions == (Condition(code="NOT_TO", orgs=("POLICE",)),)
    assert (second.wording, second.secrecy_ground, second.conditions) == (None, None, None)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (provide(purpose=None), "NO_PURPOSE"),
        (provide(purpose="BECAUSE"), "NO_PURPOSE"),
        (provide(purpose="SUBJECT_RIGHTS"), "NO_PURPOSE"),
        (provide(secrecy_ground=None), "SECRECY"),
        (provide(Offered("LIFE_DOMAIN", "a", wording="CLINICAL")), "BAD_VALUE"),
        (provide(Offered("HEALTH", "a", conditions=(Wish("RUMOUR"),))), "UNKNOWN_CHOICE"),
    ],
)
def test_what_comes_without_purpose_or_with_a_wrong_wish_is_refused(command: ProvideItems, code: str) -> None:
    """Given no purpose that fits the stage, or a wording where no secret is, nothing comes to the room."""
    assert refused(command, given(*AT_WORK), AT_CARE).code == code


def test_a_purpose_is_asked_of_everybody() -> None:
    """Given data that no secret covers, they still come for a purpose, and need no ground."""
    command = provide(Offered("POLICE_DATA", "a"), secrecy_ground=None)
    (fact,) = decided(command, given(*AT_WORK), AT_POLICE)
    assert isinstance(fact, ItemsProvided)
    assert fact.purpose == PURPOSE
    without = provide(Offered("POLICE_DATA", "a"), secrecy_ground=None, purpose=None)
    assert refused(without, given(*AT_WORK), AT_POLICE).code == "NO_PURPOSE"


def test_an_answer_before_acceptance_may_carry_wishes_too() -> None:
    """Given a question in triage, the answer's items keep the wishes of their source."""
    offered = Offered("LIFE_DOMAIN", "a", conditions=(Wish("NOT_TO_SUBJECT"),))
    (fact,) = decided(ProvideEnrichment(FACT, (offered,)), given(*WEIGHED, QUESTION_ASKED), AT_PROBATION)
    assert isinstance(fact, EnrichmentProvided)
    assert fact.items[0].conditions == (Condition(code="NOT_TO_SUBJECT"),)
