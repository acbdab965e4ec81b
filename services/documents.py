"""What the doors show of a case, as JSON: the same on the command line and over HTTP. Never content."""

from uuid import UUID

from events.closing import CriteriaReassessed
from events.disclosure import DataDisclosed
from events.errors import NotFound
from events.fact import rfc3339
from events.vocabulary import OrgCode
from policies.asking import WITHIN
from services.bootstrap import House
from services.case_file import CaseFile
from services.case_parts import Weighed
from services.desk import Opened
from services.waiting import Waiting, waiting


def known_case(house: House, case_id: UUID) -> CaseFile:
    """Return the case. Raises: NotFound."""
    state = house.handling.cases.case(case_id)
    if state.stage is None:
        raise NotFound(f"Zaak {case_id} bestaat niet. Bekijk de zaken met `zvh case list`.")
    return state


def case_document(state: CaseFile, seen_by: OrgCode | None = None) -> dict[str, object]:
    """Return how a case stands.

    Args:
        seen_by: the organisation that looks, which sees of requests, grants and results its own alone; None for the
            house's own people.
    """
    return {
        "case_id": str(state.case_id),
        "stage": state.stage,
        "room": state.room,
        "chamber": state.chamber or None,
        "channel": state.channel,
        "regime": state.regime,
        "triage_regime": state.triage_regime or None,
        "referrer": state.referrer_org,
        "sequence": state.sequence,
        "case_director": state.case_director or None,
        "review_on": state.review_on.isoformat() if state.review_on else None,
        "close_by": rfc3339(state.close_by) if state.close_by else None,
        "retain_until": rfc3339(state.retain_until) if state.retain_until else None,
        "persons": [{"subject_id": str(p.subject_id), "role": p.role.value} for p in state.persons],
        "panel": [{"org": one.org, "task": one.task, "domain": one.domain} for one in state.panel],
        "assessment": _assessment(state),
        "assessments": [_weighed(one) for one in state.weighed],
        "elsewhere": _elsewhere(state),
        "participants": [
            {"org": p.member.org, "task": p.member.task, "domain": p.member.domain, "until": rfc3339(p.until)}
            for p in state.participants
        ],
        "items": [
            {
                "item_id": str(placed.item.item_id),
                "category": placed.item.category,
                "tier": placed.item.tier,
                "subject_id": str(placed.item.subject_id),
                "provider": placed.item.provider_org,
                "regime": placed.regime or None,
            }
            for placed in state.items.values()
        ],
        "plan": _plan(state),
        **_between(state, seen_by),
        "waiting": [_wait(one) for one in waiting(state)],
    }


def outline_document(state: CaseFile, org: OrgCode) -> dict[str, object]:
    """Return how a case stands for an organisation that has no work on it: how far it is, and what is asked of it."""
    own = [one for one in waiting(state) if one.org == org]
    return {
        "case_id": str(state.case_id),
        "stage": state.stage,
        "room": state.room,
        "sequence": state.sequence,
        "outline": True,
        "waiting": [_wait(one) for one in own],
    }


def opened_document(opened: Opened, notice: str) -> dict[str, object]:
    """Return what the desk handed over: the one document that holds content, for whoever asked.

    Args:
        notice: the notice of secrecy, which goes with all that is shown.
    """
    return {
        "disclosure_id": str(opened.disclosure_id),
        "case_id": str(opened.case_id),
        "decision": opened.decision.value,
        "withheld": list(opened.withheld),
        "confidentiality": {"says": notice, "accepted": opened.bound},
        "values": [
            {
                "item_id": str(value.item_id),
                "subject_id": str(value.subject_id),
                "category": value.category,
                "provider_org": value.provider_org,
                "content": dict(value.content),
            }
            for value in opened.values
        ],
    }


def _between(state: CaseFile, seen_by: OrgCode | None) -> dict[str, object]:
    """Return what goes from one to another: open requests, grants that were not ended, results and supervisors."""

    def concerns(*orgs: OrgCode) -> bool:
        return seen_by is None or seen_by in orgs

    return {
        "requests": [
            {
                "request_id": str(name),
                "recipient": one.fact.recipient_org,
                "asked_of": one.fact.asked_of,
                "categories": list(one.fact.categories),
                "items": [str(item) for item in one.fact.items],
                "purpose": one.fact.purpose,
                "due": rfc3339(one.fact.due),
            }
            for name, one in state.requests.items()
            if not one.answered and concerns(one.fact.recipient_org, one.fact.asked_of)
        ],
        "grants": [
            {
                "grant_id": str(name),
                "provider": one.fact.provider_org,
                "recipient": one.fact.recipient_org,
                "task": one.fact.recipient_task,
                "items": [str(item) for item in one.fact.granted],
                "purpose": one.fact.purpose,
                "until": rfc3339(one.fact.valid_until) if one.fact.valid_until else None,
            }
            for name, one in state.grants.items()
            if not one.ended and concerns(one.fact.provider_org, one.fact.recipient_org)
        ],
        "results": [
            {
                "result_id": str(name),
                "kind": one.made.kind,
                "recipient": one.made.recipient_org,
                "item_id": str(one.made.item.item_id),
                "advice": one.advice,
                "released": one.released is not None,
            }
            for name, one in state.results.items()
            if seen_by is None or one.released is None or concerns(one.made.recipient_org, one.released.decided_for)
        ],
        "confidentiality": _confidentiality(state, seen_by),
        "supervisions": [
            {"supervision_id": str(name), "supervisor": one.supervisor, "until": rfc3339(one.until)}
            for name, one in state.supervisions.items()
            if concerns(one.supervisor)
        ],
    }


def _confidentiality(state: CaseFile, seen_by: OrgCode | None) -> dict[str, object]:
    """Return who accepted the duty of secrecy, and who was shown data without having done so."""
    shown = {
        (one.recipient_person, one.recipient_org, one.recipient_task)
        for one in state.looks
        if isinstance(one, DataDisclosed) and one.kind == WITHIN
    }
    told = {"accepted": state.bound, "not_accepted": shown - state.bound}
    return {
        name: [
            {"person": person, "org": org, "task": task}
            for person, org, task in sorted(people)
            if seen_by in (None, org)
        ]
        for name, people in told.items()
    }


def _assessment(state: CaseFile) -> dict[str, object] | None:
    found = state.assessment
    if found is None:
        return None
    return {
        "assessment_id": str(found.assessment_id),
        "failed": list(found.failed),
        "local_test_holds": found.local_test_holds,
        "breakthrough_holds": found.breakthrough_holds,
        "parts": [{"criterion": p.criterion, "part": p.part, "answer": p.answer.value} for p in found.parts],
        "needed": [{"org": one.org, "task": one.task, "domain": one.domain} for one in found.needed],
    }


def _wait(one: Waiting) -> dict[str, object]:
    return {
        "kind": one.kind,
        "about": str(one.about),
        "org": one.org,
        "due": rfc3339(one.due) if one.due else None,
    }


def _weighed(one: Weighed) -> dict[str, object]:
    return {
        "assessment_id": str(one.fact.assessment_id),
        "recorded_at": rfc3339(one.at),
        "by": one.by,
        "review": isinstance(one.fact, CriteriaReassessed),
        "failed": list(one.fact.failed),
        "local_test_holds": one.fact.local_test_holds,
        "breakthrough_holds": one.fact.breakthrough_holds,
    }


def _elsewhere(state: CaseFile) -> dict[str, object] | None:
    found = state.elsewhere
    if found is None:
        return None
    return {"looked_at": rfc3339(found.occurred_at), "found": list(found.found), "earlier": found.earlier}


def _plan(state: CaseFile) -> dict[str, object]:
    plan = state.plan
    return {
        "version": plan.version,
        "proposed": plan.proposed.version if plan.proposed else None,
        "aims": [
            {"aim_id": str(one.aim_id), "life_domain": one.life_domain}
            for one in (plan.agreed.aims if plan.agreed else ())
        ],
        "actions": [
            {
                "action_id": str(one.action_id),
                "owner": one.owner.org,
                "due": one.due,
                "status": plan.status.get(one.action_id),
            }
            for one in (plan.agreed.actions if plan.agreed else ())
        ],
    }
