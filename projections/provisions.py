"""What participants provide to the collaboration, as rows of the ledger: the fact that brings it in is the record.

A correction, and what the person has put beside an opinion, bring data in as well.

Source: domain 5.1, kind TO_COLLABORATION; the recipient is the house.
"""

import msgspec

from events.enquiry import EnrichmentProvided, ItemsProvided
from events.referral import ReferralSubmitted, ReferralSupplemented
from events.rights_effects import ItemRectified, StatementAdded
from events.vocabulary import Decision
from projections.ledger_shapes import HOUSE, LedgerRow
from projections.reading import Outline, part

TO_COLLABORATION = "TO_COLLABORATION"
TAKEN_IN = "intake"
"""Task, and name, of the part of the house that takes in what is provided."""
WEIGHING = "ASSESS_CRITERIA"
"""Purpose of what is brought in before a case is accepted."""
TYPES = frozenset(
    {
        ReferralSubmitted.type_name,
        ReferralSupplemented.type_name,
        EnrichmentProvided.type_name,
        ItemsProvided.type_name,
        ItemRectified.type_name,
        StatementAdded.type_name,
    }
)
_FIRST_FACTS = frozenset({ReferralSubmitted.type_name, ReferralSupplemented.type_name, EnrichmentProvided.type_name})
_PUT_RIGHT = frozenset({ItemRectified.type_name, StatementAdded.type_name})
RIGHTS = "SUBJECT_RIGHTS"
"""Purpose of what is put right because the person asked for it."""


class _Item(msgspec.Struct, gc=False):
    item_id: str
    category: str
    subject_id: str
    provider_org: str
    version: int = 1
    regime: str | None = None


class _Provided(msgspec.Struct, gc=False):
    items: list[_Item]
    legal_ref: str
    occurred_at: str
    regime: str | None = None
    purpose: str | None = None


class _PutRight(msgspec.Struct, gc=False):
    item: _Item
    legal_ref: str
    occurred_at: str
    request_id: str | None = None


_provided = msgspec.json.Decoder(_Provided)
_put_right = msgspec.json.Decoder(_PutRight)


def _read(fact: Outline) -> _Provided:
    if fact.type not in _PUT_RIGHT:
        return part(_provided, fact.data)
    data = part(_put_right, fact.data)
    # Who finds its own mistake names no purpose.
    purpose = RIGHTS if data.request_id else None
    return _Provided([data.item], data.legal_ref, data.occurred_at, data.item.regime, purpose)


def rows_of(fact: Outline, index: int) -> list[LedgerRow]:
    """Return one row per person of whom something was provided; none when there was nothing to report."""
    data = _read(fact)
    purpose = WEIGHING if fact.type in _FIRST_FACTS else data.purpose
    rows = []
    for subject in dict.fromkeys(item.subject_id for item in data.items):
        items = [item for item in data.items if item.subject_id == subject]
        rows.append(
            LedgerRow(
                index,
                subject,
                fact.id,
                fact.subject,
                Decision.GRANTED.value,
                "OK",
                TO_COLLABORATION,
                HOUSE,
                TAKEN_IN,
                TAKEN_IN,
                purpose,
                tuple(sorted({item.category for item in items})),
                tuple(sorted({item.provider_org for item in items})),
                (data.legal_ref,),
                data.occurred_at,
                None,
                data.regime,
                None,
                None,
                fact.actor or None,
                fact.onbehalfof or None,
                fact.onbehalfof or None,
                (),
                tuple(f"{item.item_id}/{item.version}" for item in items),
            )
        )
    return rows
