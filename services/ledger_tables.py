"""What the door of the ledger needs from the tables of answers. ``infra.ledger_views`` fits by shape."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from projections.ledger_shapes import CorrectionRow, LedgerRow, ReceiptRow

Place = tuple[int, UUID]
"""Index and person of the last row of a page."""


class Missing(Protocol):
    """A series of numbers that is not whole."""

    @property
    def series(self) -> str: ...
    @property
    def org(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def last(self) -> int: ...
    @property
    def missing(self) -> Sequence[int]: ...


class Twice(Protocol):
    """A number that a recipient gave to two accesses."""

    @property
    def recipient_org(self) -> str: ...
    @property
    def recipient_task(self) -> str: ...
    @property
    def stream_seq(self) -> int: ...


class Late(Protocol):
    """A disclosure that its recipient did not confirm in time."""

    @property
    def disclosure_id(self) -> str: ...
    @property
    def case_id(self) -> str: ...
    @property
    def recipient_org(self) -> str: ...
    @property
    def due(self) -> str: ...


class CodeCount(Protocol):
    """How many requests of an organisation were refused with one code."""

    @property
    def reason_code(self) -> str: ...
    @property
    def recipient_org(self) -> str: ...
    @property
    def disclosures(self) -> int: ...


class PurposeCount(Protocol):
    """How often a category went, or was refused, to an organisation."""

    @property
    def recipient_org(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def decision(self) -> str: ...
    @property
    def disclosures(self) -> int: ...
    @property
    def persons(self) -> int: ...


class DayCount(Protocol):
    """How many requests of one kind and outcome an organisation made on one local day."""

    @property
    def day(self) -> str: ...
    @property
    def recipient_org(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def decision(self) -> str: ...
    @property
    def reason_code(self) -> str: ...
    @property
    def disclosures(self) -> int: ...


class LedgerTables(Protocol):
    """Reads the ledger. All raise Unavailable. *upto* keeps out rows of facts from that index on."""

    def of_subject(
        self, subject_id: UUID, upto: int | None = None, after: Place | None = None, limit: int | None = None
    ) -> list[LedgerRow]:
        """Return who saw, or was refused, what of one person, in order of the log."""
        ...

    def of_recipient(
        self,
        org: str,
        task: str | None = None,
        upto: int | None = None,
        after: Place | None = None,
        limit: int | None = None,
    ) -> list[LedgerRow]:
        """Return what one organisation, by one task when asked, saw or was refused, in order of the log."""
        ...

    def of_item(self, item_id: UUID, version: int | None = None, upto: int | None = None) -> list[LedgerRow]:
        """Return to whom an item, in one version when asked, ever went."""
        ...

    def refused(
        self, code: str, upto: int | None = None, after: Place | None = None, limit: int | None = None
    ) -> list[LedgerRow]:
        """Return the requests that were refused with one code, in order of the log."""
        ...

    def without_basis(self, upto: int | None = None) -> list[LedgerRow]:
        """Return what was seen without a purpose or a ground in its fact."""
        ...

    def of_purpose(self, purpose: str, first_month: str, last_month: str) -> Sequence[PurposeCount]:
        """Return how often each category went to each organisation for a purpose, in local months."""
        ...

    def refusals(self, first_day: str, last_day: str) -> Sequence[CodeCount]:
        """Return how many requests were refused, by code and organisation, in local days up to and including."""
        ...

    def days(self, first_day: str, last_day: str, org: str | None = None) -> Sequence[DayCount]:
        """Return the totals of local days."""
        ...

    def knows_recipient(self, org: str) -> bool:
        """Say whether any row has this recipient."""
        ...

    def receipts(self, disclosures: Iterable[str]) -> list[ReceiptRow]:
        """Return the receipts of these disclosures, each access once, in order of the recipient's own number."""
        ...

    def late_receipts(self, at: datetime) -> Sequence[Late]:
        """Return the disclosures whose receipt was due by a moment and never came, the first due first."""
        ...

    def unpaired(self) -> list[ReceiptRow]:
        """Return the receipts of disclosures that the house does not know."""
        ...

    def numbers_twice(self) -> Sequence[Twice]:
        """Return the first numbers that a recipient gave to more than one access."""
        ...

    def corrections(self, disclosures: Iterable[str]) -> list[CorrectionRow]:
        """Return the corrections of these records, in order of the log."""
        ...

    def missing(self) -> Sequence[Missing]:
        """Return the series of numbers that are not whole."""
        ...

    def broken(self, case_ids: Iterable[str]) -> list[str]:
        """Return those of *case_ids* whose facts are not numbered from 1 without gaps, or end too early."""
        ...
