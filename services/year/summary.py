"""What became of a simulated year, as one document in which every count is explained by others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Protocol

from services.policy_replay import Replayed, replay_document
from services.year.log_counts import LogCounts
from services.year.play import Year


class Rebuilding(Protocol):
    """What a rebuild from the log said."""

    @property
    def equal(self) -> bool: ...
    @property
    def facts(self) -> int: ...


def year_document(
    year: Year, outcomes: Mapping[str, int], rebuilt: Rebuilding, decisions: Replayed, log: LogCounts
) -> dict[str, object]:
    """Return the year in figures.

    ``cases`` is ``signals`` and ``referrals`` that were taken, less those that continue a signal; the stages add up to
    it; what was sent is the sum of the outcomes.

    What happened beside the course of the cases is told by what was done (``beside``), and by what the log holds of it
    (``types``, ``disclosures``). ``decisions`` tells how many come out the same when they are executed again.
    """
    beside = year.beside
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
        "beside": {
            "begun": dict(sorted(beside.begun.items())),
            "done": dict(sorted(beside.done.items())),
            "steps": dict(sorted(beside.steps.items())),
        },
        "looks": year.looks,
        "refused_steps": dict(sorted((year.refused + beside.refused).items())),
        "refused_looks": dict(sorted((year.looks_refused + beside.looks_refused).items())),
        "disclosures": dict(sorted(log.disclosures.items())),
        "types": dict(sorted(log.facts.items())),
        "facts": rebuilt.facts,
        "equal": rebuilt.equal,
        "decisions": replay_document(decisions),
    }
