"""Putting data right: the source gives a new version, the person a statement beside an opinion (domain 5.6)."""

from collections.abc import Mapping

import rfc8785
from pydantic import JsonValue

from events.fact import Fact
from events.referral import Item
from events.rights import Right
from events.rights_effects import ItemRectified, StatementAdded
from events.vocabulary import FactId
from services.guards import says_something
from services.rights.controllers import controller_of
from services.rights.guards import handling_of
from services.rights.recipients import notified
from services.workflow.scene import Scene, command

STATEMENT = "statement"


@command
class RectifyItem:
    """The source of an item gives it anew, whole; who got it before hears that it changed."""

    item: FactId
    values: Mapping[str, JsonValue]
    """Every field of the item."""
    request: FactId | None = None
    """The request that asked for it; None when the source found the mistake itself."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Make the next version, or refuse: another's item, a field too many or too few, a request that is not here."""
        item = _item(scene, self.item)
        if scene.acting.org not in (item.provider_org, controller_of(item.provider_org, scene.reference, scene.now)):
            raise scene.refuse("NOT_YOUR_PART")
        if self.request is not None:
            _about(scene, self.request, item)
        if not self.values or set(item.fields) - self.values.keys():
            raise scene.refuse("MISSING_FIELD")
        if self.values.keys() - set(item.fields):
            raise scene.refuse("BAD_VALUE")
        fact_id, place = scene.ids.fact(0), f"items/{item.item_id}"
        content = scene.sealing(item.subject_id, fact_id, place, rfc8785.dumps(dict(self.values)))
        corrected = ItemRectified(
            occurred_at=scene.now,
            legal_ref="AVG:rectification" if self.request else "AVG:accuracy",
            request_id=self.request,
            item=item.model_copy(update={"version": item.version + 1, "content": content}),
        )
        return [corrected, *_notices(scene, item.item_id)]


@command
class AddStatement:
    """The person's own statement goes with an opinion from now on; who got the opinion before hears of it."""

    request: FactId
    about: FactId
    statement: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Put it beside the item for the same readers, or refuse: no words, or no request about this person's data."""
        item = _item(scene, self.about)
        _about(scene, self.request, item)
        says_something(self.statement, scene.reference)
        statement_id, fact_id = scene.ids.new(), scene.ids.fact(0)
        content = rfc8785.dumps({STATEMENT: self.statement})
        stated = Item(
            item_id=statement_id,
            category=item.category,
            tier=item.tier,
            subject_id=item.subject_id,
            # Whoever answers for the opinion answers for what stands beside it, and the same readers see both.
            provider_org=item.provider_org,
            fields=(STATEMENT,),
            addressed_to=item.addressed_to,
            conditions=item.conditions,
            wording=item.wording,
            secrecy_ground=item.secrecy_ground,
            content=scene.sealing(item.subject_id, fact_id, f"items/{statement_id}", content),
        )
        added = StatementAdded(
            occurred_at=scene.now,
            legal_ref="AVG:rectification",
            request_id=self.request,
            about=self.about,
            item=stated,
        )
        return [added, *_notices(scene, self.about)]


def _item(scene: Scene, item_id: FactId) -> Item:
    placed = scene.case.items.get(item_id)
    if placed is None:
        raise scene.refuse("UNKNOWN_ITEM")
    return placed.item


def _about(scene: Scene, request: FactId, item: Item) -> None:
    """Refuse a request that asks for no correction here, or that is of another person."""
    if handling_of(scene, request, Right.RECTIFICATION).subject_id != item.subject_id:
        raise scene.refuse("NO_HANDLING")


def _notices(scene: Scene, item_id: FactId) -> list[Fact]:
    told = notified(scene.case, (item_id,), "RECTIFIED", scene.ids.fact(0), scene.ids.new, scene.now)
    return list[Fact](told)
