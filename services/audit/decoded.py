"""The facts of a bundle, decoded anew each time that they are looked through.

As objects they take several times their bytes, and a bundle may hold very many of them.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from events.canonical import decode
from events.fact import Fact, Recorded
from events.receipt import Numbered

F = TypeVar("F", bound=Fact)


class Decoded(Collection[tuple[int, Recorded]]):
    """(Index in the log, fact), in order of index. All raise Corrupt."""

    def __init__(self, facts: Sequence[Numbered]) -> None:
        self._facts = facts

    def __len__(self) -> int:
        return len(self._facts)

    def __iter__(self) -> Iterator[tuple[int, Recorded]]:
        return ((one.index, decode(one.value)) for one in self._facts)

    def __contains__(self, one: object) -> bool:
        return any(one == each for each in self)

    def of(self, *kinds: type[F]) -> Iterator[tuple[int, Recorded, F]]:
        """Yield the facts of some types, each with itself as such."""
        names = [f'"type":"{kind.type_name}"'.encode() for kind in kinds]
        for one in self._facts:
            if any(name in one.value for name in names):
                recorded = decode(one.value)
                if isinstance(recorded.fact, kinds):
                    yield one.index, recorded, recorded.fact
