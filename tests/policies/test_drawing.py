"""The page of the stages is what the tables say today."""

from datetime import UTC, datetime
from pathlib import Path

from policies.drawing import PAGE, drawn

ROOT = Path(__file__).parent.parent.parent


def test_the_drawn_page_is_up_to_date() -> None:
    """A changed table without `scripts/write-states` is noticed here."""
    assert (ROOT / PAGE).read_text(encoding="utf-8") == drawn(datetime.now(UTC))
