"""The source decides on its own items for one recipient, asked or of the own accord (domain 5.1 and 5.2, per item)."""

from datetime import date, datetime

from events.assessment import PanelMember
from events.fact import Fact
from events.granting import DisclosureDecided
from events.referral import Condition, Item
from events.vocabulary import Code, Decision, FactId, OrgCode, Task
from policies.calendar import day_end
from policies.tables import day_of
from services.case_parts import Request
from services.guards import members
from services.workflow.conditions import Wish, conditions_of, keeps_from
from services.workflow.item_guards import in_its_tier, is_secret, may_reach, own_items, still_there
from services.workflow.scene import Scene, command
from services.workflow.why import basis_named, purpose_that_fits, reasons_sealed

CARE = "CARE"
"""The domain within which a professional may hear another's finding."""
GRANTED = "OK"


@command
class DecideDisclosure:
    """Decide on a request, item by item, or offer items to one recipient of the own accord.

    What was asked and is not granted is refused, with a reason from the list. Purpose and grounds are those of the
    request, unless the source names its own.
    """

    request: FactId | None = None
    recipient_org: OrgCode | None = None
    recipient_task: Task | None = None
    """The recipient of an offer; a request has its own."""
    granted: tuple[FactId, ...] = ()
    reason_code: Code | None = None
    """Why the rest is refused."""
    purpose: str | None = None
    legal_basis: tuple[str, ...] = ()
    necessity: str = ""
    proportionality: str = ""
    subsidiarity: str = ""
    secrecy_ground: Code | None = None
    secrecy_text: str = ""
    """Why that ground holds here."""
    conditions: tuple[Wish, ...] = ()
    valid_until: date | None = None
    """Last day on which the recipient may lean on it."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Grant, partly or not, or refuse a decision that is not the source's to take, or has not all it needs."""
        me, asked = scene.me(), self._asked(scene)
        recipient = self._recipient(asked, scene)
        if recipient.org == me.org or (asked is not None and asked.asked_by == scene.acting.person):
            raise scene.refuse("SELF_DECISION")
        granted = own_items(self.granted, me.org, scene)
        wanted = _wanted(asked, me.org, scene)
        if asked is not None and not {one.item_id for one in granted} <= {one.item_id for one in wanted}:
            raise scene.refuse("NOT_ASKED_FOR")
        refused = tuple(one for one in wanted if one not in granted)
        if not granted and asked is None:
            raise scene.refuse("MISSING_FIELD")
        reason = self._reason(granted, refused, scene)
        if not granted and asked is not None:
            return [self._declined(asked, refused, reason, scene)]
        return [self._decided(me, recipient, asked, granted, refused, reason, scene)]

    def _decided(
        self,
        me: PanelMember,
        recipient: PanelMember,
        asked: Request | None,
        granted: tuple[Item, ...],
        refused: tuple[Item, ...],
        reason: Code,
        scene: Scene,
    ) -> DisclosureDecided:
        purpose = purpose_that_fits(self.purpose or (asked.fact.purpose if asked else None), scene)
        basis = basis_named(self.legal_basis or (asked.fact.legal_basis if asked else ()), scene)
        reasons = reasons_sealed(scene, self.necessity, self.proportionality, self.subsidiarity)
        categories = {one.category for one in granted}
        still_there(granted, scene)
        in_its_tier(categories, granted, scene)
        may_reach(categories, recipient, scene)
        secret = self._secret_is_broken(granted, recipient, scene)
        conditions = self._conditions(granted, recipient, scene)
        return DisclosureDecided(
            occurred_at=scene.now,
            legal_ref="WGS:provision",
            grant_id=scene.ids.fact(0),
            request_id=asked.fact.request_id if asked else None,
            decision=Decision.PARTLY if refused else Decision.GRANTED,
            provider_org=me.org,
            provider_task=me.task,
            recipient_org=recipient.org,
            recipient_task=recipient.task,
            granted=tuple(one.item_id for one in granted),
            refused=tuple(one.item_id for one in refused),
            categories=tuple(one.category for one in (*granted, *refused)),
            purpose=purpose,
            legal_basis=basis,
            secrecy_ground=self.secrecy_ground if secret else None,
            secrecy_text=scene.seal("secrecy_text", self.secrecy_text) if secret else None,
            reason_code=reason,
            conditions=conditions or None,
            necessity=reasons.necessity,
            proportionality=reasons.proportionality,
            subsidiarity=reasons.subsidiarity,
            valid_until=self._until(scene),
        )

    def _declined(self, asked: Request, refused: tuple[Item, ...], reason: Code, scene: Scene) -> DisclosureDecided:
        """A refusal needs its reason by code; what the source wrote beside it is kept as it is."""
        return DisclosureDecided(
            occurred_at=scene.now,
            legal_ref="WGS:provision",
            grant_id=scene.ids.fact(0),
            request_id=asked.fact.request_id,
            decision=Decision.REFUSED,
            provider_org=scene.acting.org,
            provider_task=scene.acting.task,
            recipient_org=asked.fact.recipient_org,
            recipient_task=asked.fact.recipient_task,
            granted=(),
            refused=tuple(one.item_id for one in refused),
            categories=tuple(one.category for one in refused) or asked.fact.categories,
            purpose=asked.fact.purpose,
            legal_basis=asked.fact.legal_basis,
            reason_code=reason,
            necessity=scene.seal("necessity", self.necessity),
            proportionality=scene.seal("proportionality", self.proportionality),
            subsidiarity=scene.seal("subsidiarity", self.subsidiarity),
        )

    def _asked(self, scene: Scene) -> Request | None:
        if self.request is None:
            return None
        asked = scene.case.requests.get(self.request)
        if asked is None or asked.fact.asked_of != scene.acting.org:
            raise scene.refuse("UNKNOWN_QUESTION")
        if asked.answered:
            raise scene.refuse("ALREADY_ANSWERED")
        return asked

    def _recipient(self, asked: Request | None, scene: Scene) -> PanelMember:
        named = (self.recipient_org, self.recipient_task)
        if asked is not None:
            hat = (asked.fact.recipient_org, asked.fact.recipient_task)
            if named not in (hat, (None, None)):
                raise scene.refuse("BAD_VALUE")
        elif self.recipient_org is None or self.recipient_task is None:
            raise scene.refuse("MISSING_FIELD")
        else:
            hat = (self.recipient_org, self.recipient_task)
        (found,) = members((hat,), scene.reference, scene.now)
        if found not in scene.case.live(scene.now):
            raise scene.refuse("OTHER_NOT_ON_CASE")
        return found

    def _reason(self, granted: tuple[Item, ...], refused: tuple[Item, ...], scene: Scene) -> Code:
        if granted and not refused:
            return GRANTED
        if self.reason_code not in {one.code for one in scene.reference.choices("decline-reason", scene.now)}:
            raise scene.reference.not_listed("decline-reason", scene.now)
        return self.reason_code

    def _secret_is_broken(self, granted: tuple[Item, ...], recipient: PanelMember, scene: Scene) -> bool:
        """Say whether a professional secret covers what is granted; then its ground, its text and its wording hold."""
        ground = self.secrecy_ground
        if ground is not None and scene.reference.secrecy_ground(ground, scene.now) is None:
            raise scene.refuse("UNKNOWN_CHOICE")
        secret = [one for one in granted if is_secret(one, scene)]
        if not secret:
            return False
        outside_care = recipient.domain != CARE
        if ground is None or not self.secrecy_text.strip():
            raise scene.refuse("SECRECY")
        if outside_care and any(one.wording != "FUNCTIONAL" for one in secret):
            raise scene.refuse("SECRECY")  # outside care what somebody needs to know, and no finding
        return True

    def _conditions(self, granted: tuple[Item, ...], recipient: PanelMember, scene: Scene) -> tuple[Condition, ...]:
        asked = conditions_of(self.conditions, scene.reference, scene.now)
        standing = [condition for one in granted for condition in one.conditions or ()]
        if keeps_from((*asked, *standing), recipient.org, scene.now):
            raise scene.refuse("SOURCE_CONDITION")  # a grant that nobody could lean on
        return asked

    def _until(self, scene: Scene) -> datetime | None:
        if self.valid_until is None:
            return None
        if self.valid_until < day_of(scene.now):
            raise scene.refuse("BAD_DATE")
        return day_end(self.valid_until)


def _wanted(asked: Request | None, org: OrgCode, scene: Scene) -> tuple[Item, ...]:
    """Return the items that a request is about: those it names, or all of the source's of the kinds it names."""
    if asked is None:
        return ()
    if asked.fact.items:
        return tuple(scene.case.items[one].item for one in asked.fact.items if one in scene.case.items)
    items = (placed.item for placed in scene.case.items.values())
    return tuple(one for one in items if one.provider_org == org and one.category in asked.fact.categories)
