"""Who may give a command: by role in the house, and by place in the case, at this moment (domain 3 and 4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.errors import Refusal
from events.fact import Fact
from policies.entries import day_of
from policies.reference import Reference
from policies.room_tables import Role
from policies.transitions import TRANSITIONS
from services.acting import Acting
from services.case_file import CaseFile
from services.workflow.mandate import holds_mandate, roles_of
from services.workflow.plan import StartMonitoring
from tests.facts import (
    CHECK_REQUESTED,
    CLOSED,
    CONSULTATION,
    ESCALATED,
    LATER,
    NOON,
    POLICE,
    PROBATION,
    PROPOSED,
    SAFE_HOME,
    SUBMITTED,
)
from tests.policies.changed import changed
from tests.workflow import (
    CLOCK,
    COORDINATOR,
    DIRECTOR,
    IN_CONSULTATION,
    IN_TRIAGE,
    MANAGER,
    OFFICER,
    PRIVACY,
    REFERENCE,
    SUPPORT,
    acting_for,
    given,
    refused,
)

NURSE = acting_for("SAFE_HOME", "safe-home")
SUPERVISOR = acting_for("PROBATION", "probation-supervision")
STRANGER = Acting("p-00000000000000ab", "HOUSING_CORPORATION", "0" * 20, "letting")
ALONE = ESCALATED.model_copy(update={"participants": (POLICE,)})


def roles(acting: Acting, *facts: Fact, now: object = NOON, reference: Reference = REFERENCE) -> set[Role]:
    return set(roles_of(given(*facts), acting, reference, LATER if now is LATER else NOON))


def refusal(command: str, case: CaseFile, acting: Acting, reference: Reference = REFERENCE) -> str:
    with pytest.raises(Refusal) as caught:
        holds_mandate(command, case, acting, reference, NOON)
    return caught.value.code


@pytest.mark.parametrize(
    ("acting", "role"),
    [
        (DIRECTOR, "PROCESS_DIRECTOR"),
        (SUPPORT, "PROCESS_SUPPORT"),
        (COORDINATOR, "LOCAL_COORDINATOR"),
        (MANAGER, "CHAIN_MANAGER"),
        (PRIVACY, "PRIVACY_OFFICER"),
        (CLOCK, "SYSTEM"),
    ],
)
def test_the_houses_own_people_are_what_their_task_says(acting: Acting, role: Role) -> None:
    """Given a task of the house, it is one role, in every case alike."""
    assert roles(acting) == {role}
    assert roles(acting, *IN_CONSULTATION) == {role}
    assert roles(replace(acting, task="cleaning")) == set()


def test_an_organisation_is_in_a_case_what_the_facts_made_it() -> None:
    """Given referrer, participant, case director and whoever is asked, each has its roles and no other."""
    assert roles(OFFICER) == {"PARTICIPANT", "CONTROLLER"}
    assert roles(OFFICER, SUBMITTED) == {"PARTICIPANT", "CONTROLLER", "REFERRER"}
    assert roles(NURSE, *IN_CONSULTATION) == {"PARTICIPANT", "CASE_PARTICIPANT"}
    at_work = {"PARTICIPANT", "CONTROLLER", "REFERRER", "CASE_PARTICIPANT", "CASE_DIRECTOR"}
    assert roles(OFFICER, *IN_CONSULTATION) == at_work
    assert roles(SUPERVISOR, *IN_TRIAGE, CHECK_REQUESTED) == {"PARTICIPANT", "ASKED"}
    invited = CONSULTATION.model_copy(update={"invited": (PROBATION, SAFE_HOME)})
    assert "ASKED" in roles(SUPERVISOR, *IN_CONSULTATION, invited)


def test_whoever_is_not_admitted_has_no_role() -> None:
    """Given an outsider, or an organisation with a task that is not its own, there is nothing it may do."""
    assert roles(STRANGER, *IN_CONSULTATION) == set()
    assert roles(replace(OFFICER, task="treatment"), *IN_CONSULTATION) == set()


def test_a_role_in_a_case_ends_with_the_authorisation() -> None:
    """Given the end of the term, the participant and its case director have their roles until it, and not at it."""
    case = given(*IN_CONSULTATION)
    before = roles_of(case, OFFICER, REFERENCE, LATER - timedelta(microseconds=1))
    assert {"CASE_PARTICIPANT", "CASE_DIRECTOR"} <= before
    assert roles(OFFICER, *IN_CONSULTATION, now=LATER) == {"PARTICIPANT", "CONTROLLER", "REFERRER"}


def test_a_role_in_a_case_ends_with_leaving_it() -> None:
    """Given a move without Safe Home, it has no part from that moment on, and hears that its access ended."""
    moved = (*IN_CONSULTATION, PROPOSED, ALONE)
    assert roles(NURSE, *moved) == {"PARTICIPANT"}
    assert refusal("ProvideItems", given(*moved), NURSE) == "AUTH_EXPIRED"
    assert refusal("ProvideItems", given(*moved), SUPERVISOR) == "WRONG_HAT"


def test_an_invitation_is_no_part_in_a_case_that_has_closed() -> None:
    """Given an open invitation, with the end of the case it lapses."""
    invited = CONSULTATION.model_copy(update={"invited": (PROBATION,)})
    assert roles(SUPERVISOR, *IN_CONSULTATION, invited, CLOSED) == {"PARTICIPANT"}


def test_a_command_without_a_mandate_is_given_by_nobody() -> None:
    """Given a table that speaks of no such command on this day, it does not exist."""
    gone = changed("mandates", lambda text: text.replace('command = "CloseCase"', 'command = "CloseCases"'))
    assert refusal("CloseCase", given(*IN_CONSULTATION), DIRECTOR, gone) == "UNKNOWN_COMMAND"
    holds_mandate("CloseCase", given(*IN_CONSULTATION), DIRECTOR, REFERENCE, NOON)


def test_a_mandate_is_dated_data() -> None:
    """Given a table by which a coordinator closes, the same person may; by today's it is the wrong hat."""
    wider = changed(
        "mandates",
        lambda text: text.replace(
            'command = "CloseCase", roles = ["PROCESS_DIRECTOR"]',
            'command = "CloseCase", roles = ["LOCAL_COORDINATOR"]',
        ),
    )
    case = given(*IN_CONSULTATION)
    assert refusal("CloseCase", case, COORDINATOR) == "WRONG_HAT"
    holds_mandate("CloseCase", case, COORDINATOR, wider, NOON)


def test_every_command_of_the_table_has_a_mandate() -> None:
    """A command that nobody may give, and a mandate for no command, are both mistakes."""
    mandated = {one.command for one in REFERENCE.mandates(NOON)} - {"ProposeGovernance", "DecideGovernance"}
    assert mandated >= TRANSITIONS.keys()


ASKED_OF: dict[str, set[str]] = {
    # command of domain 4 -> who gives it, as the column "by" says; a panel's decision is recorded by process direction
    "RegisterSignal": {"PARTICIPANT"},
    "SubmitReferral": {"PARTICIPANT"},
    "ReturnReferral": {"PROCESS_SUPPORT"},
    "WithdrawReferral": {"REFERRER"},
    "OpenTriage": {"PROCESS_DIRECTOR"},
    "RequestKnownCheck": {"PROCESS_SUPPORT"},
    "AnswerKnownCheck": {"ASKED"},
    "RequestEnrichment": {"PROCESS_DIRECTOR"},
    "RecordAssessment": {"PROCESS_DIRECTOR"},
    "AcceptCase": {"PROCESS_DIRECTOR"},
    "RejectCase": {"PROCESS_DIRECTOR"},
    "StartCase": {"PROCESS_DIRECTOR"},
    "RenewAuthorisation": {"PROCESS_DIRECTOR"},
    "NameCaseDirector": {"PROCESS_DIRECTOR"},
    "AgreePlan": {"CASE_DIRECTOR"},
    "StartMonitoring": {"CASE_DIRECTOR"},
    "ProposeEscalation": {"CASE_DIRECTOR", "LOCAL_COORDINATOR"},
    "AcceptEscalation": {"PROCESS_DIRECTOR"},
    "DeclineEscalation": {"PROCESS_DIRECTOR"},
    "ProposeDeescalation": {"PROCESS_DIRECTOR"},
    "Deescalate": {"LOCAL_COORDINATOR"},
    "MoveToAftercare": {"CASE_DIRECTOR", "PROCESS_DIRECTOR"},
    "Reopen": {"PROCESS_DIRECTOR"},
    "CloseCase": {"PROCESS_DIRECTOR"},
    "DestroyCase": {"SYSTEM", "PRIVACY_OFFICER"},
    "ReassessCriteria": {"PROCESS_DIRECTOR"},
}


@pytest.mark.parametrize("command", ASKED_OF)
def test_the_packaged_mandates_are_those_of_the_process(command: str) -> None:
    """Each command by whom the process names; a process director may also do what support does, and no more."""
    mandate = REFERENCE.mandate(command, NOON)
    assert mandate is not None
    stand_in = {"PROCESS_DIRECTOR"} if "PROCESS_SUPPORT" in ASKED_OF[command] else set()
    assert set(mandate.roles) == ASKED_OF[command] | stand_in


def test_whoever_left_learns_nothing_of_how_the_case_stands() -> None:
    """Given a move to the house without somebody, a step that does not fit the stage is AUTH_EXPIRED to that one."""
    case, step = given(*IN_CONSULTATION, PROPOSED, ALONE), StartMonitoring(day_of(LATER))
    assert refused(step, case, NURSE).code == "AUTH_EXPIRED"
    assert refused(step, case, DIRECTOR).code == "WRONG_STAGE"
