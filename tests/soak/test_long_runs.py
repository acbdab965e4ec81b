"""What takes longer than `make test` may: months of traffic. Run by `make soak`."""

from pathlib import Path

import pytest

from tests.system.zvh import zvh

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_months_of_traffic_come_to_the_expected_counts_and_the_same_rows(seed: int, tmp_path: Path) -> None:
    """Thousands of events, a fifth of them spoiled: every count explained, and a replay gives the same rows."""
    traffic = tmp_path / "traffic.jsonl"
    words = ("--seed", str(seed), "--days", "120", "--per-day", "40", "--faulty", "0.2", "-o", str(traffic), "--json")
    made = zvh("simulate", *words).json
    settings = {"ZVH_EMBEDDED": str(tmp_path / "house")}
    taken = zvh("ingest", str(traffic), "--json", environment=settings)
    assert taken.code == 0, taken.err
    assert taken.json == {"lines": made["lines"], "outcomes": made["expected"]}
    replayed = zvh("replay", "--json", environment=settings).json
    assert replayed["equal"] is True
