"""The record of a disclosure is corrected by a new fact, and its recipient hears when that matters (domain 5.1)."""

from typing import Any
from uuid import UUID

import pytest

from events.correction import DisclosureCorrected, RecipientNotified
from events.disclosure import DataDisclosed
from events.fact import Fact
from events.retention import CaseDestroyed
from services.acting import Acting
from services.workflow.correcting import CorrectDisclosure
from tests.facts import CLOSED, EXAMPLES, FACT, ITEM, SEALED
from tests.granting import AT_POLICE, AT_WORK
from tests.workflow import DIRECTOR, MANAGER, PRIVACY, decided, given, refused

SHOWN = next(fact for fact in EXAMPLES if isinstance(fact, DataDisclosed))
DESTROYED = next(fact for fact in EXAMPLES if isinstance(fact, CaseDestroyed))
GROUNDS = ("WGS:participants", "WGS:purpose")


def correct(what: str = "WRONG_PURPOSE", **changes: Any) -> CorrectDisclosure:
    """Return a correction that lacks nothing."""
    complete = {"disclosure": FACT, "what": what, "explanation": "Verkeerd aangeklikt.", "purpose": "PREVENT_UNSAFE"}
    return CorrectDisclosure(**{**complete, **changes})


@pytest.mark.parametrize("acting", [PRIVACY, DIRECTOR])
@pytest.mark.parametrize("facts", [(*AT_WORK, SHOWN), (*AT_WORK, SHOWN, CLOSED)], ids=["at work", "closed"])
def test_the_right_purpose_stands_beside_the_record_and_the_recipient_hears(
    facts: tuple[Fact, ...], acting: Acting
) -> None:
    """Given a look under a wrong purpose, the correction names the right one, and the recipient gets a notice of it."""
    corrected, notice = decided(correct(), given(*facts), acting)
    assert isinstance(corrected, DisclosureCorrected)
    assert (corrected.disclosure_id, corrected.what, corrected.purpose) == (FACT, "WRONG_PURPOSE", "PREVENT_UNSAFE")
    assert (corrected.legal_basis, corrected.explanation) == (None, SEALED)
    assert isinstance(notice, RecipientNotified)
    assert (notice.recipient_org, notice.recipient_task, notice.what) == ("SAFE_HOME", "safe-home", "CORRECTED")
    assert (notice.items, notice.disclosures, notice.cause) == ((ITEM,), (FACT,), UUID(int=1))
    assert given(*facts, corrected, notice).disclosure(FACT) == SHOWN, "the record itself stays"


def test_grounds_are_corrected_as_well() -> None:
    """Given wrong grounds, the right ones stand in the correction."""
    corrected, _ = decided(correct("WRONG_BASIS", purpose=None, legal_basis=GROUNDS), given(*AT_WORK, SHOWN), PRIVACY)
    assert isinstance(corrected, DisclosureCorrected)
    assert (corrected.purpose, corrected.legal_basis) == (None, GROUNDS)


def test_a_correction_that_changes_nothing_for_the_recipient_is_not_told() -> None:
    """Given data that never arrived, or a look by the house's own people, nobody gets a notice."""
    assert len(decided(correct("NOT_RECEIVED", purpose=None), given(*AT_WORK, SHOWN), PRIVACY)) == 1
    by_staff = SHOWN.model_copy(update={"recipient_org": "HOUSE_STAFF", "recipient_task": "process-direction"})
    assert len(decided(correct(), given(*AT_WORK, by_staff), PRIVACY)) == 1


@pytest.mark.parametrize(
    ("command", "acting", "code"),
    [
        (correct(disclosure=UUID(int=1)), PRIVACY, "UNKNOWN_ITEM"),
        (correct("TYPO"), PRIVACY, "UNKNOWN_CHOICE"),
        (correct(explanation=" "), PRIVACY, "NO_REASONING"),
        (correct(purpose=None), PRIVACY, "NO_PURPOSE"),
        (correct(purpose="CURIOSITY"), PRIVACY, "NO_PURPOSE"),
        (correct("WRONG_BASIS", purpose=None), PRIVACY, "NO_BASIS"),
        (correct("WRONG_BASIS", purpose=None, legal_basis=("WGS:none", "WGS:purpose")), PRIVACY, "NO_BASIS"),
        (correct(), AT_POLICE, "WRONG_HAT"),
        (correct(), MANAGER, "WRONG_HAT"),
        (correct(), Acting(SHOWN.recipient_person, PRIVACY.org, PRIVACY.oin, PRIVACY.task), "SELF_DECISION"),
    ],
)
def test_a_correction_with_one_thing_wrong_is_refused(command: CorrectDisclosure, acting: Acting, code: str) -> None:
    """Given no such look, no right purpose, or whoever looked itself, the code says which."""
    assert refused(command, given(*AT_WORK, SHOWN), acting).code == code


def test_of_a_destroyed_case_nothing_is_corrected() -> None:
    """Given a destroyed case, its record stays as it is."""
    assert refused(correct(), given(*AT_WORK, SHOWN, CLOSED, DESTROYED), PRIVACY).code == "WRONG_STAGE"


def test_every_look_of_a_long_case_is_found() -> None:
    """Given more looks than calls could be nested, the first and the last are found, and one that never was is not."""
    looks = [SHOWN.model_copy(update={"disclosure_id": UUID(int=number)}) for number in range(1, 3001)]
    case = given(*looks)
    assert [found.disclosure_id.int for one in (1, 3000) if (found := case.disclosure(UUID(int=one)))] == [1, 3000]
    assert case.disclosure(FACT) is None
