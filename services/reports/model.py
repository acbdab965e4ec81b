"""What a report is made of: definitions of figures on one side, and on the other what they came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from projections.figures import Group
from projections.figures_period import Period
from projections.figures_tally import Tally
from projections.figures_words import Words

Value = str | int | None


@dataclass(frozen=True)
class Column:
    """One column of codes, words or numbers.

    Args:
        name: its name in JSON and CSV.
        words: where the names of its codes are: a table of the log (``channels``), or a list of this edition of the
            definitions with a sign before it (``=stage``); None when it holds no codes.
    """

    name: str
    label: str
    words: str | None = None


@dataclass(frozen=True)
class By:
    """A breakdown of a count.

    Args:
        facet: the breakdown in the tally.
        complete: whether every code of the column's list has a row, also when nothing was counted.
        adds_up: whether a fact counts in exactly one row.
        under: the row of the breakdown by room that this one divides further.
        leaving: rows that are not shown, because they stand elsewhere.
        placed: whether the first column is a room, by which the whole figure can be narrowed.
        flows: whether the flows of a stock are counted by it as well.
        drawn: whether it is drawn as bars.
    """

    facet: str
    label: str
    columns: tuple[Column, ...]
    complete: bool = True
    adds_up: bool = True
    under: str | None = None
    leaving: tuple[str, ...] = ()
    placed: bool = False
    flows: bool = False
    drawn: bool = True


@dataclass(frozen=True)
class Count:
    """A number, and its breakdowns.

    Args:
        says: the definition, one or two sentences.
        total: whether the number itself means anything; else only its breakdowns do.
        flow: series that may not be small, for a stock: its difference with the next stock would tell it.
        begins: whether it stands at the start of the period, so that an earlier edition told it as well.
        intake: which part of the referrals it counts, when it is one (``services.reports.intake``): readers can take
            it off from them, and what then rests may not be small either.
    """

    id: str
    label: str
    says: str
    series: str
    by: tuple[By, ...] = ()
    total: bool = True
    flow: str | None = None
    begins: bool = False
    intake: str | None = None

    def only(self, *facets: str) -> "Count":
        """Return the same figure, of which a report shows these breakdowns."""
        return Shown(**{**vars(self), "shown": facets})


@dataclass(frozen=True)
class Shown(Count):
    """A count of which not every breakdown is shown; what is withheld is decided over all of them."""

    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spread:
    """How many whole local days something took: median, and within how many days nine out of ten were done."""

    id: str
    label: str
    says: str
    series: str
    column: Column
    placed: bool = False


@dataclass(frozen=True)
class Listing:
    """Rows, one by one: for readers who check, never for the public.

    Args:
        series: rows of the tally, whose index comes first; empty when *make* gives the rows.
    """

    id: str
    label: str
    says: str
    columns: tuple[Column, ...]
    series: str = ""
    make: Callable[["Made"], Sequence[tuple[Value, ...]]] | None = None


Figure = Count | Spread | Listing


@dataclass(frozen=True)
class Made:
    """All that the rows of a listing may be made of."""

    tally: Tally
    words: Words
    period: Period
    log_size: int
    root_hash: str
    complete: bool
    sample: tuple[str, ...] = ()
    """Cases of the sample, in order."""
    trail: tuple[tuple[Value, ...], ...] = ()
    """Every fact of those cases."""


@dataclass(frozen=True)
class Definition:
    """One report, in one version. A change in what a figure means, or in which figures there are, is a new version."""

    name: str
    version: int
    title: str
    readers: str
    """For whom, in a sentence."""
    public: bool
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    samples: bool = False
    """Whether it shows a sample of cases with everything that happened in them."""

    @property
    def id(self) -> str:
        """The name under which the definition is known for ever."""
        return f"zvh.report.{self.name}.v{self.version}"

    def figure(self, name: str) -> Figure | None:
        """Return a figure by its id."""
        return next((one for one in self.figures if one.id == name), None)


@dataclass(frozen=True)
class Number:
    """One row of a breakdown."""

    key: tuple[str, ...]
    names: tuple[str, ...]
    count: int | None
    """None when it is withheld."""


@dataclass(frozen=True)
class Table:
    """One breakdown."""

    by: By
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Counted:
    """What a count came to."""

    figure: Count
    total: int | None
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Took:
    """One row of a spread; every number is None when there are too few to tell."""

    key: str
    name: str
    measured: int | None
    median: int | None
    nine_in_ten: int | None


@dataclass(frozen=True)
class Measured:
    """What a spread came to."""

    figure: Spread
    rows: tuple[Took, ...]
    tells_how_many: bool


@dataclass(frozen=True)
class Listed:
    """What a listing came to."""

    figure: Listing
    rows: tuple[tuple[Value, ...], ...]
    named: tuple[tuple[str, ...], ...]
    """The same, with names for codes, to read."""


Result = Counted | Measured | Listed


@dataclass(frozen=True)
class Correction:
    """A number of an earlier edition that is another one now."""

    period: Period
    figure: str
    label: str
    table: str
    key: tuple[str, ...]
    names: tuple[str, ...]
    before: int | None
    now: int | None
    """Both are None when the change may not be told in numbers: it is below the threshold."""


@dataclass(frozen=True)
class Corrections:
    """What the facts since an earlier edition change in the periods that were over by then."""

    since: int
    as_of: str
    periods: tuple[Period, ...]
    found: tuple[Correction, ...]
    facts: tuple[int, ...] | None
    """Log indexes of the facts that came late; None for the public."""


@dataclass(frozen=True)
class Report:
    """One edition."""

    definition: Definition
    period: Period
    place: str | None
    place_name: str | None
    as_of: str | None
    """When the last fact of the edition was written."""
    over: bool
    """Whether the period was over by then."""
    log_size: int
    root_hash: str
    complete: bool
    threshold: int | None
    """The small-number threshold; None when every number is shown as it is."""
    results: tuple[Result, ...]
    corrections: Corrections | None
