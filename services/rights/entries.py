"""Every entry of what was done with one person's data in a case, and whether the person may see it now (domain 5.6).

An entry is one item given, one item shown to one recipient, or one request that was refused. Shown and withheld entries
together are always all entries: nothing is left out uncounted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Recorded
from events.informing import InformingDeferred
from events.referral import Item, ReferralSubmitted
from events.vocabulary import CaseId, Code, FactId, LegalRef, OrgCode, SubjectId
from policies.tables import day_of
from services.case_file import CaseFile, evolve
from services.case_parts import DATA_SUBJECT, Withholding
from services.rights.withholding import OF_INFORMING, OF_SOURCE
from services.standing import not_to_subject

Confidentiality = Literal["NORMAL", "CONFIDENTIAL", "LIFTED"]
"""The three values of the logging standard of the VNG: always visible, kept back for now, or visible again."""


@dataclass(frozen=True)
class Entry:
    """One thing that was done with data of the person."""

    case_id: CaseId
    kind: Literal["GIVEN", "SEEN", "REFUSED"]
    at: datetime
    org: OrgCode
    """Who gave, saw or asked; never a professional."""
    categories: tuple[Code, ...]
    item_id: FactId | None = None
    disclosure_id: FactId | None = None
    purpose: Code | None = None
    legal_basis: tuple[LegalRef, ...] = ()
    reason_code: Code = "OK"
    confidentiality: Confidentiality = "NORMAL"
    ground: Code | None = None
    """Why it is kept back; None when it is not."""


@dataclass(frozen=True)
class CaseEntries:
    """All entries of one person in one case, and how the case stands."""

    case: CaseFile
    entries: tuple[Entry, ...]

    @property
    def shown_items(self) -> frozenset[FactId]:
        """Return the items that the person may have a copy of: those of which it may know that they were given."""
        given = (one for one in self.entries if one.kind == "GIVEN" and one.confidentiality != "CONFIDENTIAL")
        return frozenset(one.item_id for one in given if one.item_id is not None)


RefusedBy = Callable[[OrgCode], Code | None]
"""Organisation -> the ground on which the controller that answers for it refused its part of the request."""


def entries_of(
    case_id: CaseId, history: Iterable[Recorded], subject_id: SubjectId, refused_by: RefusedBy = lambda _: None
) -> CaseEntries:
    """Return every entry about *subject_id* in a case, in order of the facts, with its confidentiality as it is now.

    Args:
        refused_by: of the request that is answered; nobody refused when the question is of no request.
    """
    case, found, was_deferred = CaseFile(case_id), list[Entry](), False
    for recorded in history:
        after = evolve(case, recorded)
        was_deferred = was_deferred or _defers(recorded)
        found += _given(case, after, recorded, subject_id)
        found += _looked(case_id, recorded, subject_id)
        case = after
    is_subject = bool(case.persons) and case.subject.subject_id == subject_id
    now = _Now(case, subject_id, refused_by, was_deferred and is_subject)
    return CaseEntries(case, tuple(now.of(one) for one in found))


def overdue(case: CaseFile, subject_id: SubjectId, now: datetime) -> bool:
    """Say whether something is kept from the person while the day to look at that again went by."""
    today = day_of(now)
    inform = case.inform
    waits = case.is_not_told(subject_id) and inform is not None and inform.review_by is not None
    if waits and inform is not None and date.fromisoformat(inform.review_by or "") < today:
        return True
    return any(
        one.fact.subject_id == subject_id and not one.lifted and date.fromisoformat(one.review_by) < today
        for one in case.withholdings.values()
    )


def _defers(recorded: Recorded) -> bool:
    fact = recorded.fact
    return isinstance(fact, InformingDeferred) or (
        isinstance(fact, ReferralSubmitted) and fact.inform_status.status == "DEFERRED"
    )


def _given(before: CaseFile, after: CaseFile, recorded: Recorded, subject_id: SubjectId) -> Iterator[Entry]:
    for item_id, placed in after.items.items():
        # A new version stands in a new place; whatever fact brings data, also one of later years, shows here.
        if placed is before.items.get(item_id) or placed.item.subject_id != subject_id:
            continue
        yield Entry(
            after.case_id,
            "GIVEN",
            recorded.envelope.recorded_at,
            placed.item.provider_org,
            (placed.item.category,),
            item_id,
        )


def _looked(case_id: CaseId, recorded: Recorded, subject_id: SubjectId) -> Iterator[Entry]:
    match recorded.fact:
        case DataDisclosed() as fact:
            for item in fact.items:
                if item.subject_id == subject_id:
                    look = _look(case_id, fact, "SEEN")
                    yield replace(look, categories=(item.category,), item_id=item.item_id)
        case DisclosureRefused() as fact if subject_id in {one.subject_id for one in fact.subjects}:
            yield replace(_look(case_id, fact, "REFUSED"), categories=fact.categories)
        case _:
            return


def _look(case_id: CaseId, fact: DataDisclosed | DisclosureRefused, kind: Literal["SEEN", "REFUSED"]) -> Entry:
    return Entry(
        case_id,
        kind,
        fact.occurred_at,
        fact.recipient_org,
        (),
        disclosure_id=fact.disclosure_id,
        purpose=fact.purpose,
        legal_basis=fact.legal_basis,
        reason_code=fact.reason_code,
    )


@dataclass(frozen=True)
class _Now:
    """How entries of one person stand at the end of a history."""

    case: CaseFile
    subject_id: SubjectId
    refused_by: RefusedBy
    was_deferred: bool

    def of(self, entry: Entry) -> Entry:
        """Return the entry with its confidentiality."""
        if entry.org == DATA_SUBJECT and entry.kind != "REFUSED":
            return entry
        withholdings = self.case.withholdings.values()
        items = self._items(entry)
        keys = frozenset(one.item_id for one in items)
        own = [one for one in withholdings if one.fact.subject_id == self.subject_id and _covers(one, entry, keys)]
        ground = next((one.fact.ground for one in own if not one.lifted), None)
        ground = ground or self._refused(entry, items)
        if ground is None and any(map(not_to_subject, items)):
            ground = OF_SOURCE
        if ground is None and self.case.is_not_told(self.subject_id):
            ground = OF_INFORMING
        if ground is not None:
            return replace(entry, confidentiality="CONFIDENTIAL", ground=ground)
        return replace(entry, confidentiality="LIFTED") if own or self.was_deferred else entry

    def _refused(self, entry: Entry, items: Iterable[Item]) -> Code | None:
        """Return why the controller of whoever did this refused its part, or the one of whoever gave the items."""
        orgs = {entry.org: None, **dict.fromkeys(item.provider_org for item in items)}
        orgs.pop(DATA_SUBJECT, None)
        return next((ground for org in orgs if (ground := self.refused_by(org)) is not None), None)

    def _items(self, entry: Entry) -> list[Item]:
        """Return the items that an entry would tell of: a request that was refused tells of every item of its kinds."""
        if entry.item_id is not None:
            keys = self.case.told_of(entry.item_id)
            return [self.case.items[one].item for one in keys if one in self.case.items]
        every = (placed.item for placed in self.case.items.values())
        return [one for one in every if one.subject_id == self.subject_id and one.category in entry.categories]


def _covers(withholding: Withholding, entry: Entry, items: frozenset[FactId]) -> bool:
    """Say whether a decision keeps this entry back: its item wholly, its look wholly, or this item in this look."""
    return any(
        (one.item_id is None or one.item_id in items)
        and (one.disclosure_id is None or one.disclosure_id == entry.disclosure_id)
        for one in withholding.fact.entries
        if one.item_id is not None or one.disclosure_id is not None
    )
