"""The terms of a request, by the calendar and the dated tables (domain 5.6)."""

from datetime import date, datetime, timedelta

from events.rights import Right
from events.vocabulary import LegalRef
from policies.calendar import add_months, day_end, end_of
from policies.entries import day_of
from policies.reference import Reference

JUST_BEFORE = timedelta(microseconds=1)
GROUND_OF: dict[Right, LegalRef] = {
    Right.ACCESS: "AVG:access",
    Right.RECTIFICATION: "AVG:rectification",
    Right.ERASURE: "AVG:erasure",
    Right.RESTRICTION: "AVG:restriction",
    Right.OBJECTION: "AVG:objection",
    Right.INFORMATION: "AVG:information",
}
"""Right -> the key of its article."""


def answer_due(received_at: datetime, reference: Reference) -> datetime:
    """Return the moment before which a request is answered, in UTC; a month from the day of receipt."""
    return end_of(reference.term("rights-answer", received_at), received_at)


def extended_due(received_at: datetime, reference: Reference) -> datetime:
    """Return the moment before which it is answered after an extension: three months from the receipt, not from now."""
    return end_of(reference.term("rights-extended", received_at), received_at)


def parts_due(due: datetime, reference: Reference) -> datetime:
    """Return the moment before which each controller decides, so that the one answer can be in time."""
    return day_end(last_day(due) - timedelta(days=reference.term("rights-part", due).value))


def last_day(due: datetime) -> date:
    """Return the last local day that is in time."""
    return day_of(due - JUST_BEFORE)


def acts_itself(born: date, received_at: datetime, reference: Reference) -> bool:
    """Say whether the person was old enough on the day of receipt to make a request itself."""
    years = reference.term("rights-own-age", received_at).value
    return add_months(born, 12 * years) <= day_of(received_at)


def kept_until(ended_at: datetime, reference: Reference) -> datetime:
    """Return until when the words in a request are kept after its end, for whoever takes it further."""
    return end_of(reference.term("rights-record", ended_at), ended_at)
