"""What the ledger answers, read from its tables. Every question finds its rows by an index."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row, scalar_row

from events.fact import rfc3339
from infra.ledger_tables import WITHOUT_BASIS
from projections.ledger_shapes import CorrectionRow, LedgerRow, ReceiptRow

_COLUMNS: LiteralString = (
    "l.index, l.subject_id::text, l.disclosure_id::text, l.case_id::text, l.decision, l.reason_code, l.kind, "
    "l.recipient_org, l.recipient_task, l.recipient_person, l.purpose, l.categories, l.provider_orgs, l.legal_basis, "
    "l.occurred_at, l.policy_digest, l.regime, l.recipient_number, l.decision_id::text, l.done_by, l.on_behalf_of, "
    "l.controller, l.grants, l.items, l.receipt_by"
)
_LEDGER = sql.SQL("SELECT {} FROM views.ledger AS l").format(sql.SQL(_COLUMNS))
_RECEIPTS = sql.SQL(
    "SELECT index, access_id::text, disclosure_id::text, case_id::text, recipient_org, recipient_task, "
    "recipient_person, stream_seq, accessed_at, paired FROM views.ledger_receipts"
)
_CORRECTIONS = sql.SQL(
    "SELECT index, correction_id::text, disclosure_id::text, case_id::text, what, purpose, legal_basis, occurred_at "
    "FROM views.ledger_corrections WHERE disclosure_id = ANY(%s::uuid[]) ORDER BY index"
)
# Facts of a case are numbered from 1 without gaps; the newest that the overviews know must be there too.
_BROKEN = """
SELECT c.case_id::text FROM unnest(%s::uuid[]) AS c (case_id)
LEFT JOIN LATERAL (
    SELECT count(*) AS facts, coalesce(max(originator_version), 0) AS newest
    FROM facts.stored_events WHERE originator_id = c.case_id
) AS e ON true
LEFT JOIN views.case_state AS s ON s.case_id = c.case_id
WHERE e.facts <> e.newest OR e.newest < coalesce(s.sequence, 1) ORDER BY 1
"""
_MISSING = """
SELECT n.series, n.org, n.task, upper(n.seen) - 1 AS last,
       ARRAY(SELECT number FROM unnest(int8multirange(int8range(1, upper(n.seen))) - n.seen) AS hole,
             LATERAL generate_series(lower(hole), least(upper(hole) - 1, lower(hole) + %s)) AS number
             ORDER BY number LIMIT %s) AS missing
FROM views.ledger_numbers AS n
WHERE NOT isempty(n.seen) AND n.seen <> int8multirange(int8range(1, upper(n.seen))) ORDER BY 1, 2, 3
"""
MOST_NAMED = 20
"""Missing numbers that are named one by one, per series."""

Place = tuple[int, UUID]
"""Index and person of the last row of a page: the next page starts after it."""
Where = sql.SQL | sql.Composed
Session = Callable[[], AbstractContextManager[psycopg.Connection]]


@dataclass(frozen=True)
class MissingNumbers:
    """A series of numbers that is not whole."""

    series: str
    """RECIPIENT: ours per organisation; RECEIPT: the recipient's own per task."""
    org: str
    task: str
    last: int
    missing: Sequence[int]
    """The first of them."""


@dataclass(frozen=True)
class DayTotal:
    """How many requests of one kind and outcome an organisation made on one local day."""

    day: str
    recipient_org: str
    kind: str
    decision: str
    reason_code: str
    disclosures: int


@dataclass(frozen=True)
class PurposeTotal:
    """How often one category went to, or was refused to, one organisation for a purpose."""

    recipient_org: str
    category: str
    decision: str
    disclosures: int
    persons: int


@dataclass(frozen=True)
class CodeTotal:
    """How many requests were refused with one code."""

    reason_code: str
    recipient_org: str
    disclosures: int


@dataclass(frozen=True)
class NumberTwice:
    """A recipient gave two accesses the same number."""

    recipient_org: str
    recipient_task: str
    stream_seq: int


@dataclass(frozen=True)
class LateReceipt:
    """A disclosure that its recipient did not confirm in time."""

    disclosure_id: str
    case_id: str
    recipient_org: str
    due: str


class LedgerViews:
    """Reads the ledger. Safe from several threads. Everything raises Unavailable.

    Pages are by key: *after* is the place of the last row that was seen, and *upto* keeps out what came later, so that
    a page is the same whatever is written meanwhile. The ledger's own door is ``services.ledger_desk``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_subject(
        self, subject_id: UUID, upto: int | None = None, after: Place | None = None, limit: int | None = None
    ) -> list[LedgerRow]:
        """Return who saw, or was refused, what of one person, in order of the log."""
        return self._page(sql.SQL("l.subject_id = %s"), [subject_id], upto, after, limit)

    def of_recipient(
        self,
        org: str,
        task: str | None = None,
        upto: int | None = None,
        after: Place | None = None,
        limit: int | None = None,
    ) -> list[LedgerRow]:
        """Return what one organisation, by one task when asked, saw or was refused, in order of the log."""
        where = sql.SQL("l.recipient_org = %s") + (sql.SQL(" AND l.recipient_task = %s") if task else sql.SQL(""))
        return self._page(where, [org, *([task] if task else [])], upto, after, limit)

    def of_item(self, item_id: UUID, version: int | None = None, upto: int | None = None) -> list[LedgerRow]:
        """Return to whom an item, in one version when asked, ever went; in order of the log."""
        statement = sql.SQL(
            "SELECT {} FROM views.ledger_items AS i JOIN views.ledger AS l USING (index, subject_id) "
            "WHERE i.item_id = %s AND (%s::int IS NULL OR i.version = %s) AND (%s::bigint IS NULL OR i.index < %s) "
            "ORDER BY i.index, i.subject_id"
        ).format(sql.SQL(_COLUMNS))
        return self._rows(statement, [item_id, version, version, upto, upto])

    def refused(
        self, code: str, upto: int | None = None, after: Place | None = None, limit: int | None = None
    ) -> list[LedgerRow]:
        """Return the requests that were refused with one code, in order of the log."""
        where = sql.SQL("l.decision = 'REFUSED' AND l.reason_code = %s")
        return self._page(where, [code], upto, after, limit)

    def without_basis(self, upto: int | None = None) -> list[LedgerRow]:
        """Return what was seen without a purpose or a ground in its fact. There must be none."""
        return self._page(sql.SQL(WITHOUT_BASIS), [], upto, None, None)

    def of_purpose(self, purpose: str, first_month: str, last_month: str) -> list[PurposeTotal]:
        """Return how often each category went to each organisation for a purpose, in local months (``2026-01``)."""
        statement = (
            "SELECT recipient_org, category, decision, sum(disclosures)::bigint AS disclosures, "
            "sum(persons)::bigint AS persons FROM views.ledger_periods "
            "WHERE purpose = %s AND period = ANY(%s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        with self._session() as session, session.cursor(row_factory=class_row(PurposeTotal)) as cursor:
            return cursor.execute(statement, (purpose, periods_of(first_month, last_month))).fetchall()

    def refusals(self, first_day: str, last_day: str) -> list[CodeTotal]:
        """Return how many requests were refused, by code and organisation, in local days up to and including."""
        statement = (
            "SELECT reason_code, recipient_org, sum(disclosures)::bigint AS disclosures FROM views.ledger_days "
            "WHERE decision = 'REFUSED' AND day BETWEEN %s AND %s GROUP BY 1, 2 ORDER BY 1, 2"
        )
        with self._session() as session, session.cursor(row_factory=class_row(CodeTotal)) as cursor:
            return cursor.execute(statement, (first_day, last_day)).fetchall()

    def days(self, first_day: str, last_day: str, org: str | None = None) -> list[DayTotal]:
        """Return the totals of local days, of one organisation when asked."""
        statement = (
            "SELECT day, recipient_org, kind, decision, reason_code, disclosures FROM views.ledger_days "
            "WHERE day BETWEEN %s AND %s AND (%s::text IS NULL OR recipient_org = %s) ORDER BY 1, 2, 3, 4, 5"
        )
        with self._session() as session, session.cursor(row_factory=class_row(DayTotal)) as cursor:
            return cursor.execute(statement, (first_day, last_day, org, org)).fetchall()

    def knows_recipient(self, org: str) -> bool:
        """Say whether any row has this recipient."""
        statement = "SELECT EXISTS (SELECT FROM views.ledger WHERE recipient_org = %s)"
        with self._session() as session, session.cursor(row_factory=scalar_row) as cursor:
            return bool(cursor.execute(statement, (org,)).fetchone())

    def receipts(self, disclosures: Iterable[str]) -> list[ReceiptRow]:
        """Return the receipts of these disclosures: each access once, in order of the recipient's own number."""
        # The first fact of an access counts; a second one about it says nothing new.
        where = sql.SQL(" WHERE disclosure_id = ANY(%s::uuid[]) ORDER BY recipient_org, access_id, index")
        with self._session() as session, session.cursor(row_factory=class_row(ReceiptRow)) as cursor:
            found = cursor.execute(_RECEIPTS + where, (list(disclosures),)).fetchall()
        once = {(one.recipient_org, one.access_id): one for one in reversed(found)}
        return sorted(once.values(), key=lambda one: (one.recipient_org, one.recipient_task, one.stream_seq, one.index))

    def late_receipts(self, at: datetime) -> list[LateReceipt]:
        """Return the disclosures whose receipt was due by a moment and never came, the first due first."""
        statement = (
            "SELECT about::text AS disclosure_id, case_id::text, org AS recipient_org, due FROM views.work "
            "WHERE closed_index IS NULL AND due <= %s AND kind = 'receipt' ORDER BY due, about"
        )
        with self._session() as session, session.cursor(row_factory=class_row(LateReceipt)) as cursor:
            return cursor.execute(statement, (rfc3339(at),)).fetchall()

    def unpaired(self) -> list[ReceiptRow]:
        """Return the receipts of disclosures that the house does not know."""
        with self._session() as session, session.cursor(row_factory=class_row(ReceiptRow)) as cursor:
            return cursor.execute(_RECEIPTS + sql.SQL(" WHERE NOT paired ORDER BY index")).fetchall()

    def numbers_twice(self, limit: int = MOST_NAMED) -> list[NumberTwice]:
        """Return the first numbers that a recipient gave to more than one access. Looks at every receipt."""
        statement = (
            "SELECT recipient_org, recipient_task, stream_seq FROM views.ledger_receipts "
            "GROUP BY 1, 2, 3 HAVING count(DISTINCT access_id) > 1 ORDER BY 1, 2, 3 LIMIT %s"
        )
        with self._session() as session, session.cursor(row_factory=class_row(NumberTwice)) as cursor:
            return cursor.execute(statement, (limit,)).fetchall()

    def corrections(self, disclosures: Iterable[str]) -> list[CorrectionRow]:
        """Return the corrections of these records, in order of the log."""
        with self._session() as session, session.cursor(row_factory=class_row(CorrectionRow)) as cursor:
            return cursor.execute(_CORRECTIONS, (list(disclosures),)).fetchall()

    def missing(self, limit: int = MOST_NAMED) -> list[MissingNumbers]:
        """Return the series of numbers that are not whole."""
        with self._session() as session, session.cursor(row_factory=class_row(MissingNumbers)) as cursor:
            return cursor.execute(_MISSING, (limit, limit)).fetchall()

    def broken(self, case_ids: Iterable[str]) -> list[str]:
        """Return those of *case_ids* whose facts are not numbered from 1 without gaps, or end too early."""
        with self._session() as session, session.cursor(row_factory=scalar_row) as cursor:
            return [str(one) for one in cursor.execute(_BROKEN, (list(case_ids),)).fetchall()]

    def _page(
        self, where: Where, values: list[object], upto: int | None, after: Place | None, limit: int | None
    ) -> list[LedgerRow]:
        statement = sql.Composed([_LEDGER, sql.SQL(" WHERE "), where])
        if upto is not None:
            statement += sql.SQL(" AND l.index < %s")
            values.append(upto)
        if after is not None:
            # Index alone first: it is what the indexes are ordered by.
            statement += sql.SQL(" AND l.index >= %s AND (l.index, l.subject_id) > (%s, %s)")
            values += [after[0], *after]
        statement += sql.SQL(" ORDER BY l.index, l.subject_id")
        if limit is not None:
            statement += sql.SQL(" LIMIT %s")
            values.append(limit)
        return self._rows(statement, values)

    def _rows(self, statement: Where, values: Sequence[object]) -> list[LedgerRow]:
        with self._session() as session, session.cursor(row_factory=class_row(LedgerRow)) as cursor:
            return cursor.execute(statement, values).fetchall()


def periods_of(first_month: str, last_month: str) -> list[str]:
    """Return the fewest periods that make up these months (``2026-01``), themselves included: whole quarters as one."""
    first, last = (int(one[:4]) * 12 + int(one[5:7]) - 1 for one in (first_month, last_month))
    found, month = [], first
    while month <= last:
        whole = month % 3 == 0 and month + 2 <= last
        found.append(f"{month // 12}-Q{month % 12 // 3 + 1}" if whole else f"{month // 12}-{month % 12 + 1:02}")
        month += 3 if whole else 1
    return found
