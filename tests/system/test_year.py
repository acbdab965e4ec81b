"""A year of two chambers and the house, played by all participants: every stage reached, every count explained."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from events.vocabulary import Stage
from services.year.asides import ASIDES
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
    "requested",
    "decided",
)
LATE = ("wrong_stage", "unknown_action", "auth_expired", "destroyed")
"""What a partner hears that answers after the case went on, the plan was revised or its access ended."""


STEPS_IN_LOG = {
    "disclosures.disclosure-requested": ("ask",),
    "disclosures.disclosure-decided": ("grant", "grant-part", "decline"),
    "disclosures.grant-ended": ("take-back",),
    "disclosures.disclosure-corrected": ("correct",),
    "results.result-made": ("make-result",),
    "results.privacy-advice-given": ("advise",),
    "results.result-released": ("release",),
    "rights.request-received": ("ask-access", "ask-restriction"),
    "rights.identity-checked": ("identify",),
    "rights.access-report-made": ("report",),
    "rights.request-answered": ("answer",),
    "rights.processing-restricted": ("restrict",),
    "rights.restriction-lifted": ("lift",),
    "supervision.supervision-opened": ("let-in",),
    "supervision.supervision-ended": ("show-out",),
}
"""Type of fact -> the steps beside the cases that make one each."""
REFUSED_STEPS = {step for one in ASIDES for step in one.steps if step.isupper()}
"""Steps that ask for what must be refused, each named by its code."""


def told_beside(year: Mapping[str, Any]) -> None:
    """Look whether the log holds what was done beside the cases: data asked, results, rights, supervision, refusals."""
    begun, done, steps = (Counter(year["beside"][name]) for name in ("begun", "done", "steps"))
    types, shown, outcomes = (Counter(year[name]) for name in ("types", "disclosures", "outcomes"))
    assert done <= begun
    for name, made_by in STEPS_IN_LOG.items():
        assert types[name] == sum(steps[one] for one in made_by), name
    assert (outcomes["requested"], outcomes["decided"]) == (
        types["disclosures.disclosure-requested"],
        types["disclosures.disclosure-decided"],
    )
    assert (shown["RESULT_TO_THIRD_PARTY"], shown["TO_SUPERVISOR"]) == (steps["hand-over"], steps["inspect"])
    assert shown["WITHIN"] >= year["looks"] + steps["lean-on-grant"] + steps["read"]
    assert shown.total() == types["disclosures.data-disclosed"]
    assert year["refused_looks"] == {code: number for code, number in steps.items() if code in REFUSED_STEPS}
    assert types.total() == year["facts"]


def explained(year: Mapping[str, Any]) -> None:
    """Look whether every count of a year follows from others."""
    stages, stories, outcomes = (Counter(year[name]) for name in ("stages", "stories", "outcomes"))
    continued = stories["signal, then referred"]
    assert year["cases"] == stages.total() == stories.total()
    assert year["cases"] == sum(outcomes[one] for one in STARTS) - continued
    assert year["sent"] == outcomes.total()
    assert set(outcomes) <= {*STARTS, *TAKEN, *LATE}
    assert year["refused_steps"] == {}
    told_beside(year)
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
    assert year["beside"]["done"].keys() == {one.name for one in ASIDES}
