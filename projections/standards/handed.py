"""What every standard about disclosures starts from: data of one person went to one recipient, by one fact.

Three kinds of fact hand something over: a disclosure at the desk, what a participant provides to the house, and a look
at the ledger. A refusal hands nothing over; it stands in the log of decisions (``services.decision_log``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID, uuid5

from events.canonical import decode
from events.correction import DataAccessed
from events.disclosure import DataDisclosed
from events.enquiry import EnrichmentProvided, ItemsProvided
from events.fact import Envelope, Recorded
from events.ledger import LedgerConsulted
from events.receipt import Numbered
from events.referral import ReferralSubmitted, ReferralSupplemented
from events.rights_effects import ItemRectified, StatementAdded
from events.vocabulary import CaseId, Code, FactId, Oin, OrgCode, Pseudonym, SubjectId, SubjectRole, Task
from projections.reading import outline

TO_COLLABORATION, WITHIN = "TO_COLLABORATION", "WITHIN"
WEIGHING = "ASSESS_CRITERIA"
"""Purpose of what is brought in before a case is accepted."""
LEDGER = "LEDGER"
"""Kind of data that somebody sees who looks at the ledger: who saw what, never a value."""
TAKEN_IN = "intake"
"""Task, and name, of the part of the house that takes in what is provided."""
RIGHTS = "SUBJECT_RIGHTS"
"""Purpose of what is put right because the person asked for it."""
Offered = ReferralSubmitted | ReferralSupplemented | EnrichmentProvided | ItemsProvided
Provision = Offered | ItemRectified | StatementAdded
PROVISIONS = get_args(Provision)
TYPES = frozenset(one.type_name for one in (DataDisclosed, LedgerConsulted, *PROVISIONS))
"""Types of fact by which data go from one to another."""
RECEIPT = DataAccessed.type_name


@dataclass(frozen=True)
class ItemHanded:
    """One item, by reference."""

    item_id: FactId
    version: int
    category: Code
    provider_org: OrgCode
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Handed:
    """Data of one person that went to one recipient."""

    index: int
    """Log index of the fact."""
    fact_id: FactId
    disclosure_id: FactId
    case_id: CaseId
    """The case; for a look at the ledger the stream in which such looks stand."""
    subject_id: SubjectId
    role: SubjectRole | None
    """What the person is in the case; None where the fact does not say."""
    kind: Code
    recipient_org: OrgCode
    recipient_task: Task
    recipient_person: Pseudonym
    purpose: Code | None
    categories: tuple[Code, ...]
    items: tuple[ItemHanded, ...]
    """Empty for a look at the ledger."""
    providers: tuple[OrgCode, ...]
    decision: Code
    """GRANTED, or PARTLY when more was asked."""
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: UUID
    decision_id: FactId | None
    """The record of the decision; None where nobody had to decide, or where there was no such record yet."""
    by: Oin
    """On behalf of which organisation it was done."""

    @property
    def entry_id(self) -> UUID:
        """Name of this one person's part in this one disclosure (UUID version 5): the same for ever."""
        return uuid5(self.disclosure_id, str(self.subject_id))


@dataclass(frozen=True)
class Received:
    """The recipient's own record that it got, or looked at, what was disclosed to it."""

    index: int
    recorded_at: datetime
    correlation_id: UUID
    fact: DataAccessed
    by: Oin

    def entry_id(self, subject_id: SubjectId) -> UUID:
        """Return the name of one person's part in it; another than any disclosure has, whatever id its sender chose."""
        return uuid5(self.fact.access_id, f"receipt|{subject_id}")


def handed(numbered: Numbered, house: OrgCode) -> list[Handed]:
    """Return what one fact of the log handed over, person by person; empty when it handed over nothing.

    Args:
        house: code of the house's own people, who receive what is provided.
    Raises: Corrupt.
    """
    if outline(numbered.value).type not in TYPES:
        return []
    return list(of_fact(numbered.index, decode(numbered.value), house))


def received(numbered: Numbered) -> Received | None:
    """Return the receipt that a fact of the log is, or None. Raises: Corrupt."""
    if outline(numbered.value).type != RECEIPT:
        return None
    recorded = decode(numbered.value)
    assert isinstance(recorded.fact, DataAccessed)  # noqa: S101 - for the type checker
    envelope = recorded.envelope
    return Received(numbered.index, envelope.recorded_at, envelope.correlation_id, recorded.fact, envelope.on_behalf_of)


def of_fact(index: int, recorded: Recorded, house: OrgCode) -> Iterator[Handed]:
    """Yield what one fact handed over, person by person, in the order of the fact."""
    match recorded.fact:
        case DataDisclosed() as fact:
            yield from _at_the_desk(index, recorded.envelope, fact)
        case LedgerConsulted() as fact:
            yield from _look(index, recorded.envelope, fact, house)
        case fact if isinstance(fact, PROVISIONS):
            yield from _provided(index, recorded.envelope, fact, house)
        case _:
            return


def _at_the_desk(index: int, envelope: Envelope, fact: DataDisclosed) -> Iterator[Handed]:
    for subject in fact.subjects:
        items = tuple(
            ItemHanded(one.item_id, one.version, one.category, one.provider_org, one.fields)
            for one in fact.items
            if one.subject_id == subject.subject_id
        )
        if items:
            yield Handed(
                index=index,
                fact_id=envelope.id,
                disclosure_id=fact.disclosure_id,
                case_id=envelope.case_id,
                subject_id=subject.subject_id,
                role=subject.role,
                kind=fact.kind,
                recipient_org=fact.recipient_org,
                recipient_task=fact.recipient_task,
                recipient_person=fact.recipient_person,
                purpose=fact.purpose,
                categories=_categories(items),
                items=items,
                providers=_providers(items),
                decision=fact.decision.value,
                occurred_at=fact.occurred_at,
                recorded_at=envelope.recorded_at,
                correlation_id=envelope.correlation_id,
                decision_id=fact.decision_id,
                by=fact.controller or envelope.on_behalf_of,
            )


def _provided(index: int, envelope: Envelope, fact: Provision, house: OrgCode) -> Iterator[Handed]:
    roles = {one.subject_id: one.role for one in fact.persons} if isinstance(fact, ReferralSubmitted) else {}
    brought = (fact.item,) if isinstance(fact, ItemRectified | StatementAdded) else fact.items
    for subject_id in dict.fromkeys(one.subject_id for one in brought):
        items = tuple(
            ItemHanded(one.item_id, one.version, one.category, one.provider_org, one.fields)
            for one in brought
            if one.subject_id == subject_id
        )
        yield Handed(
            index=index,
            fact_id=envelope.id,
            disclosure_id=envelope.id,
            case_id=envelope.case_id,
            subject_id=subject_id,
            role=roles.get(subject_id),
            kind=TO_COLLABORATION,
            recipient_org=house,
            recipient_task=TAKEN_IN,
            recipient_person=TAKEN_IN,
            purpose=_purpose(fact),
            categories=_categories(items),
            items=items,
            providers=_providers(items),
            decision="GRANTED",
            occurred_at=fact.occurred_at,
            recorded_at=envelope.recorded_at,
            correlation_id=envelope.correlation_id,
            decision_id=None,
            by=envelope.on_behalf_of,
        )


def _purpose(fact: Provision) -> Code | None:
    match fact:
        case ItemRectified() | StatementAdded():
            return RIGHTS if fact.request_id else None  # who finds its own mistake names no purpose
        case ItemsProvided():
            return fact.purpose  # none before a purpose had to be named: unknown is unknown
        case _:
            return WEIGHING


def _look(index: int, envelope: Envelope, fact: LedgerConsulted, house: OrgCode) -> Iterator[Handed]:
    if not fact.granted or fact.subject_id is None:
        return
    yield Handed(
        index=index,
        fact_id=envelope.id,
        disclosure_id=fact.consultation_id,
        case_id=envelope.case_id,
        subject_id=fact.subject_id,
        role=None,
        kind=WITHIN,
        recipient_org=fact.recipient_org,
        recipient_task=fact.recipient_task,
        recipient_person=fact.recipient_person,
        purpose=fact.purpose,
        categories=(LEDGER,),
        items=(),
        providers=(house,),
        decision="GRANTED",
        occurred_at=fact.occurred_at,
        recorded_at=envelope.recorded_at,
        correlation_id=envelope.correlation_id,
        decision_id=fact.decision_id,
        by=envelope.on_behalf_of,
    )


def _categories(items: tuple[ItemHanded, ...]) -> tuple[Code, ...]:
    return tuple(sorted({one.category for one in items}))


def _providers(items: tuple[ItemHanded, ...]) -> tuple[OrgCode, ...]:
    return tuple(sorted({one.provider_org for one in items}))
