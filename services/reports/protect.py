"""The small-number rule: no published figure below the threshold, and none that published ones give away (domain 6).

A figure is a tree: a total, and under it breakdowns whose cells add up to it, some with a breakdown of their own.
Beside the numbers themselves their changes since the edition before are guarded: whoever has both editions subtracts.

The rule, for numbers *n* and threshold *t*:

1. A cell is withheld when its number is below *t*, zero included, or when it changed by less than *t*.
2. Under a number that is published, what is withheld is together at least *t*, and more than one cell: else the total
   less the published cells would tell it. Cells are withheld, the smallest first, until that is so.
3. A number that is withheld and has a breakdown keeps at least one cell of it withheld: else their sum would tell it.
4. In a breakdown where one fact counts under several keys nothing adds up; there a cell is also withheld when what is
   left of the total without it is below *t*.

5. A number may be part of a balance: taken off from another number that is published elsewhere, it leaves a rest, as
   referrals less accepted ones do. A number with a rest of less than *t* is withheld, and of what is under it so much
   that the rest is together with it at least *t*: else its published cells would tell it. A rest of zero is about
   nobody, and withholds nothing.

All that is withheld looks the same, so that nobody knows which cells were small themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Cell:
    """One number that may be published, with what it is made of.

    Args:
        number: what was counted.
        change: how much more or less that is than in the edition before; None when there is none to compare with.
        unsafe: whether it is withheld for a reason of its own, beside its size.
        rest: what readers find when they take it off from a number that is published elsewhere; None for nothing.
            Below zero it counts nothing, and tells nothing.
    """

    number: int
    change: int | None = None
    unsafe: bool = False
    rest: int | None = None
    parts: list["Breakdown"] = field(default_factory=list)
    withheld: bool = False


@dataclass
class Breakdown:
    """The cells under one number.

    Args:
        adds_up: whether every fact counts in exactly one cell, so that the cells add up to the number above.
    """

    cells: list[Cell]
    adds_up: bool = True


def protect(total: Cell, threshold: int) -> None:
    """Mark what is withheld in the tree under *total*, itself included."""
    for cell in _all(total):
        cell.withheld = _is_small(cell, threshold) or cell.unsafe or _small_rest(cell, threshold) is not None
    for cell in _all(total):
        for part in cell.parts:
            if not part.adds_up:
                _withhold_near_all(cell, part, threshold)
    changed = True
    while changed:
        changed = any(_settle(cell, threshold) for cell in _all(total))


def _is_small(cell: Cell, threshold: int) -> bool:
    return cell.number < threshold or (cell.change is not None and 0 < abs(cell.change) < threshold)


def _small_rest(cell: Cell, threshold: int) -> int | None:
    """Return the rest of a cell when it is too small to be known."""
    return cell.rest if cell.rest is not None and 0 < cell.rest < threshold else None


def _withhold_near_all(above: Cell, part: Breakdown, threshold: int) -> None:
    for cell in part.cells:
        rest = above.number - cell.number
        change = None if above.change is None or cell.change is None else above.change - cell.change
        if not above.withheld and (rest < threshold or (change is not None and 0 < abs(change) < threshold)):
            cell.withheld = True
        beside = _small_rest(above, threshold)
        if beside is not None and beside + rest < threshold:
            cell.withheld = True


def _settle(above: Cell, threshold: int) -> bool:
    """Withhold one more cell under *above* where that is needed; say whether one was."""
    for part in above.parts:
        if part.adds_up and part.cells and not _is_safe(above, part, threshold):
            more = list(_open(part))
            chosen = min(more, key=lambda cell: cell.number) if more else above
            if not chosen.withheld:
                chosen.withheld = True
                return True
    return False


def _is_safe(above: Cell, part: Breakdown, threshold: int) -> bool:
    hidden = list(_hidden(part))
    if above.withheld:
        beside = _small_rest(above, threshold)
        return bool(hidden) and (beside is None or beside + sum(cell.number for cell in hidden) >= threshold)
    if not hidden:
        return all(not cell.withheld for cell in part.cells)
    together = sum(cell.number for cell in hidden)
    changes = [cell.change for cell in hidden if cell.change is not None]
    drift = abs(sum(changes)) if len(changes) == len(hidden) else 0
    return len(hidden) > 1 and together >= threshold and not 0 < drift < threshold


def _hidden(part: Breakdown) -> Iterator[Cell]:
    """Yield the withheld cells that stand between a number and the published cells under it, the innermost ones."""
    for cell in part.cells:
        if not cell.withheld:
            continue
        inner = [one for one in cell.parts if one.adds_up and one.cells]
        if inner:
            yield from _hidden(inner[0])
        else:
            yield cell


def _open(part: Breakdown) -> Iterator[Cell]:
    """Yield the published cells that are next to withheld ones: those which may still be withheld."""
    for cell in part.cells:
        if not cell.withheld:
            yield cell
        else:
            for inner in cell.parts:
                if inner.adds_up:
                    yield from _open(inner)


def _all(cell: Cell) -> Iterator[Cell]:
    yield cell
    for part in cell.parts:
        for one in part.cells:
            yield from _all(one)
