"""Corrections: what the facts since an earlier edition change in periods that were over by then. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from projections.figures_period import Period
from projections.figures_tally import Tally
from services.reports.model import Correction, Corrections, Counted, Definition, Measured, Result
from services.reports.results import Basis, results_of

Tallies = tuple[Tally, Tally, Tally]
"""Of the period in the edition before; of the period before it, in this edition and in the edition before."""
Cell = tuple[str, str, tuple[str, ...]]
"""Figure, breakdown, key."""


def corrections_of(
    definition: Definition,
    now: Basis,
    since: int,
    as_of: str | None,
    tallies: Tallies,
    late: Mapping[int, str],
) -> Corrections:
    """Return what is another number now than in the edition of log size *since*.

    Args:
        now: this edition.
        as_of: when the last fact of the edition before was written; a period that ended later had no full edition.
        late: log index -> moment, of the facts since then that count.
    """
    period = now.made.period
    before, earlier_now, earlier_before = tallies
    found: list[Correction] = []
    periods: list[Period] = []
    for of, new, old in ((period.earlier, earlier_now, earlier_before), (period, now.made.tally, before)):
        if as_of is not None and as_of >= of.end:
            periods.append(of)
            found += _changes(definition, now, of, new, old)
    last = max((of.end for of in periods), default="")
    facts = None if definition.public else tuple(sorted(index for index, at in late.items() if at < last))
    return Corrections(since, as_of or "", tuple(periods), tuple(found), facts)


def _changes(definition: Definition, now: Basis, of: Period, new: Tally, old: Tally) -> Iterator[Correction]:
    made = replace(now.made, period=of, tally=new, sample=(), trail=())
    today = _cells(results_of(definition, replace(now, made=made, earlier=old, begin_only=False)))
    then = _cells(results_of(definition, replace(now, made=replace(made, tally=old), earlier=None)))
    raw_now = _cells(results_of(definition, replace(now, made=made, threshold=None, earlier=None)))
    raw_then = _cells(results_of(definition, replace(now, made=replace(made, tally=old), threshold=None, earlier=None)))
    for cell in sorted(raw_now.keys() | raw_then.keys()):
        number, before = raw_now.get(cell, (0, "", "", ()))[0], raw_then.get(cell, (0, "", "", ()))[0]
        if number == before:
            continue
        _, label, table, names = (raw_now if cell in raw_now else raw_then)[cell]
        told_now, told_then = today.get(cell, (None,))[0], then.get(cell, (None,))[0]
        if now.threshold is None:
            told_now, told_then = number, before
        elif told_then is None:
            continue  # the edition before did not tell it, so there is nothing to correct
        elif told_now is None:
            told_then = None
        yield Correction(of, cell[0], label, table, cell[2], names, told_then, told_now)


Told = tuple[int | None, str, str, tuple[str, ...]]


def _cells(results: tuple[Result, ...]) -> dict[Cell, Told]:
    """Return every number of a report with its labels."""
    found: dict[Cell, Told] = {}
    for result in results:
        if isinstance(result, Counted):
            if result.figure.total:
                found[result.figure.id, "", ()] = (result.total, result.figure.label, "", ())
            for table in result.tables:
                for number in table.numbers:
                    told = (number.count, result.figure.label, table.by.label, number.names)
                    found[result.figure.id, table.by.facet, number.key] = told
        elif isinstance(result, Measured):
            for row in result.rows:
                told = (row.median, result.figure.label, "middelste, in dagen", (row.name,))
                found[result.figure.id, "median", (row.key,)] = told
    return found
