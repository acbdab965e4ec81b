"""Recording what account is given of beside the cases: breaches, audits, advice, impact assessments, published reports.

All of one house stands in one stream, as its governance does. What follows on a record (a breach handled, a finding or
an advice followed up) is decided by another person than made the record. No text is kept: codes, and digests of
documents.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import uuid5

from events.fact import Fact, Recorded
from events.oversight import (
    AdviceFollowedUp,
    AdviceGiven,
    AuditFollowedUp,
    AuditRecorded,
    BreachHandled,
    BreachRecorded,
    Finding,
    ImpactAssessed,
    Reference,
    ReportPublished,
)
from events.receipt import Effect
from events.vocabulary import CaseId, Code, Digest, FactId
from policies.calendar import end_of
from policies.entries import day_of
from policies.reference import Reference as Tables
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.governance import STREAMS
from services.handling import Handling, Order
from services.workflow.mandate import holds_mandate
from services.workflow.scene import command

F = TypeVar("F", bound=Fact)


def oversight_stream(house_oin: str) -> CaseId:
    """Return the id of the stream in which this house keeps its account."""
    return uuid5(STREAMS, f"{house_oin}/oversight")


@command
class RecordBreach:
    """Personal data were lost, or came where they should not be."""

    kind: Code
    occurred_at: datetime
    discovered_at: datetime
    categories: tuple[Code, ...] = ()
    recipients: tuple[Code, ...] = ()
    cases: tuple[CaseId, ...] = ()


@command
class HandleBreach:
    """Decide whether a breach is reported, and whether the persons are told."""

    breach: FactId
    reported: bool
    subjects_told: bool


@command
class RecordAudit:
    """An audit took place, with these findings."""

    kind: Code
    held_on: date
    findings: tuple[Code, ...]
    document: Digest


@command
class FollowUpAudit:
    """Tell what was done with a finding."""

    audit: FactId
    finding: FactId
    status: Code


@command
class RecordAdvice:
    """The lawfulness committee gave its advice."""

    topic: Code
    outcome: Code
    document: Digest
    about_case: CaseId | None = None


@command
class FollowUpAdvice:
    """Tell what was done with an advice."""

    advice: FactId
    status: Code


@command
class RecordImpactAssessment:
    """An impact assessment was made or renewed."""

    reference: Reference
    purposes: tuple[Code, ...]
    high_risk: bool
    renew_by: date
    document: Digest


@command
class PublishReport:
    """Give out an edition of a report."""

    report: str
    definition: str
    first_day: date
    last_day: date
    log_size: int
    root_hash: Digest
    digest: Digest
    since: int | None = None


Command = (
    RecordBreach
    | HandleBreach
    | RecordAudit
    | FollowUpAudit
    | RecordAdvice
    | FollowUpAdvice
    | RecordImpactAssessment
    | PublishReport
)


COMMANDS: dict[str, type[Command]] = {
    one.__name__: one
    for one in (
        RecordBreach,
        HandleBreach,
        RecordAudit,
        FollowUpAudit,
        RecordAdvice,
        FollowUpAdvice,
        RecordImpactAssessment,
        PublishReport,
    )
}
"""Every command of account, by name."""


class Oversight:
    """Takes the commands of account."""

    def __init__(self, handling: Handling, reference: Tables, house_oin: str) -> None:
        self._handling, self._reference = handling, reference
        self.stream = oversight_stream(house_oin)

    def history(self) -> list[Recorded]:
        """Return all that was recorded. Raises: Unavailable."""
        return self._handling.store.history(self.stream)

    def carry_out(self, order: Order, asked: Command) -> Effect:
        """Record it.

        Raises: Refusal with WRONG_HAT, BAD_VALUE, BAD_DATE, UNKNOWN_CASE, UNKNOWN_ITEM, ALREADY_ANSWERED or FOUR_EYES;
            Conflict; Unavailable.
        """

        def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
            holds_mandate(type(asked).__name__, case, order.acting, self._reference, now)
            return [self._decided(order, asked, now)]

        return self._handling.carry_out_plain(order, decide)

    def _decided(self, order: Order, asked: Command, now: datetime) -> Fact:
        match asked:
            case RecordBreach():
                return self._breach(order.command_id, asked, now)
            case HandleBreach():
                return self._handled(order.acting, asked, now)
            case RecordAudit():
                return self._audit(order.command_id, asked, now)
            case FollowUpAudit():
                return self._audit_followed(order.acting, asked, now)
            case RecordAdvice():
                return self._advice(order.command_id, asked, now)
            case FollowUpAdvice():
                return self._advice_followed(order.acting, asked, now)
            case RecordImpactAssessment():
                return self._assessed(order.command_id, asked, now)
            case PublishReport():
                return self._published(asked, now)

    def _breach(self, breach_id: FactId, asked: RecordBreach, now: datetime) -> Fact:
        self._listed("breach-kind", asked.kind, now)
        if not asked.occurred_at <= asked.discovered_at <= now:
            raise self._reference.refuse("BAD_DATE")
        kinds = {one.code for one in self._reference.categories(now)}
        if not set(asked.categories) <= kinds or not set(asked.recipients) <= self._may_have_got_it(now):
            raise self._reference.refuse("BAD_VALUE")
        for one in asked.cases:
            self._is_case(one)
        return BreachRecorded(
            occurred_at=asked.occurred_at,
            legal_ref="AVG:breach",
            breach_id=breach_id,
            kind=asked.kind,
            discovered_at=asked.discovered_at,
            report_by=end_of(self._reference.term("breach-report", now), asked.discovered_at),
            categories=asked.categories,
            recipients=asked.recipients,
            cases=asked.cases,
        )

    def _handled(self, acting: Acting, asked: HandleBreach, now: datetime) -> Fact:
        found = self._recorded(BreachRecorded, lambda fact: fact.breach_id == asked.breach, acting)
        self._not_yet(BreachHandled, lambda fact: fact.breach_id == asked.breach)
        return BreachHandled(
            occurred_at=now,
            legal_ref="AVG:breach",
            breach_id=asked.breach,
            reported=asked.reported,
            in_time=now < found.report_by if asked.reported else None,
            subjects_told=asked.subjects_told,
        )

    def _audit(self, audit_id: FactId, asked: RecordAudit, now: datetime) -> Fact:
        self._listed("audit-kind", asked.kind, now)
        for code in asked.findings:
            self._listed("audit-finding", code, now)
        if asked.held_on > day_of(now):
            raise self._reference.refuse("BAD_DATE")
        return AuditRecorded(
            occurred_at=now,
            legal_ref="WGS:audit",
            audit_id=audit_id,
            kind=asked.kind,
            held_on=asked.held_on.isoformat(),
            findings=tuple(
                Finding(finding_id=uuid5(audit_id, str(number)), code=code)
                for number, code in enumerate(asked.findings, start=1)
            ),
            document=asked.document,
        )

    def _audit_followed(self, acting: Acting, asked: FollowUpAudit, now: datetime) -> Fact:
        self._listed("follow-up", asked.status, now)
        found = self._recorded(AuditRecorded, lambda fact: fact.audit_id == asked.audit, acting)
        if asked.finding not in {one.finding_id for one in found.findings}:
            raise self._reference.refuse("UNKNOWN_ITEM")
        return AuditFollowedUp(
            occurred_at=now,
            legal_ref="WGS:audit",
            audit_id=asked.audit,
            finding_id=asked.finding,
            status=asked.status,
        )

    def _advice(self, advice_id: FactId, asked: RecordAdvice, now: datetime) -> Fact:
        self._listed("advice-topic", asked.topic, now)
        self._listed("advice-outcome", asked.outcome, now)
        if asked.about_case is not None and asked.topic != "DOUBTFUL_CASE":
            raise self._reference.refuse("BAD_VALUE")
        if asked.about_case is not None:
            self._is_case(asked.about_case)
        return AdviceGiven(
            occurred_at=now,
            legal_ref="WGS:committee",
            advice_id=advice_id,
            topic=asked.topic,
            outcome=asked.outcome,
            about_case=asked.about_case,
            document=asked.document,
        )

    def _advice_followed(self, acting: Acting, asked: FollowUpAdvice, now: datetime) -> Fact:
        self._listed("follow-up", asked.status, now)
        self._recorded(AdviceGiven, lambda fact: fact.advice_id == asked.advice, acting)
        return AdviceFollowedUp(occurred_at=now, legal_ref="WGS:committee", advice_id=asked.advice, status=asked.status)

    def _assessed(self, assessment_id: FactId, asked: RecordImpactAssessment, now: datetime) -> Fact:
        if not asked.purposes or any(self._reference.purpose(one, now) is None for one in asked.purposes):
            raise self._reference.refuse("NO_PURPOSE")
        if asked.renew_by <= day_of(now):
            raise self._reference.refuse("BAD_DATE")
        return ImpactAssessed(
            occurred_at=now,
            legal_ref="AVG:impact",
            assessment_id=assessment_id,
            reference=asked.reference,
            purposes=asked.purposes,
            high_risk=asked.high_risk,
            renew_by=asked.renew_by.isoformat(),
            document=asked.document,
        )

    def _published(self, asked: PublishReport, now: datetime) -> Fact:
        if self._reference.report(asked.report, now) is None:
            raise self._reference.refuse("UNKNOWN_ITEM")
        return ReportPublished(
            occurred_at=now,
            legal_ref="WGS:report",
            report=asked.report,
            definition=asked.definition,
            first_day=asked.first_day.isoformat(),
            last_day=asked.last_day.isoformat(),
            log_size=asked.log_size,
            root_hash=asked.root_hash,
            since=asked.since,
            digest=asked.digest,
        )

    def _is_case(self, case_id: CaseId) -> None:
        if case_file(case_id, self._handling.store.history(case_id)).stage is None:
            raise self._reference.refuse("UNKNOWN_CASE")

    def _may_have_got_it(self, now: datetime) -> set[Code]:
        """Return to whom data may have gone by mistake: participants, outsiders, and whoever is on no list of ours."""
        tables = self._reference
        known = (tables.participants(now), tables.third_parties(now), tables.collaborations(now))
        outside = {one.code for one in tables.choices("breach-recipient", now)}
        return {one.code for table in known for one in table} | outside

    def _listed(self, name: str, code: Code, now: datetime) -> None:
        if code not in {one.code for one in self._reference.choices(name, now)}:
            raise self._reference.refuse("BAD_VALUE")

    def _recorded(self, of: type[F], fits: Callable[[F], bool], acting: Acting) -> F:
        """Return the record that is meant. Raises: Refusal UNKNOWN_ITEM; FOUR_EYES when the same person made it."""
        for one in self.history():
            if isinstance(one.fact, of) and fits(one.fact):
                if one.envelope.actor == acting.person:
                    raise self._reference.refuse("FOUR_EYES")
                return one.fact
        raise self._reference.refuse("UNKNOWN_ITEM")

    def _not_yet(self, of: type[F], fits: Callable[[F], bool]) -> None:
        if any(isinstance(one.fact, of) and fits(one.fact) for one in self.history()):
            raise self._reference.refuse("ALREADY_ANSWERED")
