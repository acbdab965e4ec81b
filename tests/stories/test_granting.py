"""Asking a source for single items: who may ask what of whom, and a grant that is taken back (domain 5.1, 5.2)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from events.case import CaseRejected
from events.closing import CaseReopened
from events.fact import Fact
from events.granting import DisclosureDecided, DisclosureRequested, GrantEnded
from events.retention import CaseDestroyed
from policies.calendar import end_of
from services.case_parts import CaseFile
from services.workflow.granting import EndGrant, RequestDisclosure
from tests.facts import (
    CLOSED,
    DEESCALATED,
    ESCALATED,
    EXAMPLES,
    FACT,
    GRANT,
    LATER,
    NOON,
    POLICE,
    PROBATION,
    SAFE_HOME,
    SEALED,
)
from tests.granting import (
    AT_CARE,
    AT_MAYOR,
    AT_POLICE,
    AT_WORK,
    CARE,
    CLINICAL,
    FUNCTIONAL,
    POLICE_REPORT,
    PURPOSE,
    SUPERVISION_REPORT,
    TEAM,
    WEIGHED,
    WHY,
)
from tests.workflow import DIRECTOR, REFERENCE, acting_for, decided, given, refused

BY_TYPE = {type(fact): fact for fact in EXAMPLES}
ASKED = next(fact for fact in EXAMPLES if isinstance(fact, DisclosureRequested))
GRANTED = GRANT.model_copy(update={"granted": (FUNCTIONAL,), "request_id": None})


def ask(asked_of: str = "PROBATION", *items: UUID, **changes: Any) -> RequestDisclosure:
    """Return a request that lacks nothing."""
    complete: dict[str, Any] = {"categories": ("PROBATION",), "purpose": PURPOSE, **WHY}
    return RequestDisclosure(**{**complete, "asked_of": asked_of, "items": items, **changes})


def test_a_participant_asks_a_source_and_the_source_has_a_term() -> None:
    """Given a complete request, it stands in the case with its kinds, its ground and until when the answer is due."""
    (fact,) = decided(ask("PROBATION", SUPERVISION_REPORT), given(*AT_WORK), AT_CARE)
    assert isinstance(fact, DisclosureRequested)
    assert (fact.recipient_org, fact.recipient_task, fact.asked_of) == ("MENTAL_HEALTH", "treatment", "PROBATION")
    assert (fact.categories, fact.items) == (("PROBATION",), (SUPERVISION_REPORT,))
    assert (fact.purpose, fact.legal_basis, fact.legal_ref) == (PURPOSE, WHY["legal_basis"], "WGS:provision")
    assert fact.due == end_of(REFERENCE.term("disclosure-answer", NOON), NOON)
    assert (fact.necessity, fact.proportionality, fact.subsidiarity) == (SEALED, SEALED, SEALED)


def test_the_kind_of_an_item_need_not_be_named_beside_it() -> None:
    """Given an item alone, the request is about its kind; the same item twice is one."""
    (fact,) = decided(ask("PROBATION", SUPERVISION_REPORT, SUPERVISION_REPORT, categories=()), given(*AT_WORK), AT_CARE)
    assert isinstance(fact, DisclosureRequested)
    assert (fact.categories, fact.items) == (("PROBATION",), (SUPERVISION_REPORT,))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ask(purpose=None), "NO_PURPOSE"),
        (ask(purpose="CURIOSITY"), "NO_PURPOSE"),
        (ask(purpose="SUBJECT_RIGHTS"), "NO_PURPOSE"),
        (ask(legal_basis=("WGS:participants",)), "NO_BASIS"),
        (ask(legal_basis=("WGS:participants", "WGS:none")), "NO_BASIS"),
        (ask(legal_basis=("WGS:participants", "ZVH:terms")), "NO_BASIS"),
        (ask(necessity=" "), "NO_REASONING"),
        (ask(necessity="Zelfde.", proportionality="zelfde", subsidiarity="ZELFDE!"), "NO_REASONING"),
        (ask("MENTAL_HEALTH"), "SELF_DECISION"),
        (ask(categories=()), "MISSING_FIELD"),
        (ask("PROBATION", UUID(int=1)), "UNKNOWN_ITEM"),
        (ask("PROBATION", POLICE_REPORT), "UNKNOWN_ITEM"),
        (ask(categories=("WEATHER",)), "CATEGORY_NOT_ALLOWED"),
        (ask("PRISON_SERVICE", categories=("DETENTION",)), "CATEGORY_NOT_ALLOWED"),
        (ask(categories=("OTHER_SPECIAL",)), "CATEGORY_NOT_ALLOWED"),
        (ask("HOUSING_CORPORATION"), "NOT_PARTICIPANT"),
        (ask("SAFE_HOME"), "OTHER_NOT_ON_CASE"),
    ],
)
def test_a_request_that_lacks_something_or_asks_too_much_is_refused(command: RequestDisclosure, code: str) -> None:
    """Given one thing wrong, the code says which, and beside it the same request passes."""
    case = given(*AT_WORK)
    assert refused(command, case, AT_CARE).code == code
    assert decided(ask(), case, AT_CARE)


@pytest.mark.parametrize("category", ["POLICE_DATA", "HEALTH", "PROBATION"])
def test_before_acceptance_nobody_asks_for_more_than_first_facts(category: str) -> None:
    """Given a case in triage, the referrer who asks for data of the second tier hears TIER_EXCEEDED."""
    command = ask("PROBATION", categories=(category,), purpose="ASSESS_CRITERIA")
    refusal = refused(command, given(*WEIGHED), AT_POLICE)
    assert (refusal.code, category in refusal.says) == ("TIER_EXCEEDED", True)


def test_a_reopened_case_is_locked_for_requests_as_well() -> None:
    """Given participants of a case that is weighed anew, what they ask beyond first facts is TIER_EXCEEDED."""
    reopened = BY_TYPE[CaseReopened]
    case = given(*AT_WORK, reopened)
    assert refused(ask(purpose="ASSESS_CRITERIA"), case, AT_CARE).code == "TIER_EXCEEDED"


def test_who_does_not_work_on_the_case_asks_nothing() -> None:
    """Given the referrer of an accepted case that never joined, left or ran out, each hears its own reason."""
    elsewhere = given(*WEIGHED, TEAM.model_copy(update={"participants": (PROBATION, CARE)}))
    left = given(*AT_WORK, ESCALATED.model_copy(update={"participants": (PROBATION, CARE)}))
    late = LATER + timedelta(days=1)
    assert refused(ask(), elsewhere, AT_POLICE).code == "NOT_ON_CASE"
    assert refused(ask(), left, AT_POLICE).code == "AUTH_EXPIRED"
    assert refused(ask(), left, AT_MAYOR).code == "AUTH_EXPIRED"
    assert refused(ask(), given(*AT_WORK), AT_CARE, late).code == "AUTH_EXPIRED"
    assert refused(ask(), given(*AT_WORK), acting_for("SAFE_HOME", "safe-home")).code == "WRONG_HAT"
    assert refused(ask(), given(*AT_WORK), DIRECTOR).code == "WRONG_HAT"


def test_a_source_takes_its_grant_back_with_a_reason() -> None:
    """Given a grant, its source ends it; it no longer stands, and what it was stays."""
    case = given(*AT_WORK, GRANTED)
    (fact,) = decided(EndGrant(FACT, "Niet meer nodig."), case, AT_CARE)
    assert isinstance(fact, GrantEnded)
    assert (fact.grant_id, fact.provider_org, fact.reason) == (FACT, "MENTAL_HEALTH", SEALED)
    after = given(*AT_WORK, GRANTED, fact)
    assert case.grants_of("POLICE", "police-task", NOON)
    assert after.grants_of("POLICE", "police-task", NOON) == ()
    assert after.grants[FACT].fact == GRANTED


@pytest.mark.parametrize(
    ("facts", "command", "acting", "code"),
    [
        ((), EndGrant(FACT, "a"), AT_CARE, "UNKNOWN_ITEM"),
        ((GRANTED,), EndGrant(FACT, "a"), AT_POLICE, "UNKNOWN_ITEM"),
        ((GRANTED,), EndGrant(FACT, "a"), DIRECTOR, "WRONG_HAT"),
        ((GRANTED,), EndGrant(FACT, " "), AT_CARE, "NO_REASONING"),
        ((GRANTED, BY_TYPE[GrantEnded]), EndGrant(FACT, "a"), AT_CARE, "ALREADY_ANSWERED"),
    ],
)
def test_only_the_source_ends_what_still_stands(
    facts: tuple[Fact, ...], command: EndGrant, acting: Any, code: str
) -> None:
    """Given no grant, another's, no reason or an earlier end, it is refused."""
    assert refused(command, given(*AT_WORK, *facts), acting).code == code


WITHOUT_POLICE = (PROBATION, CARE)


@pytest.mark.parametrize(
    ("fact", "stands"),
    [
        (ESCALATED.model_copy(update={"participants": WITHOUT_POLICE}), False),
        (ESCALATED.model_copy(update={"participants": (POLICE, CARE)}), True),
        (DEESCALATED.model_copy(update={"participants": WITHOUT_POLICE}), False),
        (DEESCALATED.model_copy(update={"participants": (POLICE,)}), True),
        (TEAM.model_copy(update={"participants": WITHOUT_POLICE}), False),
        (CLOSED, False),
        (BY_TYPE[CaseRejected], False),
        (BY_TYPE[CaseDestroyed], False),
        (BY_TYPE[CaseReopened], True),
    ],
)
def test_a_grant_ends_with_the_access_of_its_recipient(fact: Fact, stands: bool) -> None:
    """Given a move, a new list or the end of the case, a grant stands only while its recipient works on the case."""
    case = given(*AT_WORK, GRANTED, fact)
    assert bool(case.grants_of("POLICE", "police-task", NOON)) is stands


def test_a_grant_stands_until_its_last_day_and_never_comes_back() -> None:
    """Given an end, it stands just before it and not from it on; who comes back to the case has no old grants."""
    case = given(*AT_WORK, GRANTED)
    assert case.grants_of("POLICE", "police-task", LATER - timedelta(microseconds=1))
    assert case.grants_of("POLICE", "police-task", LATER) == ()
    assert case.grants_of("POLICE", "other-task", NOON) == ()
    back = given(*AT_WORK, GRANTED, ESCALATED.model_copy(update={"participants": WITHOUT_POLICE}), TEAM)
    assert back.grants_of("POLICE", "police-task", NOON) == ()


def test_a_request_goes_with_whoever_leaves() -> None:
    """Given a request, a move without its asker or its source drops it; a decision answers it."""
    asked = ASKED.model_copy(update={"items": ()})
    decision = GRANT.model_copy(update={"granted": (), "refused": (CLINICAL,)})

    def requests(*facts: Fact) -> CaseFile:
        return given(*AT_WORK, asked, *facts)

    def moved(*members: Any) -> Fact:
        return ESCALATED.model_copy(update={"participants": members})

    assert not requests().requests[FACT].answered
    assert requests(decision).requests[FACT].answered
    assert requests(decision).grants == {}
    assert FACT in requests(moved(POLICE, CARE)).requests
    assert FACT not in requests(moved(POLICE, PROBATION)).requests
    assert FACT not in requests(moved(CARE, PROBATION, SAFE_HOME)).requests


def test_a_refusal_is_no_grant() -> None:
    """Given a decision that grants nothing, the recipient has nothing to lean on."""
    nothing = DisclosureDecided.model_validate({**GRANTED.model_dump(), "granted": ()})
    assert given(*AT_WORK, nothing).grants_of("POLICE", "police-task", NOON) == ()
