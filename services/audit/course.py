"""The course of one case: how it stood from each change on, and what each organisation could see then. Pure.

It is the fold of ``zvh case show --at … --known then``, taken at every moment at which its answer may have changed: a
fact that changed the case, or the end of an organisation's access, for which no fact is needed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from events.assessment import PanelMember
from events.fact import Recorded
from events.vocabulary import CaseId, Code, OrgCode, Task
from policies.engine import Policies
from policies.reference import Reference
from services.case_file import CaseFile, evolve
from services.case_parts import nothing
from services.reconstruction import CaseAt, Known, Reader, standing

PoliciesAt = Callable[[datetime], Policies]
"""Gives the policies that were in use at a moment."""


@dataclass(frozen=True)
class Seen:
    """How much of one kind of data a reader could see: 1 of 1 stands for all, 0 of 1 for none.

    More of what is seen whole, or not at all, is no change.
    """

    category: Code
    seen: int
    all: int
    with_secrecy_ground: bool
    """Some of it only when a ground to break the professional secret is named."""


@dataclass(frozen=True)
class Sight:
    """What the same could be seen by tasks of one organisation, from one moment up to another."""

    org: OrgCode
    tasks: tuple[Task, ...]
    place: str
    since: datetime
    after: int
    """Number in the case of the last fact that counted then."""
    until: datetime | None
    """None when it had not changed by the end of the course."""
    up_to: int | None
    """Number of the last fact that counted when it changed; None when it did not."""
    kinds: tuple[Seen, ...]


class Course:
    """Follows one case fact by fact.

    Args:
        end: the moment up to which it is told.
        most: how many changes are told at most; what any of them let be seen takes time to ask.
    """

    def __init__(
        self, case_id: CaseId, policies_at: PoliciesAt, reference: Reference, end: datetime, most: int
    ) -> None:
        self._policies_at, self._reference, self._end, self._most = policies_at, reference, end, most
        self._case, self._facts = CaseFile(case_id), 0
        self._moment: datetime | None = None
        self._told: CaseFile | None = None
        self.changes: list[CaseAt] = []

    @property
    def is_cut(self) -> bool:
        """Whether there were more changes than are told."""
        return len(self.changes) >= self._most

    def take(self, one: Recorded) -> None:
        """Take the next fact of the case."""
        written = one.envelope.recorded_at
        if self._moment is not None and written > self._moment:
            self._tell(self._moment, written)
        # Where the clock was set back, a fact counts as written no earlier than those before it.
        self._moment = written if self._moment is None else max(self._moment, written)
        self._case, self._facts = evolve(self._case, one), self._facts + 1

    def finish(self) -> "Course":
        """Tell what the last facts led to, and whose access ended since."""
        if self._moment is not None:
            self._tell(self._moment, self._end)
        return self

    def _tell(self, moment: datetime, before: datetime) -> None:
        """Tell how the case stood from *moment* up to *before*, when that is another way than was told last."""
        now = _what_counts(self._case)
        ends = sorted({end for end in _ends(self._case) if moment < end < before})
        at = ([] if now == self._told else [moment]) + ends
        self._told = now
        for each in at[: self._most - len(self.changes)]:
            policies = self._policies_at(each)
            self.changes.append(standing(self._case, self._facts, each, Known.THEN, policies, self._reference))


def sights(changes: Sequence[CaseAt]) -> list[Sight]:
    """Return what each organisation could see, each stretch of time in which that stayed the same once."""
    open_ones: dict[tuple[OrgCode, Task], Sight] = {}
    found: list[Sight] = []
    for one in changes:
        now = {(each.org, each.task): _sight(each, one) for each in one.readers if each.items}
        for who, sight in list(open_ones.items()):
            kept = now.get(who)
            if kept is None or (kept.place, kept.kinds) != (sight.place, sight.kinds):
                found.append(replace(open_ones.pop(who), until=one.moment, up_to=one.facts))
        for who, sight in now.items():
            open_ones.setdefault(who, sight)
    return _joined([*found, *open_ones.values()])


def _sight(reader: Reader, at: CaseAt) -> Sight:
    kinds: dict[Code, Seen] = {}
    for one in reader.items:
        code = at.case.items[one.item_id].item.category
        known = kinds.get(code, Seen(code, 0, 0, with_secrecy_ground=False))
        seen = known.seen + one.verdict.allowed
        kinds[code] = Seen(code, seen, known.all + 1, known.with_secrecy_ground or one.with_secrecy_ground)
    ordered = tuple(_plain(kinds[code]) for code in sorted(kinds))
    return Sight(reader.org, (reader.task,), reader.place, at.moment, at.facts, None, None, ordered)


def _plain(one: Seen) -> Seen:
    return replace(one, seen=one.seen // one.all, all=1) if one.seen in (0, one.all) else one


def _joined(found: Iterable[Sight]) -> list[Sight]:
    """Return them in order of time, tasks of one organisation that saw the same in the same stretch together."""
    joined: dict[Sight, tuple[Task, ...]] = {}
    for one in sorted(found, key=lambda one: (one.since, one.after, one.org, one.tasks)):
        alike = replace(one, tasks=())
        joined[alike] = (*joined.get(alike, ()), *one.tasks)
    return [replace(alike, tasks=tasks) for alike, tasks in joined.items()]


def turns(changes: Sequence[CaseAt]) -> Iterator[CaseAt]:
    """Yield the changes after which stage, room, plan or who takes part is another than before."""
    if changes:
        yield changes[0]
    for before, after in pairwise(changes):
        if _outline(before) != _outline(after):
            yield after


def members(one: CaseAt) -> list[tuple[PanelMember, datetime]]:
    """Return who works on the case at that moment, each with the end of its access."""
    return [(each.member, each.until) for each in one.case.participants if one.moment < each.until]


def gone(one: CaseAt) -> list[tuple[PanelMember, datetime]]:
    """Return who no longer works on it, each with the moment at which its access ended."""
    ended = [(each.member, each.until) for each in one.case.participants if one.moment >= each.until]
    back = {member for member, _ in members(one)}
    return [(who, when) for who, when in [*((p.member, p.until) for p in one.case.left), *ended] if who not in back]


def _outline(one: CaseAt) -> object:
    case = one.case
    plan = case.plan.version, case.plan.proposed and case.plan.proposed.version
    return case.stage, case.room, case.chamber, case.panel, case.case_director, plan, members(one), gone(one)


def _what_counts(case: CaseFile) -> CaseFile:
    """Return the case without what only counts or reminds: who looked, who confirmed, what the clock told."""
    return replace(case, sequence=0, receipts=nothing(), told=frozenset(), shown=None, confirmed=None)


def _ends(case: CaseFile) -> Iterator[datetime]:
    yield from (one.until for one in case.participants)
    yield from (one.until for one in case.supervisions.values())
    yield from (one.fact.valid_until for one in case.grants.values() if one.fact.valid_until is not None)
