"""Plays what happens beside the course of cases, a step every few days, and counts it."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from events.errors import Refusal
from events.vocabulary import CaseId
from services.bootstrap import House
from services.year.asides import Aside, Dealt, steady
from services.year.doings import Course, Doing, Send
from services.year.fates import Fate
from services.year.intruders import Intruders, Wrong
from services.year.officers import Officers
from services.year.partners import Partners
from services.year.rights import Rights
from services.year.sources import Sources
from services.year.staff import Staff

WAIT_DAYS = 2
Later = Callable[[int, Callable[[int], None]], None]
"""Lets something happen on a day of the year."""


@dataclass
class Beside:
    """What became of the side stories."""

    begun: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    """Steps that were carried out, by name."""
    refused: Counter[str] = field(default_factory=Counter)
    """Steps that were refused and should not have been, by name and code."""
    looks_refused: Counter[str] = field(default_factory=Counter)
    """Requests at the desk that had to be refused, by the code that they got."""


@dataclass
class _Running:
    aside: Aside
    case_id: CaseId
    steps: deque[str]
    course: Course = field(default_factory=Course)


class SidePlay:
    """The side stories of one year."""

    def __init__(
        self, house: House, staff: Staff, partners: Partners, send: Send, later: Later, rng: Random, days: int
    ) -> None:
        self._staff, self._later, self._rng, self._days = staff, later, rng, days
        officers = Officers(house, staff)
        self._doings: Mapping[str, Doing] = {
            **Sources(house, staff, partners, send).steps(),
            **officers.steps(),
            **Rights(house, staff).steps(),
        }
        self._wrongs: Mapping[str, Wrong] = Intruders(house, staff, officers).wrongs()
        self._dealt = Dealt(rng)
        self.beside = Beside()

    def case_started(self, case_id: CaseId, fate: Fate, day: int) -> None:
        """Let some side stories of a case begin, as far as they can end within the year."""
        if not steady(fate):
            return
        for aside in self._dealt.to(lambda one: day + one.days < self._days):
            self.beside.begun[aside.name] += 1
            self._plan(_Running(aside, case_id, deque(aside.steps)), day, 1, 6)

    def _plan(self, running: _Running, day: int, least: int, most: int) -> None:
        self._later(day + self._rng.randint(least, most), lambda then: self._next(running, then))

    def _next(self, running: _Running, day: int) -> None:
        name = running.steps[0]
        try:
            if not self._did(name, running):
                self._plan(running, day, WAIT_DAYS, WAIT_DAYS)
                return
        except Refusal as refusal:
            self.beside.refused[f"{running.aside.name}, {name}: {refusal.code}"] += 1
            return
        self.beside.steps[name] += 1
        running.steps.popleft()
        if running.steps:
            self._plan(running, day, WAIT_DAYS, 6)
        else:
            self.beside.done[running.aside.name] += 1

    def _did(self, name: str, running: _Running) -> bool:
        case = self._staff.case(running.case_id)
        wrong = self._wrongs.get(name)
        if wrong is None:
            return self._doings[name](case, running.course)
        try:
            wrong(case, running.course)
        except Refusal as refusal:
            self.beside.looks_refused[refusal.code] += 1
        return True
