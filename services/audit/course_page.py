"""The part of the page of a bundle that tells how a case stood: ``services.audit.course`` in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.assessment import PanelMember
from events.vocabulary import CaseId
from policies.engine import WEIGHED
from policies.reference import Reference
from services.audit.course import Course, PoliciesAt, Seen, Sight, gone, members, sights, turns
from services.audit.names import Names, task
from services.audit.words import ROOMS, STAGES
from services.case_parts import Plan
from services.dutch_dates import local_day, local_moment
from services.reconstruction import CaseAt
from services.reconstruction_documents import PLACES

MOST_CHANGES = 300
"""Changes of one case of which the page tells what they let be seen; a longer course says so."""


@dataclass(frozen=True)
class Turn:
    """How the case stood from one moment on, up to the next turn."""

    since: str
    sequence: int
    """Number in the case of the last fact that counted."""
    stage: str
    room: str
    plan: str
    director: str
    """Who directs the case; empty when nobody does."""
    panel: tuple[str, ...]
    members: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """What an organisation could see in one stretch of time."""

    since: str
    after: int
    until: str
    up_to: int | None
    """Number of the last fact that counted when it changed; None when it did not."""
    org: str
    tasks: str
    place: str
    seen: str
    unseen: str


@dataclass(frozen=True)
class Stood:
    """How a case stood, from its first fact to the day of the page."""

    turns: tuple[Turn, ...] = ()
    views: tuple[View, ...] = ()
    is_cut: bool = False


class CourseWords:
    """Puts the course of a case into words."""

    def __init__(self, reference: Reference, names: Names, policies_at: PoliciesAt) -> None:
        self._reference, self._names, self._policies_at = reference, names, policies_at

    def follow(self, case_id: CaseId, end: datetime) -> Course:
        """Return a course that follows a case up to *end*."""
        return Course(case_id, self._policies_at, self._reference, end, MOST_CHANGES)

    def stood(self, course: Course) -> Stood:
        """Return a course that was followed to its end, in words."""
        known = [one for one in course.changes if one.case.stage is not None]
        return Stood(
            tuple(self._turn(one) for one in turns(known)),
            tuple(self._view(one) for one in sights(known)),
            course.is_cut,
        )

    def _turn(self, one: CaseAt) -> Turn:
        case, at = one.case, one.moment
        place = self._reference.place(case.chamber, at) if case.chamber else None
        weighing = case.panel if case.stage in WEIGHED else ()
        return Turn(
            local_moment(at),
            one.facts,
            STAGES[case.stage] if case.stage else "",
            place.name_nl if place else ROOMS[case.room] if case.room else "nog geen kamer",
            _plan(case.plan),
            case.case_director,
            tuple(self._member(each, at) for each in weighing),
            tuple(f"{self._member(who, at)}, tot {local_day(end)}" for who, end in members(one)),
            tuple(f"{self._member(who, at)}, op {local_day(end)}" for who, end in gone(one)),
        )

    def _member(self, one: PanelMember, at: datetime) -> str:
        return f"{self._names.org(one.org, at)} ({task(one.task)})"

    def _view(self, one: Sight) -> View:
        seen = [self._kind(each, one.since) for each in one.kinds if each.seen]
        unseen = [self._names.kind(each.category, one.since) for each in one.kinds if not each.seen]
        return View(
            local_moment(one.since),
            one.after,
            local_moment(one.until) if one.until else "tot nu toe",
            one.up_to,
            self._names.org(one.org, one.since),
            ", ".join(map(task, one.tasks)),
            PLACES[one.place],
            ", ".join(seen),
            ", ".join(unseen),
        )

    def _kind(self, one: Seen, at: datetime) -> str:
        more = [] if one.seen == one.all else [f"{one.seen} van de {one.all}"]
        if one.with_secrecy_ground:
            more.append("alleen met een grond om het beroepsgeheim te doorbreken")
        name = self._names.kind(one.category, at)
        return f"{name} ({', '.join(more)})" if more else name


def _plan(plan: Plan) -> str:
    told: Sequence[str] = (
        f"versie {plan.version} geldt" if plan.version else "",
        f"versie {plan.proposed.version} is voorgesteld" if plan.proposed else "",
    )
    return ", ".join(filter(None, told)) or "nog geen plan"
