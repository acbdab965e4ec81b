"""The state machine as a table: from which stages, and in which room, a command may be given, and where it leads.

Domain 4. Who may give a command stands in ``reference_data/mandates.toml``; what else must hold is a guard of the
command itself. ``docs/states.md`` is generated from this table.
"""

from dataclasses import dataclass

from events.vocabulary import Room, Stage

S = Stage

LIVE = (S.STARTING, S.IN_CONSULTATION, S.PLAN_AGREED, S.MONITORING, S.AFTERCARE)
"""A case that was accepted and is not closed."""
RUNNING = (S.IN_CONSULTATION, S.PLAN_AGREED, S.MONITORING)
"""A case on which participants work."""
WORKING = (*RUNNING, S.AFTERCARE)
"""A case with participants, whose data may move between them."""
ESCALATING = (S.STARTING, *RUNNING)
OPEN = (S.REFERRED, S.RETURNED, S.IN_TRIAGE, *LIVE)
"""A case that has not ended."""
ENDED = (S.NOT_ACCEPTED, S.CLOSED)
NOT_DESTROYED = (S.SIGNALLED, *OPEN, *ENDED)


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    command: str
    source: frozenset[Stage | None]
    """Stages in which it may be given; None is the stage of a case that does not exist yet."""
    to: Stage | None
    """Where it leads; None when the stage stays."""
    room: Room | None
    """The room in which it may be given; None for any, or for none yet."""


def _row(
    command: str, source: tuple[Stage | None, ...], to: Stage | None, room: Room | None = None
) -> tuple[str, Transition]:
    return command, Transition(command, frozenset(source), to, room)


TRANSITIONS: dict[str, Transition] = dict(
    (
        # command                        from                                           to
        _row("RegisterSignal", (None,), S.SIGNALLED),
        _row("SubmitReferral", (None, S.SIGNALLED), S.REFERRED),
        _row("SupplementReferral", (S.REFERRED, S.RETURNED), S.REFERRED),
        _row("ReturnReferral", (S.REFERRED,), S.RETURNED),
        _row("WithdrawReferral", (S.REFERRED, S.RETURNED, S.IN_TRIAGE), S.NOT_ACCEPTED),
        _row("OpenTriage", (S.REFERRED,), S.IN_TRIAGE),
        _row("CheckElsewhere", (S.REFERRED, S.IN_TRIAGE, *LIVE), None),
        _row("RequestKnownCheck", (S.IN_TRIAGE,), None),
        _row("AnswerKnownCheck", (S.IN_TRIAGE,), None),
        _row("RequestEnrichment", (S.IN_TRIAGE,), None),
        _row("ProvideEnrichment", (S.IN_TRIAGE,), None),
        _row("DeclineEnrichment", (S.IN_TRIAGE,), None),
        _row("RecordAssessment", (S.IN_TRIAGE,), None),
        _row("AcceptCase", (S.IN_TRIAGE,), S.STARTING),
        _row("RejectCase", (S.IN_TRIAGE,), S.NOT_ACCEPTED),
        _row("StartCase", (S.STARTING,), S.IN_CONSULTATION),
        _row("RenewAuthorisation", WORKING, None),
        _row("NameCaseDirector", WORKING, None),
        _row("ProvideItems", RUNNING, None),
        _row("PlanConsultation", (S.IN_CONSULTATION, S.MONITORING), None),
        _row("AnswerInvitation", (S.IN_CONSULTATION, S.MONITORING), None),
        _row("RecordConsultation", (S.IN_CONSULTATION, S.MONITORING), None),
        _row("ProposePlan", (S.IN_CONSULTATION, S.MONITORING), None),
        _row("ConfirmPlan", (S.IN_CONSULTATION, S.MONITORING), None),
        _row("AgreePlan", (S.IN_CONSULTATION,), S.PLAN_AGREED),
        _row("StartMonitoring", (S.PLAN_AGREED,), S.MONITORING),
        _row("RevisePlan", (S.MONITORING,), S.PLAN_AGREED),
        _row("ReportAction", (S.PLAN_AGREED, S.MONITORING, S.AFTERCARE), None),
        _row("EvaluatePlan", (S.MONITORING, S.AFTERCARE), None),
        _row("ProposeEscalation", ESCALATING, None, Room.LOCAL_CHAMBER),
        _row("AcceptEscalation", ESCALATING, S.IN_CONSULTATION, Room.LOCAL_CHAMBER),
        _row("DeclineEscalation", ESCALATING, None, Room.LOCAL_CHAMBER),
        _row("RequestAdministrativeEscalation", RUNNING, None, Room.HOUSE),
        _row("ProposeDeescalation", (S.MONITORING,), None, Room.HOUSE),
        _row("Deescalate", (S.MONITORING,), S.MONITORING, Room.HOUSE),
        _row("DeclineDeescalation", (S.MONITORING,), None, Room.HOUSE),
        _row("MoveToAftercare", (S.MONITORING,), S.AFTERCARE),
        _row("Reopen", (S.AFTERCARE,), S.IN_TRIAGE),
        _row("CloseCase", LIVE, S.CLOSED),
        _row("ReassessCriteria", LIVE, None),
        _row("ExtendRetention", (S.CLOSED,), None),
        _row("PlaceHold", (*OPEN, *ENDED), None),
        _row("LiftHold", (*OPEN, *ENDED), None),
        _row("DestroyCase", ENDED, S.DESTROYED),
        _row("RecordInformed", (*OPEN, *ENDED), None),
        _row("DeferInforming", (*OPEN, *ENDED), None),
        _row("AcceptConfidentiality", (*OPEN, *ENDED), None),
        _row("OpenHandling", NOT_DESTROYED, None),
        _row("EndHandling", (*NOT_DESTROYED, S.DESTROYED), None),
        _row("RectifyItem", NOT_DESTROYED, None),
        _row("AddStatement", NOT_DESTROYED, None),
        _row("RestrictProcessing", NOT_DESTROYED, None),
        _row("LiftRestriction", NOT_DESTROYED, None),
        _row("WithholdEntries", NOT_DESTROYED, None),
        _row("ReviewWithholding", NOT_DESTROYED, None),
        # What was withheld outlives the content: who saw what is told after destruction too.
        _row("LiftWithholding", (*NOT_DESTROYED, S.DESTROYED), None),
        _row("RequestDisclosure", (S.IN_TRIAGE, *WORKING), None),
        _row("DecideDisclosure", WORKING, None),
        _row("EndGrant", WORKING, None),
        _row("CorrectDisclosure", (*OPEN, *ENDED), None),
        _row("MakeResult", WORKING, None),
        _row("GivePrivacyAdvice", WORKING, None),
        _row("ReleaseResult", WORKING, None),
        _row("OpenSupervision", (*OPEN, *ENDED), None),
        _row("EndSupervision", (*OPEN, *ENDED), None),
        _row("RemindTerm", NOT_DESTROYED, None),
        # A receipt is owed whatever became of the case.
        _row("MarkTermMissed", (*NOT_DESTROYED, S.DESTROYED), None),
    )
)


def may_start(command: str, stage: Stage | None) -> bool:
    """Say whether *command* may be given in *stage*; None is the stage of a case that does not exist yet."""
    return stage in TRANSITIONS[command].source


def room_fits(command: str, room: Room | None) -> bool:
    """Say whether *command* may be given for a case in *room*."""
    wanted = TRANSITIONS[command].room
    return wanted is None or wanted is room
