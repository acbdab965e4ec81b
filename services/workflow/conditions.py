"""What a source asks of whoever gets its data: conditions from a dated list that travel with the item (domain 5.2)."""

from collections.abc import Iterable
from datetime import date, datetime

from events.referral import Condition
from events.vocabulary import Code, OrgCode
from policies.reference import Reference
from policies.tables import day_of
from services.workflow.scene import command

SPEAKS_OF_ORGANISATIONS = ("ONLY_TO", "NOT_TO")
UNTIL = "UNTIL"


@command
class Wish:
    """One condition: its code, with the organisations or the last day that it speaks of."""

    code: Code
    orgs: tuple[OrgCode, ...] = ()
    until: date | None = None


def conditions_of(wishes: Iterable[Wish], reference: Reference, now: datetime) -> tuple[Condition, ...]:
    """Return the conditions as they stand in a fact.

    Raises: Refusal with UNKNOWN_CHOICE (a code of no list, or no participant), MISSING_FIELD or BAD_VALUE (it lacks or
        has what its code does not), or BAD_DATE (a last day that is past).
    """
    return tuple(_condition(one, reference, now) for one in wishes)


def keeps_from(conditions: Iterable[Condition], org: OrgCode, now: datetime) -> bool:
    """Say whether one of *conditions* keeps an item from this organisation on this day."""
    return any(_keeps(one, org, day_of(now)) for one in conditions)


def _condition(wish: Wish, reference: Reference, now: datetime) -> Condition:
    if wish.code not in {one.code for one in reference.choices("source-condition", now)}:
        raise reference.not_listed("source-condition", now)
    about_orgs, about_day = wish.code in SPEAKS_OF_ORGANISATIONS, wish.code == UNTIL
    if (about_orgs and not wish.orgs) or (about_day and wish.until is None):
        raise reference.refuse("MISSING_FIELD")
    if (wish.orgs and not about_orgs) or (wish.until is not None and not about_day):
        raise reference.refuse("BAD_VALUE")
    if any(reference.participant(org, now) is None for org in wish.orgs):
        raise reference.refuse("UNKNOWN_CHOICE")
    if wish.until is not None and wish.until < day_of(now):
        raise reference.refuse("BAD_DATE")
    return Condition(code=wish.code, orgs=wish.orgs, until=wish.until.isoformat() if wish.until else None)


def _keeps(condition: Condition, org: OrgCode, today: date) -> bool:
    match condition.code:
        case "ONLY_TO":
            return org not in condition.orgs
        case "NOT_TO":
            return org in condition.orgs
        case "UNTIL":
            return condition.until is not None and today > date.fromisoformat(condition.until)
        case _:
            return False
