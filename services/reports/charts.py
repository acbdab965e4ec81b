"""Bars as inline SVG: the same numbers as the table beside them, for who sees better than reads. No script."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, BAR = 460, 40, 14
"""Units of the drawing: its width, the height of a row, and of the bar in it."""
ROOM_FOR_NUMBER = 70


@dataclass(frozen=True)
class Bar:
    """One bar.

    Args:
        length: the number it shows; None when that is withheld.
        reach: a further point, drawn as a thin line with an end.
        said: what stands behind it.
    """

    name: str
    length: int | None
    said: str
    reach: int | None = None


def bars(name: str, title: str, told: str, rows: Sequence[Bar]) -> str:
    """Return a drawing with a bar per row.

    Args:
        name: unique on the page, for what reads the page aloud.
    """
    most = max([max(row.length or 0, row.reach or 0) for row in rows] + [1])
    height = ROW * len(rows) + 4
    drawn = "".join(_bar(row, place * ROW, most) for place, row in enumerate(rows))
    return (
        f'<svg class="bars" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-t {name}-d" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(told)}</desc>{drawn}</svg>'
    )


def _bar(row: Bar, top: int, most: int) -> str:
    label = f'<text x="0" y="{top + 13}">{escape(row.name)}</text>'
    level = top + 19
    scale = (WIDTH - ROOM_FOR_NUMBER) / most
    if row.length is None:
        shape = f'<rect class="none" x="0.5" y="{level + 0.5}" width="24" height="{BAR - 1}"/>'
        end = 24.0
    else:
        end = row.length * scale
        shape = f'<rect x="0" y="{level}" width="{_written(end)}" height="{BAR}"/>'
    if row.reach is not None and row.length is not None:
        end, middle = row.reach * scale, level + BAR // 2
        begin = _written(row.length * scale)
        shape += (
            f'<path d="M{begin} {middle}H{_written(end)}M{_written(end)} {level + 2}V{level + BAR - 2}" class="reach"/>'
        )
    kind = "hidden" if row.length is None else "number"
    said = f'<text class="{kind}" x="{_written(end + 8)}" y="{level + BAR - 2}">{escape(row.said)}</text>'
    return label + shape + said


def _written(number: float) -> str:
    """Write a place on the drawing with at most one decimal, always in the same way."""
    tenths = round(number * 10)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)
