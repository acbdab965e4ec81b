"""What participants hear of a case: exactly who, exactly what, and never anything that is in it."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.assessment import PanelMember
from events.case import CaseRejected, CaseStarted
from events.catalogue import FACTS
from events.closing import CaseReopened
from events.consultation import AgreedTask, ConsultationHeld, ConsultationPlanned
from events.correction import RecipientNotified
from events.disclosure import DataDisclosed
from events.enquiry import EnrichmentProvided, KnownCheckAnswered
from events.escalation import CaseEscalated, EscalationDeclined
from events.fact import Fact, rfc3339
from events.granting import DisclosureRequested, GrantEnded
from events.plan import PlanAction, PlanProposed, PlanRevised
from events.referral import ReferralReturned, ReferralWithdrawn
from events.result import ResultReleased
from events.retention import CaseDestroyed, HoldPlaced
from events.rights import RequestAnswered, RequestExtended, RequestRefused, RequestWithdrawn
from events.terms import TermMissed, TermReminded
from events.vocabulary import Decision, Stage
from policies.reference import Reference
from services.answers import Message
from services.case_file import CaseFile, case_file, evolve
from services.channels import feed_topic
from services.notices import SAYS, TELLING, notices
from services.rights.telling import WHAT
from tests.facts import (
    ACCEPTED,
    ACTION,
    AFTERCARE,
    AGREED,
    AIM,
    ASSESSED,
    CASE,
    CHECK_REQUESTED,
    CLOSED,
    CONSULTATION,
    DEESCALATED,
    DEESCALATION,
    ESCALATED,
    EXAMPLES,
    FACT,
    FANNED_OUT,
    GRANT,
    HOUSE_OIN,
    IDENTIFIED,
    ITEM,
    LATER,
    NOON,
    PART_DECIDED,
    PLAN,
    POLICE,
    PROBATION,
    PROPOSED,
    QUESTION_ASKED,
    REASSESSED,
    RENEWED,
    REQUEST,
    RESULT,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
    recorded,
)

F = TypeVar("F", bound=Fact)
REFERENCE = Reference.load()
CARE = PanelMember(org="MENTAL_HEALTH", task="treatment", domain="CARE")
HOUSE_STAFF = PanelMember(org="HOUSE_STAFF", task="process-direction", domain="SAFETY")
CHECK, QUESTION, TABLE, TASK, MOVE, ACTION_2 = (UUID(int=FACT.int + 1000 + number) for number in range(6))
DUE, UNTIL, NOW, DAY = rfc3339(LATER), rfc3339(LATER), rfc3339(NOON), "2026-05-01"


def like(kind: type[F], /, **changed: object) -> F:
    """Return the example of a type of fact, with these fields changed."""
    return next(one for one in EXAMPLES if isinstance(one, kind)).model_copy(update=changed)


def proposed(version: int, **owned: tuple[UUID, PanelMember]) -> PlanProposed:
    actions = [PlanAction(action_id=one, aim_id=AIM, owner=who, due=DAY) for one, who in owned.values()]
    return PLAN.model_copy(update={"version": version, "actions": tuple(actions)})


def planned(*invited: PanelMember, guests: tuple[PanelMember, ...] = ()) -> ConsultationPlanned:
    changed = {"consultation_id": TABLE, "invited": (*invited, *guests), "guests": guests, "planned_for": LATER}
    return CONSULTATION.model_copy(update={**changed, "answer_due": LATER})


def escalated(*participants: PanelMember) -> CaseEscalated:
    return ESCALATED.model_copy(update={"participants": participants})


def started(*participants: PanelMember, until: datetime = LATER) -> CaseStarted:
    return STARTED.model_copy(update={"participants": participants, "authorised_until": until})


def reminded(kind: str, about: UUID, org: str) -> TermReminded:
    return like(TermReminded, kind=kind, about=about, org=org)


CHECK_ASKED = CHECK_REQUESTED.model_copy(update={"check_id": CHECK, "asked": (PROBATION, CARE)})
ASKED = QUESTION_ASKED.model_copy(update={"question_id": QUESTION, "asked": CARE, "categories": ("HEALTH",)})
HELD = like(ConsultationHeld, consultation_id=TABLE, tasks=(AgreedTask(task_id=TASK, owner=SAFE_HOME, due=DAY),))
PLAN_1 = proposed(1, one=(ACTION, POLICE), two=(ACTION_2, SAFE_HOME))
PLAN_2 = proposed(2, two=(ACTION_2, SAFE_HOME))
REVISED, DESTROYED, DECLINED = like(PlanRevised), like(CaseDestroyed), like(EscalationDeclined)
BACK = DEESCALATED.model_copy(update={"deescalation_id": MOVE, "participants": (SAFE_HOME, CARE)})
WATCHED = AFTERCARE.model_copy(update={"watched_by": SAFE_HOME, "until": "2026-09-01"})
REOPENED = like(CaseReopened, panel=(POLICE, PROBATION))
ASKED_FOR = like(DisclosureRequested, recipient_org="POLICE", recipient_task="police-task", asked_of="SAFE_HOME")
DECIDED = GRANT.model_copy(update={"provider_org": "SAFE_HOME", "provider_task": "safe-home"})
NOTHING = DECIDED.model_copy(
    update={
        "decision": Decision.REFUSED,
        "granted": (),
        "request_id": None,
        "valid_until": None,
        "reason_code": "SECRECY",
    }
)
FOR_PROBATION = RESULT.model_copy(
    update={
        "kind": "RESULT_TO_PARTICIPANT",
        "recipient_org": "PROBATION",
        "recipient_task": "probation-supervision",
    }
)
RELEASED, ENDED_GRANT = like(ResultReleased), like(GrantEnded)
NOTIFIED = like(RecipientNotified, what="CORRECTED")
ITEMS = [str(one) for one in GRANT.granted]
REJECTED, WITHDRAWN = like(CaseRejected), like(ReferralWithdrawn)
RETURNED = like(ReferralReturned, missing=("AIM", "REASON"), supplement_by=LATER)
MISSED = like(TermMissed, kind="action", about=ACTION_2, org="SAFE_HOME")
WEIGHED: tuple[Fact, ...] = (SUBMITTED, TRIAGE_OPENED, ASSESSED)
RUNNING: tuple[Fact, ...] = (*WEIGHED, ACCEPTED, STARTED)
Heard = dict[tuple[str, str], dict[str, object]]
"""(organisation, name of the message) -> what it says of this fact."""


def told(before: tuple[Fact, ...], then: Fact) -> list[Message]:
    *past, last = history(*before, then)
    case = case_file(CASE, past)
    return notices(case, last, evolve(case, last), REFERENCE, HOUSE_OIN)


def heard(messages: list[Message]) -> Heard:
    """Read messages back, without what every message has."""
    found: Heard = {}
    orgs = {feed_topic(one.code): one.code for one in REFERENCE.participants(NOON)}
    for message in messages:
        event = json.loads(message.value)
        data = dict(event["data"])
        # A case, or the request whose stream it is.
        assert data.pop("case_id", None) or data.pop("request_id") == event["subject"] == str(CASE)
        name = event["type"].removeprefix("nl.zvh.feed.").removesuffix(".v1")
        assert data.pop("says") == SAYS[name]
        found[orgs[message.topic], name] = data
    assert len(found) == len(messages)
    return found


DISCLOSED = {"disclosure_id": str(FACT), "tasks": ["safe-home"]}
ON_CASE = {"access_until": UNTIL, "room": "LOCAL_CHAMBER"}
IN_HOUSE = {"access_until": UNTIL, "room": "HOUSE", "escalation_id": str(FACT)}
INVITED = {"consultation_id": str(TABLE), "planned_for": DUE, "due": DUE}
STORIES: dict[str, tuple[tuple[Fact, ...], Fact, Mapping[tuple[str, str], Mapping[str, object]]]] = {
    "returned": ((SUBMITTED,), RETURNED, {("POLICE", "referral-returned"): {"missing": ["AIM", "REASON"], "due": DUE}}),
    "weighing opened": ((SUBMITTED,), TRIAGE_OPENED, {("POLICE", "triage-opened"): {}}),
    "known check": (
        WEIGHED[:2],
        CHECK_ASKED,
        {
            ("PROBATION", "known-check-requested"): {
                "check_id": str(CHECK),
                "tasks": ["probation-supervision"],
                "due": DUE,
            },
            ("MENTAL_HEALTH", "known-check-requested"): {"check_id": str(CHECK), "tasks": ["treatment"], "due": DUE},
        },
    ),
    "question": (
        WEIGHED[:2],
        ASKED,
        {
            ("MENTAL_HEALTH", "enrichment-requested"): {
                "question_id": str(QUESTION),
                "tasks": ["treatment"],
                "categories": ["HEALTH"],
                "due": DUE,
            }
        },
    ),
    "accepted": (WEIGHED, ACCEPTED, {("POLICE", "case-accepted"): {"room": "LOCAL_CHAMBER"}}),
    "rejected": (WEIGHED, REJECTED, {("POLICE", "case-rejected"): {"failed": ["C2", "C4"]}}),
    "withdrawn": (WEIGHED, WITHDRAWN, {}),
    "started": (
        (*WEIGHED, ACCEPTED),
        STARTED,
        {
            ("POLICE", "case-started"): {**ON_CASE, "tasks": ["police-task"]},
            ("SAFE_HOME", "case-started"): {**ON_CASE, "tasks": ["safe-home"]},
        },
    ),
    "started again with others": (
        (*RUNNING, AFTERCARE, REOPENED, ASSESSED, ACCEPTED),
        started(SAFE_HOME, CARE),
        {
            ("SAFE_HOME", "case-started"): {**ON_CASE, "tasks": ["safe-home"]},
            ("MENTAL_HEALTH", "case-started"): {**ON_CASE, "tasks": ["treatment"]},
            ("POLICE", "access-ended"): {"access_ended": NOW},
        },
    ),
    "access renewed, without Safe Home": (
        RUNNING,
        RENEWED,
        {
            ("POLICE", "authorisation-renewed"): {**ON_CASE, "tasks": ["police-task"]},
            ("SAFE_HOME", "access-ended"): {"access_ended": NOW},
        },
    ),
    "escalation proposed": (RUNNING, PROPOSED, {}),
    "escalated": (
        (*RUNNING, PROPOSED),
        escalated(SAFE_HOME, PROBATION),
        {
            ("SAFE_HOME", "case-escalated"): {**IN_HOUSE, "tasks": ["safe-home"]},
            ("PROBATION", "case-escalated"): {**IN_HOUSE, "tasks": ["probation-supervision"]},
            ("POLICE", "access-ended"): {"escalation_id": str(FACT), "access_ended": NOW},
        },
    ),
    "escalation declined": (
        (*RUNNING, PROPOSED),
        DECLINED,
        {
            ("POLICE", "escalation-declined"): {"escalation_id": str(FACT)},
            ("SAFE_HOME", "escalation-declined"): {"escalation_id": str(FACT)},
        },
    ),
    "de-escalated": (
        (*RUNNING, PROPOSED, escalated(SAFE_HOME, PROBATION), DEESCALATION),
        BACK,
        {
            ("SAFE_HOME", "case-deescalated"): {**ON_CASE, "deescalation_id": str(MOVE), "tasks": ["safe-home"]},
            ("MENTAL_HEALTH", "case-deescalated"): {**ON_CASE, "deescalation_id": str(MOVE), "tasks": ["treatment"]},
            ("PROBATION", "access-ended"): {"deescalation_id": str(MOVE), "access_ended": NOW},
        },
    ),
    "consultation planned": (
        RUNNING,
        planned(SAFE_HOME, guests=(CARE,)),
        {
            ("SAFE_HOME", "consultation-planned"): {**INVITED, "tasks": ["safe-home"], "guest": False, "item_count": 1},
            ("MENTAL_HEALTH", "consultation-planned"): {
                **INVITED,
                "tasks": ["treatment"],
                "guest": True,
                "item_count": 0,
            },
        },
    ),
    "consultation held": (
        (*RUNNING, planned(SAFE_HOME, POLICE)),
        HELD,
        {
            ("SAFE_HOME", "consultation-held"): {
                "consultation_id": str(TABLE),
                "agreed_tasks": [{"task_id": str(TASK), "due": DAY}],
            }
        },
    ),
    "plan proposed": (
        RUNNING,
        PLAN_1,
        {
            ("POLICE", "plan-proposed"): {"version": 1, "action_ids": [str(ACTION)], "due": DUE},
            ("SAFE_HOME", "plan-proposed"): {"version": 1, "action_ids": [str(ACTION_2)], "due": DUE},
        },
    ),
    "plan agreed": (
        (*RUNNING, PLAN_1),
        AGREED,
        {
            ("POLICE", "plan-agreed"): {"version": 1, "actions": [{"action_id": str(ACTION), "due": DAY}]},
            ("SAFE_HOME", "plan-agreed"): {"version": 1, "actions": [{"action_id": str(ACTION_2), "due": DAY}]},
        },
    ),
    "plan revised, one owner without actions left": (
        (*RUNNING, PLAN_1, AGREED, PLAN_2),
        REVISED,
        {
            ("POLICE", "plan-revised"): {"version": 2, "actions": []},
            ("SAFE_HOME", "plan-revised"): {"version": 2, "actions": [{"action_id": str(ACTION_2), "due": DAY}]},
        },
    ),
    "aftercare": (
        RUNNING,
        WATCHED,
        {("SAFE_HOME", "aftercare-started"): {"tasks": ["safe-home"], "until": "2026-09-01"}},
    ),
    "a criterion lost": (
        RUNNING,
        REASSESSED,
        {
            ("POLICE", "criteria-lost"): {"assessment_id": str(FACT), "due": DUE},
            ("SAFE_HOME", "criteria-lost"): {"assessment_id": str(FACT), "due": DUE},
        },
    ),
    "criteria still hold": (RUNNING, REASSESSED.model_copy(update={"failed": (), "close_by": None}), {}),
    "reopened": (
        (*RUNNING, AFTERCARE),
        REOPENED,
        {(org, "case-reopened"): {} for org in ("POLICE", "SAFE_HOME", "PROBATION")},
    ),
    "reopened, then rejected": (
        (*RUNNING, AFTERCARE, REOPENED, ASSESSED),
        REJECTED,
        {
            ("POLICE", "case-rejected"): {"failed": ["C2", "C4"]},
            ("POLICE", "access-ended"): {"access_ended": NOW},
            ("SAFE_HOME", "access-ended"): {"access_ended": NOW},
        },
    ),
    "closed": (
        RUNNING,
        CLOSED,
        {(org, "case-closed"): {"reason_code": "AIMS_MET", "access_ended": NOW} for org in ("POLICE", "SAFE_HOME")},
    ),
    "destroyed": (
        (SUBMITTED, TRIAGE_OPENED, CHECK_ASKED, ASSESSED, ACCEPTED, started(SAFE_HOME), escalated(PROBATION), CLOSED),
        DESTROYED,
        {(org, "case-destroyed"): {} for org in ("POLICE", "SAFE_HOME", "PROBATION", "MENTAL_HEALTH")},
    ),
    "reminded": (
        (*WEIGHED[:2], CHECK_ASKED),
        reminded("known-check", CHECK, "PROBATION"),
        {("PROBATION", "term-reminded"): {"kind": "known-check", "about": str(CHECK), "due": DUE}},
    ),
    "missed": (
        (*RUNNING, PLAN_1, AGREED),
        MISSED,
        {("SAFE_HOME", "term-missed"): {"kind": "action", "about": str(ACTION_2), "due": DUE}},
    ),
    "the house's own work": (WEIGHED[:2], reminded("assess", CASE, "HOUSE_STAFF"), {}),
    "the house on the panel": (
        (*RUNNING, AFTERCARE),
        REOPENED.model_copy(update={"panel": (HOUSE_STAFF,)}),
        {("POLICE", "case-reopened"): {}, ("SAFE_HOME", "case-reopened"): {}},
    ),
    "a disclosure": (
        RUNNING,
        like(DataDisclosed, recipient_org="SAFE_HOME", recipient_number=7, receipt_by=LATER),
        {("SAFE_HOME", "disclosure-recorded"): {**DISCLOSED, "recipient_number": 7, "due": DUE}},
    ),
    "a receipt that did not come, also after the end": (
        (*RUNNING, CLOSED, DESTROYED),
        like(TermMissed, kind="receipt", about=FACT, org="PROBATION", due=LATER),
        {("PROBATION", "term-missed"): {"kind": "receipt", "about": str(FACT), "due": DUE}},
    ),
    "another term after the end": ((*RUNNING, CLOSED), MISSED, {}),
    "a disclosure in a closed case, without a receipt": (
        (*RUNNING, CLOSED),
        like(DataDisclosed, recipient_org="SAFE_HOME"),
        {("SAFE_HOME", "disclosure-recorded"): DISCLOSED},
    ),
    "a disclosure to the house's own people": (RUNNING, like(DataDisclosed, recipient_org="HOUSE_STAFF"), {}),
    "a check answered": ((*WEIGHED[:2], CHECK_ASKED), like(KnownCheckAnswered), {}),
    "a question answered": ((*WEIGHED[:2], ASKED), like(EnrichmentProvided), {}),
    "asked for": (
        RUNNING,
        ASKED_FOR,
        {
            ("SAFE_HOME", "disclosure-requested"): {
                "request_id": str(FACT),
                "recipient_org": "POLICE",
                "recipient_task": "police-task",
                "categories": ["HEALTH"],
                "item_ids": ITEMS,
                "purpose": "PREVENT_UNSAFE",
                "due": DUE,
            }
        },
    ),
    "granted": (
        (*RUNNING, ASKED_FOR),
        DECIDED,
        {
            ("POLICE", "disclosure-decided"): {
                "decision": "GRANTED",
                "provider_org": "SAFE_HOME",
                "tasks": ["police-task"],
                "item_ids": ITEMS,
                "reason_code": "OK",
                "grant_id": str(FACT),
                "request_id": str(FACT),
                "valid_until": DUE,
            }
        },
    ),
    "refused by the source": (
        RUNNING,
        NOTHING,
        {
            ("POLICE", "disclosure-decided"): {
                "decision": "REFUSED",
                "provider_org": "SAFE_HOME",
                "tasks": ["police-task"],
                "item_ids": [],
                "reason_code": "SECRECY",
            }
        },
    ),
    "taken back": ((*RUNNING, DECIDED), ENDED_GRANT, {("POLICE", "grant-ended"): {"grant_id": str(FACT)}}),
    "a result written": (RUNNING, RESULT, {}),
    "a result for a participant that is not on the case": (
        (*RUNNING, FOR_PROBATION),
        RELEASED,
        {
            ("PROBATION", "result-released"): {
                "result_id": str(FACT),
                "item_ids": [str(RESULT.item.item_id)],
                "tasks": ["probation-supervision"],
            }
        },
    ),
    "a result for a third party": ((*RUNNING, RESULT), RELEASED, {}),
    "a record corrected": (
        RUNNING,
        NOTIFIED,
        {("SAFE_HOME", "disclosure-corrected"): {"disclosure_ids": [str(FACT)]}},
    ),
    "a record corrected after the end": (
        (*RUNNING, CLOSED),
        NOTIFIED,
        {("SAFE_HOME", "disclosure-corrected"): {"disclosure_ids": [str(FACT)]}},
    ),
    "destroyed after a result": (
        (*RUNNING, FOR_PROBATION, RELEASED, CLOSED),
        DESTROYED,
        {(org, "case-destroyed"): {} for org in ("POLICE", "SAFE_HOME", "PROBATION")},
    ),
    "held back from destruction": ((*RUNNING, CLOSED), like(HoldPlaced), {}),
    **{
        f"data that were got: {what}": (
            (*RUNNING, CLOSED),
            like(RecipientNotified, what=what),
            {("SAFE_HOME", name): {"tasks": ["safe-home"], "items": [str(ITEM)], "disclosures": [str(FACT)]}},
        )
        for what, name in WHAT.items()
    },
    "what became of data, in a word of later years": (RUNNING, like(RecipientNotified, what="MOVED"), {}),
    "a request, before it is known who asks": ((), REQUEST, {}),
    "parts of a request": (
        (REQUEST, IDENTIFIED),
        FANNED_OUT,
        {("POLICE", "rights-part-opened"): {"right": "ACCESS", "due": "2026-03-26T23:00:00.000000Z"}},
    ),
    "more time for a request": (
        (REQUEST, IDENTIFIED, FANNED_OUT),
        like(RequestExtended),
        {("POLICE", "rights-part-extended"): {"right": "ACCESS", "due": DUE}},
    ),
    "more time, and everybody has decided": (
        (REQUEST, IDENTIFIED, FANNED_OUT, PART_DECIDED),
        like(RequestExtended),
        {},
    ),
    **{
        f"the end of a request: {kind.__name__}": (
            (REQUEST, IDENTIFIED, FANNED_OUT, PART_DECIDED),
            like(kind),
            {("POLICE", "rights-request-ended"): {"right": "ACCESS"}},
        )
        for kind in (RequestAnswered, RequestRefused, RequestWithdrawn)
    },
    "a controller is reminded of its part": (
        (REQUEST, IDENTIFIED, FANNED_OUT),
        reminded("decide-part", CASE, "POLICE"),
        {("POLICE", "term-reminded"): {"kind": "decide-part", "about": str(CASE), "due": DUE}},
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_exactly_these_hear_exactly_this(story: str) -> None:
    """Given a history, when one more fact comes, then these organisations hear this and nobody hears more."""
    before, then, expected = STORIES[story]
    assert heard(told(before, then)) == expected


def test_every_message_has_its_story() -> None:
    """No message and no telling fact without an example above."""
    assert {name for _, _, expected in STORIES.values() for _, name in expected} == SAYS.keys()
    assert {type(then) for _, then, _ in STORIES.values()} >= set(TELLING)


SILENT = """
    AccessDecided ActionReported AdministrativeEscalationRequested BundleExported CommandRefused ConfidentialityAccepted
    CaseDirectorNamed CriteriaAssessed DataAccessed DeescalationDeclined DeescalationProposed DisclosureCorrected
    DisclosureRefused ElsewhereChecked EnrichmentProvided ErasureRepeated EscalationProposed
    GovernanceDecided GovernanceProposed HoldLifted HoldPlaced InformingDeferred InvitationAnswered
    ItemsProvided KnownCheckAnswered LedgerConsulted MonitoringStarted PlanConfirmed PlanEvaluated
    PolicySetActivated PrivacyAdviceGiven ProviderDeclined ReferralSubmitted ReferralSupplemented
    RegimeChanged ResultMade RetentionExtended SignalRegistered SubjectErased SubjectInformed
    SubmissionRefused SupervisionEnded SupervisionOpened
    AccessReportMade EntriesWithheld IdentityChecked ItemRectified LegalRemedyEnded LegalRemedyFiled
    ObjectionWeighed PartDecided ProcessingRestricted RequestCarriedThrough RequestSpecified RestrictionLifted
    RightsHandlingEnded RightsHandlingOpened RightsRequestReceived StatementAdded WithholdingLifted WithholdingReviewed
    OriginalDestroyed
    AdviceFollowedUp AdviceGiven AuditFollowedUp AuditRecorded BreachHandled BreachRecorded ImpactAssessed
    ReportPublished
"""


def test_a_new_fact_tells_nobody_until_somebody_decides() -> None:
    """Of every type in the catalogue it is decided whether somebody hears of it, and the silent ones stand here."""
    assert {one.__name__ for one in FACTS if one not in TELLING} == set(SILENT.split())


def test_the_page_for_partners_names_every_message() -> None:
    """The table of the feeds and the messages are the same list."""
    page = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `nl\.zvh\.feed\.([a-z-]+)\.v1` \|", page, re.MULTILINE))
    answers = {"referral-received", "referral-supplemented", "referral-withdrawn", "referral-refused"}
    assert listed == SAYS.keys() | answers


def test_two_hats_of_one_organisation_are_one_message() -> None:
    """With both tasks in it; leaving with one of them is no end of access."""
    other = POLICE.model_copy(update={"task": "other-task"})
    both = heard(told((*WEIGHED, ACCEPTED), started(POLICE, other)))
    assert both == {("POLICE", "case-started"): {**ON_CASE, "tasks": ["police-task", "other-task"]}}
    one = heard(told((*WEIGHED, ACCEPTED, started(POLICE, other), PROPOSED), escalated(other)))
    assert one == {("POLICE", "case-escalated"): {**IN_HOUSE, "tasks": ["other-task"]}}


def test_whose_term_of_access_ran_out_hears_nothing_more() -> None:
    """Given an authorisation that has ended, when the case closes or a term goes by, then nobody hears of it."""
    before = (*WEIGHED, ACCEPTED, started(SAFE_HOME, until=NOON - timedelta(days=1)))
    for then in (CLOSED, REASSESSED, MISSED, WATCHED, escalated(PROBATION)):
        assert "SAFE_HOME" not in {org for org, _ in heard(told(before, then))}


def test_a_guest_that_left_before_hears_of_its_invitation() -> None:
    """Given one that left and is asked anew, when its term goes by, then it hears of that and of nothing else."""
    left = (*WEIGHED, ACCEPTED, started(POLICE, CARE), PROPOSED, escalated(SAFE_HOME))
    invited = (*left, planned(SAFE_HOME, guests=(CARE,)))
    assert heard(told(invited, reminded("invitation", TABLE, "MENTAL_HEALTH"))).keys() == {
        ("MENTAL_HEALTH", "term-reminded")
    }
    assert told(invited, reminded("action", ACTION, "MENTAL_HEALTH")) == []


def test_an_organisation_that_was_not_admitted_then_has_no_feed() -> None:
    """Given a fact from before the first admission, then nobody hears of it."""
    case, long_ago = case_file(CASE, history(*WEIGHED)), datetime(2019, 1, 1, tzinfo=UTC)
    last = recorded(ACCEPTED, 4)
    early = last.model_copy(update={"envelope": last.envelope.model_copy(update={"recorded_at": long_ago})})
    assert notices(case, early, evolve(case, early), REFERENCE, HOUSE_OIN) == []


def test_a_message_is_a_cloudevent_that_is_known_by_its_key() -> None:
    """Key and id are one, made from fact, organisation and type, so that a second telling is the same."""
    (message,) = told(WEIGHED, ACCEPTED)
    event = json.loads(message.value)
    fact_id = history(*WEIGHED, ACCEPTED)[-1].envelope.id
    assert message.key == event["id"] == str(uuid5(fact_id, "POLICE|nl.zvh.feed.case-accepted.v1"))
    assert message.topic == "zvh.feed.police"
    assert {name: event[name] for name in event if name not in ("id", "data")} == {
        "specversion": "1.0",
        "source": f"urn:nld:oin:{HOUSE_OIN}:systeem:zvh",
        "type": "nl.zvh.feed.case-accepted.v1",
        "subject": str(CASE),
        "time": NOW,
        "datacontenttype": "application/json",
    }


# Every fact that exists here, in any order: the past is what it is, and a message may never say what is in it.
ANY_FACT: tuple[Fact, ...] = tuple(
    {repr(one): one for before, then, _ in STORIES.values() for one in (*before, then, *EXAMPLES)}.values()
)
PASTS = st.lists(st.sampled_from(ANY_FACT), max_size=12).map(lambda facts: (SUBMITTED, *facts))
SAFE_TEXT = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z][A-Z0-9_]{1,63}|[a-z][a-z-]{1,63}|\d{4}-\d\d-\d\d(T[\d:.]+Z)?"
)


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


HIDDEN = {"box", "key_id", "subject_id", "person", "recipient_person", "case_director"}


def hidden(value: object, name: str = "") -> set[str]:
    """Return all that stands in a fact and may stand in no message: boxes, keys and persons."""
    if isinstance(value, dict):
        return {text for key, one in value.items() for text in hidden(one, key)}
    if isinstance(value, list):
        return {text for one in value for text in hidden(one, name)}
    return {str(value)} if name in HIDDEN else set()


@settings(deadline=None)
@given(PASTS)
def test_no_message_says_what_is_in_the_case(facts: tuple[Fact, ...]) -> None:
    """Codes, ids, moments and our own sentences; no sealed box, key or person."""
    past = history(*facts)
    secret = hidden([one.model_dump(mode="json", serialize_as_any=True) for one in past])
    secret |= {one.envelope.actor for one in past}
    case = CaseFile(CASE)
    for one in past:
        after = evolve(case, one)
        for message in notices(case, one, after, REFERENCE, HOUSE_OIN):
            data = json.loads(message.value)["data"]
            assert data.pop("says") in SAYS.values()
            assert [text for text in texts(data) if not SAFE_TEXT.fullmatch(text)] == []
            assert [text for text in secret if text in message.value.decode() + message.key + message.topic] == []
        case = after


AFTER_THE_END = {"case-destroyed", "disclosure-corrected", "disclosure-recorded", *WHAT.values()}
"""Whoever gets data, or got them, hears of that and of what became of them, whether it is on the case or not."""
ANEW = {
    "known-check-requested",
    "enrichment-requested",
    "consultation-planned",
    "case-reopened",
    "rights-part-opened",
    "rights-part-extended",
    "rights-request-ended",
    "result-released",
    *AFTER_THE_END,
}


@settings(deadline=None)
@given(PASTS)
def test_whoever_left_hears_what_became_of_its_data_alone(facts: tuple[Fact, ...]) -> None:
    """Whatever happens, until it is asked, invited or listed anew."""
    case = CaseFile(CASE)
    for one in history(*facts):
        after = evolve(case, one)
        was = {p.member.org for p in (*case.participants, *case.left)}
        is_on = {p.org for p in (*case.live(NOON), *after.live(NOON))}
        if case.stage is Stage.IN_TRIAGE:
            is_on |= {p.org for p in case.panel}
        messages = heard(notices(case, one, after, REFERENCE, HOUSE_OIN))
        for org, name in messages:
            if messages[org, name].get("kind") == "receipt":
                continue  # owed for what it got, whether it is on the case or not
            assert case.stage not in (Stage.CLOSED, Stage.NOT_ACCEPTED) or name in AFTER_THE_END
            if org in was - is_on and name not in ANEW:
                asked = {*case.checks, *case.questions, *case.invitations}
                assert messages[org, name]["about"] in {str(one) for one in asked}
        case = after
