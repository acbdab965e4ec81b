"""Who saw, or was refused, which data of whom, for which purpose, on what ground: one row per request and person.

Three kinds of fact are requests: a disclosure or refusal at the desk, what a participant provides to the house
(``projections.provisions``), and a look at the ledger itself.
"""

from uuid import UUID

import msgspec

from events.disclosure import DataDisclosed, DisclosureRefused
from events.ledger import LedgerConsulted
from events.vocabulary import Decision
from projections import provisions
from projections.ledger_shapes import HOUSE, LedgerRow
from projections.reading import Outline, part

__all__ = ["NOBODY", "TYPES", "LedgerRow", "rows_of"]

NOBODY = str(UUID(int=0))
"""Subject of a row that is about no one known person, so that it has a row as well."""
LEDGER_CATEGORY = "LEDGER"
"""What somebody sees who looks at the ledger: who saw what, never a value."""
WITHIN = "WITHIN"


class _Subject(msgspec.Struct, gc=False):
    subject_id: str


class _Item(msgspec.Struct, gc=False):
    subject_id: str
    category: str
    provider_org: str
    item_id: str
    version: int


class _Asked(msgspec.Struct, gc=False):
    disclosure_id: str
    reason_code: str
    kind: str
    regime: str
    recipient_org: str
    recipient_task: str
    recipient_person: str
    categories: tuple[str, ...]
    legal_basis: tuple[str, ...]
    occurred_at: str
    policy_digest: str
    subjects: list[_Subject]
    purpose: str | None = None
    decision: str = Decision.REFUSED.value
    items: list[_Item] = []
    recipient_number: int | None = None
    decision_id: str | None = None
    done_by: str | None = None
    controller: str | None = None
    grants: tuple[str, ...] = ()
    receipt_by: str | None = None


class _Look(msgspec.Struct, gc=False):
    consultation_id: str
    purpose: str
    legal_basis: tuple[str, ...]
    recipient_org: str
    recipient_task: str
    recipient_person: str
    decision_id: str
    granted: bool
    reason_code: str
    occurred_at: str
    subject_id: str | None = None


_asked = msgspec.json.Decoder(_Asked)
_look = msgspec.json.Decoder(_Look)
_DESK = frozenset({DataDisclosed.type_name, DisclosureRefused.type_name})
TYPES = _DESK | provisions.TYPES | {LedgerConsulted.type_name}
"""Types of fact that make a row."""


def rows_of(fact: Outline, index: int) -> list[LedgerRow]:
    """Return the rows of one fact: of a grant what that person's items were, of a refusal what was asked for."""
    if fact.type in _DESK:
        return _rows_of_the_desk(fact, index)
    if fact.type in provisions.TYPES:
        return provisions.rows_of(fact, index)
    return [_row_of_a_look(fact, index)] if fact.type == LedgerConsulted.type_name else []


def _rows_of_the_desk(fact: Outline, index: int) -> list[LedgerRow]:
    data = part(_asked, fact.data)
    subjects = [one.subject_id for one in data.subjects] or [NOBODY]
    refused = fact.type == DisclosureRefused.type_name
    rows = []
    for subject in subjects:
        items = [item for item in data.items if item.subject_id == subject]
        rows.append(
            LedgerRow(
                index,
                subject,
                data.disclosure_id,
                fact.subject,
                data.decision,
                data.reason_code,
                data.kind,
                data.recipient_org,
                data.recipient_task,
                data.recipient_person,
                data.purpose,
                data.categories if refused else tuple(sorted({item.category for item in items})),
                tuple(sorted({item.provider_org for item in items})),
                data.legal_basis,
                data.occurred_at,
                data.policy_digest,
                data.regime,
                data.recipient_number,
                data.decision_id,
                data.done_by,
                fact.onbehalfof or None,
                data.controller,
                data.grants,
                tuple(f"{item.item_id}/{item.version}" for item in items),
                data.receipt_by,
            )
        )
    return rows


def _row_of_a_look(fact: Outline, index: int) -> LedgerRow:
    data = part(_look, fact.data)
    return LedgerRow(
        index,
        data.subject_id or NOBODY,
        data.consultation_id,
        fact.subject,
        Decision.GRANTED.value if data.granted else Decision.REFUSED.value,
        data.reason_code,
        WITHIN,
        data.recipient_org,
        data.recipient_task,
        data.recipient_person,
        data.purpose,
        (LEDGER_CATEGORY,),
        (HOUSE,),
        data.legal_basis,
        data.occurred_at,
        None,
        None,
        None,
        data.decision_id,
        None,
        fact.onbehalfof or None,
    )
