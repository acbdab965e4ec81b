"""What the doors of the standards show: asked of the ledger's desk first, which decides and writes the look down.

Rows of the ledger say where the facts stand; the documents are made of the facts themselves.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol
from uuid import UUID

from events.receipt import Numbered
from events.vocabulary import CaseId, Decision, FactId, OrgCode, SubjectId
from policies.ledger_rights import Question as Asked
from projections.ledger_shapes import LedgerRow
from projections.standards.handed import Handed, ItemHanded, Received, handed, received
from services.acting import Acting
from services.ledger_desk import LedgerDesk
from services.ledger_questions import Found, OfSubject, Question
from services.ledger_tables import LedgerTables, Place
from services.ports import FactStore
from services.standards.confidentiality import CaseSecrets, Confidentiality, secrets_of

Secrets = Mapping[tuple[CaseId, SubjectId], CaseSecrets]


class Log(Protocol):
    """The numbered log, by place."""

    def at(self, indexes: Collection[int]) -> list[Numbered]:
        """Return the facts that stand at these places, in order of index. Raises: Unavailable."""
        ...


@dataclass(frozen=True)
class Seen:
    """Data of one person that went to one recipient, and whether that person may know."""

    handed: Handed
    confidentiality: Confidentiality
    receipts: tuple[Received, ...]


@dataclass(frozen=True)
class Sight:
    """What the ledger's desk let through."""

    seen: tuple[Seen, ...]
    next_place: Place | None
    complete: bool
    """Whether nothing is missing, as far as the ledger knows."""


@dataclass(frozen=True)
class OfExport:
    """Data of the log are taken out in another form; the record of the look says so and of whom."""

    code: ClassVar[Asked] = "EXPORT"
    case_id: CaseId
    subject: SubjectId | None = None
    org: str | None = None
    task: str | None = None
    item: FactId | None = None
    at: None = None

    @property
    def names(self) -> Mapping[str, object]:
        """See ``Question``."""
        return {"case_id": str(self.case_id)}

    def find(self, tables: LedgerTables, upto: int) -> Found:
        """See ``Question``: who asks makes the document itself."""
        return Found(None)


class Sights:
    """Looks at the ledger for the standards' doors. Safe from several threads."""

    def __init__(self, desk: LedgerDesk, log: Log, store: FactStore, house: OrgCode) -> None:
        self._desk, self._log, self._store, self._house = desk, log, store, house

    def look(self, acting: Acting, question: Question, purpose: str | None = None) -> Sight:
        """Ask the desk, and return what was handed over, in order of the log, as far as whoever acts may see it.

        Args:
            purpose: for which; left out, the first for which whoever acts may look at the ledger.
        Raises: Refusal, on record; Unavailable.
        """
        right = self._desk.right_of(acting, question)
        answer = self._desk.ask(acting, question, purpose or (right.purposes[0] if right else None))
        rows = answer.found.rows or ()
        secrets = self._secrets(rows)
        # A page, or what one organisation saw, is not all there is of a person.
        hidden = _hiding(secrets) if isinstance(question, OfSubject) and question.limit is None else None
        viewer = _Viewer(secrets, hidden, sees_all=right is not None and right.confidential)
        found = self._handed(rows, answer.rows or ())
        seen = tuple(one for each in found if (one := viewer.sees(each)) is not None)
        return Sight(seen, answer.found.next_place, answer.complete)

    def record(self, acting: Acting, question: Question, purpose: str | None = None) -> None:
        """Let the desk decide on a look whose answer is made elsewhere. Raises: Refusal, on record; Unavailable."""
        right = self._desk.right_of(acting, question)
        self._desk.ask(acting, question, purpose or (right.purposes[0] if right else None))

    def _handed(self, rows: Sequence[LedgerRow], documents: Sequence[Mapping[str, object]]) -> Iterator[Seen]:
        shown = [row for row in rows if row.decision != Decision.REFUSED.value]
        receipts = {str(one["disclosure_id"]): _indexes(one["receipts"]) for one in documents}
        places = {row.index for row in shown} | {index for each in receipts.values() for index in each}
        facts = {one.index: one for one in self._log.at(places)}
        for row in shown:
            found = (received(facts[index]) for index in sorted(receipts.get(row.disclosure_id, ())))
            acknowledged = tuple(one for one in found if one is not None)
            for one in handed(facts[row.index], self._house):
                if str(one.subject_id) == row.subject_id:
                    yield Seen(one, "normaal", acknowledged)

    def _secrets(self, rows: Sequence[LedgerRow]) -> Secrets:
        """Return what is kept back in every case that the rows speak of, refusals included."""
        wanted = {(row.case_id, row.subject_id) for row in rows if row.case_id != str(self._desk.stream)}
        histories = {case_id: self._store.history(UUID(case_id)) for case_id, _ in wanted}
        return {
            (UUID(case), UUID(subject)): secrets_of(UUID(case), histories[case], UUID(subject))
            for case, subject in wanted
        }


def _indexes(receipts: object) -> set[int]:
    assert isinstance(receipts, list)  # noqa: S101 - for the type checker
    return {int(one["index"]) for one in receipts}


def _hiding(secrets: Secrets) -> frozenset[SubjectId]:
    """Return the persons of whom anything is kept back."""
    return frozenset(subject for (_, subject), each in secrets.items() if each.anything)


@dataclass(frozen=True)
class _Viewer:
    secrets: Secrets
    hidden: frozenset[SubjectId] | None
    """Persons of whom anything is kept back anywhere; None when that is not known here."""
    sees_all: bool

    def sees(self, one: Seen) -> Seen | None:
        """Return what the viewer gets to see of one disclosure; None when that is nothing."""
        data = one.handed
        if not data.items:
            # A look at the ledger tells that there is something to look at: it is kept back as long as anything is.
            kept = self.hidden is None or data.subject_id in self.hidden
            return self._kept(one) if kept else one
        stand = self.secrets[data.case_id, data.subject_id].of_items(data)
        open_items = tuple(item for item in data.items if stand[item.item_id] != "vertrouwelijk")
        if len(open_items) < len(data.items):
            if self.sees_all or not open_items:
                return self._kept(one)
            data = _with_items(data, open_items)
        lifted = any(stand[item.item_id] == "opgeheven" for item in data.items)
        return replace(one, handed=data, confidentiality="opgeheven" if lifted else "normaal")

    def _kept(self, one: Seen) -> Seen | None:
        return replace(one, confidentiality="vertrouwelijk") if self.sees_all else None


def _with_items(data: Handed, items: tuple[ItemHanded, ...]) -> Handed:
    return replace(
        data,
        items=items,
        categories=tuple(sorted({one.category for one in items})),
        providers=tuple(sorted({one.provider_org for one in items})),
    )
