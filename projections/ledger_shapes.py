"""The rows of the ledger and what stands beside them. The order of the fields is the order of the columns."""

import msgspec

HOUSE = "HOUSE_STAFF"
"""Stands for the organisation where the house itself gives or receives."""


class LedgerRow(msgspec.Struct, frozen=True, gc=False):
    """One request for data of one person, in ``views.ledger``."""

    index: int
    """Log index of the fact; with the subject it is the key."""
    subject_id: str
    disclosure_id: str
    case_id: str
    """The case; for a look at the ledger the stream in which such looks stand."""
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
    policy_digest: str | None
    """None where no policy decided: what is provided to the house, and a look at the ledger."""
    regime: str | None = None
    recipient_number: int | None = None
    """Number of the fact among all of its recipient organisation; None for what has none."""
    decision_id: str | None = None
    done_by: str | None = None
    on_behalf_of: str | None = None
    """OIN of the organisation for which whoever did it acted."""
    controller: str | None = None
    """OIN of the controller, as the fact names it."""
    grants: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """``<item>/<version>`` of what was shown of this person."""
    receipt_by: str | None = None
    """Until when the recipient's receipt is due; None when none is owed."""


class ItemRow(msgspec.Struct, frozen=True, gc=False):
    """One version of one item that went to a recipient, in ``views.ledger_items``: finds the row by the item."""

    item_id: str
    version: int
    index: int
    subject_id: str


class ReceiptRow(msgspec.Struct, frozen=True, gc=False):
    """One receipt of a recipient, in ``views.ledger_receipts``."""

    index: int
    access_id: str
    disclosure_id: str
    case_id: str
    recipient_org: str
    recipient_task: str
    recipient_person: str
    stream_seq: int
    accessed_at: str
    paired: bool
    """Whether the house knows the disclosure that it is about."""


class CorrectionRow(msgspec.Struct, frozen=True, gc=False):
    """One correction of a record, in ``views.ledger_corrections``; the row that it corrects stays as it was."""

    index: int
    correction_id: str
    disclosure_id: str
    case_id: str
    what: str
    purpose: str | None
    legal_basis: tuple[str, ...] | None
    occurred_at: str
