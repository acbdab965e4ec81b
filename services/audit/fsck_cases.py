"""Case by case: the facts of a case in their order, the commands that made them, and its rows in the overviews.

A row is made twice from the same facts, by folds that share no code: that of the overview itself, for every column, and
the case file on which decisions are taken, for what the two have in common. So a fault of the one shows in the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from events.canonical import decode
from events.errors import Corrupt
from events.fact import Recorded, rfc3339
from events.stored import StoredCommand, StoredFact
from projections import case_state, work
from projections.case_state import CaseRow
from projections.reading import outline
from projections.waits import Waits, waits_text
from projections.work import CaseWork
from services.audit.findings import Findings, fact
from services.case_file import CaseFile, case_file
from services.waiting import waiting

Row = Mapping[str, object]
"""A row of an overview: column -> value, as JSON has it."""
Taken = Callable[[str, int], bool]
"""Says whether the overviews have taken the fact of this case with this index."""
T = TypeVar("T")
_WORK_KEY = ("kind", "about", "org")


class CaseRows(Protocol):
    """Everything in order of case id. All raise Unavailable."""

    def facts_by_case(self) -> Iterator[StoredFact]:
        """Yield every row of the event store with its index, in order of case and sequence."""
        ...

    def commands_by_case(self) -> Iterator[StoredCommand]:
        """Yield every receipt, in order of case and first sequence."""
        ...

    def rows_by_case(self, table: str) -> Iterator[Row]:
        """Yield the rows of ``case_state``, ``work`` or ``work_waits``."""
        ...


@dataclass(frozen=True)
class _Case:
    """All that the database has of one case."""

    case_id: str
    facts: Sequence[StoredFact]
    commands: Sequence[StoredCommand]
    rows: Sequence[Row]
    work: Sequence[Row]
    remembered: Sequence[Row]


def check_cases(store: CaseRows, findings: Findings, taken: Taken | None, step: Callable[[], None]) -> None:
    """Look at every case, and at its rows unless *taken* is None. Only one case is in memory at a time."""
    for case in _cases(store):
        _sequence(case, findings)
        _commands(case, findings)
        if taken is not None:
            _overviews(case, findings, taken)
        for _ in case.facts:
            step()


class _ByCase(Generic[T]):
    """A stream in order of case, taken case by case."""

    def __init__(self, stream: Iterator[T], case_of: Callable[[T], str]) -> None:
        self._stream, self._case_of = stream, case_of
        self._next = next(stream, None)

    @property
    def waits(self) -> str | None:
        """The case that comes next; None at the end."""
        return None if self._next is None else self._case_of(self._next)

    def take(self, case_id: str) -> list[T]:
        """Return all of one case, when it is the next."""
        found = []
        while self._next is not None and self._case_of(self._next) == case_id:
            found.append(self._next)
            self._next = next(self._stream, None)
        return found


def _cases(store: CaseRows) -> Iterator[_Case]:
    facts = _ByCase(store.facts_by_case(), lambda one: one.case_id)
    commands = _ByCase(store.commands_by_case(), lambda one: one.case_id)
    state, lists, memory = (
        _ByCase(store.rows_by_case(table), lambda one: str(one["case_id"]))
        for table in ("case_state", "work", "work_waits")
    )
    while waits := [one.waits for one in (facts, commands, state, lists, memory) if one.waits is not None]:
        case_id = min(waits)
        yield _Case(
            case_id,
            facts.take(case_id),
            commands.take(case_id),
            state.take(case_id),
            lists.take(case_id),
            memory.take(case_id),
        )


def _sequence(case: _Case, findings: Findings) -> None:
    """The facts of a case are numbered from 1 without gaps, and were committed in that order."""
    place, where = 0, f"zaak {case.case_id}"
    for expected, one in enumerate(case.facts, start=1):
        if one.sequence != expected:
            findings.add("sequence_gap", where, f"Na {expected - 1} komt {one.sequence}.")
            return
        if one.place <= place:
            findings.add("sequence_gap", where, f"Nummer {expected} is eerder vastgelegd dan het vorige.")
            return
        place = one.place


def _commands(case: _Case, findings: Findings) -> None:
    """Each command has all its facts, and each fact has its command."""
    there = {one.sequence for one in case.facts}
    covered: set[int] = set()
    for command in case.commands:
        made = set(range(command.first, command.last + 1))
        if not made <= there:
            findings.add("command_without_facts", f"zaak {case.case_id}", f"Opdracht {command.command_id}.")
        covered |= made
    for one in case.facts:
        if one.sequence not in covered:
            where = f"zaak {case.case_id}, nummer {one.sequence}" if one.index is None else fact(one.index)
            findings.add("fact_without_command", where)


def _overviews(case: _Case, findings: Findings, taken: Taken) -> None:
    states: dict[str, CaseRow] = {}
    works: dict[str, CaseWork] = {}
    recorded: list[Recorded] = []
    for one in case.facts:
        if one.index is None:
            continue
        try:
            recorded_fact, read = decode(one.value), outline(one.value)
            if taken(case.case_id, one.index):
                case_state.fold(states, read, one.index)
                work.fold(works, read, one.index)
                recorded.append(recorded_fact)
        except Corrupt:
            findings.add("fact_unreadable", fact(one.index))
            return
    state, works_of_case = states.get(case.case_id), works.get(case.case_id, CaseWork(Waits()))
    wanted = [] if state is None else [as_row(state)]
    compare_rows("case_state", ("case_id",), wanted, case.rows, findings)
    rows = [as_row(one) for one in works_of_case.rows.values()]
    compare_rows("work", ("case_id", *_WORK_KEY), rows, case.work, findings)
    memory = [{"case_id": case.case_id, "waits": waits_text(works[case.case_id].waits)}] if works else []
    compare_rows("work_waits", ("case_id",), memory, case.remembered, findings)
    _dispute(case_file(UUID(case.case_id), recorded), state, works_of_case, findings)


def _dispute(case: CaseFile, state: CaseRow | None, works: CaseWork, findings: Findings) -> None:
    """Hold the folds of the overviews against the case file, which is folded by other code."""
    where = f"zaak {case.case_id}"
    if case.stage is None or state is None:
        if (case.stage is None) != (state is None):
            findings.add("row_disputed", where)
        return
    told = (state.stage, state.room, state.channel, state.regime, state.referrer, state.subject_id, state.sequence)
    room = case.room.value if case.room else None
    subject = str(case.subject.subject_id)
    if told != (case.stage.value, room, case.channel, case.regime, case.referrer_org, subject, case.sequence):
        findings.add("row_disputed", where, "Fase, kamer, kanaal, regime, aanmelder, persoon of nummer.")
    still = {(one.kind, one.about, one.org, one.due) for one in works.rows.values() if one.closed_index is None}
    due = {(one.kind, str(one.about), one.org, rfc3339(one.due) if one.due else None) for one in waiting(case)}
    if still != due:
        findings.add("row_disputed", where, "Waarop gewacht wordt.")


def as_row(made: msgspec.Struct) -> Row:
    """Return a row of an overview as JSON has it."""
    row: Row = msgspec.json.decode(msgspec.json.encode(made))
    return row


def compare_rows(
    table: str, key: tuple[str, ...], wanted: Sequence[Row], live: Sequence[Row], findings: Findings
) -> None:
    """Compare rows that should be with rows that are, by their key; columns that only the table has are let be."""
    there = {tuple(str(row[column]) for column in key): row for row in live}
    for row in wanted:
        name = tuple(str(row[column]) for column in key)
        where = f"{table}: {' '.join(name)}"
        found = there.pop(name, None)
        if found is None:
            findings.add("row_missing", where)
            continue
        other = sorted(column for column, value in row.items() if found.get(column) != value)
        if other:
            findings.add("row_altered", where, f"Kolom {', '.join(other)}.")
    for name in there:
        findings.add("row_extra", f"{table}: {' '.join(name)}")
