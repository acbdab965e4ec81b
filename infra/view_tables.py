"""How rows of the answers become lines of PostgreSQL's COPY, and where they go."""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from projections.case_state import CaseRow
from projections.ledger import LedgerRow


@dataclass(frozen=True)
class ViewTable:
    """One table of answers."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    """Columns of each further index."""


CASE_STATE = ViewTable("case_state", CaseRow.__struct_fields__, ("case_id",))
LEDGER = ViewTable(
    "ledger",
    LedgerRow.__struct_fields__,
    ("index", "subject_id"),
    (("subject_id", "index"), ("recipient_org", "index")),
)
TABLES = (CASE_STATE, LEDGER)


def case_line(row: CaseRow) -> str:
    """Return one case as a line of COPY in text format. All values are codes, ids and moments: nothing to escape."""
    return (
        f"{row.case_id}\t{row.stage}\t{row.room or NULL}\t{row.channel}\t{row.regime}\t{row.referrer}\t"
        f"{row.referred_at}\t{row.subject_id}\t{row.sequence}\t{row.last_index}\n"
    )


def ledger_line(row: LedgerRow) -> str:
    """Return one row of the ledger as a line of COPY in text format."""
    return (
        f"{row.index}\t{row.subject_id}\t{row.disclosure_id}\t{row.case_id}\t{row.decision}\t{row.reason_code}\t"
        f"{row.kind}\t{row.recipient_org}\t{row.recipient_task}\t{row.recipient_person}\t{row.purpose or NULL}\t"
        f"{{{','.join(row.categories)}}}\t{{{','.join(row.provider_orgs)}}}\t{{{','.join(row.legal_basis)}}}\t"
        f"{row.occurred_at}\t{row.policy_digest}\n"
    )


NULL = r"\N"


def copy_in(session: psycopg.Connection, table: sql.Identifier, columns: tuple[str, ...], lines: Iterable[str]) -> None:
    """Write *lines* to *table* with COPY."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(map(sql.Identifier, columns)))
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        for block in _blocks(lines):
            copy.write(block)


def _blocks(lines: Iterable[str]) -> Iterable[str]:
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == 500:
            yield "".join(block)
            block.clear()
    yield "".join(block)
