"""What the documents promise is there."""

import re
from pathlib import Path

import pytest

from infra.settings import Settings
from services.audit.findings import KINDS, advice

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")])


def test_the_operators_guide_names_every_setting() -> None:
    """A setting that nobody can find is a setting that nobody uses."""
    page = (ROOT / "docs" / "guides" / "operator.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"ZVH_{name.upper()}" not in page] == []


def test_the_operators_guide_names_every_difference_that_the_check_may_find() -> None:
    """Whoever gets a name for what is wrong finds there what to do."""
    page = (ROOT / "docs" / "guides" / "operator.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in page] == []
    assert all(advice(kind) for kind in KINDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    """Every relative link in a document names a file of the repository."""
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
