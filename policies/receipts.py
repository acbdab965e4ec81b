"""Who owes the house a receipt for what it got, and until when: dated data, written into each disclosure."""

from datetime import datetime

from events.vocabulary import OrgCode
from policies.calendar import end_of
from policies.reference import Reference

OWES = "owes-receipt"
"""List of organisations with a system of their own that confirms what it gets; nobody else owes a receipt."""
TERM = "receipt"


def receipt_by(org: OrgCode, reference: Reference, now: datetime) -> datetime | None:
    """Return until when a recipient that gets something now is to confirm it; None when it owes no receipt."""
    if not any(one.code == org for one in reference.choices(OWES, now)):
        return None
    return end_of(reference.term(TERM, now), now)
