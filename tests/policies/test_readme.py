"""The table for jurists tells the same as the rules."""

from datetime import UTC, datetime
from pathlib import Path

from policies.engine import Policies
from policies.reference import FILES, Reference
from policies.rule_book import PAGE, written

REFERENCE = Reference.load()
ROOT = Path(__file__).parents[2]
README = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_the_page_of_the_rules_is_up_to_date() -> None:
    """A changed rule or ground without `scripts/write-rules` is noticed here."""
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == written(datetime.now(UTC))
    for rule in Policies.load(REFERENCE).rules.values():
        source = REFERENCE.legal_ref(rule.legal_ref, AT)
        assert source is not None
        assert f"| `{rule.policy_id}` | {rule.says} |" in page
        assert f"| `{rule.legal_ref}` | {source.ref} | {source.text_nl} | {source.mark} |" in page


def test_every_table_names_a_test_that_is_there() -> None:
    """Given the last column of the tables, each cell is a file of tests in this folder."""
    cells = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in README.splitlines()]
    named = [(row[0], row[-1]) for row in cells if row and row[-1].startswith("test_")]
    assert {rule for rule, _ in named} >= {f"{name}.toml" for name in FILES}
    for _, test in named:
        assert (Path(__file__).parent / test).exists()


def test_every_table_is_explained() -> None:
    """Given the tables that are loaded, each has its line."""
    assert [name for name in FILES if f"| `{name}.toml` |" not in README] == []
