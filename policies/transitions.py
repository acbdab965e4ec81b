"""From which stages a command may be given, and to which stage it leads (domain 4). The state machine as a table."""

from dataclasses import dataclass

from events.vocabulary import Stage

S = Stage


@dataclass(frozen=True)
class Transition:
    """One row of the table: where a command starts and where it ends. ``to`` None means that the stage stays."""

    command: str
    source: frozenset[Stage | None]
    to: Stage | None


def _row(command: str, source: tuple[Stage | None, ...], to: Stage | None) -> tuple[str, Transition]:
    return command, Transition(command, frozenset(source), to)


TRANSITIONS: dict[str, Transition] = dict(
    (
        # command               from                                          to
        _row("SubmitReferral", (None,), S.REFERRED),
        _row("SupplementReferral", (S.REFERRED, S.RETURNED), S.REFERRED),
        _row("ReturnReferral", (S.REFERRED,), S.RETURNED),
        _row("WithdrawReferral", (S.REFERRED, S.RETURNED, S.IN_TRIAGE), S.NOT_ACCEPTED),
        _row("OpenTriage", (S.REFERRED,), S.IN_TRIAGE),
        _row("RecordAssessment", (S.IN_TRIAGE,), None),
        _row("AcceptCase", (S.IN_TRIAGE,), S.STARTING),
        _row("RejectCase", (S.IN_TRIAGE,), S.NOT_ACCEPTED),
        _row("StartCase", (S.STARTING,), S.IN_CONSULTATION),
        _row("ProposeEscalation", (S.STARTING, S.IN_CONSULTATION, S.PLAN_AGREED, S.MONITORING), None),
        _row("AcceptEscalation", (S.STARTING, S.IN_CONSULTATION, S.PLAN_AGREED, S.MONITORING), S.IN_CONSULTATION),
        _row("DeclineEscalation", (S.STARTING, S.IN_CONSULTATION, S.PLAN_AGREED, S.MONITORING), None),
    )
)


def may_start(command: str, stage: Stage | None) -> bool:
    """Say whether *command* may be given in *stage*; None is the stage of a case that does not exist yet."""
    return stage in TRANSITIONS[command].source
