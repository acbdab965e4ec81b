"""Asking a source for single items, and the source taking a grant back (domain 5.1 and 5.2, per item)."""

from events.assessment import PanelMember
from events.fact import Fact
from events.granting import DisclosureRequested, GrantEnded
from events.vocabulary import Code, FactId, OrgCode
from policies.asking import WEIGHED
from services.guards import says_something
from services.workflow.item_guards import in_its_tier, items_of, may_reach
from services.workflow.scene import Scene, command
from services.workflow.why import basis_named, purpose_that_fits, reasons_sealed


@command
class RequestDisclosure:
    """Ask a source for kinds of data, or for items of its own, with a purpose, the grounds and the three reasons.

    What is left out is refused by the guard that asks for it, so that the refusal is on record.
    """

    asked_of: OrgCode
    categories: tuple[Code, ...] = ()
    items: tuple[FactId, ...] = ()
    purpose: str | None = None
    legal_basis: tuple[str, ...] = ()
    necessity: str = ""
    proportionality: str = ""
    subsidiarity: str = ""

    def decide(self, scene: Scene) -> list[Fact]:
        """Ask, or refuse what may not be shared yet, and what may never reach the asker."""
        me = _with_access(scene)
        purpose = purpose_that_fits(self.purpose, scene)
        basis = basis_named(self.legal_basis, scene)
        reasons = reasons_sealed(scene, self.necessity, self.proportionality, self.subsidiarity)
        if self.asked_of == me.org:
            raise scene.refuse("SELF_DECISION")
        items = items_of(self.items, self.asked_of, scene)
        categories = {*self.categories, *(one.category for one in items)}
        if not categories:
            raise scene.refuse("MISSING_FIELD")
        in_its_tier(categories, items, scene)
        may_reach(categories, me, scene)
        _on_the_case(self.asked_of, scene)
        return [
            DisclosureRequested(
                occurred_at=scene.now,
                legal_ref="WGS:provision",
                request_id=scene.ids.fact(0),
                recipient_org=me.org,
                recipient_task=me.task,
                asked_of=self.asked_of,
                categories=tuple(categories),
                items=tuple(one.item_id for one in items),
                purpose=purpose,
                legal_basis=basis,
                necessity=reasons.necessity,
                proportionality=reasons.proportionality,
                subsidiarity=reasons.subsidiarity,
                due=scene.due("disclosure-answer"),
            )
        ]


@command
class EndGrant:
    """The source takes a grant back, with its reason."""

    grant: FactId
    reason: str

    def decide(self, scene: Scene) -> list[Fact]:
        """End it from this moment, or refuse a grant that is not the own organisation's, or ended already."""
        found = scene.case.grants.get(self.grant)
        if found is None or found.fact.provider_org != scene.acting.org:
            raise scene.refuse("UNKNOWN_ITEM")
        if found.ended:
            raise scene.refuse("ALREADY_ANSWERED")
        says_something(self.reason, scene.reference)
        return [
            GrantEnded(
                occurred_at=scene.now,
                legal_ref="WGS:provision",
                grant_id=self.grant,
                provider_org=scene.acting.org,
                reason=scene.seal("reason", self.reason),
            )
        ]


def _with_access(scene: Scene) -> PanelMember:
    """Return who asks; refuse a referrer that does not work on the accepted case, or no longer."""
    me, case = scene.me(), scene.case
    if case.stage in WEIGHED or me in case.live(scene.now):
        return me
    ended = {one.member for one in (*case.participants, *case.left)}
    raise scene.refuse("AUTH_EXPIRED" if me in ended else "NOT_ON_CASE")


def _on_the_case(org: OrgCode, scene: Scene) -> None:
    if scene.reference.participant(org, scene.now) is None:
        raise scene.refuse("NOT_PARTICIPANT")
    if org not in {one.org for one in scene.case.live(scene.now)}:
        raise scene.refuse("OTHER_NOT_ON_CASE")
