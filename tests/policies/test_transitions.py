"""The state machine is the one of the process: an own copy of its table, held against the table that decides."""

import pytest

from events.vocabulary import Room, Stage
from policies.transitions import TRANSITIONS, may_start, room_fits

LIVE = "STARTING IN_CONSULTATION PLAN_AGREED MONITORING AFTERCARE"
PROCESS: dict[str, tuple[str, str, Room | None]] = {
    # domain 4: command -> from ("-" is no case yet), to ("" is the same), room in which it is given
    "RegisterSignal": ("-", "SIGNALLED", None),
    "SubmitReferral": ("- SIGNALLED", "REFERRED", None),
    "SupplementReferral": ("REFERRED RETURNED", "REFERRED", None),
    "ReturnReferral": ("REFERRED", "RETURNED", None),
    "WithdrawReferral": ("REFERRED RETURNED IN_TRIAGE", "NOT_ACCEPTED", None),
    "OpenTriage": ("REFERRED", "IN_TRIAGE", None),
    "RequestKnownCheck": ("IN_TRIAGE", "", None),
    "AnswerKnownCheck": ("IN_TRIAGE", "", None),
    "RequestEnrichment": ("IN_TRIAGE", "", None),
    "RecordAssessment": ("IN_TRIAGE", "", None),
    "AcceptCase": ("IN_TRIAGE", "STARTING", None),
    "RejectCase": ("IN_TRIAGE", "NOT_ACCEPTED", None),
    "StartCase": ("STARTING", "IN_CONSULTATION", None),
    "RenewAuthorisation": ("IN_CONSULTATION PLAN_AGREED MONITORING AFTERCARE", "", None),
    "NameCaseDirector": ("IN_CONSULTATION PLAN_AGREED MONITORING AFTERCARE", "", None),
    "PlanConsultation": ("IN_CONSULTATION MONITORING", "", None),
    "RecordConsultation": ("IN_CONSULTATION MONITORING", "", None),
    "AgreePlan": ("IN_CONSULTATION", "PLAN_AGREED", None),
    "StartMonitoring": ("PLAN_AGREED", "MONITORING", None),
    "RevisePlan": ("MONITORING", "PLAN_AGREED", None),
    "ProposeEscalation": ("STARTING IN_CONSULTATION PLAN_AGREED MONITORING", "", Room.LOCAL_CHAMBER),
    "AcceptEscalation": (
        "STARTING IN_CONSULTATION PLAN_AGREED MONITORING",
        "IN_CONSULTATION",
        Room.LOCAL_CHAMBER,
    ),
    "DeclineEscalation": ("STARTING IN_CONSULTATION PLAN_AGREED MONITORING", "", Room.LOCAL_CHAMBER),
    "Deescalate": ("MONITORING", "MONITORING", Room.HOUSE),
    "MoveToAftercare": ("MONITORING", "AFTERCARE", None),
    "Reopen": ("AFTERCARE", "IN_TRIAGE", None),
    "CloseCase": (LIVE, "CLOSED", None),
    "ExtendRetention": ("CLOSED", "", None),
    "DestroyCase": ("CLOSED NOT_ACCEPTED", "DESTROYED", None),
    "ReassessCriteria": (LIVE, "", None),
}


@pytest.mark.parametrize("command", PROCESS)
def test_each_command_starts_and_leads_where_the_process_says(command: str) -> None:
    """For every stage there is, the command may be given there or it may not, and it leads to one stage."""
    sources, target, room = PROCESS[command]
    allowed = {None if one == "-" else Stage(one) for one in sources.split()}
    assert {stage for stage in (None, *Stage) if may_start(command, stage)} == allowed
    assert TRANSITIONS[command].to == (Stage(target) if target else None)
    assert [one for one in Room if room_fits(command, one)] == ([room] if room else list(Room))


def test_no_command_starts_from_the_end() -> None:
    """A destroyed case is past every command, but what ends a request or a withholding, and word of a missed term."""
    left = [name for name in TRANSITIONS if may_start(name, Stage.DESTROYED)]
    assert left == ["EndHandling", "LiftWithholding", "MarkTermMissed"]


def test_only_the_run_up_begins_a_case() -> None:
    """A signal or a referral begins a case, and nothing else does."""
    assert {name for name in TRANSITIONS if may_start(name, None)} == {"RegisterSignal", "SubmitReferral"}
