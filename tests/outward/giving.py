"""A case with disclosures at the real desk, and receipts of its recipients: what the tests of this folder look at."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from events.correction import DataAccessed
from events.disclosure import DataDisclosed
from events.fact import Envelope, Recorded
from events.receipt import Receipt
from tests.http_house import POLICE, PROBATION, Door

RECEIVED_AT = datetime(2026, 3, 2, 13, 0, 0, 5000, tzinfo=UTC)


def shown(door: Door) -> tuple[UUID, dict[str, Any]]:
    """Start a case, and let probation see what it may of it. Returns the case and what the desk said."""
    case = door.at_work()
    answer = door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE")
    assert answer.status_code == 200, answer.text
    door.house.settle()
    return UUID(case), answer.json()


def refused(door: Door, case: UUID) -> None:
    """Let the police ask without a purpose."""
    answer = door.signed_in(*POLICE).ask(str(case), None)
    assert answer.status_code == 422, answer.text
    door.house.settle()


def receipt(door: Door, case: UUID, disclosure: UUID, access: UUID | None = None) -> Recorded:
    """Write the receipt of a disclosure as its recipient sent it."""
    history = door.house.store.history(case)
    said = next(
        (one.fact for one in history if isinstance(one.fact, DataDisclosed) and one.fact.disclosure_id == disclosure),
        None,
    )
    participant = door.house.reference.participant("PROBATION", door.house.clock.now())
    assert participant is not None
    used = door.house.store.access_numbered
    number = next(one for one in count(1) if used(PROBATION[0], PROBATION[1], one) is None)
    fact = DataAccessed(
        occurred_at=RECEIVED_AT,
        legal_ref="AVG:accountability",
        access_id=access or uuid4(),
        disclosure_id=disclosure,
        recipient_org=PROBATION[0],
        recipient_task=PROBATION[1],
        recipient_person=said.recipient_person if said else "p-0123456789abcdef",
        accessed_at=RECEIVED_AT,
        stream_seq=number,
    )
    recorded = Recorded(
        envelope=Envelope(
            id=door.house.clock.new_id(),
            case_id=case,
            sequence=history[-1].envelope.sequence + 1,
            recorded_at=door.house.clock.now(),
            actor="intake",
            on_behalf_of=participant.oin,
            task=PROBATION[1],
            correlation_id=uuid4(),
            causation_id=uuid4(),
        ),
        fact=fact,
    )
    door.house.store.commit([recorded], Receipt(uuid4(), "received", "test", b"\0" * 32))
    door.house.settle()
    return recorded
