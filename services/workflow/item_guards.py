"""Guards on single items and kinds of data that go from a source to one recipient (domain 5.2)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from events.assessment import PanelMember
from events.referral import Item
from events.vocabulary import Code, FactId, OrgCode
from policies.matrix import may_get
from services.workflow.scene import Scene


def items_of(wanted: Sequence[FactId], org: OrgCode, scene: Scene) -> tuple[Item, ...]:
    """Return these items, each once; refuse one that the case has not, or that *org* did not give."""
    placed = scene.case.items
    found = tuple(placed[one].item for one in dict.fromkeys(wanted) if one in placed)
    if len(found) < len(set(wanted)) or any(one.provider_org != org for one in found):
        raise scene.refuse("UNKNOWN_ITEM")
    return found


def own_items(wanted: Sequence[FactId], org: OrgCode, scene: Scene) -> tuple[Item, ...]:
    """Return these items, each once; refuse one that another organisation gave, or that the case has not."""
    placed = scene.case.items
    if any(one in placed and placed[one].item.provider_org != org for one in wanted):
        raise scene.refuse("NOT_OWN_ITEM")
    return items_of(wanted, org, scene)


def in_its_tier(categories: AbstractSet[Code], items: Sequence[Item], scene: Scene) -> None:
    """Refuse what the stage does not open yet; a kind of data that no table knows is for nobody."""
    assert scene.case.stage is not None  # noqa: S101 - for the type checker: no such case is refused before
    rule = scene.reference.stage_rule(scene.case.stage, scene.now)
    tiers = rule.tiers if rule else ()
    for code in categories:
        category = scene.reference.category(code, scene.now)
        if category is None:
            raise scene.refuse("CATEGORY_NOT_ALLOWED")
        if category.first_tier not in tiers:
            raise scene.refuse("TIER_EXCEEDED", code)
    if any(one.tier not in tiers for one in items):
        raise scene.refuse("TIER_EXCEEDED")


def may_reach(categories: AbstractSet[Code], recipient: PanelMember, scene: Scene) -> None:
    """Refuse kinds of data that the matrix keeps from this recipient, also item by item."""
    participant = scene.reference.participant(recipient.org, scene.now)
    rows = {row.category: row for row in scene.reference.matrix(scene.now)}
    if participant is None or not all(may_get(rows[code], participant, recipient.task) for code in categories):
        raise scene.refuse("CATEGORY_NOT_ALLOWED")


def still_there(items: Sequence[Item], scene: Scene) -> None:
    """Refuse an item under restriction, and one that nobody can read any more."""
    if any(one.item_id in scene.case.restricted for one in items):
        raise scene.refuse("RESTRICTED")
    if any(one.subject_id in scene.case.erased for one in items):
        raise scene.refuse("DESTROYED")


def is_secret(item: Item, scene: Scene) -> bool:
    """Say whether a professional secret may cover an item."""
    category = scene.reference.category(item.category, scene.now)
    return category is not None and category.secrecy
