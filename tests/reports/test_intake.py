"""Whoever takes the published parts off from the referrals finds no small rest: attacked by trying all that fits."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.figures_tally import ALL, Tally
from services.reports.intake import PARTS, rests_of
from services.reports.protect import Breakdown, Cell, protect

T, YEAR = 3, 2026
small = st.integers(0, 6)
Year = tuple[list[int], list[int], int, int]
"""Accepted cases by room, rejected ones by criterion (a case may fail several), withdrawn ones, and how many came in
that are still open at its end."""
years = st.tuples(
    st.lists(small, min_size=1, max_size=2),
    st.lists(small, min_size=1, max_size=2),
    st.integers(0, 4),
    st.integers(0, 4),
)


def tally_of(told: list[Year], channel: Mapping[str, tuple[int, int]] | None = None) -> Tally:
    """Return the counts of these years, the last of them the year of the report."""
    tally = Tally()

    def count(series: str, many: int, **facets: str) -> None:
        for _ in range(many):
            tally.count(series, 0, **facets)

    for year, (accepted, rejected, withdrawn, still_open) in zip(
        range(YEAR - len(told) + 1, YEAR + 1), told, strict=True
    ):
        parts = {"accepted": sum(accepted), "rejected": max(rejected), "withdrawn": withdrawn}
        for series, many in {**parts, "referrals": sum(parts.values()) + still_open}.items():
            count(f"{series}_ever", many)
            count(f"{series}_years", many, year=str(year))
    for key, (came_in, taken) in (channel or {}).items():
        count("referrals_ever", came_in, channel=key)
        count("accepted_ever", taken, channel=key)
    return tally


def published(one: Year, tally: Tally, year: int = YEAR) -> dict[str, Cell]:
    """Return the figures of one year as they are published in its report."""
    accepted, rejected, withdrawn, still_open = one
    cells = {
        "accepted": Cell(sum(accepted), parts=[Breakdown([Cell(each) for each in accepted])]),
        "rejected": Cell(max(rejected), parts=[Breakdown([Cell(each) for each in rejected], adds_up=False)]),
        "withdrawn": Cell(withdrawn),
    }
    came_in = Cell(sum(cell.number for cell in cells.values()) + still_open)
    for name, cell in cells.items():
        cell.rest = rests_of(name, tally, year, T).get((ALL, ALL))
        protect(cell, T)
    protect(came_in, T)
    return {**cells, "referrals": came_in}


def may_be(cell: Cell, most: int) -> range:
    """Return what a number may be for a reader who sees it, or what stands under it, and that it is *most* at most."""
    if not cell.withheld:
        return range(cell.number, cell.number + 1)
    least = 0
    for part in cell.parts:
        told = [one.number for one in part.cells if not one.withheld]
        least = max(least, sum(told) if part.adds_up else max(told, default=0))
    return range(least, most + 1)


def all_that_fits(cells: Mapping[str, Cell]) -> Iterator[dict[str, int]]:
    """Yield every year that fits what is published of it, and nothing else."""
    came_in = cells["referrals"].number
    for numbers in product(*(may_be(cells[name], came_in) for name in PARTS)):
        if sum(numbers) <= came_in:
            yield {**dict(zip(PARTS, numbers, strict=True)), "open": came_in - sum(numbers)}


@settings(max_examples=500, deadline=None)
@given(years)
def test_nothing_that_is_withheld_is_known_to_be_small(one: Year) -> None:
    """Whatever the numbers: each withheld part, what is open, and any of these together, may be the threshold or more.

    But where nothing rests at all: that is about nobody.
    """
    cells = published(one, tally_of([one]))
    if cells["referrals"].withheld:
        return  # there is nothing to take anything off from
    fits = list(all_that_fits(cells))
    hidden = [name for name in PARTS if cells[name].withheld] + ["open"]
    truth = {**{name: cells[name].number for name in PARTS}, "open": one[3]}
    assert truth in fits
    together = sum(truth[name] for name in hidden)
    assert together == 0 or together >= T
    if together:
        for name in hidden:
            assert max(fit[name] for fit in fits) >= T, (name, fits)


@settings(max_examples=200, deadline=None)
@given(years, years)
def test_the_editions_of_all_years_together_tell_no_small_rest_either(first: Year, second: Year) -> None:
    """Given two years, what is not told of either of them, and is still open, is together nothing or not small."""
    both, alone = tally_of([first, second]), tally_of([first])
    then, now = published(first, alone, YEAR), published(second, both)
    told = sum(cells[name].number for cells in (then, now) for name in PARTS if not cells[name].withheld)
    came_in = then["referrals"].number + now["referrals"].number
    assert came_in == told or came_in - told >= T or then["referrals"].withheld or now["referrals"].withheld


def test_a_year_of_a_trend_is_withheld_as_it_was_in_its_own_report() -> None:
    """Given two who were not accepted in a year in which nobody else was not, no later trend tells how many were."""
    tight: Year = ([6], [0], 1, 1)
    wide: Year = ([6], [5], 4, 2)
    assert rests_of("accepted", tally_of([tight]), YEAR, T)[ALL, ALL] == 2
    later = rests_of("accepted", tally_of([tight, wide]), YEAR, T)
    assert later["year", str(YEAR - 1)] == 2
    assert (ALL, ALL) not in later


@pytest.mark.parametrize(
    ("one", "chosen"),
    [
        (([20], [5], 1, 1), "rejected"),
        (([20], [5], 4, 1), "withdrawn"),
        (([20], [1], 0, 1), "accepted"),
        (([20], [5], 0, 0), None),
        (([20], [5], 4, 3), None),
        (([20], [5], 1, 2), None),
    ],
)
def test_the_smallest_part_that_is_told_is_withheld_and_no_more(one: Year, chosen: str | None) -> None:
    """With threshold 3; the acceptances only when no other part is left, and nothing when nothing rests."""
    tally = tally_of([one])
    assert [name for name in PARTS if (ALL, ALL) in rests_of(name, tally, YEAR, T)] == ([chosen] if chosen else [])


def test_a_channel_of_which_nearly_all_were_accepted_is_not_told() -> None:
    """Who knows how many came by a channel, and how many of them were accepted, knows how many were not."""
    rests = rests_of("accepted", tally_of([], {"WIDE": (20, 10), "NEARLY": (20, 19)}), YEAR, T)
    assert (rests["channel", "WIDE"], rests["channel", "NEARLY"]) == (10, 1)


def test_inside_nothing_rests() -> None:
    """Readers inside see every number as it is."""
    assert rests_of("rejected", tally_of([([20], [5], 1, 1)]), YEAR, None) == {}
    assert rests_of(None, tally_of([([20], [5], 1, 1)]), YEAR, T) == {}
