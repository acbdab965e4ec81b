"""Plays the year, day by day: partners send, the clock goes round, staff work, partners hear and answer later."""

import heapq
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from uuid import UUID

from events.errors import Refusal
from events.vocabulary import CaseId, OrgCode, Stage
from policies.entries import AMSTERDAM
from services.bootstrap import House
from services.scheduling import Done
from services.year.fates import Fate, fates
from services.year.lines import Line
from services.year.moment import MovedClock
from services.year.partners import CRITERIA, WEAK, Partners, Reply
from services.year.side_play import Beside, SidePlay
from services.year.staff import Staff, Step

DAYS = 365
CHAMBERS = ("CHAMBER_NORTH", "CHAMBER_SOUTH")
REFERRERS = ("POLICE", "MUNICIPAL_EXECUTIVE", "PROBATION", "SAFE_HOME", "MENTAL_HEALTH", "NEIGHBOURHOOD_TEAM")
LATE = 14
"""Days before the end of the year from which a step waits that is not to be followed by destruction in that year."""
KEPT_DAYS = 45
"""Days that a story needs after its end when its content is to be destroyed within the year."""


@dataclass
class Story:
    """One case on its way."""

    fate: Fate
    org: OrgCode
    chamber: str
    steps: deque[str]
    subject: dict[str, object]
    event_id: str = ""
    signal_id: str | None = None
    case_id: CaseId | None = None
    refused: str | None = None
    """Code of a step that was refused and should not have been."""


@dataclass
class Year:
    """What became of the year."""

    stories: list[Story]
    beside: Beside
    """What happened beside the course of the cases."""
    stages: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """Steps of staff that were refused, by code."""
    looks: int = 0
    """Requests at the desk of who came to work on a case, that were granted."""
    looks_refused: Counter[str] = field(default_factory=Counter)
    """Requests at the desk that were refused, by code."""
    clock: Done = field(default_factory=Done)


class Play:
    """One year."""

    def __init__(self, house: House, clock: MovedClock, line: Line, seed: int, referrals: int) -> None:
        self._house, self._clock, self._line = house, clock, line
        self._rng = Random(seed)  # noqa: S311 - a simulation must be repeatable, not secret
        self._partners = Partners(self._rng, house.reference, clock.now())
        self._staff = Staff(house, self._rng)
        self._start = clock.now()
        self._numbers = count()
        self._due: list[tuple[int, int, Callable[[int], None]]] = []
        self._by_event: dict[str, Story] = {}
        self._side = SidePlay(house, self._staff, self._partners, line.send, self._later, self._rng, DAYS)
        self.year = Year([self._story(fate) for fate in fates(self._rng, referrals)], self._side.beside)

    def run(self, progress: Callable[[], None] = lambda: None) -> Year:
        """Play every day, and return what became of it. Raises: Unavailable; Corrupt."""
        for day in range(DAYS):
            self._clock.move(self._moment(day, 8))
            acting = self._today(day)
            for work in acting:
                work(day)
            if acting or day % 7 == 0 or day == DAYS - 1:
                self._round()
            for org, message in self._line.hear():
                self._heard(org, message, day)
            progress()
        self._line.settle()
        self.year.stages = Counter(row.stage for row in self._house.views.cases())
        return self.year

    def _round(self) -> None:
        self._line.settle()
        done = self._house.scheduler.round()
        before = self.year.clock
        self.year.clock = Done(
            before.reminded + done.reminded, before.missed + done.missed, before.destroyed + done.destroyed
        )
        if done != Done():
            self._line.settle()

    def _story(self, fate: Fate) -> Story:
        org = self._rng.choice(REFERRERS)
        story = Story(fate, org, self._rng.choice(CHAMBERS), deque(fate.steps), self._partners.somebody())
        longest = DAYS - 2 if len(fate.steps) == 1 else max(5, DAYS - 12 * len(fate.steps))
        if fate.stage is Stage.DESTROYED:
            longest -= KEPT_DAYS
        self._later(self._rng.randint(0, longest), lambda day: self._next(story, day))
        return story

    def _later(self, day: int, work: Callable[[int], None]) -> None:
        heapq.heappush(self._due, (day, next(self._numbers), work))

    def _today(self, day: int) -> list[Callable[[int], None]]:
        found = []
        while self._due and self._due[0][0] <= day:
            found.append(heapq.heappop(self._due)[2])
        return found

    def _moment(self, day: int, hour: int) -> datetime:
        local = self._start.astimezone(AMSTERDAM).date() + timedelta(days=day)
        return datetime.combine(local, time(hour), AMSTERDAM).astimezone(UTC)

    def _next(self, story: Story, day: int) -> None:
        """Do the next step of a story, and plan the one after it."""
        if not story.steps:
            return
        name = story.steps[0]
        if name in _PARTNER_STEPS:
            story.steps.popleft()
            self._partner_step(story, name, day)
        elif story.case_id is None:
            self._later(day + 1, lambda then: self._next(story, then))  # the answer on the feed tells the number
            return
        elif not self._staff_step(story, name, day):
            self._later(day + 2, lambda then: self._next(story, then))
            return
        else:
            story.steps.popleft()
            if name == "start" and story.refused is None:
                self._side.case_started(story.case_id, story.fate, day)
        if story.refused is None:
            self._later(day + self._rng.randint(2, 9), lambda then: self._next(story, then))

    def _partner_step(self, story: Story, name: str, day: int) -> None:
        at = self._moment(day, 7)
        match name:
            case "signal":
                story.signal_id, value = self._partners.signal(story.org, at, story.subject)
                self._by_event[story.signal_id] = story
            case "refer" | "refer-weak" | "refer-incomplete":
                criteria = {"refer": CRITERIA, "refer-weak": WEAK, "refer-incomplete": {}}[name]
                found = self._partners.refer(story.org, at, criteria, story.subject, story.signal_id)
                story.event_id, value = found
                self._by_event[story.event_id] = story
            case "supplement":
                value = self._partners.supplement(story.org, story.event_id, CRITERIA)
            case _:
                value = self._partners.withdrawal(story.org, story.event_id)
        self._line.send(story.org, value)

    def _staff_step(self, story: Story, name: str, day: int) -> bool:
        """Do a step of staff; False when it has to wait. A refusal ends the story and is counted."""
        assert story.case_id is not None  # noqa: S101 - for the type checker: looked at by the caller
        case = self._staff.case(story.case_id)
        if name == "wait-for-the-last-weeks":
            return day >= DAYS - LATE
        if name == "assess":
            weak = "refer-weak" in story.fate.steps
            steps = [self._staff.assess(case, weak=weak, direct="accept-house" in story.fate.steps)]
        elif name == "accept-escalation":
            steps = self._staff.take_over(case)
        else:
            weighs = "HOUSE" if name == "triage" and "accept-house" in story.fate.steps else story.chamber
            steps = [self._staff.step(name, case, weighs)]
        return all(self._carried_out(story, step) for step in steps)

    def _carried_out(self, story: Story, step: Step) -> bool:
        if step.command is None:
            return False
        assert story.case_id is not None  # noqa: S101
        try:
            self._house.carry_out(step.command, step.acting, story.case_id)
        except Refusal as refusal:
            story.refused = refusal.code
            self.year.refused[f"{type(step.command).__name__}: {refusal.code}"] += 1
        return True

    def _heard(self, org: OrgCode, value: bytes, day: int) -> None:
        message = json.loads(value)
        kind, data = message["type"].split(".")[3], message["data"]
        story = self._by_event.get(str(data.get("event", {}).get("id")))
        if story is not None and "case_id" in data and "problem" not in data:
            story.case_id = story.case_id or UUID(data["case_id"])
        today = self._moment(day, 8).date()
        for reply in self._partners.replies(org, kind, data, today):
            self._later(day + reply.after_days, partial(self._sent, reply))
        if kind in ("case-started", "case-escalated"):
            self._later(day + self._rng.randint(1, 6), lambda _: self._look(org, UUID(data["case_id"])))

    def _sent(self, reply: Reply, _: int) -> None:
        self._line.send(reply.org, reply.value)

    def _look(self, org: OrgCode, case_id: CaseId) -> None:
        try:
            self._staff.read_file(org, case_id)
            self.year.looks += 1
        except Refusal as refusal:
            self.year.looks_refused[refusal.code] += 1


_PARTNER_STEPS = frozenset({"signal", "refer", "refer-weak", "refer-incomplete", "supplement", "withdraw"})
