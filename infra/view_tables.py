"""How rows of the answers become lines of PostgreSQL's COPY, and where they go."""

import itertools
from collections.abc import Iterable
from typing import LiteralString

from events.errors import Corrupt
from infra.ledger_tables import LEDGER_TABLES
from infra.view_table import NULL, Index, ViewTable
from projections.case_state import CaseRow
from projections.waits import Waits, read_waits, waits_text
from projections.work import CaseWork, WorkRow

CASE_STATE = ViewTable(
    "case_state",
    CaseRow.__struct_fields__,
    ("case_id",),
    (Index(("parties",), method="gin"), Index(("persons",), method="gin"), Index(("had_place",), method="gin")),
)
WORK = ViewTable(
    "work",
    WorkRow.__struct_fields__,
    ("case_id", "kind", "about", "org"),
    (Index(("due",), "closed_index IS NULL"),),
)
WAITS = ViewTable("work_waits", ("case_id", "waits"), ("case_id",))
"""What the work lists remember of a case beside its rows; it answers no question."""
WORK_COLUMNS: LiteralString = (
    "case_id::text, kind, about::text, org, role, due, opened_index, closed_index, reminded_index, missed_index"
)
"""The columns of ``WORK`` as a ``WorkRow`` has them."""
PROJECTIONS: dict[str, tuple[ViewTable, ...]] = {
    "case_state": (CASE_STATE,),
    "ledger": LEDGER_TABLES,
    "work": (WORK, WAITS),
}
"""Projection -> its tables, the one with the answers first."""
TABLES = tuple(itertools.chain(*PROJECTIONS.values()))


def case_line(row: CaseRow) -> str:
    """Return one case as a line of COPY in text format. All values are codes, ids and moments: nothing to escape."""
    return (
        f"{row.case_id}\t{row.stage}\t{row.room or NULL}\t{row.channel}\t{row.regime}\t{row.referrer}\t"
        f"{row.referred_at}\t{row.subject_id}\t{row.sequence}\t{row.last_index}\t{{{','.join(row.parties)}}}\t"
        f"{row.fits_in or NULL}\t{{{','.join(row.persons)}}}\t{{{','.join(row.had_place)}}}\n"
    )


def work_line(row: WorkRow) -> str:
    """Return one row of the work lists as a line of COPY in text format."""
    closed, reminded, missed = row.closed_index, row.reminded_index, row.missed_index
    return (
        f"{row.case_id}\t{row.kind}\t{row.about}\t{row.org}\t{row.role}\t{row.due or NULL}\t{row.opened_index}\t"
        f"{NULL if closed is None else closed}\t{NULL if reminded is None else reminded}\t"
        f"{NULL if missed is None else missed}\n"
    )


def waits_line(case_id: str, waits: Waits) -> str:
    """Return what is remembered of one case as a line of COPY in text format."""
    return f"{case_id}\t{waits_text(waits)}\n"


def cases_of_work(waits: Iterable[tuple[str, str]], rows: Iterable[WorkRow]) -> dict[str, CaseWork]:
    """Return the work of cases from what was kept: case id and memory, and rows of the same cases. Raises: Corrupt."""
    cases = {case_id: CaseWork(read_waits(text)) for case_id, text in waits}
    for row in rows:
        case = cases.get(row.case_id)
        if case is None:
            raise Corrupt("Een zaak in de werklijsten mist haar geheugen. Herbouw met `zvh replay --swap`.")
        case.rows[row.kind, row.about, row.org] = row
    return cases
