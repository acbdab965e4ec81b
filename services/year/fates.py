"""What becomes of each case of a simulated year: the steps of its story, in order."""

from dataclasses import dataclass
from random import Random

from events.vocabulary import Stage


@dataclass(frozen=True)
class Fate:
    """One kind of story."""

    name: str
    weight: int
    """How often, beside the others."""
    steps: tuple[str, ...]
    """Names of the steps of ``services.year.staff`` and ``services.year.partners``, in order."""
    stage: Stage
    """Where it ends when the year is long enough."""


_WEIGH = ("refer", "triage", "assess")
_PLAN = ("start", "plan-consultation", "hold", "propose-plan", "agree")
_LOCAL = (*_WEIGH, "accept", *_PLAN, "monitor")
_HOUSE = (*_LOCAL, "propose-escalation", "accept-escalation", "plan-consultation", "hold", "propose-plan", "agree")
S = Stage
FATES = (
    Fate("signal", 2, ("signal",), S.SIGNALLED),
    Fate("signal, then referred", 2, ("signal", *_WEIGH, "accept", "start"), S.IN_CONSULTATION),
    Fate("just referred", 3, ("refer",), S.REFERRED),
    Fate("returned", 2, ("refer-incomplete", "return"), S.RETURNED),
    Fate("supplemented", 4, ("refer-incomplete", "return", "supplement", "triage", "assess", "accept"), S.STARTING),
    Fate("withdrawn", 4, ("refer", "triage", "withdraw"), S.DESTROYED),
    Fate("being weighed", 3, ("refer", "triage", "known-check", "enrichment"), S.IN_TRIAGE),
    Fate("lately rejected", 2, ("refer-weak", "triage", "assess", "wait-for-the-last-weeks", "reject"), S.NOT_ACCEPTED),
    Fate("rejected", 30, ("refer-weak", "triage", "known-check", "assess", "reject"), S.DESTROYED),
    Fate("accepted", 3, (*_WEIGH, "accept"), S.STARTING),
    Fate("in consultation", 5, (*_WEIGH, "accept", "start", "plan-consultation", "hold"), S.IN_CONSULTATION),
    Fate("plan agreed", 4, (*_WEIGH, "accept", *_PLAN), S.PLAN_AGREED),
    Fate("monitored", 8, (*_LOCAL, "review"), S.MONITORING),
    Fate("plan revised", 3, (*_LOCAL, "propose-plan", "revise", "monitor"), S.MONITORING),
    Fate("straight to the house", 3, (*_WEIGH, "accept-house", *_PLAN, "monitor"), S.MONITORING),
    Fate("escalation declined", 3, (*_LOCAL, "propose-escalation", "decline-escalation"), S.MONITORING),
    Fate("in the house", 4, (*_HOUSE, "monitor"), S.MONITORING),
    Fate("back", 4, (*_HOUSE, "monitor", "propose-deescalation", "deescalate"), S.MONITORING),
    Fate("aftercare", 4, (*_LOCAL, "evaluate", "aftercare"), S.AFTERCARE),
    Fate("reopened", 2, (*_LOCAL, "evaluate", "aftercare", "reopen", "assess", "accept", "start"), S.IN_CONSULTATION),
    Fate("aims met", 10, (*_LOCAL, "evaluate", "aftercare", "close-met"), S.CLOSED),
    Fate("criteria lost", 3, (*_LOCAL, "lose-criteria", "close-lost"), S.CLOSED),
)


def fates(rng: Random, cases: int) -> list[Fate]:
    """Return the fate of each case: every kind once first, then by weight."""
    rest = max(0, cases - len(FATES))
    return [*FATES[:cases], *rng.choices(FATES, [one.weight for one in FATES], k=rest)]
