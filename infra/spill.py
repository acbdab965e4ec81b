"""A table in memory that lays aside what was not used lately: it grows on disk, never in memory.

The file has no name and goes with the connection; nothing of it is left behind.
"""

import sqlite3
from collections.abc import Callable, ItemsView, Iterator, MutableMapping
from typing import Generic, TypeVar

V = TypeVar("V")
KEPT = 2_000
"""Values in each of the two generations that are held in memory."""


class Spilled(MutableMapping[str, V], Generic[V]):
    """Fits ``MutableMapping``. A value may be changed in place until it is asked for again: what is here is the value.

    Args:
        pack: gives the bytes of a value.
        unpack: gives the value of those bytes.
        kept: values that each of two generations holds at most; twice as many are in memory.
    """

    def __init__(self, pack: Callable[[V], bytes], unpack: Callable[[bytes], V], kept: int = KEPT) -> None:
        self._pack, self._unpack, self._kept = pack, unpack, kept
        self._young: dict[str, V] = {}
        self._old: dict[str, V] = {}
        self._spilled = 0
        self._disk = sqlite3.connect("", isolation_level=None)
        self._disk.execute("PRAGMA journal_mode = OFF")
        self._disk.execute("PRAGMA cache_size = -4096")
        self._disk.execute("CREATE TABLE aside (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")

    def __getitem__(self, key: str) -> V:
        found = self._young.get(key)
        if found is not None:
            return found
        found = self._old.pop(key, None)
        if found is None:
            found = self._fetched(key)
        self._put(key, found)
        return found

    def get(self, key: str, default: V | None = None) -> V | None:  # type: ignore[override]  # as it is called
        """Return the value, or *default*."""
        found = self._young.get(key)
        if found is not None:
            return found
        try:
            return self[key]
        except KeyError:
            return default

    def __setitem__(self, key: str, value: V) -> None:
        self._old.pop(key, None)
        self._put(key, value)

    def __delitem__(self, key: str) -> None:
        gone = self._young.pop(key, None) is not None
        gone = self._old.pop(key, None) is not None or gone
        if self._spilled:
            gone = self._disk.execute("DELETE FROM aside WHERE name = ?", (key,)).rowcount > 0 or gone
        if not gone:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        self._lay_all_aside()
        for (name,) in self._disk.execute("SELECT name FROM aside ORDER BY name"):
            yield name

    def items(self) -> ItemsView[str, V]:
        """Return the pairs; going through them leaves memory as it is."""
        return _Pairs(self)

    def pairs(self) -> Iterator[tuple[str, V]]:
        """Yield every pair, in order of the keys."""
        self._lay_all_aside()
        for name, value in self._disk.execute("SELECT name, value FROM aside ORDER BY name"):
            yield name, self._unpack(value)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def close(self) -> None:
        """Let go of everything."""
        self._young, self._old = {}, {}
        self._disk.close()

    def _fetched(self, key: str) -> V:
        row = self._disk.execute("SELECT value FROM aside WHERE name = ?", (key,)).fetchone() if self._spilled else None
        if row is None:
            raise KeyError(key)
        return self._unpack(row[0])

    def _put(self, key: str, value: V) -> None:
        if len(self._young) >= self._kept and key not in self._young:
            self._lay_aside(self._old)
            self._old, self._young = self._young, {}
        self._young[key] = value

    def _lay_all_aside(self) -> None:
        self._lay_aside(self._old)
        self._lay_aside(self._young)
        self._old, self._young = {}, {}

    def _lay_aside(self, values: dict[str, V]) -> None:
        if values:
            self._spilled += len(values)
            self._disk.execute("BEGIN")
            self._disk.executemany(
                "INSERT OR REPLACE INTO aside VALUES (?, ?)",
                ((name, self._pack(value)) for name, value in values.items()),
            )
            self._disk.execute("COMMIT")


class _Pairs(ItemsView[str, V]):
    def __init__(self, table: Spilled[V]) -> None:
        super().__init__(table)
        self._table = table

    def __iter__(self) -> Iterator[tuple[str, V]]:
        return self._table.pairs()
