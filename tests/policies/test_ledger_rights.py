"""Who may ask which question of the ledger: the table says so, role by role, with a date."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from policies.ledger_rights import LEDGER_ROLES, LedgerRole, Question
from policies.receipts import OWES, receipt_by
from policies.reference import Reference

REFERENCE = Reference.load()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BEFORE = datetime(2025, 2, 28, 12, 0, tzinfo=UTC)


def test_every_role_has_its_line_and_nobody_has_one_before_the_act() -> None:
    """A role without a line may ask nothing; no line is in force before the act is."""
    assert [role for role in LEDGER_ROLES if REFERENCE.ledger_right(role, AT) is None] == []
    assert [role for role in LEDGER_ROLES if REFERENCE.ledger_right(role, BEFORE)] == []


@pytest.mark.parametrize("role", ["CHAIN_MANAGER", "SUPERVISOR_WITHOUT_CONTENT"])
def test_who_has_no_business_with_persons_gets_numbers_only(role: LedgerRole) -> None:
    """Neither a person, nor an item, nor a list of requests."""
    right = REFERENCE.ledger_right(role, AT)
    assert right is not None
    assert set(right.questions) <= {"PURPOSE", "GAPS"}


def test_few_export_and_all_questions_have_somebody_who_may_ask_them() -> None:
    """No question is shut for everybody; the process director exports one case, the others may more (BULK)."""
    rights = {role: REFERENCE.ledger_right(role, AT) for role in LEDGER_ROLES}
    asked = {
        one: [role for role, right in rights.items() if right and one in right.questions] for one in get_args(Question)
    }
    assert asked["EXPORT"] == ["PRIVACY_OFFICER", "PROCESS_DIRECTOR", "SUPERVISOR"]
    assert [one for one, roles in asked.items() if not roles] == []


def test_the_contact_point_looks_for_a_request_only() -> None:
    """Supervision is not its task."""
    right = REFERENCE.ledger_right("CONTACT_POINT", AT)
    assert right is not None
    assert right.purposes == ("SUBJECT_RIGHTS",)


def test_a_receipt_is_owed_by_who_has_a_system_of_its_own_within_five_working_days() -> None:
    """Monday 2 March gives the end of Monday the 9th; the house's own people, and whoever is not listed, owe none."""
    assert receipt_by("POLICE", REFERENCE, AT) == datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    assert receipt_by("HOUSE_STAFF", REFERENCE, AT) is None
    assert receipt_by("NEIGHBOURHOOD_TEAM", REFERENCE, AT) is None
    assert receipt_by("POLICE", REFERENCE, BEFORE) is None
    listed = {one.code for one in REFERENCE.choices(OWES, AT)}
    assert listed <= {one.code for one in REFERENCE.participants(AT)}
