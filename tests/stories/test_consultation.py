"""The consultation: planned, answered, held, and what lay on the table disclosed person by person (domain 4, 12)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from events.consultation import ConsultationHeld, ConsultationPlanned, InvitationAnswered
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact
from services.acting import Acting
from services.workflow.consultation import (
    AnswerInvitation,
    Attendance,
    PlanConsultation,
    RecordConsultation,
    TaskAgreed,
)
from services.workflow.scene import Command
from tests.facts import CONSULTATION, FACT, IDENTITY, ITEM, LATER, NOON, SUBMITTED
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    IN_CONSULTATION,
    MONITORED,
    OFFICER,
    PLANNED,
    SUPPORT,
    acting_for,
    decided,
    given,
    refused,
)

NEXT_WEEK = datetime(2026, 3, 9, 9, tzinfo=UTC)
AFTERWARDS = NEXT_WEEK + timedelta(hours=4)
POLICE, SAFE_HOME = ("POLICE", "police-task"), ("SAFE_HOME", "safe-home")
BOARD, CARE = ("CHILD_PROTECTION_BOARD", "child-protection-inquiry"), ("MENTAL_HEALTH", "treatment")
INVITE = PlanConsultation(NEXT_WEEK, (POLICE, SAFE_HOME), (ITEM,))
NURSE = acting_for(*SAFE_HOME, person="p-00000000000000ee")
HELD = RecordConsultation(
    consultation=FACT,
    held_at=NEXT_WEEK,
    present=(Attendance(OFFICER.person, *POLICE), Attendance(NURSE.person, *SAFE_HOME)),
    decisions="Eén plan, met een vaste plek.",
    purpose="COORDINATE_CARE",
    legal_basis=("WGS:participants", "WGS:purpose"),
    necessity="Zonder dit is geen plan te maken.",
    proportionality="Alleen wat bij de taak hoort.",
    subsidiarity="Met minder lukt het niet.",
    tasks=(TaskAgreed(*POLICE, "belt de verhuurder", date(2026, 4, 1)),),
)
HEALTH = IDENTITY.model_copy(
    update={"item_id": UUID(int=88), "category": "HEALTH", "tier": "T2", "provider_org": "MENTAL_HEALTH"}
)
PLANNED_FOR = (*IN_CONSULTATION, CONSULTATION)


def held(
    command: RecordConsultation = HELD, before: tuple[Fact, ...] = PLANNED_FOR
) -> tuple[ConsultationHeld, list[Fact]]:
    first, *others = decided(command, given(*before), now=AFTERWARDS)
    assert isinstance(first, ConsultationHeld)
    return first, others


def test_an_invitation_names_day_table_and_guests_and_is_answered_before_the_day() -> None:
    """Given participants and one guest, the guest is marked, and the answer is due before the consultation itself."""
    (fact,) = decided(replace(INVITE, invited=(POLICE, SAFE_HOME, BOARD)), given(*IN_CONSULTATION))
    assert isinstance(fact, ConsultationPlanned)
    assert [one.org for one in fact.guests] == ["CHILD_PROTECTION_BOARD"]
    assert (fact.room, fact.items, fact.answer_due) == ("LOCAL_CHAMBER", (ITEM,), NEXT_WEEK)
    case = given(*IN_CONSULTATION, fact)
    assert case.asked() == {POLICE, SAFE_HOME, BOARD}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"invited": ()}, "MISSING_FIELD"),
        ({"invited": (POLICE, ("HOUSING_CORPORATION", "letting"))}, "NOT_PARTICIPANT"),
        ({"invited": (("POLICE", "treatment"),)}, "WRONG_HAT"),
        ({"planned_for": NOON - timedelta(days=1)}, "BAD_DATE"),
        ({"planned_for": NOON}, "BAD_DATE"),
        ({"planned_for": datetime(2026, 3, 9, 9)}, "BAD_DATE"),  # noqa: DTZ001 - a moment without a zone is the point
        ({"items": (ITEM, UUID(int=9))}, "UNKNOWN_ITEM"),
    ],
    ids=["nobody", "an outsider", "another's task", "in the past", "now", "no time zone", "no such item"],
)
def test_an_invitation_that_does_not_hold_is_refused(change: dict[str, object], code: str) -> None:
    """Scenario: a housing corporation on the list is NOT_PARTICIPANT; so fail a past day and a strange item."""
    invitation = replace(INVITE, **change)  # type: ignore[arg-type]  # by name
    assert refused(invitation, given(*IN_CONSULTATION)).code == code


@pytest.mark.parametrize("acting", [DIRECTOR, SUPPORT, OFFICER], ids=["direction", "support", "case director"])
@pytest.mark.parametrize("before", [IN_CONSULTATION, MONITORED], ids=["in consultation", "monitored"])
def test_who_directs_the_case_invites(acting: Acting, before: tuple[Fact, ...]) -> None:
    """Given process direction, its support or the case director, the mandate is silent, also while a plan runs."""
    assert decided(INVITE, given(*before), acting)


@pytest.mark.parametrize(
    ("before", "acting", "code"),
    [
        (IN_CONSULTATION, acting_for(*SAFE_HOME), "WRONG_HAT"),
        (IN_CONSULTATION, COORDINATOR, "WRONG_HAT"),
        (IN_CONSULTATION[:4], DIRECTOR, "WRONG_STAGE"),
        (PLANNED, DIRECTOR, "WRONG_STAGE"),
    ],
    ids=["a participant", "coordinator", "not started", "plan agreed"],
)
def test_nobody_else_invites_and_not_in_another_stage(before: tuple[Fact, ...], acting: Acting, code: str) -> None:
    """Given another role or stage, nobody is invited."""
    assert refused(INVITE, given(*before), acting).code == code


@pytest.mark.parametrize("attends", [True, False])
def test_whoever_is_invited_says_whether_it_comes(attends: bool) -> None:
    """Given the invitation, the answer is on record, and the last one counts."""
    (fact,) = decided(AnswerInvitation(FACT, attends), given(*PLANNED_FOR), NURSE)
    assert isinstance(fact, InvitationAnswered)
    assert (fact.org, fact.attends) == ("SAFE_HOME", attends)
    case = given(*PLANNED_FOR, fact.model_copy(update={"attends": not attends}), fact)
    assert case.invitations[FACT].answers == {SAFE_HOME: attends}


@pytest.mark.parametrize(
    ("consultation", "acting", "code"),
    [
        (UUID(int=9), NURSE, "NOT_INVITED"),
        (FACT, acting_for(*CARE), "WRONG_HAT"),
        (FACT, DIRECTOR, "WRONG_HAT"),
    ],
    ids=["another consultation", "not invited", "the house"],
)
def test_only_who_is_invited_answers(consultation: UUID, acting: Acting, code: str) -> None:
    """Given another consultation, or somebody who was not invited, it is refused."""
    assert refused(AnswerInvitation(consultation, attends=True), given(*PLANNED_FOR), acting).code == code


def test_a_consultation_tells_who_was_there_who_was_not_and_what_was_agreed() -> None:
    """Given one of two who came, the other is named as absent; decisions are a result, and tasks have an owner."""
    fact, _ = held(replace(HELD, present=HELD.present[:1]))
    assert [(one.person, one.org) for one in fact.present] == [(OFFICER.person, "POLICE")]
    assert [one.org for one in fact.not_present] == ["SAFE_HOME"]
    assert (fact.decisions.tier, fact.decisions.category) == ("T3", "PLAN")
    assert [(one.owner.org, one.due) for one in fact.tasks] == [("POLICE", "2026-04-01")]
    case = given(*PLANNED_FOR, fact)
    assert dict(case.invitations) == {}
    assert set(case.tasks) == {fact.tasks[0].task_id}


def test_each_item_on_the_table_is_disclosed_to_each_person_who_was_there() -> None:
    """Given two persons and one item they may both see, there are two records, with the same purpose and reasons."""
    fact, others = held()
    shown = [one for one in others if isinstance(one, DataDisclosed)]
    assert {(one.recipient_org, one.recipient_person) for one in shown} == {
        ("POLICE", OFFICER.person),
        ("SAFE_HOME", NURSE.person),
    }
    assert {(one.kind, one.purpose) for one in shown} == {("WITHIN", "COORDINATE_CARE")}
    assert all(one.items[0].item_id == ITEM for one in shown)
    assert all(one.absent_for == () for one in fact.present)


def test_presence_without_the_right_to_an_item_is_absent_for_that_item() -> None:
    """Given health data on the table, police are absent for that item: refused on record, and not shown."""
    provided = SUBMITTED.model_copy(update={"items": (IDENTITY, HEALTH)})
    table = CONSULTATION.model_copy(update={"items": (ITEM, HEALTH.item_id)})
    fact, others = held(replace(HELD, present=HELD.present[:1]), (provided, *IN_CONSULTATION[1:], table))
    assert fact.present[0].absent_for == (HEALTH.item_id,)
    assert [one.categories for one in others if isinstance(one, DisclosureRefused)] == [("HEALTH",)]
    assert [one.categories for one in others if isinstance(one, DataDisclosed)] == [("IDENTITY",)]


def test_a_guest_sees_nothing_that_lies_on_the_table() -> None:
    """Given an admitted organisation that is not on the case, it sat there, and each item is refused to it."""
    table = CONSULTATION.model_copy(
        update={"invited": (*CONSULTATION.invited, _member(BOARD)), "guests": (_member(BOARD),)}
    )
    guest = Attendance("p-00000000000000ab", *BOARD)
    fact, others = held(replace(HELD, present=(guest,)), (*IN_CONSULTATION, table))
    assert fact.present[0].absent_for == (ITEM,)
    assert not [one for one in others if isinstance(one, DataDisclosed)]
    assert [one.recipient_org for one in others if isinstance(one, DisclosureRefused)] == ["CHILD_PROTECTION_BOARD"]


def test_without_reasons_nothing_that_lies_on_the_table_is_shown() -> None:
    """Given the same text three times, the consultation was held, and everybody was absent for every item."""
    fact, others = held(replace(HELD, proportionality=HELD.necessity, subsidiarity=HELD.necessity))
    assert all(one.absent_for == (ITEM,) for one in fact.present)
    assert {one.reason_code for one in others if isinstance(one, DisclosureRefused)} == {"NO_REASONING"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consultation": UUID(int=9)}, "NOT_INVITED"),
        ({"present": ()}, "MISSING_FIELD"),
        ({"present": (Attendance("p-00000000000000ab", *CARE),)}, "NOT_INVITED"),
        ({"present": (Attendance("p-00000000000000ab", "HOUSING_CORPORATION", "letting"),)}, "NOT_PARTICIPANT"),
        ({"present": (Attendance("Jan Jansen", *POLICE),)}, "BAD_VALUE"),
        ({"present": (HELD.present[0], HELD.present[0])}, "BAD_VALUE"),
        ({"held_at": AFTERWARDS + timedelta(minutes=1)}, "BAD_DATE"),
        ({"held_at": NOON - timedelta(minutes=1)}, "BAD_DATE"),
        ({"held_at": datetime(2026, 3, 9, 9)}, "BAD_DATE"),  # noqa: DTZ001 - a moment without a zone is the point
        ({"decisions": " "}, "NO_REASONING"),
        ({"tasks": (TaskAgreed(*CARE, "belt", date(2026, 4, 1)),)}, "NOT_ON_CASE"),
        ({"tasks": (TaskAgreed(*POLICE, "belt", date(2026, 3, 8)),)}, "BAD_DATE"),
        ({"tasks": (TaskAgreed(*POLICE, " ", date(2026, 4, 1)),)}, "NO_REASONING"),
    ],
)
def test_a_record_that_cannot_be_true_is_refused(change: dict[str, object], code: str) -> None:
    """Given a stranger to the invitation, somebody twice, another time, no decision, or a task of nobody: refused."""
    command = replace(HELD, **change)  # type: ignore[arg-type]  # by name
    assert refused(command, given(*PLANNED_FOR), now=AFTERWARDS).code == code


def test_a_consultation_is_recorded_once_and_by_the_house_alone() -> None:
    """Given a record, the invitation is gone; a case director or participant does not record."""
    fact, _ = held()
    assert refused(HELD, given(*PLANNED_FOR, fact), now=AFTERWARDS).code == "NOT_INVITED"
    for acting in (OFFICER, NURSE):
        assert refused(HELD, given(*PLANNED_FOR), acting, AFTERWARDS).code == "WRONG_HAT"
    assert decided(HELD, given(*PLANNED_FOR), SUPPORT, AFTERWARDS)


@pytest.mark.parametrize("command", [INVITE, AnswerInvitation(FACT, attends=True), HELD])
def test_before_the_case_has_started_nobody_consults(command: Command) -> None:
    """Given a case that is accepted and not started, nothing of a consultation is possible."""
    assert refused(command, given(*IN_CONSULTATION[:4]), OFFICER, AFTERWARDS).code == "WRONG_STAGE"


def test_who_left_the_case_is_absent_for_every_item() -> None:
    """Given an authorisation that ended between invitation and consultation, nothing is shown to it."""
    late = CONSULTATION.model_copy(update={"planned_for": LATER})
    command = replace(HELD, held_at=LATER, present=HELD.present[:1], tasks=())
    first, *others = decided(command, given(*IN_CONSULTATION, late), now=LATER)
    assert isinstance(first, ConsultationHeld)
    assert first.present[0].absent_for == (ITEM,)
    assert {one.reason_code for one in others if isinstance(one, DisclosureRefused)} == {"AUTH_EXPIRED"}


def _member(hat: tuple[str, str]) -> object:
    return CONSULTATION.invited[0].model_copy(update={"org": hat[0], "task": hat[1]})
