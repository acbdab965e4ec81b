"""A year of two chambers and the house, played by all participants: every stage reached, every count explained."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from events.vocabulary import Stage
from services.year.fates import FATES
from tests.system.zvh import zvh

REFERRALS = len(FATES)
STARTS = ("received", "signalled")
TAKEN = (
    "supplemented",
    "withdrawn",
    "answered",
    "provided",
    "declined",
    "confirmed",
    "reported",
    "informed",
    "accessed",
)
LATE = ("wrong_stage", "unknown_action", "auth_expired", "destroyed")
"""What a partner hears that answers after the case went on, the plan was revised or its access ended."""


def explained(year: Mapping[str, Any]) -> None:
    """Look whether every count of a year follows from others."""
    stages, stories, outcomes = (Counter(year[name]) for name in ("stages", "stories", "outcomes"))
    continued = stories["signal, then referred"]
    assert year["cases"] == stages.total() == stories.total()
    assert year["cases"] == sum(outcomes[one] for one in STARTS) - continued
    assert year["sent"] == outcomes.total()
    assert set(outcomes) <= {*STARTS, *TAKEN, *LATE}
    assert year["refused_steps"] == {}
    assert year["equal"] is True
    decisions = year["decisions"]
    assert decisions["differing"] == []
    assert decisions["equal"] == decisions["decisions"]
    assert decisions["decisions"] >= outcomes["accessed"] + sum(year["refused_looks"].values())
    assert decisions["decisions"] > year["cases"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_ends_with_cases_in_every_stage_and_every_count_explained(seed: int) -> None:
    """Each kind of story once: partners answer, the clock reminds and destroys, and a rebuild gives the same rows."""
    played = zvh("simulate", "--year", "--referrals", str(REFERRALS), "--seed", str(seed), "--json")
    assert played.code == 0, played.err
    year = played.json
    assert set(year["stages"]) == {stage.value for stage in Stage}
    explained(year)
    assert year["clock"]["destroyed"] == year["stages"]["DESTROYED"]
    assert year["at_their_end"] == REFERRALS
