"""The table for jurists tells the same as the rules."""

from datetime import UTC, datetime
from pathlib import Path

from policies.engine import Policies
from policies.reference import FILES, Reference

REFERENCE = Reference.load()
README = (Path(__file__).parents[2] / "policies" / "README.md").read_text(encoding="utf-8")
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_every_rule_stands_in_the_table_with_its_ground_mark_and_date() -> None:
    """Given the rules and their legal references, the table has exactly these rows, in order of rank."""
    expected = []
    for rule in sorted(Policies.load(REFERENCE).rules.values(), key=lambda one: one.rank):
        source = REFERENCE.legal_ref(rule.legal_ref, AT)
        assert source is not None
        expected.append([f"`{rule.policy_id}`", rule.effect, f"`{rule.code}`", f"`{rule.legal_ref}`", source.mark,
                         source.valid_from.isoformat()])  # fmt: skip
    rows = [[cell.strip() for cell in line.split("|")[1:7]] for line in README.splitlines() if line.startswith("| `")]
    assert [row for row in rows if row[1] in ("forbid", "permit")] == expected


def test_every_rule_and_table_names_a_test_that_is_there() -> None:
    """Given the last column of the tables, each cell is a file of tests in this folder; that of a rule names it."""
    cells = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in README.splitlines()]
    named = [(row[0], row[-1]) for row in cells if row and row[-1].startswith("test_")]
    assert {rule for rule, _ in named} >= Policies.load(REFERENCE).rules.keys() | {f"{name}.toml" for name in FILES}
    for row, test in named:
        text = (Path(__file__).parent / test).read_text(encoding="utf-8")
        assert row.endswith(".toml") or f'"{row}"' in text


def test_every_table_is_explained() -> None:
    """Given the tables that are loaded, each has its line."""
    assert [name for name in FILES if f"| `{name}.toml` |" not in README] == []
