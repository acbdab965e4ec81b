"""The questions to the ledger (domain 5.8), each as one object that knows how to find its answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Protocol
from uuid import UUID

from events.fact import rfc3339
from events.vocabulary import FactId, OrgCode, SubjectId, Task
from policies.ledger_rights import Question as Code
from projections.ledger_shapes import LedgerRow
from services.ledger_gaps import Gap, of_late, of_numbers, of_twice, of_unknown
from services.ledger_tables import LedgerTables, Missing, Place


@dataclass(frozen=True)
class Found:
    """What a question found."""

    rows: Sequence[LedgerRow] | None = None
    """None for an answer that is no list of requests."""
    more: Mapping[str, object] = field(default_factory=dict)
    """Other members of the answer."""
    gaps: tuple[Gap, ...] = ()
    """What the question itself found missing."""
    next_place: Place | None = None
    """Where the next page starts; None when this was the last."""


class Question(Protocol):
    """One question. What it is about goes into the record of the look."""

    code: ClassVar[Code]

    @property
    def names(self) -> Mapping[str, object]:
        """What was asked, as the first members of the answer."""
        ...

    @property
    def subject(self) -> SubjectId | None:
        """The person that it is about."""
        ...

    @property
    def org(self) -> str | None:
        """The organisation that it is about, as it was typed."""
        ...

    @property
    def task(self) -> str | None:
        """The one task of that organisation that it is about."""
        ...

    @property
    def item(self) -> FactId | None:
        """The item that it is about."""
        ...

    @property
    def at(self) -> datetime | None:
        """The moment that it is about."""
        ...

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """Return the answer, from facts with an index below *upto*. Raises: Unavailable."""
        ...


class _About:
    """A question about nothing in particular."""

    subject: SubjectId | None = None
    org: str | None = None
    task: str | None = None
    item: FactId | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OfSubject(_About):
    """(1), and (7) after destruction: who saw which data of this person, from whom, for what, on what ground, when?"""

    code: ClassVar[Code] = "SUBJECT"
    subject: SubjectId | None
    """None when the house knows no such person: there is nothing to find, and the look is recorded all the same."""
    after: Place | None = None
    limit: int | None = None

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"subject": str(self.subject)}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        if self.subject is None:
            return Found([])
        subject = self.subject
        return _page(lambda limit: tables.of_subject(subject, upto, self.after, limit), self.limit)


@dataclass(frozen=True, kw_only=True)
class OfParticipant(_About):
    """(2) What did this organisation see, and on behalf of whom?"""

    code: ClassVar[Code] = "PARTICIPANT"
    org: OrgCode | None
    task: Task | None = None
    """Its requests by one task alone."""
    after: Place | None = None
    limit: int | None = None
    named: str = "participant"
    """Name of the first member of the answer."""

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {self.named: self.org}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        org = self.org or ""
        return _page(lambda limit: tables.of_recipient(org, self.task, upto, self.after, limit), self.limit)


@dataclass(frozen=True, kw_only=True)
class OfItem(_About):
    """(3) Which recipients ever got this item, in this version?"""

    code: ClassVar[Code] = "ITEM"
    item: FactId | None
    version: int | None = None
    """None for every version."""

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"item": str(self.item), "version": self.version}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        rows = tables.of_item(self.item, self.version, upto) if self.item else []
        return Found(rows, {"recipients": sorted({row.recipient_org for row in rows})})


@dataclass(frozen=True, kw_only=True)
class WithoutBasis(_About):
    """(5) Which accesses lack a disclosure basis? There must be none."""

    code: ClassVar[Code] = "WITHOUT_BASIS"

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"question": "without-basis"}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``: disclosures without purpose or ground, and receipts of what the house never disclosed."""
        unknown = [one for one in tables.unpaired() if one.index < upto]
        accesses = [
            {
                "index": one.index,
                "disclosure_id": one.disclosure_id,
                "recipient_org": one.recipient_org,
                "recipient_task": one.recipient_task,
                "recipient_person": one.recipient_person,
                "stream_seq": one.stream_seq,
                "accessed_at": one.accessed_at,
            }
            for one in unknown
        ]
        return Found(tables.without_basis(upto), {"accesses": accesses})


@dataclass(frozen=True, kw_only=True)
class Refusals(_About):
    """(6) Which refusals, by code? In a period; and the requests themselves when one code is named."""

    code: ClassVar[Code] = "REFUSALS"
    first: date
    last: date
    """Local date, itself included."""
    reason_code: str | None = None
    after: Place | None = None
    limit: int | None = None

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "reason_code": self.reason_code}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        counts = tables.refusals(self.first.isoformat(), self.last.isoformat())
        codes: dict[str, dict[str, int]] = {}
        for one in counts:
            codes.setdefault(one.reason_code, {})[one.recipient_org] = one.disclosures
        totals = [
            {"reason_code": code, "refusals": sum(orgs.values()), "by_recipient": orgs} for code, orgs in codes.items()
        ]
        if self.reason_code is None:
            return Found(None, {"codes": totals})
        wanted = self.reason_code
        page = _page(lambda limit: tables.refused(wanted, upto, self.after, limit), self.limit)
        return Found(page.rows, {"codes": [one for one in totals if one["reason_code"] == wanted]}, (), page.next_place)


@dataclass(frozen=True, kw_only=True)
class OfPurpose(_About):
    """All of one purpose in some months, by organisation and kind of data: numbers, nobody's data."""

    code: ClassVar[Code] = "PURPOSE"
    purpose: str
    first: str
    """Local month, ``2026-01``."""
    last: str
    """Itself included."""

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"purpose": self.purpose, "from": self.first, "to": self.last}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``; of all facts that the overviews hold."""
        totals = [
            {
                "recipient_org": one.recipient_org,
                "category": one.category,
                "decision": one.decision,
                "disclosures": one.disclosures,
                "persons": one.persons,
            }
            for one in tables.of_purpose(self.purpose, self.first, self.last)
        ]
        return Found(None, {"totals": totals})


@dataclass(frozen=True, kw_only=True)
class Gaps(_About):
    """What is missing: numbers, receipts, pairs; with the totals per day, to lay beside those of the recipients."""

    code: ClassVar[Code] = "GAPS"
    now: datetime
    first: date
    last: date
    """Local date, itself included."""
    org: OrgCode | None = None
    """One organisation alone."""
    counted: Callable[[int], Sequence[Missing]] | None = field(default=None, repr=False, compare=False)
    """Counts the numbers again from the facts below an index, for whoever does not trust the overviews."""

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"participant": self.org, "from": self.first.isoformat(), "to": self.last.isoformat()}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        days = [
            {
                "day": one.day,
                "recipient_org": one.recipient_org,
                "kind": one.kind,
                "decision": one.decision,
                "reason_code": one.reason_code,
                "disclosures": one.disclosures,
            }
            for one in tables.days(self.first.isoformat(), self.last.isoformat(), self.org)
        ]
        gaps = of_late(one for one in tables.late_receipts(self.now) if self.org in (None, one.recipient_org))
        gaps += of_unknown(one for one in tables.unpaired() if self.org in (None, one.recipient_org))
        gaps += of_twice(one for one in tables.numbers_twice() if self.org in (None, one.recipient_org))
        more: dict[str, object] = {"days": days}
        if self.counted is not None:
            counted = [one for one in self.counted(upto) if self.org in (None, one.org)]
            more["from_facts"] = [gap.document() for gap in of_numbers(counted)]
        return Found(None, more, tuple(gaps))


@dataclass(frozen=True, kw_only=True)
class AsOf(_About):
    """(4) What could this organisation see at this moment, as authorised then?"""

    code: ClassVar[Code] = "AS_OF"
    org: OrgCode | None
    at: datetime | None
    sight: Callable[[], Sequence[Mapping[str, object]]] = field(repr=False, compare=False)
    """Looks it up, case by case; asked after the look is recorded."""

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"participant": self.org, "at": rfc3339(self.at) if self.at else None}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``."""
        return Found(None, {"cases": list(self.sight())})


def place_of(text: str) -> Place:
    """Read the place of a page, as an answer gave it in ``next``. Raises: ValueError."""
    index, _, subject = text.partition(".")
    return int(index), UUID(subject)


def place_text(place: Place) -> str:
    """Return how an answer tells where its next page starts."""
    return f"{place[0]}.{place[1]}"


def _page(read: Callable[[int | None], list[LedgerRow]], limit: int | None) -> Found:
    # One more than is shown tells whether there is a next page.
    rows = read(None if limit is None else limit + 1)
    if limit is None or len(rows) <= limit:
        return Found(rows)
    last = rows[limit - 1]
    return Found(rows[:limit], next_place=(last.index, UUID(last.subject_id)))
