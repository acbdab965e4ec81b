"""What participants must know of a case, and nothing of what is in it: the messages of one fact on their feeds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

import rfc8785

from events.assessment import PanelMember, TriageOpened
from events.canonical import source_of
from events.case import AuthorisationRenewed, CaseAccepted, CaseRejected, CaseStarted
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.consultation import ConsultationHeld, ConsultationPlanned
from events.correction import RecipientNotified
from events.disclosure import DataDisclosed
from events.enquiry import EnrichmentRequested, KnownCheckRequested
from events.escalation import CaseDeescalated, CaseEscalated, EscalationDeclined
from events.fact import Fact, Recorded, rfc3339
from events.granting import DisclosureDecided, DisclosureRequested, GrantEnded
from events.plan import AftercareStarted, PlanAction, PlanAgreed, PlanProposed, PlanRevised
from events.referral import ReferralReturned, ReferralWithdrawn
from events.result import ResultReleased
from events.retention import CaseDestroyed
from events.terms import TermMissed, TermReminded
from events.vocabulary import OrgCode, Stage, Task
from policies.reference import Reference
from services.answers import Message
from services.case_parts import CaseFile
from services.channels import feed_topic
from services.item_notices import told_of_items
from services.rights.telling import RIGHTS_SAY, RIGHTS_TELLING, told_of_rights

TELLING: tuple[type[Fact], ...] = (
    ReferralReturned,
    ReferralWithdrawn,
    TriageOpened,
    KnownCheckRequested,
    EnrichmentRequested,
    CaseAccepted,
    CaseRejected,
    CaseStarted,
    AuthorisationRenewed,
    CaseEscalated,
    EscalationDeclined,
    CaseDeescalated,
    ConsultationPlanned,
    ConsultationHeld,
    PlanProposed,
    PlanAgreed,
    PlanRevised,
    AftercareStarted,
    CriteriaReassessed,
    CaseReopened,
    CaseClosed,
    CaseDestroyed,
    TermReminded,
    TermMissed,
    DisclosureRequested,
    DisclosureDecided,
    GrantEnded,
    RecipientNotified,
    ResultReleased,
    DataDisclosed,
    *RIGHTS_TELLING,
)
"""Facts from which somebody may hear something. From every other fact nobody does."""
SAYS = {
    "referral-returned": "De aanmelding is teruggestuurd: er ontbreken onderdelen. Vul ze aan.",
    "triage-opened": "De aanmelding wordt gewogen.",
    "known-check-requested": "Het huis vraagt of deze persoon bij uw organisatie bekend is. Antwoord met ja of nee.",
    "enrichment-requested": "Het huis heeft een vraag voor uw organisatie. Lees de vraag bij het loket.",
    "case-accepted": "De zaak is aangenomen.",
    "case-rejected": "De zaak is niet aangenomen. Lees het advies bij het loket.",
    "case-started": "Uw organisatie werkt mee aan deze zaak, tot de genoemde datum.",
    "authorisation-renewed": "De toegang is vernieuwd. Uw organisatie werkt mee, tot de genoemde datum.",
    "case-escalated": "Het huis heeft de zaak overgenomen. Uw organisatie werkt mee, tot de genoemde datum.",
    "case-deescalated": "De zaak is terug in de lokale kamer. Uw organisatie werkt mee, tot de genoemde datum.",
    "access-ended": "Uw organisatie werkt niet meer mee aan deze zaak. De toegang is gestopt.",
    "escalation-declined": "Het huis neemt de zaak niet over. De zaak blijft in de lokale kamer.",
    "consultation-planned": "Uw organisatie is uitgenodigd voor een overleg. Laat weten of u komt.",
    "consultation-held": "Het overleg is geweest. Uw organisatie heeft een of meer taken.",
    "plan-proposed": "Er is een plan met acties voor uw organisatie. Laat weten of u akkoord bent.",
    "plan-agreed": "Het plan is vastgesteld. Dit zijn de acties van uw organisatie.",
    "plan-revised": "Het plan is herzien. Dit zijn nu de acties van uw organisatie.",
    "aftercare-started": "De nazorg is begonnen. Uw organisatie let op terugval.",
    "criteria-lost": "Een criterium geldt niet meer. De zaak wordt voor de genoemde datum gesloten of overgedragen.",
    "case-reopened": "De zaak wordt opnieuw gewogen. Tot de uitkomst is een deel van de gegevens weer dicht.",
    "case-closed": "De zaak is gesloten. De toegang is gestopt.",
    "case-destroyed": "De gegevens van deze zaak zijn vernietigd.",
    "disclosure-requested": "Een deelnemer vraagt gegevens van uw organisatie. Beslis per gegeven, voor de datum.",
    "disclosure-decided": "De bron heeft beslist over gegevens voor uw organisatie. Lees ze bij het loket.",
    "grant-ended": "De bron heeft de toestemming voor gegevens ingetrokken.",
    "disclosure-corrected": "Het doel of de grond van een eerdere inzage van uw organisatie is verbeterd.",
    "result-released": "Er is een resultaat voor uw organisatie. Lees het bij het loket.",
    "disclosure-recorded": "Uw organisatie kreeg gegevens van deze zaak te zien. Bevestig dat vanuit uw eigen systeem.",
    "term-reminded": "Herinnering: uw organisatie heeft nog iets te doen in deze zaak.",
    "term-missed": "De termijn is voorbij: uw organisatie heeft dit niet op tijd gedaan.",
    **RIGHTS_SAY,
}
"""Name of a message -> its own sentence, the same in every case."""
ENDED = (Stage.NOT_ACCEPTED, Stage.CLOSED, Stage.DESTROYED)
"""Nobody has access to such a case any more."""
Data = Mapping[str, object]


@dataclass(frozen=True)
class Notice:
    """One message for one organisation, without its envelope."""

    org: OrgCode
    name: str
    data: Data


def notices(
    before: CaseFile, recorded: Recorded, after: CaseFile, reference: Reference, house_oin: str
) -> list[Message]:
    """Return what participants hear of one fact: ids, codes and moments, each organisation on its own feed.

    A pure function of the history, so that a second telling is the same, key by key and byte by byte. Who lost access
    hears nothing later of that case but its destruction and what becomes of data that it got; who is no participant of
    the house has no feed.

    Args:
        before: the case up to the fact; *after* has the fact as well.
        house_oin: OIN of the house, 20 digits.

    Source: domain 4; domain 7, first and third challenge; legal_ref "AVG:minimisation".
    """
    at = recorded.envelope.recorded_at
    if before.stage in ENDED and not _of_what_was_given(recorded.fact):
        return []
    told = (notice for part in _PARTS for notice in part(before, recorded, after))
    heard = [one for one in told if reference.participant(one.org, at) is not None]
    name = "request_id" if after.stage is None and after.rights_request is not None else "case_id"
    return [_message(recorded, one, house_oin, name) for one in sorted(heard, key=lambda one: (one.org, one.name))]


def _run_up(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """What the referrer hears of its referral, and the questions to others."""
    at = recorded.envelope.recorded_at
    referrer = set[OrgCode]() if _lost_access(before, before.referrer_org, at) else {before.referrer_org}
    match recorded.fact:
        case ReferralReturned() as fact:
            due = {"due": rfc3339(fact.supplement_by)} if fact.supplement_by else {}
            yield from _to(referrer, "referral-returned", {"missing": list(fact.missing), **due})
        case TriageOpened():
            yield from _to(referrer, "triage-opened", {})
        case CaseAccepted() as fact:
            yield from _to(referrer, "case-accepted", {"room": fact.room.value})
        case CaseRejected() as fact:
            yield from _to(referrer, "case-rejected", {"failed": list(fact.failed)})
        case KnownCheckRequested() as fact:
            for org, tasks in _seats(fact.asked).items():
                asked = {"check_id": str(fact.check_id), "tasks": tasks, "due": rfc3339(fact.due)}
                yield Notice(org, "known-check-requested", asked)
        case EnrichmentRequested() as fact:
            asked = {"question_id": str(fact.question_id), "tasks": [fact.asked.task], "due": rfc3339(fact.due)}
            yield Notice(fact.asked.org, "enrichment-requested", {**asked, "categories": list(fact.categories)})
        case _:
            return


def _access(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """Who is on the case from now on and until when, and who no longer is."""
    live = _live(before, recorded.envelope.recorded_at)
    match recorded.fact:
        case CaseStarted() as fact:
            name, of = "case-started", dict[str, object]()
        case AuthorisationRenewed() as fact:
            name, of = "authorisation-renewed", dict[str, object]()
        case CaseEscalated() as fact:
            name, of = "case-escalated", {"escalation_id": str(fact.escalation_id)}
        case CaseDeescalated() as fact:
            name, of = "case-deescalated", {"deescalation_id": str(fact.deescalation_id)}
        case EscalationDeclined() as fact:
            yield from _to(live, "escalation-declined", {"escalation_id": str(fact.escalation_id)})
            return
        case CaseRejected() | ReferralWithdrawn():  # a reopened case has participants, whose access ends with it
            yield from _to(live, "access-ended", {"access_ended": rfc3339(recorded.envelope.recorded_at)})
            return
        case _:
            return
    seats = _seats(fact.participants)
    room = {"room": after.room.value} if after.room else {}
    for org, tasks in seats.items():
        yield Notice(org, name, {**of, **room, "tasks": tasks, "access_until": rfc3339(fact.authorised_until)})
    ended = {**of, "access_ended": rfc3339(recorded.envelope.recorded_at)}
    yield from _to(live - seats.keys(), "access-ended", ended)


def _consultation(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """Invitations, and what was agreed at the table: each organisation hears of its own."""
    match recorded.fact:
        case ConsultationPlanned() as fact:
            for org, tasks in _seats(fact.invited).items():
                guest = all(one in fact.guests for one in fact.invited if one.org == org)
                invited = {
                    "consultation_id": str(fact.consultation_id),
                    "tasks": tasks,
                    "planned_for": rfc3339(fact.planned_for),
                    "due": rfc3339(fact.answer_due),
                    "guest": guest,
                    "item_count": 0 if guest else len(fact.items),
                }
                yield Notice(org, "consultation-planned", invited)
        case ConsultationHeld() as fact:
            for org in _live(before, recorded.envelope.recorded_at) & {one.owner.org for one in fact.tasks}:
                own = [{"task_id": str(one.task_id), "due": one.due} for one in fact.tasks if one.owner.org == org]
                held = {"consultation_id": str(fact.consultation_id), "agreed_tasks": own}
                yield Notice(org, "consultation-held", held)
        case _:
            return


def _plan(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """The actions of each organisation: as proposed, and as they stand."""
    live = _live(before, recorded.envelope.recorded_at)
    match recorded.fact:
        case PlanProposed() as fact:
            for org, offered in _actions(fact).items():
                ids, due = [str(one.action_id) for one in offered], rfc3339(fact.confirm_by)
                yield from _to({org} & live, "plan-proposed", {"version": fact.version, "action_ids": ids, "due": due})
        case PlanAgreed() | PlanRevised() as fact:
            name = "plan-agreed" if isinstance(fact, PlanAgreed) else "plan-revised"
            now = _actions(after.plan.agreed)
            # Whose actions are gone must know that as well, and gets an empty list.
            for org in live & (now.keys() | _actions(before.plan.agreed).keys()):
                own = [{"action_id": str(one.action_id), "due": one.due} for one in now.get(org, ())]
                yield Notice(org, name, {"version": fact.version, "actions": own})
        case _:
            return


def _items(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """Questions for single items, decisions on them, results and corrections: who it concerns hears, nobody else."""
    return (Notice(*one) for one in told_of_items(before, recorded))


def _ending(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """Reviews, terms, aftercare, the end, and after the end."""
    at = recorded.envelope.recorded_at
    live = _live(before, at)
    match recorded.fact:
        case TermReminded() | TermMissed() as fact:
            # A guest may have worked on the case before: what it was asked anew is a reason to hear of it.
            asked = fact.about in {*before.checks, *before.questions, *before.invitations} or _of_what_was_given(fact)
            if asked or not _lost_access(before, fact.org, at):
                name = "term-reminded" if isinstance(fact, TermReminded) else "term-missed"
                term = {"kind": fact.kind, "about": str(fact.about), "due": rfc3339(fact.due)}
                yield Notice(fact.org, name, term)
        case AftercareStarted() as fact:
            watches = {"tasks": [fact.watched_by.task], "until": fact.until}
            yield from _to({fact.watched_by.org} & live, "aftercare-started", watches)
        case CriteriaReassessed() as fact if fact.close_by is not None:
            lost = {"assessment_id": str(fact.assessment_id), "due": rfc3339(fact.close_by)}
            yield from _to(live, "criteria-lost", lost)
        case CaseReopened() as fact:
            yield from _to(live | {one.org for one in fact.panel}, "case-reopened", {})
        case CaseClosed() as fact:
            yield from _to(live, "case-closed", {"reason_code": fact.reason_code, "access_ended": rfc3339(at)})
        case CaseDestroyed():
            yield from _to(_ever(before), "case-destroyed", {})
        case _:
            return


def _rights(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """What becomes of data that an organisation got, and the parts of requests that controllers decide on."""
    return (Notice(org, name, data) for org, name, data in told_of_rights(before.rights_request, recorded.fact))


def _disclosed(before: CaseFile, recorded: Recorded, after: CaseFile) -> Iterator[Notice]:
    """That something was disclosed, for the recipient's own record: its number, when a receipt is due, no content."""
    match recorded.fact:
        case DataDisclosed() as fact:
            yield Notice(
                fact.recipient_org,
                "disclosure-recorded",
                {
                    "disclosure_id": str(fact.disclosure_id),
                    "tasks": [fact.recipient_task],
                    **({"recipient_number": fact.recipient_number} if fact.recipient_number else {}),
                    **({"due": rfc3339(fact.receipt_by)} if fact.receipt_by else {}),
                },
            )
        case _:
            return


_PARTS: tuple[Callable[[CaseFile, Recorded, CaseFile], Iterator[Notice]], ...] = (
    _run_up,
    _access,
    _consultation,
    _plan,
    _items,
    _ending,
    _rights,
    _disclosed,
)


def _of_what_was_given(fact: Fact) -> bool:
    """Say whether it is about data that somebody got: of those it may always know, and its receipt stays due."""
    if isinstance(fact, TermMissed):
        return fact.kind == "receipt"
    return isinstance(fact, CaseDestroyed | RecipientNotified | DataDisclosed)


def _to(orgs: Iterable[OrgCode], name: str, data: Data) -> Iterator[Notice]:
    return (Notice(org, name, data) for org in orgs)


def _seats(members: Iterable[PanelMember]) -> dict[OrgCode, list[Task]]:
    seats: dict[OrgCode, list[Task]] = {}
    for one in members:
        seats.setdefault(one.org, []).append(one.task)
    return seats


def _actions(plan: PlanProposed | None) -> dict[OrgCode, list[PlanAction]]:
    owned: dict[OrgCode, list[PlanAction]] = {}
    for one in plan.actions if plan else ():
        owned.setdefault(one.owner.org, []).append(one)
    return owned


def _live(case: CaseFile, at: datetime) -> set[OrgCode]:
    return {one.org for one in case.live(at)}


def _lost_access(case: CaseFile, org: OrgCode, at: datetime) -> bool:
    if org in _live(case, at) or (case.stage is Stage.IN_TRIAGE and org in {one.org for one in case.panel}):
        return False
    return org in {one.member.org for one in (*case.participants, *case.left)}


def _ever(case: CaseFile) -> set[OrgCode]:
    """Return everybody to whom data of the case went: each recipient hears of an erasure (AVG, article 19)."""
    members = [one.member for one in (*case.participants, *case.left)]
    members += case.panel
    providers = {one.item.provider_org for one in case.items.values()}
    providers |= {one.made.recipient_org for one in case.results.values() if one.released}
    return {case.referrer_org} | providers | case.everybody_asked() | {one.org for one in members}


def _message(recorded: Recorded, notice: Notice, house_oin: str, stream: str) -> Message:
    envelope, type_name = recorded.envelope, f"nl.zvh.feed.{notice.name}.v1"
    message_id = str(uuid5(envelope.id, f"{notice.org}|{type_name}"))
    value = {
        "specversion": "1.0",
        "id": message_id,
        "source": source_of(house_oin),
        "type": type_name,
        "subject": str(envelope.case_id),
        "time": rfc3339(envelope.recorded_at),
        "datacontenttype": "application/json",
        "data": {stream: str(envelope.case_id), "says": SAYS[notice.name], **notice.data},
    }
    return Message(feed_topic(notice.org), message_id, rfc8785.dumps(value))  # type: ignore[arg-type]  # JSON values
