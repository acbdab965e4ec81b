"""A case at work for the tests of grants and results: four organisations, and items of three of them."""

from uuid import UUID

from events.assessment import PanelMember
from events.enquiry import ItemsProvided
from events.fact import Fact
from events.referral import Condition, Item
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    ITEM,
    NOON,
    POLICE,
    PROBATION,
    SEALED,
    STARTED,
    SUBJECT,
    SUBMITTED,
    TRIAGE_OPENED,
)
from tests.workflow import acting_for

CARE = PanelMember(org="MENTAL_HEALTH", task="treatment", domain="CARE")
MAYOR = PanelMember(org="MAYOR", task="public-order", domain="ADMINISTRATION")
AT_POLICE = acting_for("POLICE", "police-task")
AT_CARE = acting_for("MENTAL_HEALTH", "treatment")
AT_PROBATION = acting_for("PROBATION", "probation-supervision")
AT_MAYOR = acting_for("MAYOR", "public-order")
FUNCTIONAL, CLINICAL, UNWORDED, SUPERVISION_REPORT, POLICE_REPORT, KEPT_FROM_MAYOR = (
    UUID(int=ITEM.int + 500 + number) for number in range(6)
)
WHY = {
    "legal_basis": ("WGS:participants", "WGS:purpose"),
    "necessity": "a",
    "proportionality": "b",
    "subsidiarity": "c",
}
PURPOSE = "COORDINATE_CARE"


def item(item_id: UUID, category: str, org: str, **more: object) -> Item:
    """Return one item of the second tier."""
    fields = {"category": category, "tier": "T2", "subject_id": SUBJECT, "provider_org": org, "fields": ("what",)}
    return Item.model_validate({"item_id": item_id, **fields, "content": SEALED, **more})


def provided(org: str, task: str, *items: Item) -> ItemsProvided:
    """Return the fact with which an organisation brought these items."""
    return ItemsProvided(occurred_at=NOON, legal_ref="WGS:provision", org=org, org_task=task, items=items)


ITEMS = (
    provided(
        "MENTAL_HEALTH",
        "treatment",
        item(FUNCTIONAL, "HEALTH", "MENTAL_HEALTH", wording="FUNCTIONAL"),
        item(CLINICAL, "HEALTH", "MENTAL_HEALTH", wording="CLINICAL"),
        item(UNWORDED, "HEALTH", "MENTAL_HEALTH"),
    ),
    provided(
        "PROBATION",
        "probation-supervision",
        item(SUPERVISION_REPORT, "PROBATION", "PROBATION"),
        item(KEPT_FROM_MAYOR, "PROBATION", "PROBATION", conditions=(Condition(code="NOT_TO", orgs=("MAYOR",)),)),
    ),
    provided("POLICE", "police-task", item(POLICE_REPORT, "POLICE_DATA", "POLICE")),
)
TEAM = STARTED.model_copy(update={"participants": (POLICE, PROBATION, CARE, MAYOR)})
WEIGHED: tuple[Fact, ...] = (SUBMITTED, TRIAGE_OPENED)
AT_WORK: tuple[Fact, ...] = (*WEIGHED, ASSESSED, ACCEPTED, TEAM, *ITEMS)
