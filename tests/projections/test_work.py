"""The work lists as a pure fold: whatever the history, they hold what the case itself waits for."""

from collections.abc import Iterable, Sequence
from copy import copy, deepcopy
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.assessment import PanelMember
from events.canonical import encode
from events.catalogue import FACTS
from events.consultation import AgreedTask
from events.errors import Corrupt
from events.fact import Fact, rfc3339
from events.plan import PlanAction
from events.referral import InformStatus
from events.rights import Outcome, PartOpened, Right
from policies.work_kinds import KINDS
from projections import work
from projections.reading import outline
from projections.waits import read_waits, waits_text
from projections.work import CaseWork, WorkRow
from services.case_file import case_file
from services.waiting import HOUSE as HOUSE_OF_THE_STORIES
from services.waiting import waiting
from tests.facts import (
    ACTION,
    AFTERCARE,
    AGREED,
    AIM,
    CASE,
    CHECK_REQUESTED,
    CONSULTATION,
    EXAMPLES,
    FACT,
    HOUSE_OIN,
    LATER,
    MONITORING,
    NOON,
    PLAN,
    POLICE,
    PROBATION,
    QUESTION_ASKED,
    REASSESSED,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    history,
)

BY_NAME = {type(fact).__name__: fact for fact in EXAMPLES}
"""The last example of each type."""
MEMBERS = (POLICE, POLICE.model_copy(update={"task": "other-task"}), SAFE_HOME, PROBATION)
ORGS = tuple(dict.fromkeys(one.org for one in MEMBERS))

ids = st.sampled_from([FACT, ACTION, UUID(int=ACTION.int + 50)])
moments = st.sampled_from([NOON, LATER, datetime(2026, 10, 24, 22, 0, tzinfo=UTC)])
days = st.sampled_from(["2026-03-28", "2026-10-24", "2026-10-25"])
members = st.sampled_from(MEMBERS)
orgs = st.sampled_from(ORGS)
several = st.lists(members, min_size=1, max_size=3).map(tuple)


def made(fact: Fact, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Fact]:
    """Draw facts like *fact* with other values in *fields*."""
    return st.fixed_dictionaries(fields).map(lambda update: fact.model_copy(update=update))


def like(name: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Fact]:
    """Draw facts like the example of the type *name*."""
    return made(BY_NAME[name], **fields)


def action(action_id: UUID, owner: PanelMember, due: str) -> PlanAction:
    """Return one action of a plan."""
    return PlanAction(action_id=action_id, aim_id=AIM, owner=owner, due=due)


inform = st.sampled_from(
    [
        SUBMITTED.inform_status.model_copy(update=update)
        for update in (
            {},
            {"status": "PENDING", "on": None},
            {"status": "DEFERRED", "on": None, "review_by": "2026-04-01"},
            {"status": "DEFERRED", "on": None},
            {"status": "NOT_REQUIRED", "on": None},
        )
    ]
)
plans = made(
    PLAN,
    actions=st.lists(st.builds(action, ids, members, days), min_size=1, max_size=3).map(tuple),
    content=st.builds(lambda item_id: PLAN.content.model_copy(update={"item_id": item_id}), ids),
    confirm_by=moments,
)
parts = st.lists(
    st.builds(lambda org, has: PartOpened(controller=org, has_data=has), orgs, st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.controller,
).map(tuple)
tasks = st.builds(lambda task_id, owner, due: AgreedTask(task_id=task_id, owner=owner, due=due), ids, members, days)
term = {
    "kind": st.sampled_from([*KINDS, "no-such-kind"]),
    "about": st.one_of(ids, st.just(CASE)),
    "org": st.one_of(orgs, st.just(work.HOUSE)),
    "due": moments,
}
WORKING: dict[str, st.SearchStrategy[Fact]] = {
    "SignalRegistered": like("SignalRegistered", org=orgs, due=moments),
    "ReferralSubmitted": made(
        SUBMITTED, referrer_org=orgs, inform_status=inform, inform_by=st.one_of(st.none(), moments)
    ),
    "ReferralSupplemented": like("ReferralSupplemented"),
    "ReferralReturned": like("ReferralReturned", supplement_by=st.one_of(st.none(), moments)),
    "ReferralWithdrawn": like("ReferralWithdrawn", destroy_after=moments),
    "TriageOpened": like("TriageOpened"),
    "KnownCheckRequested": like("KnownCheckRequested", check_id=ids, asked=several, due=moments),
    "KnownCheckAnswered": like("KnownCheckAnswered", check_id=ids, org=orgs),
    "EnrichmentRequested": like("EnrichmentRequested", question_id=ids, asked=members, due=moments),
    "EnrichmentProvided": like("EnrichmentProvided", question_id=ids),
    "ProviderDeclined": like("ProviderDeclined", question_id=ids),
    "CaseAccepted": like("CaseAccepted"),
    "CaseRejected": like("CaseRejected", destroy_after=moments),
    "CaseStarted": like("CaseStarted", participants=several, authorised_until=moments),
    "AuthorisationRenewed": like("AuthorisationRenewed", participants=several, authorised_until=moments),
    "CaseDirectorNamed": like("CaseDirectorNamed"),
    "ConsultationPlanned": like(
        "ConsultationPlanned", consultation_id=ids, invited=several, planned_for=moments, answer_due=moments
    ),
    "InvitationAnswered": like(
        "InvitationAnswered", consultation_id=ids, org=orgs, org_task=st.sampled_from(["police-task", "other-task"])
    ),
    "ConsultationHeld": like("ConsultationHeld", consultation_id=ids, tasks=st.lists(tasks, max_size=2).map(tuple)),
    "PlanProposed": plans,
    "PlanConfirmed": st.builds(
        lambda one: BY_NAME["PlanConfirmed"].model_copy(update={"org": one.org, "org_task": one.task}), members
    ),
    "PlanAgreed": like("PlanAgreed"),
    "PlanRevised": like("PlanRevised"),
    "MonitoringStarted": like("MonitoringStarted", review_on=days),
    "ActionReported": like("ActionReported", action_id=ids, status=st.sampled_from(["DONE", "PROGRESS", "STUCK"])),
    "AftercareStarted": like("AftercareStarted", until=days),
    "EscalationProposed": like("EscalationProposed", escalation_id=ids, answer_due=moments),
    "CaseEscalated": like("CaseEscalated", participants=several, authorised_until=moments),
    "EscalationDeclined": like("EscalationDeclined"),
    "DeescalationProposed": like("DeescalationProposed", deescalation_id=ids, answer_due=moments),
    "CaseDeescalated": like("CaseDeescalated", participants=several, authorised_until=moments),
    "DeescalationDeclined": like("DeescalationDeclined"),
    "CriteriaReassessed": like("CriteriaReassessed", review_on=days, close_by=st.one_of(st.none(), moments)),
    "CaseReopened": like("CaseReopened"),
    "CaseClosed": like("CaseClosed", retain_until=moments),
    "RetentionExtended": like("RetentionExtended", retain_until=moments),
    "HoldPlaced": like("HoldPlaced", hold_id=ids),
    "HoldLifted": like("HoldLifted", hold_id=ids),
    "CaseDestroyed": like("CaseDestroyed"),
    "SubjectInformed": like("SubjectInformed"),
    "InformingDeferred": like("InformingDeferred", review_by=days),
    "RightsRequestReceived": like("RightsRequestReceived", due=moments, right=st.sampled_from(Right)),
    "IdentityChecked": like("IdentityChecked", may_act=st.booleans()),
    "RequestFannedOut": like("RequestFannedOut", parts=parts, parts_due=moments, occurred_at=moments),
    "RequestSpecified": like("RequestSpecified", occurred_at=moments),
    "RequestExtended": like("RequestExtended", due=moments, parts_due=moments),
    "PartDecided": like("PartDecided", controller=orgs, outcome=st.sampled_from(Outcome)),
    "RequestAnswered": like("RequestAnswered", occurred_at=moments, retain_until=moments),
    "RequestRefused": like("RequestRefused", occurred_at=moments, retain_until=moments),
    "RequestWithdrawn": like("RequestWithdrawn", occurred_at=moments, retain_until=moments),
    "LegalRemedyFiled": like("LegalRemedyFiled", remedy_id=ids, occurred_at=moments),
    "LegalRemedyEnded": like("LegalRemedyEnded", remedy_id=ids, occurred_at=moments),
    "RequestCarriedThrough": like("RequestCarriedThrough"),
    "EntriesWithheld": like("EntriesWithheld", withholding_id=ids, decided_for=orgs, review_by=days),
    "WithholdingReviewed": like("WithholdingReviewed", withholding_id=ids, review_by=days),
    "WithholdingLifted": like("WithholdingLifted", withholding_id=ids),
    "DisclosureRequested": st.builds(
        lambda request_id, asker, source, due: BY_NAME["DisclosureRequested"].model_copy(
            update={
                "request_id": request_id,
                "recipient_org": asker.org,
                "recipient_task": asker.task,
                "asked_of": source,
                "due": due,
            }
        ),
        ids,
        members,
        orgs,
        moments,
    ),
    "DisclosureDecided": like("DisclosureDecided", request_id=st.one_of(st.none(), ids)),
    "ResultMade": like(
        "ResultMade",
        result_id=ids,
        kind=st.sampled_from(["RESULT_TO_PARTICIPANT", "RESULT_TO_THIRD_PARTY", "TO_OTHER_COLLABORATION"]),
    ),
    "PrivacyAdviceGiven": like("PrivacyAdviceGiven", result_id=ids),
    "ResultReleased": like("ResultReleased", result_id=ids),
    "TermReminded": like("TermReminded", **term),
    "TermMissed": like("TermMissed", **term),
    "DataDisclosed": like(
        "DataDisclosed", disclosure_id=ids, recipient_org=orgs, receipt_by=st.one_of(st.none(), moments)
    ),
    "DataAccessed": like("DataAccessed", disclosure_id=ids),
}
"""Facts of each type that opens, closes or marks work, with values that meet and miss one another."""
IDLE = [fact for fact in EXAMPLES if type(fact).__name__ not in WORKING]
STAGES: dict[str, tuple[Fact, ...]] = {
    "nothing": (),
    "triage": (SUBMITTED, TRIAGE_OPENED),
    "started": (SUBMITTED, TRIAGE_OPENED, BY_NAME["CaseAccepted"], STARTED),
    "planned": (SUBMITTED, STARTED, PLAN, AGREED, MONITORING),
    "aftercare": (SUBMITTED, STARTED, PLAN, AGREED, MONITORING, AFTERCARE),
}


def with_values(fact: Fact, **fields: object) -> Fact:
    """Return the fact with these values."""
    return fact.model_copy(update=fields)


def chains(member: PanelMember, about: UUID, moment: datetime) -> list[list[Fact]]:
    """Return facts that belong together: who was asked answers, what was placed is lifted, what is due is told."""
    asked = {"asked": (member, SAFE_HOME), "due": moment}
    term = {"kind": "known-check", "about": about, "org": member.org, "due": moment}
    plan = with_values(
        PLAN,
        actions=(action(ACTION, member, "2026-10-24"), action(about, SAFE_HOME, "2026-10-25")),
        confirm_by=moment,
    )
    by_member = {"org": member.org, "org_task": member.task}
    question = with_values(QUESTION_ASKED, question_id=about, asked=member, due=moment)
    check = with_values(CHECK_REQUESTED, check_id=about, **asked)
    pending = with_values(SUBMITTED, inform_status=InformStatus(status="PENDING"), inform_by=moment)
    wanted = with_values(
        BY_NAME["DisclosureRequested"],
        request_id=about,
        recipient_org=member.org,
        recipient_task=member.task,
        asked_of="SAFE_HOME",
        due=moment,
    )
    without_it = with_values(STARTED, participants=(SAFE_HOME.model_copy(update={"task": "yet-another"}),))
    written = with_values(BY_NAME["ResultMade"], result_id=about)
    closed = with_values(BY_NAME["CaseClosed"], retain_until=moment)
    shown = with_values(BY_NAME["DataDisclosed"], disclosure_id=about, recipient_org=member.org, receipt_by=moment)
    unconfirmed = with_values(BY_NAME["TermMissed"], **{**term, "kind": "receipt"})
    confirmed = with_values(BY_NAME["DataAccessed"], disclosure_id=about)
    return [
        [STARTED, shown],
        [STARTED, shown, unconfirmed],
        [STARTED, shown, unconfirmed, confirmed],
        [closed, BY_NAME["CaseDestroyed"], shown, unconfirmed],
        [TRIAGE_OPENED, check, with_values(BY_NAME["KnownCheckAnswered"], check_id=about, **by_member)],
        [TRIAGE_OPENED, check, with_values(BY_NAME["TermReminded"], **term)],
        [TRIAGE_OPENED, check, with_values(BY_NAME["TermMissed"], **term)],
        [TRIAGE_OPENED, question, with_values(BY_NAME["EnrichmentProvided"], question_id=about)],
        [TRIAGE_OPENED, question, with_values(BY_NAME["ProviderDeclined"], question_id=about)],
        [
            STARTED,
            with_values(CONSULTATION, consultation_id=about, invited=(member, SAFE_HOME), answer_due=moment),
            with_values(BY_NAME["InvitationAnswered"], consultation_id=about, **by_member),
        ],
        [STARTED, plan, with_values(BY_NAME["PlanConfirmed"], **by_member)],
        [STARTED, plan, AGREED, with_values(BY_NAME["ActionReported"], action_id=about)],
        [STARTED, wanted, with_values(BY_NAME["DisclosureDecided"], request_id=about)],
        [STARTED, wanted, without_it],
        [STARTED, wanted, with_values(BY_NAME["CaseEscalated"], participants=(member,))],
        [STARTED, wanted, with_values(BY_NAME["CaseDeescalated"], participants=(PROBATION,))],
        [STARTED, written, with_values(BY_NAME["PrivacyAdviceGiven"], result_id=about)],
        [STARTED, written, with_values(BY_NAME["ResultReleased"], result_id=about)],
        [STARTED, written, with_values(written, kind="RESULT_TO_PARTICIPANT")],
        [pending, BY_NAME["SubjectInformed"]],
        [pending, BY_NAME["InformingDeferred"]],
        [SUBMITTED, BY_NAME["ReferralReturned"], BY_NAME["ReferralSupplemented"]],
        [STARTED, BY_NAME["EscalationProposed"], BY_NAME["EscalationDeclined"]],
        [STARTED, BY_NAME["DeescalationProposed"], BY_NAME["DeescalationDeclined"]],
        [STARTED, REASSESSED],
        [STARTED, REASSESSED, BY_NAME["CaseReopened"], STARTED],
        [STARTED, MONITORING],
        [STARTED, plan, AGREED],
        [STARTED, AFTERCARE],
        [closed, BY_NAME["RetentionExtended"]],
        [with_values(BY_NAME["RightsRequestReceived"], due=moment), BY_NAME["IdentityChecked"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestExtended"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestFannedOut"], BY_NAME["RequestCarriedThrough"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestFannedOut"], BY_NAME["PartDecided"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestFannedOut"], BY_NAME["RequestRefused"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestWithdrawn"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestFannedOut"], BY_NAME["RequestAnswered"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["LegalRemedyFiled"]],
        [BY_NAME["RightsRequestReceived"], BY_NAME["RequestCarriedThrough"], BY_NAME["LegalRemedyEnded"]],
        [
            BY_NAME["RightsRequestReceived"],
            with_values(BY_NAME["RequestWithdrawn"], retain_until=moment),
            with_values(BY_NAME["LegalRemedyFiled"], remedy_id=about),
            with_values(BY_NAME["LegalRemedyEnded"], remedy_id=about),
            BY_NAME["CaseDestroyed"],
        ],
        [SUBMITTED, with_values(BY_NAME["EntriesWithheld"], withholding_id=about, decided_for=member.org)],
        [
            SUBMITTED,
            with_values(BY_NAME["EntriesWithheld"], withholding_id=about, decided_for=member.org),
            with_values(BY_NAME["WithholdingReviewed"], withholding_id=about),
            with_values(BY_NAME["WithholdingLifted"], withholding_id=about),
        ],
        [closed, with_values(BY_NAME["HoldPlaced"], hold_id=about), with_values(BY_NAME["HoldLifted"], hold_id=about)],
    ]


TWO_DUES = with_values(
    PLAN, actions=tuple(action(ACTION, POLICE, day) for day in ("2026-10-24", "2026-10-25", "2026-03-28"))
)
"""A plan that names one action more than once: the first due moment counts."""
CHAINS = chains(POLICE, FACT, NOON)
chained = st.builds(chains, members, ids, moments).flatmap(st.sampled_from)
anything = st.one_of(*WORKING.values(), st.sampled_from(IDLE))
histories = st.builds(
    lambda stage, later: [*STAGES[stage], *chain.from_iterable(later)],
    st.sampled_from(sorted(STAGES)),
    st.lists(st.one_of(chained, anything.map(lambda fact: [fact])), max_size=10),
)


def folded(facts: Iterable[Fact], cases: dict[str, CaseWork] | None = None, start: int = 100) -> dict[str, CaseWork]:
    """Fold one case from its bytes, from index *start* on."""
    cases = {} if cases is None else cases
    for place, one in enumerate(history(*facts)):
        work.fold(cases, outline(encode(one, HOUSE_OIN)), start + place)
    return cases


def rows(facts: Sequence[Fact]) -> dict[tuple[str, str, str], WorkRow]:
    """Return the rows of one case by kind, what it is about, and organisation."""
    cases = folded(facts)
    return cases[str(CASE)].rows if cases else {}


def snapshot(facts: Sequence[Fact]) -> list[WorkRow]:
    """Return the open rows of one case."""
    return [row for row in rows(facts).values() if row.closed_index is None]


def waited_for(facts: Sequence[Fact]) -> set[tuple[str, str, str, str | None]]:
    """Return what the case file waits for, written as rows are."""
    return {
        (one.kind, str(one.about), one.org, rfc3339(one.due) if one.due else None)
        for one in waiting(case_file(CASE, history(*facts)))
    }


@pytest.mark.parametrize("facts", CHAINS, ids=lambda facts: "-".join(type(fact).__name__ for fact in facts[-2:]))
def test_each_fact_of_a_chain_changes_the_lists_as_the_law_says(facts: list[Fact]) -> None:
    """What is asked is open, what is answered is closed, and the last fact of each chain makes the difference."""
    after = [snapshot(facts[:count]) for count in range(len(facts) + 1)]
    for count, open_work in enumerate(after):
        assert {(row.kind, row.about, row.org, row.due) for row in open_work} == waited_for(facts[:count])
    assert after[-1] != after[-2]


@settings(max_examples=300)
@given(histories)
@example([SUBMITTED, TRIAGE_OPENED, CHECK_REQUESTED, QUESTION_ASKED, BY_NAME["CaseRejected"]])
@example([*STAGES["started"], CHECK_REQUESTED, BY_NAME["CaseReopened"]])
@example([STARTED, TWO_DUES, AGREED])
def test_open_rows_are_what_the_case_waits_for(facts: list[Fact]) -> None:
    """After any history, plausible or not, the lists and the law of waiting name the same."""
    assert {(row.kind, row.about, row.org, row.due) for row in snapshot(facts)} == waited_for(facts)


@pytest.mark.parametrize("facts", CHAINS, ids=lambda facts: "-".join(type(fact).__name__ for fact in facts[-2:]))
def test_the_last_fact_that_comes_again_changes_nothing(facts: list[Fact]) -> None:
    """An agreement taken twice would let go of the plan."""
    cases = folded(facts)
    before = deepcopy(cases)
    last = outline(encode(history(*facts)[-1], HOUSE_OIN))
    assert work.fold(cases, last, 99 + len(facts)) == []
    assert cases == before


@given(histories, st.integers(0, 14))
def test_facts_that_come_twice_change_nothing(facts: list[Fact], cut: int) -> None:
    """A redelivered beginning is dropped by its index, rows and memory alike."""
    cases = folded(facts)
    before = deepcopy(cases)
    for place, one in enumerate(history(*facts[:cut])):
        assert work.fold(cases, outline(encode(one, HOUSE_OIN)), 100 + place) == []
    assert cases == before


@given(histories)
def test_what_is_put_down_and_picked_up_between_any_two_facts_is_the_same(facts: list[Fact]) -> None:
    """Nothing is remembered outside the rows and the text of the memory."""
    cases: dict[str, CaseWork] = {}
    for place, one in enumerate(history(*facts)):
        work.fold(cases, outline(encode(one, HOUSE_OIN)), 100 + place)
        for case in cases.values():
            case.waits = read_waits(waits_text(case.waits))
    assert cases == folded(facts)


@given(histories)
def test_the_changed_rows_are_all_that_changed(facts: list[Fact]) -> None:
    """Who writes only what a fold returns has all rows."""
    cases: dict[str, CaseWork] = {}
    written: dict[tuple[str, str, str], WorkRow] = {}
    for place, one in enumerate(history(*facts)):
        for row in work.fold(cases, outline(encode(one, HOUSE_OIN)), 100 + place):
            written[row.kind, row.about, row.org] = copy(row)
    assert written == (cases[str(CASE)].rows if cases else {})


@given(histories)
def test_a_row_knows_what_the_clock_told_of_its_due_moment(facts: list[Fact]) -> None:
    """Also when the same due moment comes back: the stories refuse to tell it again, so the lists must know."""
    told = {
        (name, kind, str(about), org, rfc3339(due))
        for name, kind, about, org, due in case_file(CASE, history(*facts)).told
    }
    for row in rows(facts).values():
        if row.closed_index is None:
            term = (row.kind, row.about, row.org, row.due)
            assert (row.reminded_index is not None) == (("TermReminded", *term) in told)
            assert (row.missed_index is not None) == (("TermMissed", *term) in told)


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: type(fact).__name__)
def test_every_type_of_fact_either_works_or_is_not_looked_into(fact: Fact) -> None:
    """The property above draws each type that the fold takes; the fold reads no other."""
    assert (fact.type_name in work.TYPES) == (type(fact).__name__ in WORKING)
    if fact.type_name not in work.TYPES:
        assert folded([fact]) == {}


def test_the_examples_cover_every_type_of_fact() -> None:
    """A new type of fact without an example would not be looked at above."""
    assert {type(fact) for fact in EXAMPLES} == set(FACTS)


def test_house_and_kinds_are_those_of_the_stories() -> None:
    """One word for the house; a role for each kind that is waited for."""
    assert work.HOUSE == HOUSE_OF_THE_STORIES
    found = rows([SUBMITTED, TRIAGE_OPENED, CHECK_REQUESTED])
    assert {row.kind: (row.org, row.role) for row in found.values() if row.closed_index is None} == {
        "assess": ("HOUSE_STAFF", "PROCESS_DIRECTOR"),
        "known-check": ("PROBATION", "ASKED"),
    }


def test_done_work_stays_as_a_closed_row() -> None:
    """Opened by one fact, closed by another; both are told by their index."""
    row = rows([SUBMITTED, TRIAGE_OPENED])["open-triage", str(CASE), work.HOUSE]
    assert (row.opened_index, row.closed_index) == (100, 101)


def test_work_with_a_new_due_moment_opens_again_in_its_own_row() -> None:
    """A review that was missed and then held is open until the next one, and neither reminded nor missed."""
    missed = BY_NAME["TermMissed"].model_copy(
        update={"kind": "review", "about": CASE, "org": work.HOUSE, "due": datetime(2026, 5, 1, 22, tzinfo=UTC)}
    )
    reviewed = [STARTED, MONITORING, missed]
    row = rows(reviewed)["review", str(CASE), work.HOUSE]
    assert (row.due, row.opened_index, row.missed_index) == ("2026-05-01T22:00:00.000000Z", 101, 102)
    row = rows([*reviewed, REASSESSED])["review", str(CASE), work.HOUSE]
    assert (row.due, row.opened_index, row.closed_index) == ("2026-06-01T22:00:00.000000Z", 103, None)
    assert (row.reminded_index, row.missed_index) == (None, None)


def test_a_reminder_of_an_earlier_due_moment_marks_nothing() -> None:
    """It was about a term that no longer runs."""
    late = BY_NAME["TermReminded"].model_copy(update={"due": NOON})
    row = rows([SUBMITTED, TRIAGE_OPENED, CHECK_REQUESTED, late])["known-check", str(FACT), "PROBATION"]
    assert row.reminded_index is None
    row = rows([SUBMITTED, TRIAGE_OPENED, CHECK_REQUESTED, BY_NAME["TermReminded"]])[
        "known-check", str(FACT), "PROBATION"
    ]
    assert row.reminded_index == 103


def test_a_day_that_does_not_exist_is_corrupt() -> None:
    """No other error leaves the fold, and the text names no value."""
    wrong = MONITORING.model_copy(update={"review_on": "2026-02-30"})
    with pytest.raises(Corrupt, match="datum"):
        folded([wrong])


def test_a_fact_without_its_own_fields_is_corrupt() -> None:
    """A term without its due moment is named as corrupt."""
    value = encode(history(BY_NAME["TermMissed"])[0], HOUSE_OIN).replace(b'"due"', b'"do"')
    with pytest.raises(Corrupt):
        work.fold({}, outline(value), 0)
