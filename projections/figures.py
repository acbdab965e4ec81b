"""Counts for reports: facts in, a tally out. Pure; the order of the cases does not matter, that within a case does.

Only facts from before the end of the period, by ``occurred_at``, and from before the end of the edition, by log index,
are looked at. So the same facts give the same tally, today and in ten years, in one stream or partition by partition.
"""

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass

import msgspec

from events.errors import Corrupt
from projections.figures_period import Period
from projections.figures_shapes import Data, decoder_of
from projections.figures_story import Story
from projections.figures_tally import Tally, Wanted
from projections.reading import part

Stories = MutableMapping[str, Story]
"""Case id -> story."""


class Told(msgspec.Struct, gc=False):
    """What a report needs of every fact; ``data`` stays undecoded."""

    type: str
    id: str
    subject: str
    time: str
    """When the house wrote it."""
    data: msgspec.Raw


@dataclass(slots=True)
class Step:
    """One fact on its way into the tally."""

    tally: Tally
    period: Period
    index: int
    at: str
    """When it happened."""
    now: bool
    """Whether that is in the period; else it is before."""
    told: Told


Handler = Callable[[Story, Data, Step], None]
Ending = Callable[[str, Story, Tally, Period], None]
"""Counts how a case stands at the end: case id, story."""


@dataclass(frozen=True)
class Group:
    """Counts that belong together, and the facts that they need."""

    name: str
    handlers: dict[str, tuple[Handler, ...]]
    """Type of fact -> what is done with it, in order."""
    ending: Ending | None = None


_decoder = msgspec.json.Decoder(Told)


def told(value: bytes) -> Told:
    """Return what a report needs of one fact. Raises: Corrupt."""
    try:
        return _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Corrupt("Een waarde in het logboek is geen feit. Vergelijk het logboek met de opslag.") from None


class Figures:
    """One count of one period, over the facts before *stop*.

    Args:
        stories: what is remembered per case; the caller decides where that is kept.
        stop: log size of the edition; later facts are left out.
        wanted: the figure whose facts are kept by index.
    """

    def __init__(
        self, period: Period, groups: Iterable[Group], stories: Stories, stop: int, wanted: Wanted | None = None
    ) -> None:
        self.period, self.stop, self.tally = period, stop, Tally(wanted)
        self._groups, self._stories = tuple(groups), stories
        self._handlers: dict[str, tuple[Handler, ...]] = {}
        for group in self._groups:
            for type_name, handlers in group.handlers.items():
                self._handlers[type_name] = (*self._handlers.get(type_name, ()), *handlers)
        self._decoders = {type_name: decoder_of(type_name) for type_name in self._handlers}

    def take(self, fact: Told, index: int) -> None:
        """Count one fact. Raises: Corrupt."""
        handlers = self._handlers.get(fact.type)
        if handlers is None or index >= self.stop:
            return
        data = part(self._decoders[fact.type], fact.data)
        at = data.occurred_at
        if at >= self.period.end:
            return
        story = self._stories.get(fact.subject)
        if story is None:
            story = self._stories[fact.subject] = Story()
        step = Step(self.tally, self.period, index, at, at >= self.period.start, fact)
        for handler in handlers:
            handler(story, data, step)

    def moment_of(self, fact: Told) -> str | None:
        """Return when a fact happened that this count looks at; None for any other. Raises: Corrupt."""
        return part(decoder_of(fact.type), fact.data).occurred_at if fact.type in self._handlers else None

    def finish(self) -> Tally:
        """Count how every case stands at the end, and return all counts. Once."""
        endings = [group.ending for group in self._groups if group.ending is not None]
        if endings:
            for case_id, story in self._stories.items():
                for ending in endings:
                    ending(case_id, story, self.tally, self.period)
        return self.tally
