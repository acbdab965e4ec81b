"""What the rights of a person do to the state of a case, and the request whose stream it is (domain 5.6)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from events.fact import Recorded
from events.referral import Item, Person
from events.rights import RightsRequestReceived
from events.rights_effects import (
    EntriesWithheld,
    ItemRectified,
    ProcessingRestricted,
    RestrictionLifted,
    RightsHandlingEnded,
    RightsHandlingOpened,
    StatementAdded,
    WithholdingLifted,
    WithholdingReviewed,
)
from events.vocabulary import FactId, SubjectRole
from services.case_parts import CaseFile, PlacedItem, Withholding
from services.rights.request import evolve_request

V = TypeVar("V")


def rights(case: CaseFile, recorded: Recorded) -> CaseFile:
    """Return the case after a fact of handling, correcting, locking or keeping back."""
    match recorded.fact:
        case RightsHandlingOpened() as fact:
            return _handled(case, _with(case.handlings, fact.request_id, fact))
        case RightsHandlingEnded() as fact:
            return _handled(case, _without(case.handlings, fact.request_id))
        case ItemRectified() as fact:
            return replace(case, items=_placed(case, fact.item, recorded))
        case StatementAdded() as fact:
            statements = case.statements
            if fact.about in case.items and fact.item.item_id not in case.items:
                statements = _with(statements, fact.item.item_id, fact.about)
            return replace(case, items=_placed(case, fact.item, recorded), statements=statements)
        case ProcessingRestricted() as fact:
            since = replace(case, locked_at=_with(case.locked_at, fact.restriction_id, fact.occurred_at))
            return _locked(since, _with(case.restrictions, fact.restriction_id, frozenset(fact.items)))
        case RestrictionLifted() as fact:
            return _locked(case, _without(case.restrictions, fact.restriction_id))
        case EntriesWithheld() as fact:
            return replace(
                case, withholdings=_with(case.withholdings, fact.withholding_id, Withholding(fact, fact.review_by))
            )
        case WithholdingReviewed() as fact if fact.withholding_id in case.withholdings:
            again = replace(case.withholdings[fact.withholding_id], review_by=fact.review_by)
            return replace(case, withholdings=_with(case.withholdings, fact.withholding_id, again))
        case WithholdingLifted() as fact if fact.withholding_id in case.withholdings:
            lifted = replace(case.withholdings[fact.withholding_id], lifted=True)
            return replace(case, withholdings=_with(case.withholdings, fact.withholding_id, lifted))
        case _:
            return case


def request(case: CaseFile, recorded: Recorded) -> CaseFile:
    """Return the stream of a request after one more fact; a case is left as it is."""
    fact = recorded.fact
    changed = evolve_request(case.rights_request, fact)
    if changed is case.rights_request:
        return case
    if isinstance(fact, RightsRequestReceived) and not case.persons:
        case = replace(case, persons=(Person(subject_id=fact.subject_id, role=SubjectRole.SUBJECT),))
    return replace(case, rights_request=changed)


def kept_back(case: CaseFile, recorded: Recorded) -> CaseFile:
    """Keep in step what the person does not get to see: what a controller withholds, and all while informing waits."""
    deferred = case.inform is not None and case.inform.status == "DEFERRED"
    if not deferred and not case.withholdings and not case.withheld:
        return case
    kept = frozenset(
        entry.item_id
        for one in case.withholdings.values()
        if not one.lifted
        for entry in one.fact.entries
        if entry.item_id is not None and entry.disclosure_id is None
    )
    # A statement tells of the item that it is about.
    kept |= {one for one in case.statements if kept.intersection(case.told_of(one))}
    kept |= {key for key, one in case.items.items() if case.is_not_told(one.item.subject_id)} if deferred else set()
    return case if kept == case.withheld else replace(case, withheld=kept)


def _handled(case: CaseFile, handlings: Mapping[FactId, RightsHandlingOpened]) -> CaseFile:
    return replace(case, handlings=handlings, rights_open=frozenset(one.subject_id for one in handlings.values()))


def _locked(case: CaseFile, restrictions: Mapping[FactId, frozenset[FactId]]) -> CaseFile:
    return replace(case, restrictions=restrictions, restricted=frozenset().union(*restrictions.values()))


def _placed(case: CaseFile, item: Item, recorded: Recorded) -> Mapping[FactId, PlacedItem]:
    return _with(case.items, item.item_id, PlacedItem(item, recorded.envelope.id, recorded.envelope.recorded_at))


def _with(mapping: Mapping[FactId, V], key: FactId, value: V) -> Mapping[FactId, V]:
    return MappingProxyType({**mapping, key: value})


def _without(mapping: Mapping[FactId, V], key: FactId) -> Mapping[FactId, V]:
    return MappingProxyType({one: value for one, value in mapping.items() if one != key})
