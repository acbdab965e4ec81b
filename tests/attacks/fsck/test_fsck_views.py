"""Attacks on the overviews, by somebody who may write anything in the database. Each row is named."""

import pytest

from services.bootstrap import open_house
from tests.attacks.fsck.house import ask, checked, kinds, places, project, settings_of, written
from tests.facts import CASE, SUBMITTED
from tests.transparency.keeping import tampered


def test_an_altered_row_of_the_cases_is_named_with_its_column(house: str) -> None:
    """Another stage, and an organisation that was never in it."""
    ((case,),) = ask(house, "SELECT case_id::text FROM views.case_state WHERE stage = 'IN_CONSULTATION'")
    tampered(house, f"UPDATE views.case_state SET stage = 'CLOSED', parties = '{{GGD}}' WHERE case_id = '{case}'")
    found = checked(house)
    assert places(found, "row_altered") == [f"case_state: {case}"]
    assert [one.says.split("Kolom ")[1] for one in found.findings] == ["parties, stage."]


def test_a_deleted_row_and_a_row_without_facts_are_named(house: str) -> None:
    """Of the cases and of the work lists, and of what these remember."""
    ((case,),) = ask(house, "SELECT case_id::text FROM views.case_state WHERE stage = 'IN_CONSULTATION'")
    for table in ("case_state", "work", "work_waits"):
        rows = ask(house, f"SELECT count(*) FROM views.{table} WHERE case_id = '{case}'")[0][0]
        tampered(
            house, f"UPDATE views.{table} SET case_id = '00000000-0000-4000-8000-000000000009' WHERE case_id = '{case}'"
        )
        found = checked(house)
        assert kinds(found) == {"row_missing": rows, "row_extra": rows}, table
        assert all(where.startswith(f"{table}: ") for where in places(found, "row_missing"))
        tampered(
            house,
            f"UPDATE views.{table} SET case_id = '{case}' WHERE case_id::text LIKE '%9' AND case_id::text LIKE '0000%'",
        )
    assert kinds(checked(house)) == {}


def test_an_altered_row_of_the_work_lists_is_named(house: str) -> None:
    """A later due moment, and work that seems done."""
    tampered(
        house,
        "UPDATE views.work SET due = '2099-01-01T00:00:00.000000Z', closed_index = 1 "
        "WHERE ctid = (SELECT min(ctid) FROM views.work WHERE closed_index IS NULL)",
    )
    found = checked(house)
    assert kinds(found) == {"row_altered": 1}
    assert "closed_index, due" in next(iter(found.findings)).says


def test_a_deleted_row_of_the_ledger_is_named(house: str) -> None:
    """Somebody saw something, and the answer to who saw it leaves it out."""
    rows = ask(house, "SELECT index, subject_id::text FROM views.ledger ORDER BY index LIMIT 1")
    index, subject = rows[0]
    tampered(house, f"DELETE FROM views.ledger WHERE index = {index} AND subject_id = '{subject}'")
    found = checked(house)
    assert kinds(found) == {"row_missing": 1}
    assert str(index) in places(found, "row_missing")[0]
    assert str(subject) in places(found, "row_missing")[0]


def test_an_added_row_of_the_ledger_is_named(house: str) -> None:
    """Of a person that the fact does not speak of, and behind the end of the log."""
    for change in ("subject_id = gen_random_uuid()", "index = 9000"):
        tampered(
            house,
            f"CREATE TABLE copied AS SELECT * FROM views.ledger LIMIT 1; UPDATE copied SET {change}; "
            "INSERT INTO views.ledger SELECT * FROM copied; DROP TABLE copied",
        )
    assert kinds(checked(house)) == {"row_extra": 2}


@pytest.mark.parametrize(
    ("attack", "kind", "table"),
    [
        ("DELETE FROM views.ledger_items WHERE ctid = (SELECT min(ctid) FROM views.ledger_items)", "missing", "items"),
        ("UPDATE views.ledger_items SET version = version + 1 WHERE ctid = (SELECT min(ctid) FROM views.ledger_items)",
         "extra", "items"),
        ("UPDATE views.ledger_days SET disclosures = disclosures + 1", "altered", "days"),
        ("DELETE FROM views.ledger_periods", "missing", "periods"),
        ("UPDATE views.ledger_numbers SET seen = '{[1,9000)}'", "altered", "numbers"),
        (f"INSERT INTO views.ledger_receipts SELECT 0, '{CASE}', '{CASE}', '{CASE}', 'POLICE', 'x', 'y', 1, 'z', true",
         "extra", "receipts"),
        (f"INSERT INTO views.ledger_corrections SELECT 900, '{CASE}', '{CASE}', '{CASE}', 'PURPOSE', NULL, NULL, 'z'",
         "extra", "corrections"),
    ],
)  # fmt: skip
def test_what_stands_beside_the_ledger_is_compared_as_well(house: str, attack: str, kind: str, table: str) -> None:
    """Items, receipts and corrections row by row; totals and numbers against what all facts add up to."""
    tampered(house, attack)
    assert any(where.startswith(f"ledger_{table}: ") for where in places(checked(house), f"row_{kind}"))


def test_an_altered_row_of_the_ledger_is_named(house: str) -> None:
    """Another recipient than the fact says."""
    tampered(
        house,
        "UPDATE views.ledger SET recipient_org = 'POLICE', purpose = NULL "
        "WHERE ctid = (SELECT min(ctid) FROM views.ledger)",
    )
    found = checked(house)
    assert kinds(found) == {"row_altered": 1}
    assert "recipient_org" in next(iter(found.findings)).says


def test_overviews_that_are_behind_are_no_difference_and_no_complete_answer(house: str) -> None:
    """Facts that the overviews have not taken yet are expected to be absent from them, not missing."""
    written(house, SUBMITTED, projected=False)
    found = checked(house)
    assert (kinds(found), found.waiting["unprojected"], found.complete) == ({}, 1, False)
    project(house)
    assert checked(house).complete


def test_positions_behind_which_there_is_no_log_are_named(house: str) -> None:
    """After an old backup of the facts alone, overviews and messages have been further than the log."""
    size = ask(house, "SELECT count(*) FROM log.numbered")[0][0]
    tampered(house, f"UPDATE views.positions SET last_index = {size} + 7; UPDATE log.feeds SET next_index = {size} + 7")
    assert kinds(checked(house)) == {"views_ahead": 1, "feeds_ahead": 1}


def test_what_the_check_names_the_rebuild_repairs(house: str) -> None:
    """After every overview was spoilt, `zvh replay --swap` makes them what the check expects."""
    tampered(house, "UPDATE views.case_state SET stage = 'CLOSED'; DELETE FROM views.ledger; TRUNCATE views.work")
    assert kinds(checked(house))
    with open_house(settings_of(house)) as opened:
        opened.replay(swap=True)
    assert kinds(checked(house)) == {}
