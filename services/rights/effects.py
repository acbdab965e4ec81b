"""Whether what was granted was also done: an answer says no more than what became of the data (domain 5.6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from events.fact import Recorded
from events.rights import Outcome, Right
from events.rights_effects import ItemRectified, StatementAdded
from events.vocabulary import CaseId, FactId, OrgCode, Stage
from policies.reference import Reference
from services.case_parts import CaseFile
from services.rights.controllers import answering, controller_of
from services.rights.request import WITH_EFFECT, RequestFile

Histories = Callable[[CaseId], Iterable[Recorded]]


@dataclass(frozen=True)
class Effects:
    """What became of the parts that were granted."""

    missing: tuple[OrgCode, ...] = ()
    """Controllers that granted something of which not all, or of a part nothing, was done."""
    locked_only: bool = False
    """Whether data that were to be erased are locked, because they cannot go now."""


@dataclass(frozen=True)
class _Reach:
    """The items of one controller that a request is about, in all cases, by what happened to them."""

    items: frozenset[tuple[CaseId, FactId]]
    done: frozenset[tuple[CaseId, FactId]]
    locked_only: bool


def effects(request: RequestFile, cases: Iterable[CaseFile], facts: Histories, reference: Reference) -> Effects:
    """Return which granted parts still lack their effect; none for a right that is answered with words.

    Args:
        cases: those in which it is handled. Elsewhere nothing can be done on account of the request.
        facts: the history of a case; only looked at when data were to be put right.
    """
    if request.right not in WITH_EFFECT:
        return Effects()
    handled = [one for one in cases if request.request_id in one.handlings]
    missing, locked_only = list[OrgCode](), False
    for part in request.parts.values():
        if part.outcome not in (Outcome.GRANTED, Outcome.PARTLY):
            continue
        reach = _reach(request, part.controller, handled, facts, reference)
        some_is_enough = part.outcome is Outcome.PARTLY or (request.right is Right.RECTIFICATION and not request.items)
        enough = bool(reach.done) if some_is_enough else reach.items == reach.done
        if reach.items and not enough:
            missing.append(part.controller)
        locked_only |= reach.locked_only
    return Effects(tuple(missing), locked_only)


def asked_in(request: RequestFile, case: CaseFile) -> tuple[FactId, ...]:
    """Return the items of a case that a request is about: what it names, or all of the person when it names nothing."""
    named = {item for case_id, item in request.items if case_id == case.case_id}
    own = (key for key, one in case.items.items() if one.item.subject_id == request.subject_id)
    return tuple(sorted(key for key in own if key in named or not request.items))


def not_agreed(case: CaseFile, request: RequestFile, reference: Reference) -> set[OrgCode]:
    """Return the controllers without whose decision the person may not be erased from a case on this request.

    The keys are of a person and not of a source, so all of it goes or nothing does: whoever answers for any of it must
    have granted that, and for all of it.
    """
    answer_for = answering(case, request.subject_id, reference, request.received_at)
    own = {key for key, one in case.items.items() if one.item.subject_id == request.subject_id}
    if not own <= set(asked_in(request, case)):
        return answer_for
    return answer_for - granted(request)


def granted(request: RequestFile) -> set[OrgCode]:
    """Return the controllers that granted their whole part."""
    return {one.controller for one in request.parts.values() if one.outcome is Outcome.GRANTED}


def _reach(
    request: RequestFile, controller: OrgCode, cases: Iterable[CaseFile], facts: Histories, reference: Reference
) -> _Reach:
    items, done, locked_only = set[tuple[CaseId, FactId]](), set[tuple[CaseId, FactId]](), False
    for case in cases:
        own = {
            one
            for one in asked_in(request, case)
            if controller_of(case.items[one].item.provider_org, reference, request.received_at) == controller
        }
        if case.stage is Stage.DESTROYED or request.subject_id in case.erased:
            ready = own
        elif request.right is Right.RECTIFICATION:
            ready = own & _put_right(facts(case.case_id), request.request_id)
        elif request.right is Right.ERASURE and not case.holds and not not_agreed(case, request, reference):
            ready = set[FactId]()
        else:
            ready = own & case.restricted
            locked_only |= request.right is Right.ERASURE and bool(ready)
        items |= {(case.case_id, one) for one in own}
        done |= {(case.case_id, one) for one in ready}
    return _Reach(frozenset(items), frozenset(done), locked_only)


def _put_right(facts: Iterable[Recorded], request_id: FactId) -> set[FactId]:
    """Return the items that were corrected, or got the person's statement beside them, on account of the request."""
    found = set[FactId]()
    for one in facts:
        match one.fact:
            case ItemRectified() as fact if fact.request_id == request_id:
                found.add(fact.item.item_id)
            case StatementAdded() as fact if fact.request_id == request_id:
                # The statement stands beside it as an item of its own, and is itself in order.
                found |= {fact.about, fact.item.item_id}
            case _:
                continue
    return found
