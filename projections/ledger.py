"""Who saw, or was refused, which data of whom, for which purpose, on what ground: one row per request and person."""

from uuid import UUID

import msgspec

from events.disclosure import DataDisclosed, DisclosureRefused
from events.vocabulary import Decision
from projections.reading import Outline, part

NOBODY = str(UUID(int=0))
"""Subject of a refused request that was about no known person, so that the refusal has a row as well."""


class LedgerRow(msgspec.Struct, frozen=True, gc=False):
    """One request for data of one person. The order of the fields is the order of the columns of ``views.ledger``."""

    index: int
    """Log index of the fact; with the subject it is the key."""
    subject_id: str
    disclosure_id: str
    case_id: str
    decision: str
    reason_code: str
    kind: str
    recipient_org: str
    recipient_task: str
    recipient_person: str
    purpose: str | None
    categories: tuple[str, ...]
    provider_orgs: tuple[str, ...]
    legal_basis: tuple[str, ...]
    occurred_at: str
    policy_digest: str


class _Subject(msgspec.Struct, gc=False):
    subject_id: str


class _Item(msgspec.Struct, gc=False):
    subject_id: str
    category: str
    provider_org: str


class _Asked(msgspec.Struct, gc=False):
    disclosure_id: str
    reason_code: str
    kind: str
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


_asked = msgspec.json.Decoder(_Asked)
TYPES = frozenset({DataDisclosed.type_name, DisclosureRefused.type_name})


def rows_of(fact: Outline, index: int) -> list[LedgerRow]:
    """Return the rows of one fact: of a grant what that person's items were, of a refusal what was asked for."""
    if fact.type not in TYPES:
        return []
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
            )
        )
    return rows
