"""The questions to the ledger as the doors ask them: what needs the house to be looked up is bound to it here."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from policies.entries import day_of
from projections.numbers import Hole, holes
from services.bootstrap import House
from services.ledger_questions import AsOf, Gaps
from services.reconstruction import Known, reconstruct
from services.reconstruction_documents import policies_at, reader_document

USUAL_DAYS = 90
"""How far back totals go when nobody says so."""


def as_of(house: House, org: str, at: datetime) -> AsOf:
    """Return question 4: what *org* could see at a moment, in the cases in which it ever had a part."""

    def looked_up() -> Sequence[Mapping[str, object]]:
        return list(_sights(house, org, at))

    return AsOf(org=org, at=at, sight=looked_up)


def gaps(house: House, first: date, last: date, org: str | None = None, *, from_facts: bool = False) -> Gaps:
    """Return the question after what is missing.

    Args:
        from_facts: count the numbers again from the whole log, which takes its time.
    """

    def counted(upto: int) -> Sequence[Hole]:
        return holes(house.log.read(0, upto))

    return Gaps(now=house.clock.now(), first=first, last=last, org=org, counted=counted if from_facts else None)


def period(house: House, first: date | None, last: date | None) -> tuple[date, date]:
    """Return the local days that are asked about, up to and including the last."""
    until = last or day_of(house.clock.now())
    return first or until - timedelta(days=USUAL_DAYS), until


def _sights(house: House, org: str, at: datetime) -> Iterator[Mapping[str, object]]:
    """Yield what *org* could see, case by case and task by task, by the policies and tables of then."""
    policies = policies_at(house, at)
    for row in house.views.cases() if org == house.reference.staff.code else house.views.with_place(org):
        case_id = UUID(row.case_id)
        history = house.store.history(case_id)
        found = reconstruct(case_id, history, at, Known.THEN, policies, house.reference, org)
        for reader in found.readers:
            yield {
                "case_id": row.case_id,
                "stage": found.case.stage,
                "room": found.case.room,
                **reader_document(reader, found, house.reference),
            }
