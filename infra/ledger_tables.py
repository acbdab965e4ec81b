"""The tables of the ledger: how what facts add becomes lines of PostgreSQL's COPY. Codes, ids and moments only."""

from collections.abc import Iterator

import psycopg
from psycopg import sql

from infra.view_table import NULL, Index, ViewTable, copy_in, put
from projections.ledger_batch import LedgerBatch, runs
from projections.ledger_shapes import CorrectionRow, ItemRow, LedgerRow, ReceiptRow

WITHOUT_BASIS = (
    "decision <> 'REFUSED' AND (cardinality(legal_basis) = 0 OR (purpose IS NULL AND kind <> 'TO_COLLABORATION'))"
)
"""Rows of what was seen although no purpose or no ground stands in its fact. There must be none."""
LEDGER = ViewTable(
    "ledger",
    LedgerRow.__struct_fields__,
    ("index", "subject_id"),
    (
        Index(("subject_id", "index")),
        Index(("recipient_org", "index")),
        Index(("disclosure_id",)),
        Index(("reason_code", "index"), "decision = 'REFUSED'"),
        Index(("index",), WITHOUT_BASIS),
    ),
)
ITEMS = ViewTable("ledger_items", ItemRow.__struct_fields__, ("item_id", "version", "index", "subject_id"))
RECEIPTS = ViewTable(
    "ledger_receipts",
    ReceiptRow.__struct_fields__,
    ("index",),
    (
        Index(("disclosure_id",)),
        Index(("recipient_org", "recipient_task", "stream_seq")),
        Index(("index",), "NOT paired"),
    ),
)
CORRECTIONS = ViewTable("ledger_corrections", CorrectionRow.__struct_fields__, ("index",), (Index(("disclosure_id",)),))
_DAY = ("day", "recipient_org", "kind", "decision", "reason_code")
DAYS = ViewTable("ledger_days", (*_DAY, "disclosures"), _DAY, totals=True)
_PERIOD = ("purpose", "period", "recipient_org", "category", "decision")
PERIODS = ViewTable("ledger_periods", (*_PERIOD, "disclosures", "persons"), _PERIOD, totals=True)
NUMBERS = ViewTable("ledger_numbers", ("series", "org", "task", "seen"), ("series", "org", "task"), totals=True)
LEDGER_TABLES = (LEDGER, ITEMS, RECEIPTS, CORRECTIONS, DAYS, PERIODS, NUMBERS)


def write_rows(session: psycopg.Connection, batch: LedgerBatch, schema: str = "views") -> None:
    """Write the rows of *batch* to the tables in *schema*."""
    lines = (
        (LEDGER, map(_row, batch.rows)),
        (ITEMS, map(_item, batch.items)),
        (RECEIPTS, map(_receipt, batch.receipts)),
        (CORRECTIONS, map(_correction, batch.corrections)),
    )
    for (table, made), rows in zip(lines, (batch.rows, batch.items, batch.receipts, batch.corrections), strict=True):
        if rows:
            copy_in(session, sql.Identifier(schema, table.name), table.columns, made)


def write_totals(session: psycopg.Connection, batch: LedgerBatch, schema: str = "views") -> None:
    """Add the totals of *batch* to those in *schema*."""
    if batch.days:
        put(session, DAYS, ("\t".join((*key, f"{count}\n")) for key, count in batch.days.items()), schema)
    if batch.purposes:
        put(session, PERIODS, _periods(batch), schema)
    if batch.numbers:
        put(session, NUMBERS, _numbers(batch), schema)


def _periods(batch: LedgerBatch) -> Iterator[str]:
    for key, count in batch.purposes.items():
        yield "\t".join((*key, str(count), f"{batch.persons[key]}\n"))


def _numbers(batch: LedgerBatch) -> Iterator[str]:
    for key, numbers in batch.numbers.items():
        seen = ",".join(f"[{first},{after})" for first, after in runs(numbers))
        yield "\t".join((*key, f"{{{seen}}}\n"))


def _row(row: LedgerRow) -> str:
    number = row.recipient_number
    return (
        f"{row.index}\t{row.subject_id}\t{row.disclosure_id}\t{row.case_id}\t{row.decision}\t{row.reason_code}\t"
        f"{row.kind}\t{row.recipient_org}\t{row.recipient_task}\t{row.recipient_person}\t{row.purpose or NULL}\t"
        f"{{{','.join(row.categories)}}}\t{{{','.join(row.provider_orgs)}}}\t{{{','.join(row.legal_basis)}}}\t"
        f"{row.occurred_at}\t{row.policy_digest or NULL}\t{row.regime or NULL}\t{NULL if number is None else number}\t"
        f"{row.decision_id or NULL}\t{row.done_by or NULL}\t{row.on_behalf_of or NULL}\t{row.controller or NULL}\t"
        f"{{{','.join(row.grants)}}}\t{{{','.join(row.items)}}}\t{row.receipt_by or NULL}\n"
    )


def _item(row: ItemRow) -> str:
    return f"{row.item_id}\t{row.version}\t{row.index}\t{row.subject_id}\n"


def _receipt(row: ReceiptRow) -> str:
    return (
        f"{row.index}\t{row.access_id}\t{row.disclosure_id}\t{row.case_id}\t{row.recipient_org}\t{row.recipient_task}\t"
        f"{row.recipient_person}\t{row.stream_seq}\t{row.accessed_at}\t{'t' if row.paired else 'f'}\n"
    )


def _correction(row: CorrectionRow) -> str:
    basis = NULL if row.legal_basis is None else f"{{{','.join(row.legal_basis)}}}"
    return (
        f"{row.index}\t{row.correction_id}\t{row.disclosure_id}\t{row.case_id}\t{row.what}\t{row.purpose or NULL}\t"
        f"{basis}\t{row.occurred_at}\n"
    )
