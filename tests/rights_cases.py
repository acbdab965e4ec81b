"""A case of several persons at work, and requests that are handled in it: what the stories of the rights share."""

from datetime import timedelta
from uuid import UUID

from events.disclosure import DataDisclosed, DisclosureRefused
from events.rights import Right
from events.rights_effects import (
    RightsHandlingOpened,
)
from policies.entries import day_of
from services.acting import Acting
from tests.facts import (
    EXAMPLES,
    FACT,
    HOUSE_OIN,
    IDENTITY,
    NOON,
    PERSON,
    REQUEST_ID,
    STARTED,
    STATEMENT,
    SUBJECT,
    SUBMITTED,
)
from tests.workflow import acting_for

DESK = Acting("p-00000000000000ba", "HOUSE_STAFF", HOUSE_OIN, "contact-point")
POLICE, MAYOR = acting_for("POLICE", "police-task"), acting_for("MAYOR", "public-order")
COLLEGE, PROBATION = acting_for("MUNICIPAL_EXECUTIVE", "wmo"), acting_for("PROBATION", "probation-supervision")
SHOWN = next(one for one in EXAMPLES if isinstance(one, DataDisclosed))
REFUSED = next(one for one in EXAMPLES if isinstance(one, DisclosureRefused))
OTHER, SOMEBODY = UUID(int=77), UUID(int=78)
SECOND = IDENTITY.model_copy(update={"item_id": STATEMENT, "provider_org": "PROBATION", "category": "LIFE_DOMAIN"})
OF_ANOTHER = IDENTITY.model_copy(update={"item_id": OTHER, "subject_id": SOMEBODY})
BROUGHT = SUBMITTED.model_copy(
    update={
        "items": (IDENTITY, SECOND, OF_ANOTHER),
        "persons": (PERSON, PERSON.model_copy(update={"subject_id": SOMEBODY, "role": "VICTIM"})),
    }
)
WORK = (BROUGHT, STARTED)
NEXT_MONTH = day_of(NOON) + timedelta(days=30)


def opened(right: Right) -> RightsHandlingOpened:
    """Return the fact that a request for a right is handled in the case."""
    return RightsHandlingOpened(
        occurred_at=NOON, legal_ref="AVG:rights", request_id=REQUEST_ID, subject_id=SUBJECT, right=right
    )


def shown(org: str, task: str, *items: UUID, number: int = 1) -> DataDisclosed:
    """Return a disclosure of items to an organisation."""
    item = SHOWN.items[0]
    return SHOWN.model_copy(
        update={
            "disclosure_id": UUID(int=FACT.int + 5000 + number),
            "recipient_org": org,
            "recipient_task": task,
            "items": tuple(item.model_copy(update={"item_id": one}) for one in items),
        }
    )
