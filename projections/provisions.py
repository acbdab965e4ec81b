"""What participants provide to the collaboration, as rows of the ledger: the fact that brings it in is the record.

Source: domain 5.1, kind TO_COLLABORATION; the recipient is the house.
"""

import msgspec

from events.enquiry import EnrichmentProvided, ItemsProvided
from events.referral import ReferralSubmitted, ReferralSupplemented
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
    }
)


class _Item(msgspec.Struct, gc=False):
    item_id: str
    category: str
    subject_id: str
    provider_org: str
    version: int = 1


class _Provided(msgspec.Struct, gc=False):
    items: list[_Item]
    legal_ref: str
    occurred_at: str
    regime: str | None = None
    purpose: str | None = None


_provided = msgspec.json.Decoder(_Provided)


def rows_of(fact: Outline, index: int) -> list[LedgerRow]:
    """Return one row per person of whom something was provided; none when there was nothing to report."""
    data = part(_provided, fact.data)
    purpose = data.purpose if fact.type == ItemsProvided.type_name else WEIGHING
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
