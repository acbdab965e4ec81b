"""Locking items for all but whoever handles the rights of the person, and taking the lock off (domain 5.6, AVG 18)."""

from datetime import date

from events.fact import Fact
from events.rights import Right
from events.rights_effects import ProcessingRestricted, RestrictionLifted
from events.vocabulary import Code, FactId
from policies.tables import day_of
from services.rights.guards import chosen, handling_of
from services.rights.recipients import notified
from services.workflow.scene import Scene, command

LOCKS = (Right.RESTRICTION, Right.OBJECTION, Right.RECTIFICATION, Right.ERASURE)
"""Rights by which data may be locked: asked for, while it is weighed or looked at, or because they cannot go yet."""


@command
class RestrictProcessing:
    """These items of the person are locked from now on; who got them hears so."""

    request: FactId
    items: tuple[FactId, ...]
    ground: Code

    def decide(self, scene: Scene) -> list[Fact]:
        """Lock them, or refuse: no request for it here, an item that is not there or is another person's."""
        handling = handling_of(scene, self.request, *LOCKS)
        chosen(scene, "restriction-ground", self.ground)
        if not self.items:
            raise scene.refuse("MISSING_FIELD")
        for one in self.items:
            placed = scene.case.items.get(one)
            if placed is None or placed.item.subject_id != handling.subject_id:
                raise scene.refuse("UNKNOWN_ITEM")
        locked = ProcessingRestricted(
            occurred_at=scene.now,
            legal_ref="AVG:restriction",
            restriction_id=scene.ids.fact(0),
            request_id=self.request,
            items=tuple(dict.fromkeys(self.items)),
            ground=self.ground,
        )
        told = notified(scene.case, self.items, "RESTRICTED", scene.ids.fact(0), scene.ids.new, scene.now)
        return [locked, *told]


@command
class LiftRestriction:
    """The lock goes off, after the person was told."""

    restriction: FactId
    told_on: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Take it off, or refuse a lock that is not there and a person who is still to be told (AVG 18(3)).

        Nobody was told of the end of a lock before there was one.
        """
        items = scene.case.restrictions.get(self.restriction)
        if items is None:
            raise scene.refuse("NOT_RESTRICTED")
        if not day_of(scene.case.locked_at[self.restriction]) <= self.told_on <= day_of(scene.now):
            raise scene.refuse("BAD_DATE")
        lifted = RestrictionLifted(
            occurred_at=scene.now,
            legal_ref="AVG:restriction",
            restriction_id=self.restriction,
            told_on=self.told_on.isoformat(),
        )
        # What another lock still holds is not free yet, and nobody is told that it is.
        others = frozenset[FactId]().union(
            *(held for key, held in scene.case.restrictions.items() if key != self.restriction)
        )
        told = notified(scene.case, items - others, "RESTRICTION_LIFTED", scene.ids.fact(0), scene.ids.new, scene.now)
        return [lifted, *told]
