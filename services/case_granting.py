"""What a case remembers of requests, grants, results and supervisors, and when a grant ends by itself (domain 5.1)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from events.assessment import PanelMember
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Recorded
from events.granting import DisclosureDecided, DisclosureRequested, GrantEnded
from events.result import PrivacyAdviceGiven, ResultMade, ResultReleased
from events.supervision import SupervisionEnded, SupervisionOpened
from events.vocabulary import FactId
from services.case_parts import CaseFile, Grant, PlacedItem, Request, Result, Shown

V = TypeVar("V")


def disclosing(case: CaseFile, recorded: Recorded) -> CaseFile:
    """Return the case after a fact about who may get what; every other fact changes nothing."""
    return _supervising(_results(_granting(case, recorded), recorded), recorded)


def only_between(case: CaseFile, members: Iterable[PanelMember]) -> CaseFile:
    """Return the case with the requests and grants of those who stay: with its access a recipient's grants end."""
    hats = {(one.org, one.task) for one in members}
    sources = {org for org, _ in hats}
    requests = {
        name: one
        for name, one in case.requests.items()
        if (one.fact.recipient_org, one.fact.recipient_task) in hats and one.fact.asked_of in sources
    }
    ended = _ending(case, lambda one: (one.fact.recipient_org, one.fact.recipient_task) not in hats)
    return replace(ended, requests=MappingProxyType(requests))


def access_ended(case: CaseFile) -> CaseFile:
    """Return the case with every grant ended: nobody has access any more."""
    return _ending(case, lambda _: True)


def _granting(case: CaseFile, recorded: Recorded) -> CaseFile:
    actor = recorded.envelope.actor
    match recorded.fact:
        case DisclosureRequested() as fact:
            return replace(case, requests=_with(case.requests, fact.request_id, Request(fact, actor)))
        case DisclosureDecided() as fact:
            asked = case.requests.get(fact.request_id) if fact.request_id else None
            if asked is not None:
                answered = replace(asked, answered=True)
                case = replace(case, requests=_with(case.requests, asked.fact.request_id, answered))
            return replace(case, grants=_with(case.grants, fact.grant_id, Grant(fact, actor))) if fact.granted else case
        case GrantEnded() as fact:
            taken_back = fact.grant_id
            return _ending(case, lambda one: one.fact.grant_id == taken_back)
        case DataDisclosed() | DisclosureRefused() as fact:
            return replace(case, shown=Shown(fact, case.shown))
        case _:
            return case


def _results(case: CaseFile, recorded: Recorded) -> CaseFile:
    match recorded.fact:
        case ResultMade() as fact:
            placed = PlacedItem(fact.item, recorded.envelope.id, recorded.envelope.recorded_at)
            made = _with(case.results, fact.result_id, Result(fact))
            return replace(case, results=made, items=_with(case.items, fact.item.item_id, placed))
        case PrivacyAdviceGiven() | ResultReleased() as fact:
            result = case.results.get(fact.result_id)
            if result is None:
                return case
            changed = (
                replace(result, advice=fact.positive)
                if isinstance(fact, PrivacyAdviceGiven)
                else replace(result, released=fact, released_by=recorded.envelope.actor)
            )
            return replace(case, results=_with(case.results, fact.result_id, changed))
        case _:
            return case


def _supervising(case: CaseFile, recorded: Recorded) -> CaseFile:
    match recorded.fact:
        case SupervisionOpened() as fact:
            return replace(case, supervisions=_with(case.supervisions, fact.supervision_id, fact))
        case SupervisionEnded() as fact:
            left = {name: one for name, one in case.supervisions.items() if name != fact.supervision_id}
            return replace(case, supervisions=MappingProxyType(left))
        case _:
            return case


def _ending(case: CaseFile, which: Callable[[Grant], bool]) -> CaseFile:
    if not any(which(one) and not one.ended for one in case.grants.values()):
        return case
    grants = {name: replace(one, ended=True) if which(one) else one for name, one in case.grants.items()}
    return replace(case, grants=MappingProxyType(grants))


def _with(mapping: Mapping[FactId, V], key: FactId, value: V) -> Mapping[FactId, V]:
    return MappingProxyType({**mapping, key: value})
