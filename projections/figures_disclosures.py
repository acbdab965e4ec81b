"""Counts of disclosure: what was shown to whom, what was refused, what is new, and whether each is accounted for."""

from typing import cast

from events.case import CommandRefused
from events.correction import DataAccessed
from events.decision import AccessDecided
from events.disclosure import DataDisclosed, DisclosureRefused
from events.enquiry import EnrichmentProvided, ItemsProvided
from events.referral import ReferralSubmitted, ReferralSupplemented
from events.submission import SubmissionRefused
from projections import figures_shapes as shapes
from projections.figures import Group, Step
from projections.figures_shapes import Data, Item
from projections.figures_story import Story

TO_COLLABORATION = "TO_COLLABORATION"
HOUSE_STAFF = "HOUSE_STAFF"
"""Who gets what a participant provides: the room, which the house's own people keep."""


def _disclosed(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.DataDisclosed, data)
    _counted(step, one.kind, one.recipient_org, one.categories, one.purpose)


def _counted(step: Step, kind: str, recipient: str, categories: list[str], purpose: str | None) -> None:
    """Count one disclosure: in the period, or before it, so that what is new can be told."""
    series = "disclosures" if step.now else "disclosures_before"
    shown = tuple(sorted(set(categories)))
    step.tally.count(
        series,
        step.index,
        kind=kind,
        recipient=recipient,
        category=shown,
        category_recipient=tuple(f"{category}/{recipient}" for category in shown),
        purpose=purpose or "NONE",
        purpose_category=tuple(f"{purpose}/{category}" for category in shown) if purpose else (),
        purpose_recipient=f"{purpose}/{recipient}" if purpose else (),
    )


def _first_facts(_: Story, data: Data, step: Step) -> None:
    _provided(step, cast(shapes.Providing, data).items, "ASSESS_CRITERIA")


def _items(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.ItemsProvided, data)
    _provided(step, one.items, one.purpose)


def _provided(step: Step, items: list[Item], purpose: str | None) -> None:
    if items:
        _counted(step, TO_COLLABORATION, HOUSE_STAFF, [one.category for one in items], purpose)


def _refused(_: Story, data: Data, step: Step) -> None:
    one = cast(shapes.DisclosureRefused, data)
    _refusal(step, "DESK", one.reason_code)
    if step.now:
        step.tally.count("refused_recipients", step.index, code_recipient=f"{one.reason_code}/{one.recipient_org}")


def _command_refused(_: Story, data: Data, step: Step) -> None:
    _refusal(step, "COMMAND", cast(shapes.CommandRefused, data).code)


def _submission_refused(_: Story, data: Data, step: Step) -> None:
    _refusal(step, "SUBMISSION", cast(shapes.SubmissionRefused, data).code)


def _refusal(step: Step, door: str, code: str) -> None:
    if step.now:
        step.tally.count("refusals", step.index, door=door, code=code, door_code=f"{door}/{code}")


GROUP = Group(
    "disclosures",
    {
        DataDisclosed.type_name: (_disclosed,),
        ReferralSubmitted.type_name: (_first_facts,),
        ReferralSupplemented.type_name: (_first_facts,),
        EnrichmentProvided.type_name: (_first_facts,),
        ItemsProvided.type_name: (_items,),
        DisclosureRefused.type_name: (_refused,),
        CommandRefused.type_name: (_command_refused,),
        SubmissionRefused.type_name: (_submission_refused,),
    },
)


def _decided(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.AccessDecided, data)
    story.decisions.append(one.decision_id)
    if step.now and one.status != "Ok":
        step.tally.count("doubtful", step.index, what="POLICY_ERROR")


def _paired(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.DataDisclosed, data)
    story.disclosures.append(one.disclosure_id)
    if not step.now:
        return
    if not one.legal_basis or one.purpose is None:
        step.tally.count("without_basis", step.index)
    if one.decision_id is None:
        step.tally.count("before_decision_records", step.index)
    elif one.decision_id not in story.decisions:
        step.tally.count("without_decision", step.index)


def _accessed(story: Story, data: Data, step: Step) -> None:
    one = cast(shapes.DataAccessed, data)
    if step.now:
        step.tally.count("receipts", step.index)
        if one.disclosure_id not in story.disclosures:
            step.tally.count("without_disclosure", step.index)


PAIRING = Group(
    "pairing",
    {
        AccessDecided.type_name: (_decided,),
        DataDisclosed.type_name: (_paired,),
        DataAccessed.type_name: (_accessed,),
    },
)
"""Whether each disclosure has its decision and its ground, and each receipt its disclosure: for the audit."""
