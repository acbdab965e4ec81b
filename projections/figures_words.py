"""The tables as the log itself tells them: names for codes, lists that are complete, terms of a day. Pure.

A report that is made again in ten years must say the same, so it takes no name from the program that makes it: the
tables stand in the facts of policy sets, and what the controllers decided since in the facts of governance. Only a log
from before there were such facts needs the packaged tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from events.governance import GovernanceDecided
from events.policy_set import PolicySetActivated
from policies.amending import KEYS
from projections.figures import Told
from projections.reading import part

Entry = Mapping[str, object]
NAMES = ("name_nl", "says_nl", "ref")
"""Fields in which a table names what a code stands for, the first that is there."""


class _Change(msgspec.Struct, gc=False):
    table: str
    key: str
    entry: dict[str, object]


class _Decided(msgspec.Struct, gc=False):
    changes: list[_Change]


class _Set(msgspec.Struct, gc=False):
    tables: dict[str, object]


_decided, _set = msgspec.json.Decoder(_Decided), msgspec.json.Decoder(_Set)


TYPES = frozenset({PolicySetActivated.type_name, GovernanceDecided.type_name})
"""Facts that the tables follow from."""


class Rulebook:
    """Gathers the facts of the rules from before *stop*, in whatever order they are read."""

    def __init__(self, stop: int) -> None:
        self._stop = stop
        self._sets: dict[int, Mapping[str, object]] = {}
        self._changes: dict[int, list[_Change]] = {}

    def take(self, fact: Told, index: int) -> None:
        """Take one fact. Raises: Corrupt."""
        if index >= self._stop:
            return
        if fact.type == PolicySetActivated.type_name:
            self._sets[index] = part(_set, fact.data).tables
        elif fact.type == GovernanceDecided.type_name:
            self._changes[index] = part(_decided, fact.data).changes

    def words(self, packaged: Mapping[str, object]) -> "Words":
        """Return the tables of the newest policy set, or *packaged* when there is none, with every decided change."""
        start = self._sets[max(self._sets)] if self._sets else packaged
        tables = {name: [dict(one) for one in _entries(start.get(name))] for name in KEYS}
        for index in sorted(self._changes):
            for change in self._changes[index]:
                tables.setdefault(change.table, []).append(change.entry)
        return Words(tables)


class Words:
    """Dated tables, to look names and terms up in."""

    def __init__(self, tables: Mapping[str, Sequence[Entry]]) -> None:
        self._tables = tables

    def name(self, table: str, code: str, day: date) -> str:
        """Return what *code* is called on a day, else what it was last called, else the code itself."""
        entries = self._of(table, code)
        found = [one for one in entries if _in_force(one, day)] or entries
        if not found:
            return code
        newest = max(found, key=lambda one: str(one.get("valid_from")))
        return next((str(newest[field]) for field in NAMES if field in newest), code)

    def codes(self, table: str, first: date, last: date) -> list[str]:
        """Return the codes that were in force on any day from *first* to *last*, in the order of the table.

        Args:
            table: name of a table, or ``choices/<list>`` for one list that people choose from.
        """
        found = [_code(table, one) for one in self._rows(table) if _overlaps(one, first, last)]
        return list(dict.fromkeys(found))

    def entry(self, table: str, code: str, day: date) -> Entry | None:
        """Return the entry of *code* in force on a day."""
        found = [one for one in self._of(table, code) if _in_force(one, day)]
        return max(found, key=lambda one: str(one.get("valid_from"))) if found else None

    def term(self, name: str, day: date) -> int | None:
        """Return the value of a term on a day; None when these tables do not know it."""
        entry = self.entry("terms", name, day)
        return int(str(entry["value"])) if entry is not None else None

    def _of(self, table: str, code: str) -> list[Entry]:
        return [one for one in self._rows(table) if _code(table, one) == code]

    def _rows(self, table: str) -> Iterable[Entry]:
        name, _, chosen = table.partition("/")
        return (one for one in self._tables.get(name, ()) if not chosen or one.get("list") == chosen)


def _entries(value: object) -> list[Entry]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _code(table: str, entry: Entry) -> str:
    fields = ("code",) if "/" in table else KEYS[table]
    return "/".join(str(entry.get(field)) for field in fields)


def _in_force(entry: Entry, day: date) -> bool:
    return _overlaps(entry, day, day)


def _overlaps(entry: Entry, first: date, last: date) -> bool:
    until = entry.get("valid_until")
    return str(entry.get("valid_from")) <= last.isoformat() and (until is None or str(until) >= first.isoformat())
