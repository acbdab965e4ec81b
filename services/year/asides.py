"""What happens beside the course of some cases of a simulated year: data asked, results, rights, supervision."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from events.vocabulary import Stage
from services.year.fates import Fate

DAYS_PER_STEP = 9
"""Days that a step takes at most, with the waiting for its answer."""


@dataclass(frozen=True)
class Aside:
    """One kind of side story."""

    name: str
    share: float
    """Of the steady cases, how many have it."""
    steps: tuple[str, ...]
    """Names of the steps of ``services.year.sources``, ``officers``, ``rights`` and ``intruders``, in order."""

    @property
    def days(self) -> int:
        """How long it may take."""
        return DAYS_PER_STEP * len(self.steps)


ASIDES = (
    Aside("data granted", 0.10, ("bring", "ask", "grant", "lean-on-grant")),
    Aside("data granted in part", 0.06, ("bring", "ask", "grant-part", "lean-on-grant")),
    Aside("data refused", 0.06, ("bring", "ask", "decline", "SECRECY")),
    Aside("grant taken back", 0.05, ("bring", "ask", "grant", "lean-on-grant", "take-back", "SECRECY")),
    Aside("record corrected", 0.06, ("read", "correct")),
    Aside("result to a third party", 0.08, ("make-result", "ITEM_NOT_SHARED", "advise", "release", "hand-over")),
    Aside("access asked", 0.08, ("ask-access", "identify", "decide-parts", "report", "answer")),
    Aside(
        "restriction asked",
        0.05,
        ("ask-restriction", "identify", "restrict", "RESTRICTED", "decide-parts", "answer", "lift"),
    ),
    Aside("supervisor let in", 0.05, ("let-in", "inspect", "show-out", "NOT_ON_CASE")),
    Aside("asked without a purpose", 0.06, ("NO_PURPOSE",)),
    Aside("asked without a ground", 0.05, ("NO_BASIS",)),
    Aside("asked without reasons", 0.05, ("NO_REASONING",)),
    Aside("asked for another task", 0.05, ("WRONG_HAT",)),
    Aside("asked by an outsider", 0.05, ("NOT_PARTICIPANT",)),
    Aside("asked for too much", 0.05, ("CATEGORY_NOT_ALLOWED",)),
)
_WORKING = frozenset({Stage.IN_CONSULTATION, Stage.PLAN_AGREED, Stage.MONITORING, Stage.AFTERCARE})


def steady(fate: Fate) -> bool:
    """Say whether a case comes to work and stays so, with the same participants."""
    return fate.stage in _WORKING and "start" in fate.steps and not {"reopen", "accept-escalation"} & set(fate.steps)


class Dealt:
    """Deals the asides over the cases: every kind once first, then by share."""

    def __init__(self, rng: Random) -> None:
        self._rng, self._owed = rng, list(ASIDES)

    def to(self, fits: Callable[[Aside], bool]) -> list[Aside]:
        """Return those of one case, out of the ones that *fits* accepts."""
        owed = _one_question([one for one in self._owed if fits(one)])[:2]
        self._owed = [one for one in self._owed if one not in owed]
        by_share = [one for one in ASIDES if one not in owed and self._rng.random() < one.share and fits(one)]
        return _one_question(owed + by_share)


def _one_question(asides: list[Aside]) -> list[Aside]:
    """Return them without a second one that asks the same source: who reads by one grant cannot miss another."""
    asking = [one for one in asides if "ask" in one.steps]
    return [one for one in asides if one not in asking[1:]]
