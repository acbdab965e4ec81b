"""No small number is published, and none can be computed from what is: attacked here by trying all that fits."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reports.protect import Breakdown, Cell, protect

T = 3
"""A small threshold, so that everything that fits can be tried."""
numbers = st.integers(0, 6)


def flat(*cells: int) -> Cell:
    """A total with one breakdown that adds up."""
    return Cell(sum(cells), parts=[Breakdown([Cell(one) for one in cells])])


def nested(first: Sequence[int], inner: Sequence[int]) -> Cell:
    """A total over cells, the last of which has a breakdown of its own."""
    last = Cell(sum(inner), parts=[Breakdown([Cell(one) for one in inner])])
    cells = [*(Cell(one) for one in first), last]
    return Cell(sum(one.number for one in cells), parts=[Breakdown(cells)])


def leaves(cell: Cell) -> Iterator[Cell]:
    """The innermost cells."""
    if not cell.parts:
        yield cell
    for one in cell.parts[0].cells if cell.parts else ():
        yield from leaves(one)


def inner_sum(cell: Cell, values: dict[int, int]) -> int:
    """What a cell is, when its innermost cells have these values."""
    if not cell.parts:
        return values[id(cell)]
    return sum(inner_sum(one, values) for one in cell.parts[0].cells)


def everything(cell: Cell) -> Iterator[Cell]:
    """A cell and all under it."""
    yield cell
    for part in cell.parts:
        for one in part.cells:
            yield from everything(one)


def all_that_fits(total: Cell) -> list[dict[int, int]]:
    """Every value that the innermost cells may have for a reader who sees what is published, and nothing else."""
    free = [one for one in leaves(total) if one.withheld]
    known = {id(one): one.number for one in leaves(total) if not one.withheld}
    most = total.number + T
    found = []
    for values in product(range(most + 1), repeat=len(free)):
        all_values = {**known, **{id(one): value for one, value in zip(free, values, strict=True)}}
        if all(inner_sum(one, all_values) == one.number for one in everything(total) if not one.withheld):
            found.append(all_values)
    return found


@settings(max_examples=100, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=3))
def test_no_withheld_cell_of_a_table_can_be_computed(cells: list[int]) -> None:
    """Whatever the numbers: each withheld cell has several values that fit, and a small sum is told of none."""
    total = flat(*cells)
    protect(total, T)
    assert all(one.number >= T for one in everything(total) if not one.withheld)
    fits = all_that_fits(total)
    for one in everything(total):
        if one.withheld:
            assert len({inner_sum(one, values) for values in fits}) > 1, cells


@settings(max_examples=100, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=2), st.lists(numbers, min_size=1, max_size=2))
def test_no_withheld_cell_of_a_table_in_a_table_can_be_computed(first: list[int], inner: list[int]) -> None:
    """The same where one cell is broken down again, and both tables are published."""
    total = nested(first, inner)
    protect(total, T)
    assert all(one.number >= T for one in everything(total) if not one.withheld)
    fits = all_that_fits(total)
    for one in everything(total):
        if one.withheld:
            assert len({inner_sum(one, values) for values in fits}) > 1, (first, inner)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_what_is_withheld_under_a_published_total_is_together_not_small(cells: list[int]) -> None:
    """The difference between a total and its published cells is a figure too: it is never below the threshold."""
    total = flat(*cells)
    protect(total, 10)
    hidden = [one.number for one in total.parts[0].cells if one.withheld]
    assert total.withheld or not hidden or (len(hidden) > 1 and sum(hidden) >= 10)
    assert total.withheld == (total.number < 10)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-15, 15)), min_size=1, max_size=5))
def test_two_editions_beside_each_other_tell_no_small_change(cells: list[tuple[int, int]]) -> None:
    """Whoever subtracts the edition before from this one finds no small change, of a cell or of the rest."""
    parts = [Cell(max(0, number), change) for number, change in cells]
    total = Cell(sum(one.number for one in parts), sum(change for _, change in cells), parts=[Breakdown(parts)])
    protect(total, 10)
    for one in (total, *parts):
        assert one.withheld or one.change is None or not 0 < abs(one.change) < 10
    hidden = [one.change or 0 for one in parts if one.withheld]
    if not total.withheld and hidden:
        assert len(hidden) > 1
        assert not 0 < abs(sum(hidden)) < 10
    if total.withheld:
        assert hidden


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(0, 80))
def test_where_nothing_adds_up_the_rest_of_the_total_is_guarded_too(cells: list[int], above: int) -> None:
    """One fact may count under several kinds; how many do not have a kind is a figure as well."""
    total = Cell(max([above, *cells]), parts=[Breakdown([Cell(one) for one in cells], adds_up=False)])
    protect(total, 10)
    for one in total.parts[0].cells:
        assert one.withheld or one.number >= 10
        assert one.withheld or total.withheld or total.number - one.number >= 10


@pytest.mark.parametrize(
    ("cells", "withheld"),
    [
        ((25, 30, 40), []),
        ((25, 30, 3), [25, 3]),
        ((25, 6, 7), [6, 7]),
        ((25, 3, 4), [25, 3, 4]),
        ((50, 0, 0), [50, 0, 0]),
        ((4, 3, 1), [4, 3, 1]),
    ],
)
def test_no_more_is_withheld_than_must_be(cells: tuple[int, ...], withheld: list[int]) -> None:
    """With threshold 10: the small ones, and the smallest of the others until no difference tells anything."""
    total = flat(*cells)
    protect(total, 10)
    assert [one.number for one in total.parts[0].cells if one.withheld] == withheld


def test_an_unsafe_cell_is_withheld_like_a_small_one() -> None:
    """A stock whose outflow was small is told in no way."""
    total = Cell(60, parts=[Breakdown([Cell(20, unsafe=True), Cell(40)])])
    protect(total, 10)
    assert [one.withheld for one in total.parts[0].cells] == [True, True]
    assert not total.withheld


@pytest.mark.parametrize(("rest", "withheld"), [(-3, False), (0, False), (1, True), (9, True), (10, False)])
def test_a_small_rest_withholds_the_number_that_would_tell_it(rest: int, withheld: bool) -> None:
    """With threshold 10: below it and above zero. What is under the number goes along, until the two are not small."""
    parts = [Breakdown([Cell(25), Cell(15)]), Breakdown([Cell(30), Cell(20)], adds_up=False)]
    total = Cell(40, rest=rest, parts=parts)
    protect(total, 10)
    assert total.withheld is withheld
    assert [one.withheld for one in parts[0].cells] == [False, withheld]
    assert [one.withheld for one in parts[1].cells] == [False, False]


def test_where_nothing_adds_up_a_cell_near_the_number_goes_with_it() -> None:
    """Given forty of whom thirty-eight failed one criterion, and a rest of three, that criterion would tell it."""
    near, far = Cell(38), Cell(20)
    protect(Cell(40, rest=3, parts=[Breakdown([near, far], adds_up=False)]), 10)
    assert (near.withheld, far.withheld) == (True, False)
