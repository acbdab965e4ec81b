"""Data that a participant provides to the room, checked against the matrix of the day (domain 5.1 and 5.2)."""

from datetime import date
from typing import Literal

from events.enquiry import ItemsProvided
from events.fact import Fact
from events.referral import Item
from events.vocabulary import Code, SubjectId
from policies.tables import Tier
from services.guards import says_something
from services.workflow.conditions import Wish, conditions_of
from services.workflow.scene import Scene, command
from services.workflow.why import purpose_that_fits


@command
class Offered:
    """One piece of data: its kind, what it says, and of whom; of the subject of the case when nobody is named."""

    category: Code
    what: str
    since: date | None = None
    subject: SubjectId | None = None
    wording: Literal["FUNCTIONAL", "CLINICAL"] | None = None
    """How a professional put it, for kinds that a professional secret may cover; unknown counts as a finding."""
    conditions: tuple[Wish, ...] = ()
    regime: Code | None = None
    """Law under which it was gathered, when that was before the act or outside the room: the marking stays with it."""


@command
class ProvideItems:
    """A participant of an accepted case brings data to the room."""

    offered: tuple[Offered, ...]
    secrecy_ground: Code | None = None
    """Needed for kinds of data that a professional secret may cover."""
    purpose: str | None = None
    """For which the room gets them, from the closed list."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Take the data, or refuse: by the matrix, and never a secret without its ground."""
        if not self.offered:
            raise scene.refuse("MISSING_FIELD")
        purpose = purpose_that_fits(self.purpose, scene)
        ground = self.secrecy_ground
        if ground is not None and scene.reference.secrecy_ground(ground, scene.now) is None:
            raise scene.refuse("UNKNOWN_CHOICE")
        secret = _secret(self.offered, scene)
        if secret and ground is None:
            raise scene.refuse("SECRECY")
        return [
            ItemsProvided(
                occurred_at=scene.now,
                legal_ref="WGS:provision",
                org=scene.acting.org,
                org_task=scene.acting.task,
                items=offered_items(self.offered, "T2", scene, ground),
                secrecy_ground=ground if secret else None,
                purpose=purpose,
            )
        ]


def offered_items(
    offered: tuple[Offered, ...], tier: Tier, scene: Scene, secrecy_ground: Code | None = None
) -> tuple[Item, ...]:
    """Return what was offered as sealed items of the first fact. Raises: Refusal by the matrix of the day."""
    providers = {row.category: row.providers for row in scene.reference.matrix(scene.now)}
    known = {person.subject_id for person in scene.case.persons}
    earlier = {one.code for one in scene.reference.choices("earlier-regime", scene.now)}
    items = []
    for one in offered:
        if scene.acting.org not in providers.get(one.category, ()):
            raise scene.refuse("CATEGORY_NOT_ALLOWED")
        if one.subject is not None and one.subject not in known:
            raise scene.refuse("BAD_VALUE")
        if one.regime is not None and one.regime not in earlier:
            raise scene.refuse("REGIME_NOT_ALLOWED")
        says_something(one.what, scene.reference)
        secret = _secret((one,), scene)
        if one.wording is not None and not secret:
            raise scene.refuse("BAD_VALUE")  # only what a professional secret may cover has a wording
        items.append(
            scene.item(
                scene.ids.new(),
                one.category,
                tier,
                {"what": one.what, **({"since": one.since.isoformat()} if one.since else {})},
                subject_id=one.subject,
                conditions=conditions_of(one.conditions, scene.reference, scene.now),
                wording=one.wording,
                secrecy_ground=secrecy_ground if secret else None,
                regime=one.regime,
            )
        )
    return tuple(items)


def _secret(offered: tuple[Offered, ...], scene: Scene) -> bool:
    found = (scene.reference.category(one.category, scene.now) for one in offered)
    return any(category is not None and category.secrecy for category in found)
