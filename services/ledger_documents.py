"""Rows of the ledger as JSON, the same on the command line and over HTTP: codes, ids and moments, never a value."""

from collections import defaultdict
from collections.abc import Sequence

from projections.ledger_shapes import CorrectionRow, LedgerRow, ReceiptRow


def row_documents(
    rows: Sequence[LedgerRow], receipts: Sequence[ReceiptRow], corrections: Sequence[CorrectionRow]
) -> list[dict[str, object]]:
    """Return the rows, each with the receipts of its disclosure and what was corrected of its record."""
    received, corrected = defaultdict(list), defaultdict(list)
    for receipt in receipts:
        received[receipt.disclosure_id, receipt.recipient_org].append(_receipt(receipt))
    for one in corrections:
        corrected[one.disclosure_id].append(_correction(one))
    return [
        row_document(row)
        | {
            "receipts": received[row.disclosure_id, row.recipient_org],
            "corrections": corrected[row.disclosure_id],
        }
        for row in rows
    ]


def row_document(row: LedgerRow) -> dict[str, object]:
    """Return one row by itself."""
    return {
        "index": row.index,
        "disclosure_id": row.disclosure_id,
        "decision": row.decision,
        "reason_code": row.reason_code,
        "recipient_org": row.recipient_org,
        "recipient_task": row.recipient_task,
        "purpose": row.purpose,
        "categories": list(row.categories),
        "legal_basis": list(row.legal_basis),
        "occurred_at": row.occurred_at,
        "kind": row.kind,
        "case_id": row.case_id,
        "subject_id": row.subject_id,
        "recipient_person": row.recipient_person,
        "recipient_number": row.recipient_number,
        "provider_orgs": list(row.provider_orgs),
        "items": [_item(one) for one in row.items],
        "regime": row.regime,
        "on_behalf_of": row.on_behalf_of,
        "controller": row.controller,
        "done_by": row.done_by,
        "decision_id": row.decision_id,
        "grants": list(row.grants),
        "policy_digest": row.policy_digest,
        "receipt_by": row.receipt_by,
    }


def _item(written: str) -> dict[str, object]:
    item_id, _, version = written.partition("/")
    return {"item_id": item_id, "version": int(version)}


def _receipt(one: ReceiptRow) -> dict[str, object]:
    return {
        "index": one.index,
        "stream_seq": one.stream_seq,
        "recipient_task": one.recipient_task,
        "recipient_person": one.recipient_person,
        "accessed_at": one.accessed_at,
    }


def _correction(one: CorrectionRow) -> dict[str, object]:
    return {
        "index": one.index,
        "what": one.what,
        "purpose": one.purpose,
        "legal_basis": None if one.legal_basis is None else list(one.legal_basis),
        "occurred_at": one.occurred_at,
    }
