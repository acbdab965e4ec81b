"""What a person reads when something may not be done."""

import re
import tomllib
from datetime import UTC, datetime
from itertools import combinations

import pytest

from policies.reference import Reference
from tests.policies.changed import tables

REFERENCE = Reference.load()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

AGREED = {
    "ADVICE_MISSING",
    "ALREADY_ANSWERED",
    "ASSESS_AFRESH",
    "AIMS_NOT_MET",
    "AUTH_EXPIRED",
    "BAD_BSN",
    "BAD_DATE",
    "BAD_VALUE",
    "BREAKTHROUGH_MISSING",
    "BROKEN_JSON",
    "BULK",
    "CATEGORY_NOT_ALLOWED",
    "CHANGED_MEANWHILE",
    "CHANNEL_NOT_ALLOWED",
    "CRITERIA_NOT_MET",
    "DESTROYED",
    "EVALUATION_MISSING",
    "FOUR_EYES",
    "ID_REUSED",
    "INCOMPLETE",
    "INTERNAL",
    "ITEM_NOT_SHARED",
    "LOG_UNAVAILABLE",
    "MISSING_FIELD",
    "NOTHING_FAILS",
    "NOT_AHEAD",
    "NOT_ASKED_FOR",
    "NOT_A_CONTROLLER",
    "NOT_DUE",
    "NOT_FOUND",
    "NOT_INVITED",
    "NOT_ON_CASE",
    "NOT_OWN_ITEM",
    "NOT_PARTICIPANT",
    "NOT_SIGNED_IN",
    "NO_BASIS",
    "NO_CONTENT_FOR_SUPERVISOR",
    "NO_NEW_BREAKTHROUGH",
    "NO_PLAN",
    "NO_PURPOSE",
    "NO_REASONING",
    "ON_HOLD",
    "OTHER_NOT_ON_CASE",
    "OVERSIZED",
    "OWNER_NOT_AGREED",
    "REGIME_NOT_ALLOWED",
    "RESTRICTED",
    "SECRECY",
    "SECRECY_NOT_ACCEPTED",
    "SELF_DECISION",
    "SOURCE_CONDITION",
    "TERM_PASSED",
    "TIER_EXCEEDED",
    "UNKNOWN_ACTION",
    "UNKNOWN_CASE",
    "UNKNOWN_CHANNEL",
    "UNKNOWN_CHOICE",
    "UNKNOWN_COMMAND",
    "UNKNOWN_ITEM",
    "UNKNOWN_PERSON",
    "UNKNOWN_QUESTION",
    "UNKNOWN_REFERRAL",
    "UNKNOWN_TABLE",
    "UNKNOWN_TYPE",
    "WRONG_HAT",
    "WRONG_ROOM",
    "WRONG_SENDER",
    "WRONG_STAGE",
}
ALL = sorted(tomllib.loads(tables()["refusals"])["refusals"])


ALL = sorted(tomllib.loads(tables()["refusals"])["refusals"])


def test_every_agreed_refusal_is_there() -> None:
    """Given the codes that other parts rely on, each has its text."""
    assert AGREED - set(ALL) == set()


@pytest.mark.parametrize("code", ALL)
def test_each_refusal_says_what_is_wrong_and_what_to_do(code: str) -> None:
    """Given a refusal code, it has a sentence and a remedy in two languages, and a legal reference that resolves."""
    text = REFERENCE.refusal(code)
    assert text.code == code
    sentences = [text.says, text.remedy, text.says_en, text.remedy_en]
    assert all(re.fullmatch(r"[A-Z0-9].*\.", one) for one in sentences)
    assert len(set(sentences)) == 4
    assert REFERENCE.legal_ref(text.legal_ref, AT) is not None


def test_no_two_refusals_say_the_same() -> None:
    """Given two codes, a reader can tell them apart by what they say, in either language."""
    texts = [REFERENCE.refusal(code) for code in ALL]
    same = [(a.code, b.code) for a, b in combinations(texts, 2) if a.says == b.says or a.says_en == b.says_en]
    assert same == []


def test_a_refusal_carries_its_codes_in_brackets() -> None:
    """Given a detail, it stands in brackets in the sentence; without one the sentence is as in the table."""
    plain, detailed = REFERENCE.refuse("CRITERIA_NOT_MET"), REFERENCE.refuse("CRITERIA_NOT_MET", "C2, C4")
    assert plain.says == "De zaak voldoet niet aan alle vier de criteria."
    assert detailed.says == "De zaak voldoet niet aan alle vier de criteria (C2, C4)."
    assert (detailed.code, detailed.legal_ref) == ("CRITERIA_NOT_MET", "BGS:criteria")
