"""Makes one edition of a report: one pass over the facts, counts, then words. No clock, no chance, no place of its own.

Facts may come in the order of the log or partition by partition: only the order within a case matters.
"""

import hashlib
import heapq
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from events.errors import BadSetting
from events.receipt import Numbered
from projections.figures import Figures, Group, Told, told
from projections.figures_cases import ENDED
from projections.figures_period import Period
from projections.figures_story import Story
from projections.figures_tally import Tally, Wanted
from projections.figures_words import TYPES as TABLES
from projections.figures_words import Rulebook, Words
from services.reports.compare import corrections_of
from services.reports.model import Definition, Made, Report
from services.reports.results import Basis, name_of, results_of
from services.reports.shared import PLACE
from services.reports.trail import trail_of

MakeStories = Callable[[], AbstractContextManager[MutableMapping[str, Story]]]
"""Gives an empty table of stories, and takes it back."""


class ReportLog(Protocol):
    """The facts of one edition."""

    @property
    def size(self) -> int:
        """Facts in it: those with a lower log index."""
        ...

    @property
    def root_hash(self) -> str:
        """The root of the tree of that size, SHA-256 in hex, as it was signed."""
        ...

    def read(self) -> Iterable[Numbered]:
        """Yield every fact once; those of one case in their order. Raises: Unavailable."""
        ...

    @property
    def complete(self) -> bool:
        """Whether what was last read to the end is every fact, and gives that root."""
        ...


@dataclass(frozen=True)
class Asked:
    """Which edition is wanted.

    Args:
        since: log size of the edition before, to tell what changed in it; None for a first edition.
        place: a room, for a report that can be narrowed to one.
        trace: a figure whose facts are to be named.
    """

    definition: Definition
    period: Period
    since: int | None = None
    place: str | None = None
    trace: Wanted | None = None


@dataclass(frozen=True)
class Edition:
    """A report, and the facts behind the figure that was asked for."""

    report: Report
    traced: tuple[int, ...] = ()


@dataclass
class _AsOf:
    """The moment at which the last fact before *stop* was written."""

    stop: int
    index: int = -1
    at: str | None = None

    def take(self, fact: Told, index: int) -> None:
        if self.index < index < self.stop:
            self.index, self.at = index, fact.time


@dataclass
class Sampler:
    """Keeps the cases of the sample while every case goes by: those with the lowest SHA-256 of root and case.

    Args:
        many: how many cases.
    """

    root_hash: str
    many: int
    _kept: list[tuple[int, str]] = field(default_factory=list)

    def ending(self, case_id: str, story: Story, _: Tally, period: Period) -> None:
        """Take a case that ran at the start of the period, or came in during it."""
        if not story.channel or (story.at_start.stage in ENDED and story.referred < period.start):
            return
        rank = int.from_bytes(hashlib.sha256(f"{self.root_hash}|{case_id}".encode()).digest())
        heapq.heappush(self._kept, (-rank, case_id))
        if len(self._kept) > self.many:
            heapq.heappop(self._kept)

    @property
    def cases(self) -> tuple[str, ...]:
        """The sample, the lowest first."""
        return tuple(case_id for _, case_id in sorted(self._kept, reverse=True))


def make(asked: Asked, log: ReportLog, stories: MakeStories, packaged: Mapping[str, object]) -> Edition:
    """Make the edition. The same arguments over the same facts give an equal one, always.

    Args:
        packaged: the packaged tables, for what the facts of the log do not tell.
    Raises: BadSetting when the edition before is no earlier one, or a public report is asked for part of a year;
        Unavailable; Corrupt.
    """
    _may_be(asked, log.size)
    definition, period = asked.definition, asked.period
    sampler = Sampler(log.root_hash, 0)
    groups = (*definition.groups, Group("sample", {}, sampler.ending)) if definition.samples else definition.groups
    rules, as_of = Rulebook(log.size), _AsOf(log.size)
    then = _AsOf(asked.since if asked.since is not None else 0)
    with ExitStack() as stack:

        def count(of: Period, stop: int, these: tuple[Group, ...], wanted: Wanted | None = None) -> Figures:
            return Figures(of, these, stack.enter_context(stories()), stop, wanted)

        main = count(period, log.size, groups, asked.trace)
        beside: list[Figures] = []
        if asked.since is not None:
            beside = [
                count(period, asked.since, definition.groups),
                count(period.earlier, log.size, definition.groups),
                count(period.earlier, asked.since, definition.groups),
            ]
        passes = (main, *beside)
        late: dict[int, str] = {}
        for one in log.read():
            fact = told(one.value)
            for figures in passes:
                figures.take(fact, one.index)
            as_of.take(fact, one.index)
            then.take(fact, one.index)
            if fact.type in TABLES:
                rules.take(fact, one.index)
            if asked.since is not None and one.index >= asked.since:
                happened = main.moment_of(fact)
                if happened is not None and happened < period.end:
                    late[one.index] = happened
        words, packaged_words = rules.words(packaged), Rulebook(0).words(packaged)
        sampler.many = _term("audit-sample", words, packaged_words, period)
        tally = main.finish()
        others = [figures.finish() for figures in beside]
    sample = sampler.cases
    trail = trail_of(log.read(), sample, log.size) if sample else ()
    made = Made(tally, words, period, log.size, log.root_hash, log.complete, sample, trail)
    threshold = _term("small-number", words, packaged_words, period) if definition.public else None
    corrections = None
    earlier, begin_only = None, False
    if asked.since is not None:
        earlier, begin_only = others[0], then.at is None or then.at < period.end
        corrections = corrections_of(
            definition,
            Basis(made, threshold, asked.place),
            asked.since,
            then.at,
            (others[0], others[1], others[2]),
            late,
        )
    report = Report(
        definition=definition,
        period=period,
        place=asked.place,
        place_name=name_of(PLACE, asked.place, words, period) if asked.place else None,
        as_of=as_of.at,
        over=as_of.at is not None and as_of.at >= period.end,
        log_size=log.size,
        root_hash=log.root_hash,
        complete=log.complete,
        threshold=threshold,
        results=results_of(definition, Basis(made, threshold, asked.place, earlier, begin_only)),
        corrections=corrections,
    )
    return Edition(report, tuple(sorted(tally.traced)))


def _may_be(asked: Asked, size: int) -> None:
    if asked.definition.public and not asked.period.is_year:
        raise BadSetting("Een openbaar rapport gaat over een heel kalenderjaar. Geef alleen een jaar.")
    if asked.since is not None and not 0 <= asked.since <= size:
        raise BadSetting(f"De vorige editie heeft geen plaats tussen 0 en {size} in het logboek. Geef een eerdere.")
    if asked.place is not None and not any(getattr(one, "placed", False) for one in _parts(asked.definition)):
        raise BadSetting("Dit rapport is er niet per kamer. Laat de kamer weg.")


def _parts(definition: Definition) -> list[object]:
    return [*definition.figures, *(by for figure in definition.figures for by in getattr(figure, "by", ()))]


def _term(name: str, words: Words, packaged: Words, period: Period) -> int:
    found = words.term(name, period.last)
    found = packaged.term(name, period.last) if found is None else found
    if found is None:
        raise BadSetting(
            f"De term {name} is op {period.last} niet bepaald. Vul policies/reference_data/terms.toml aan."
        )
    return found
