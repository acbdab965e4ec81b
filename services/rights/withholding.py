"""Keeping entries from the person for now: by the right controller, on a ground, until a review (domain 5.6)."""

from collections.abc import Iterator
from datetime import date

from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact
from events.rights_effects import EntriesWithheld, EntryNamed, WithholdingLifted, WithholdingReviewed
from events.vocabulary import Code, FactId, OrgCode, SubjectId
from policies.tables import day_of
from services.case_parts import Withholding
from services.guards import says_something
from services.rights.controllers import controller_of
from services.rights.guards import chosen
from services.workflow.scene import Scene, command

OF_INFORMING = "INFORM_DEFERRED"
"""Ground that follows from the deferral of informing itself; nobody decides on it here."""
OF_SOURCE = "SOURCE_CONDITION"
"""Ground that follows from what the source of an item wished when it gave it; nobody decides on it here."""


@command
class Entry:
    """An item, a disclosure, or one item in one disclosure."""

    item: FactId | None = None
    disclosure: FactId | None = None


@command
class WithholdEntries:
    """The controller that answers for these entries keeps them from the person until a review."""

    entries: tuple[Entry, ...]
    ground: Code
    reason: str
    review_by: date
    subject: SubjectId | None = None
    """From whom; the person whom the first item is about when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Keep them back, or refuse: another's entries, no ground, no words, or no review within the term."""
        if not self.entries:
            raise scene.refuse("MISSING_FIELD")
        subject = self.subject or _person_of(self.entries[0], scene)
        if any(org != scene.acting.org for one in self.entries for org in _answers_for(one, subject, scene)):
            raise scene.refuse("NOT_YOUR_PART")
        if chosen(scene, "withholding-ground", self.ground) in (OF_INFORMING, OF_SOURCE):
            raise scene.refuse("UNKNOWN_CHOICE")
        says_something(self.reason, scene.reference)
        return [
            EntriesWithheld(
                occurred_at=scene.now,
                legal_ref="AVG:exceptions",
                withholding_id=scene.ids.fact(0),
                subject_id=subject,
                entries=tuple(EntryNamed(item_id=one.item, disclosure_id=one.disclosure) for one in self.entries),
                ground=self.ground,
                # Sealed for the person it is about: their key is the one that ends with their data.
                reason=scene.sealing(subject, scene.ids.fact(0), "reason", self.reason.encode()),
                decided_for=scene.acting.org,
                decided_task=scene.acting.task,
                review_by=_review(scene, self.review_by),
            )
        ]


@command
class ReviewWithholding:
    """The controller looked again, and keeps them back until a next review."""

    withholding: FactId
    reason: str
    review_by: date

    def decide(self, scene: Scene) -> list[Fact]:
        """Set the next review, or refuse what was lifted, is another's, or has no reason."""
        found = _own(scene, self.withholding)
        says_something(self.reason, scene.reference)
        sealed = scene.sealing(found.fact.subject_id, scene.ids.fact(0), "reason", self.reason.encode())
        return [
            WithholdingReviewed(
                occurred_at=scene.now,
                legal_ref="AVG:exceptions",
                withholding_id=self.withholding,
                reason=sealed,
                review_by=_review(scene, self.review_by),
            )
        ]


@command
class LiftWithholding:
    """The reason is gone; the person may see them."""

    withholding: FactId

    def decide(self, scene: Scene) -> list[Fact]:
        """Lift it, or refuse what was lifted or is another's."""
        _own(scene, self.withholding)
        return [WithholdingLifted(occurred_at=scene.now, legal_ref="AVG:exceptions", withholding_id=self.withholding)]


def _person_of(entry: Entry, scene: Scene) -> SubjectId:
    if entry.item is None:
        raise scene.refuse("MISSING_FIELD")
    placed = scene.case.items.get(entry.item)
    if placed is None:
        raise scene.refuse("UNKNOWN_ITEM")
    return placed.item.subject_id


def _answers_for(entry: Entry, subject: SubjectId, scene: Scene) -> Iterator[OrgCode]:
    """Yield the controller of an entry: of an item that of its source, of a look that of the recipient."""
    if entry.disclosure is None:
        placed = scene.case.items.get(entry.item) if entry.item is not None else None
        if placed is None or placed.item.subject_id != subject:
            raise scene.refuse("UNKNOWN_ITEM")
        yield controller_of(placed.item.provider_org, scene.reference, scene.now)
        return
    shown = next((one for one in scene.case.looks if one.disclosure_id == entry.disclosure), None)
    if shown is None or not _is_about(shown, subject, entry.item):
        raise scene.refuse("UNKNOWN_ITEM")
    yield controller_of(shown.recipient_org, scene.reference, scene.now)


def _is_about(look: DataDisclosed | DisclosureRefused, subject: SubjectId, item: FactId | None) -> bool:
    if isinstance(look, DisclosureRefused):
        return item is None and subject in {one.subject_id for one in look.subjects}
    about = {one.item_id for one in look.items if one.subject_id == subject}
    return bool(about) if item is None else item in about


def _own(scene: Scene, withholding: FactId) -> Withholding:
    found = scene.case.withholdings.get(withholding)
    if found is None:
        raise scene.refuse("UNKNOWN_ITEM")
    if found.fact.decided_for != scene.acting.org:
        raise scene.refuse("NOT_YOUR_PART")
    if found.lifted:
        raise scene.refuse("ALREADY_ANSWERED")
    return found


def _review(scene: Scene, day: date) -> str:
    if not day_of(scene.now) < day <= day_of(scene.due("withholding-review")):
        raise scene.refuse("BAD_DATE")
    return day.isoformat()
