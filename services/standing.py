"""What the case says of a request and of each item in it: the place of who asks, and what the source wished. Pure."""

from collections.abc import Iterator
from datetime import date, datetime

from events.referral import Condition, Item
from events.vocabulary import FactId, OrgCode, Pseudonym, Stage, SubjectId
from policies.asking import TO_SUBJECT, WEIGHED, WITHIN, AccessRequest, ItemAsked, Standing
from policies.tables import day_of
from services.acting import Acting
from services.case_file import CaseFile, PlacedItem
from services.case_parts import Grant

ONLY_TO, NOT_TO, UNTIL = "ONLY_TO", "NOT_TO", "UNTIL"
NOT_TO_SUBJECT, ASK_FIRST = "NOT_TO_SUBJECT", "ASK_FIRST"
"""Conditions of a source that the policies hold against a request; others are wishes that people read."""


def standing(case: CaseFile, stage: Stage, acting: Acting, now: datetime) -> Standing:
    """Return the place in the case: before acceptance of panel and referrer, from then on of the participants."""
    asking = (acting.org, acting.task)
    if stage in WEIGHED:
        live = {(member.org, member.task) for member in case.panel} | {(case.referrer_org, case.referrer_task)}
        ended = set()
    else:
        live = {(one.member.org, one.member.task) for one in case.participants if now < one.until}
        ended = {(one.member.org, one.member.task) for one in (*case.participants, *case.left)}
    if asking in live:
        return "LIVE"
    if stage in WEIGHED and asking in case.questioned():
        return "ASKED"
    if asking in ended:
        return "EXPIRED"
    return "OTHER_TASK" if acting.org in {org for org, _ in live} else "NONE"


def supervised(case: CaseFile, acting: Acting, now: datetime) -> bool:
    """Say whether the case was opened to this supervisor, and the term runs."""
    return any(
        (one.supervisor, one.supervisor_task) == (acting.org, acting.task) and now < one.until
        for one in case.supervisions.values()
    )


def live_grants(case: CaseFile, item_id: FactId, request: AccessRequest) -> list[Grant]:
    """Return the grants by which the recipient may read this item for the purpose of the request, now."""
    return [
        one
        for one in case.grants.values()
        if not one.ended
        and item_id in one.fact.granted
        and (one.fact.recipient_org, one.fact.recipient_task) == (request.org, request.task)
        and one.fact.purpose == request.purpose
        and (one.fact.valid_until is None or request.at < one.fact.valid_until)
    ]


def item_asked(case: CaseFile, placed: PlacedItem, request: AccessRequest, requester: SubjectId | None) -> ItemAsked:
    """Return what the policies are told of one item.

    Args:
        requester: the person whose request is answered; None when the request is of nobody's rights.
    """
    item = placed.item
    # What was brought in after the move was brought to the house itself.
    stayed_behind = case.items_along is not None and item.item_id in case.local_items - case.items_along
    knows = request.org == item.provider_org or request.org in case.before_house
    granted = live_grants(case, item.item_id, request) if request.kind == WITHIN else []
    conditions = [*(item.conditions or ()), *(one for grant in granted for one in grant.fact.conditions or ())]
    result = next((one for one in case.results.values() if one.made.item.item_id == item.item_id), None)
    return ItemAsked(
        item_id=item.item_id,
        category=item.category,
        tier=item.tier,
        provider_org=item.provider_org,
        shared=not stayed_behind or knows,
        addressed_to=item.addressed_to,
        of_subject=item.subject_id == case.subject.subject_id,
        of_requester=requester is not None and item.subject_id == requester,
        # What nobody called functional is taken for a finding of the profession; it counts where a secret is.
        clinical=item.wording != "FUNCTIONAL",
        granted=bool(granted),
        granted_on_ground=any(one.fact.secrecy_ground for one in granted),
        only_to=() if _waits_for_the_source(item, request, granted) else _only_to(conditions),
        not_to=tuple(sorted({org for one in conditions if one.code == NOT_TO for org in one.orgs})),
        term_passed=any(_passed(one, day_of(request.at)) for one in conditions),
        not_to_subject=any(one.code == NOT_TO_SUBJECT for one in conditions),
        restricted=item.item_id in case.restricted,
        erased=item.subject_id in case.erased,
        withheld=item.item_id in case.withheld,
        released=result is not None and result.released is not None,
        result_kind=result.made.kind if result is not None else "",
    )


def not_to_subject(item: Item) -> bool:
    """Say whether the source gave an item on condition that its person does not see it."""
    return any(one.code == NOT_TO_SUBJECT for one in item.conditions or ())


def hidden_items(case: CaseFile) -> frozenset[FactId]:
    """Return the items that their person does not get to see: kept back for now, or on condition of their source."""
    return case.withheld | {key for key, placed in case.items.items() if not_to_subject(placed.item)}


def deciders(case: CaseFile, items: tuple[FactId, ...], request: AccessRequest) -> Iterator[tuple[FactId, Pseudonym]]:
    """Yield (fact, person) of each decision by a person that a disclosure of *items* leans on."""
    for item_id in items:
        for grant in live_grants(case, item_id, request):
            yield grant.fact.grant_id, grant.decided_by
        for result in case.results.values():
            if result.made.item.item_id == item_id and result.released is not None and result.released_by:
                yield result.released.result_id, result.released_by


def requester_of(kind: str, subjects: frozenset[SubjectId]) -> SubjectId | None:
    """Return the one person to whom an answer goes; None for other kinds, and when not exactly one is named."""
    return next(iter(subjects)) if kind == TO_SUBJECT and len(subjects) == 1 else None


def _waits_for_the_source(item: Item, request: AccessRequest, granted: list[Grant]) -> bool:
    """Say whether the source wants to be asked first, and did not say yes to this recipient for this purpose yet.

    Before acceptance nobody can decide on a grant: who weighs reads what was brought in to be weighed.
    """
    asks = any(one.code == ASK_FIRST for one in item.conditions or ())
    works = request.kind == WITHIN and request.standing == "LIVE" and request.stage not in WEIGHED
    return asks and works and not granted


def _only_to(conditions: list[Condition]) -> tuple[OrgCode, ...] | None:
    lists = [frozenset(one.orgs) for one in conditions if one.code == ONLY_TO]
    return tuple(sorted(frozenset.intersection(*lists))) if lists else None


def _passed(condition: Condition, today: date) -> bool:
    return condition.code == UNTIL and condition.until is not None and date.fromisoformat(condition.until) < today
