"""From counts to what a report says: names, complete lists, and for the public what is withheld. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from projections.figures_period import TREND_YEARS, Period
from projections.figures_tally import ALL, Tally, quantile
from projections.figures_words import Words
from services.reports.intake import rests_of
from services.reports.model import (
    By,
    Column,
    Count,
    Counted,
    Definition,
    Listed,
    Listing,
    Made,
    Measured,
    Number,
    Result,
    Shown,
    Spread,
    Table,
    Took,
    Value,
)
from services.reports.names import NAMES
from services.reports.protect import Breakdown, Cell, protect

MEDIAN, NINE_IN_TEN = 0.5, 0.9
OUTSIDE = ("third_parties", "collaborations", "supervisors", "choices/breach-recipient")
"""Tables of those who are no participant, in the order in which a name is looked for."""
FEW = 10
"""Measurements below which "nine out of ten" would say more than is known."""


@dataclass(frozen=True)
class Basis:
    """What results are made of.

    Args:
        earlier: the counts of the edition before, for the same period; None when there is none to compare with.
        begin_only: compare only what the edition before told about the start of the period: it was not over then.
    """

    made: Made
    threshold: int | None
    place: str | None = None
    earlier: Tally | None = None
    begin_only: bool = False


def results_of(definition: Definition, basis: Basis) -> tuple[Result, ...]:
    """Return what each figure came to, in order."""
    return tuple(_result(figure, basis) for figure in definition.figures)


def _result(figure: Count | Spread | Listing, basis: Basis) -> Result:
    if isinstance(figure, Count):
        return counted(figure, basis)
    if isinstance(figure, Spread):
        return _measured(figure, basis)
    return _listed(figure, basis.made)


def counted(figure: Count, basis: Basis) -> Counted:
    """Return a count with its breakdowns; for the public, what must be withheld is."""
    tally, words, period = basis.made.tally, basis.made.words, basis.made.period
    keys = {by.facet: _keys(figure.series, by, basis) for by in figure.by}
    total: int | None = _total(figure, basis, keys)
    hidden: dict[tuple[str, str], bool] = {}
    if basis.threshold is not None:
        root, cells = _tree(figure, basis, keys)
        protect(root, basis.threshold)
        hidden = {name: cell.withheld for name, cell in cells.items()}
        total = None if root.withheld else total
    tables = []
    for by in figure.by:
        if isinstance(figure, Shown) and by.facet not in figure.shown:
            continue
        listed, rows = set(_listed_codes(by, words, period)), []
        for key in keys[by.facet]:
            withheld = hidden.get((by.facet, key), False)
            if withheld and key not in listed:
                continue  # that there is such a row at all would tell that it is not zero
            parts = tuple(key.split("/"))
            names = tuple(name_of(column, code, words, period) for column, code in zip(by.columns, parts, strict=True))
            rows.append(Number(parts, names, None if withheld else tally.cells(figure.series, by.facet).get(key, 0)))
        tables.append(Table(by, tuple(rows)))
    return Counted(figure, total if figure.total else None, tuple(tables))


def name_of(column: Column, code: str, words: Words, period: Period) -> str:
    """Return what a code is called on the last day of the period; the code itself when it has no name."""
    if column.words is None or column.words.startswith("#"):
        return code
    if column.words.startswith("="):
        return NAMES[column.words[1:]].get(code, NAMES["others"].get(code, code))
    found = words.name(column.words, code, period.last)
    if found == code and column.words == "participants":
        # Data go, rightly or by mistake, to others than participants too.
        found = next((name for name in (words.name(one, code, period.last) for one in OUTSIDE) if name != code), code)
    return NAMES["others"].get(code, code) if found == code else found


def _total(figure: Count, basis: Basis, keys: Mapping[str, Sequence[str]]) -> int:
    tally = basis.made.tally
    placed = next((by for by in figure.by if by.placed), None)
    if basis.place is None or placed is None:
        return tally.total(figure.series)
    return sum(tally.cells(figure.series, placed.facet).get(key, 0) for key in keys[placed.facet])


def _keys(series: str, by: By, basis: Basis) -> list[str]:
    """Return the rows of a breakdown: the whole list of its codes, then what that list does not know, sorted."""
    made = basis.made
    listed = _listed_codes(by, made.words, made.period)
    more = sorted(set(made.tally.cells(series, by.facet)) - set(listed))
    return [key for key in (*listed, *more) if key not in by.leaving and _is_placed(by, key, basis.place)]


def _listed_codes(by: By, words: Words, period: Period) -> list[str]:
    if not by.complete or len(by.columns) != 1:
        return []
    where = by.columns[0].words
    if where is None:
        return []
    if where == "#years":
        return [str(period.last.year - back) for back in range(TREND_YEARS - 1, -1, -1)]
    if where.startswith("="):
        return list(NAMES[where[1:]])
    return [code.rpartition("/")[2] for code in words.codes(where, period.first, period.last)]


def _is_placed(by: By, key: str, place: str | None) -> bool:
    return place is None or not by.placed or key.partition("/")[0] == place


def _tree(
    figure: Count, basis: Basis, keys: Mapping[str, Sequence[str]]
) -> tuple[Cell, Mapping[tuple[str, str], Cell]]:
    """Return the figure as cells under a total, and each cell by its breakdown and key."""
    tally = basis.made.tally
    root = Cell(tally.total(figure.series), _change(figure, basis, ALL, ALL), not figure.total)
    root.unsafe = root.unsafe or _flows_small(figure, basis, ALL, ALL)
    rests = rests_of(figure.intake, tally, basis.made.period.last.year, basis.threshold)
    root.rest = rests.get((ALL, ALL)) if figure.total else None
    cells: dict[tuple[str, str], Cell] = {}
    for by in figure.by:
        numbers = tally.cells(figure.series, by.facet)
        for key in keys[by.facet]:
            unsafe = by.flows and _flows_small(figure, basis, by.facet, key)
            cells[by.facet, key] = Cell(
                numbers.get(key, 0), _change(figure, basis, by.facet, key), unsafe, rests.get((by.facet, key))
            )
    for by in figure.by:
        above = root if by.under is None else cells.get(("room", by.under), root)
        above.parts.append(Breakdown([cells[by.facet, key] for key in keys[by.facet]], by.adds_up))
    return root, cells


def _change(figure: Count, basis: Basis, facet: str, key: str) -> int | None:
    if basis.earlier is None:
        return None
    if basis.begin_only and not figure.begins and (figure.total or key == str(basis.made.period.last.year)):
        return None
    now = basis.made.tally.cells(figure.series, facet).get(key, 0)
    return now - basis.earlier.cells(figure.series, facet).get(key, 0)


def _flows_small(figure: Count, basis: Basis, facet: str, key: str) -> bool:
    if figure.flow is None or basis.threshold is None:
        return False
    return basis.made.tally.cells(figure.flow, facet).get(key, 0) < basis.threshold


def _measured(figure: Spread, basis: Basis) -> Measured:
    made, rows = basis.made, []
    days = made.tally.days(figure.series)
    for key in sorted(days):
        if figure.placed and basis.place not in (None, key):
            continue
        total = sum(days[key].values())
        if basis.threshold is not None and total < basis.threshold:
            continue
        nine = quantile(days[key], NINE_IN_TEN) if total >= FEW else None
        measured = total if basis.threshold is None else None
        name = name_of(figure.column, key, made.words, made.period)
        rows.append(Took(key, name, measured, quantile(days[key], MEDIAN), nine))
    return Measured(figure, tuple(rows), basis.threshold is None)


def _listed(figure: Listing, made: Made) -> Listed:
    if figure.make is not None:
        rows = [tuple(row) for row in figure.make(made)]
    else:
        rows = [(index, *cells) for index, cells in made.tally.sorted_rows(figure.series)]
    return Listed(figure, tuple(rows), tuple(_named(figure.columns, row, made) for row in rows))


def _named(columns: Sequence[Column], row: Sequence[Value], made: Made) -> tuple[str, ...]:
    return tuple(
        "" if value is None else _named_cell(column, str(value), made)
        for column, value in zip(columns, row, strict=True)
    )


def _named_cell(column: Column, value: str, made: Made) -> str:
    if column.words is None or not value:
        return value
    return ", ".join(name_of(column, code, made.words, made.period) for code in value.split(", "))
