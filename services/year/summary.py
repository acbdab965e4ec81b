"""What became of a simulated year, as one document in which every count is explained by others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Protocol

from services.policy_replay import Replayed, replay_document
from services.year.play import Year


class Rebuilding(Protocol):
    """What a rebuild from the log said."""

    @property
    def equal(self) -> bool: ...
    @property
    def facts(self) -> int: ...


def year_document(
    year: Year, outcomes: Mapping[str, int], rebuilt: Rebuilding, decisions: Replayed
) -> dict[str, object]:
    """Return the year in figures.

    ``cases`` is ``signals`` and ``referrals`` that were taken, less those that continue a signal; the stages add up to
    it; what was sent is the sum of the outcomes.

    ``decisions`` tells how many decisions come out the same when they are executed again.
    """
    begun = [one for one in year.stories if one.case_id is not None]
    return {
        "cases": len(begun),
        "stages": dict(sorted(year.stages.items())),
        "stories": dict(sorted(Counter(one.fate.name for one in begun).items())),
        "at_their_end": sum(1 for one in begun if not one.steps),
        "under_way": sum(1 for one in begun if one.steps),
        "sent": sum(outcomes.values()),
        "outcomes": dict(sorted(outcomes.items())),
        "clock": asdict(year.clock),
        "refused_steps": dict(sorted(year.refused.items())),
        "refused_looks": dict(sorted(year.looks_refused.items())),
        "facts": rebuilt.facts,
        "equal": rebuilt.equal,
        "decisions": replay_document(decisions),
    }
