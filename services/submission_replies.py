"""What a partner may send beside a referral: a signal, and ten replies, each one command of the case (domain 4).

The shapes hold free text in clear. They live in the memory of the intake only; nothing here is ever written.
"""

import re
from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool

from services.submission_shape import Identity, Shape
from services.submission_values import (
    CodeText,
    Day,
    Filled,
    LegalText,
    MomentText,
    Reasoning,
    TaskText,
    Text,
    text,
)
from services.workflow.conditions import Wish
from services.workflow.consultation import AnswerInvitation
from services.workflow.deciding import DecideDisclosure
from services.workflow.enquiry import AnswerKnownCheck, DeclineEnrichment, ProvideEnrichment
from services.workflow.granting import RequestDisclosure
from services.workflow.informing import RecordInformed
from services.workflow.offered import Offered, ProvideItems
from services.workflow.plan import ConfirmPlan, ReportAction
from services.workflow.scene import Command

SIGNALLED = "nl.zvh.intake.signal-registered.v1"
KNOWN_CHECK_ANSWERED = "nl.zvh.intake.known-check-answered.v1"
ENRICHMENT_PROVIDED = "nl.zvh.intake.enrichment-provided.v1"
ENRICHMENT_DECLINED = "nl.zvh.intake.enrichment-declined.v1"
ITEMS_PROVIDED = "nl.zvh.intake.items-provided.v1"
INVITATION_ANSWERED = "nl.zvh.intake.invitation-answered.v1"
PLAN_CONFIRMED = "nl.zvh.intake.plan-confirmed.v1"
ACTION_REPORTED = "nl.zvh.intake.action-reported.v1"
DISCLOSURE_REQUESTED = "nl.zvh.intake.disclosure-requested.v1"
DISCLOSURE_DECIDED = "nl.zvh.intake.disclosure-decided.v1"
SUBJECT_INFORMED = "nl.zvh.intake.subject-informed.v1"

_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", re.ASCII)


def _written_out(value: object) -> object:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError("not a UUID")
    return value


Id = Annotated[UUID, BeforeValidator(_written_out)]
"""A UUID in its one written form (RFC 9562); capitals are read too."""


class SignalOffered(Shape):
    """A worry about somebody, before any sharing. Of the identity only the pseudonym is kept."""

    channel: Annotated[str, text()]
    task: TaskText
    occurred_at: MomentText
    reporter: Filled
    subject: Identity
    worry: Reasoning
    on_behalf_of: Annotated[str, text()] | None = None


class Reply(Shape, ABC):
    """What every message about a case carries: which case, under which hat, and who tells it."""

    case: Id
    """The case, from the sender's own feed."""
    task: TaskText
    reporter: Filled | None = None
    occurred_at: MomentText | None = None
    on_behalf_of: Annotated[str, text()] | None = None

    @abstractmethod
    def command(self) -> Command:
        """Return the command that the message is."""


class ConditionOffered(Shape):
    """A wish of the source that travels with what it gives."""

    code: CodeText
    orgs: tuple[CodeText, ...] = ()
    until: Day | None = None

    def wish(self) -> Wish:
        """Return it as the case takes it."""
        return Wish(self.code, self.orgs, date.fromisoformat(self.until) if self.until else None)


class Piece(Shape):
    """One piece of data about the subject of the case, of one kind."""

    category: CodeText
    what: Reasoning
    since: Day | None = None
    wording: Literal["FUNCTIONAL", "CLINICAL"] | None = None
    conditions: tuple[ConditionOffered, ...] = ()
    regime: CodeText | None = None

    def offered(self) -> Offered:
        """Return it as the case takes it."""
        since = date.fromisoformat(self.since) if self.since else None
        wishes = tuple(one.wish() for one in self.conditions)
        return Offered(self.category, self.what, since, wording=self.wording, conditions=wishes, regime=self.regime)


class KnownCheckReply(Reply):
    """Yes or no to the known check, and nothing more."""

    check: Id
    known: StrictBool

    def command(self) -> Command:
        """See ``Reply``."""
        return AnswerKnownCheck(self.check, self.known)


class EnrichmentReply(Reply):
    """The answer to one question; an empty ``offered`` says that there is nothing to report."""

    question: Id
    offered: tuple[Piece, ...]

    def command(self) -> Command:
        """See ``Reply``."""
        return ProvideEnrichment(self.question, tuple(one.offered() for one in self.offered))


class EnrichmentDecline(Reply):
    """The organisation does not answer its question, with a reason from the list."""

    question: Id
    reason_code: CodeText

    def command(self) -> Command:
        """See ``Reply``."""
        return DeclineEnrichment(self.question, self.reason_code)


class ItemsOffered(Reply):
    """A participant of the case brings data to the room."""

    offered: tuple[Piece, ...]
    secrecy_ground: CodeText | None = None
    purpose: CodeText | None = None

    def command(self) -> Command:
        """See ``Reply``."""
        return ProvideItems(tuple(one.offered() for one in self.offered), self.secrecy_ground, self.purpose)


class InvitationReply(Reply):
    """Whether the organisation comes to a consultation."""

    consultation: Id
    attends: StrictBool

    def command(self) -> Command:
        """See ``Reply``."""
        return AnswerInvitation(self.consultation, self.attends)


class PlanAgreement(Reply):
    """An owner agrees to its actions in this version of the plan."""

    version: Annotated[int, Field(strict=True, ge=1)]

    def command(self) -> Command:
        """See ``Reply``."""
        return ConfirmPlan(self.version)


class ActionNews(Reply):
    """How an action of the plan, or a task of a consultation, stands."""

    action: Id
    status: CodeText
    note: Text | None = None

    def command(self) -> Command:
        """See ``Reply``."""
        return ReportAction(self.action, self.status, self.note or "")


class Reasoned(Reply, ABC):
    """A message that says why: what is left out is refused by the guard that asks for it."""

    purpose: CodeText | None = None
    legal_basis: tuple[LegalText, ...] = ()
    necessity: Text = ""
    proportionality: Text = ""
    subsidiarity: Text = ""


class DisclosureQuestion(Reasoned):
    """A participant asks a source for data that it may not see by standing permission."""

    asked_of: CodeText
    categories: tuple[CodeText, ...] = ()
    items: tuple[Id, ...] = ()

    def command(self) -> Command:
        """See ``Reply``."""
        return RequestDisclosure(
            self.asked_of,
            self.categories,
            self.items,
            self.purpose,
            self.legal_basis,
            self.necessity,
            self.proportionality,
            self.subsidiarity,
        )


class DisclosureDecision(Reasoned):
    """A source decides on its own items for one recipient, asked or of the own accord."""

    request: Id | None = None
    recipient_org: CodeText | None = None
    recipient_task: TaskText | None = None
    granted: tuple[Id, ...] = ()
    reason_code: CodeText | None = None
    secrecy_ground: CodeText | None = None
    secrecy_text: Text = ""
    conditions: tuple[ConditionOffered, ...] = ()
    valid_until: Day | None = None

    def command(self) -> Command:
        """See ``Reply``."""
        return DecideDisclosure(
            request=self.request,
            recipient_org=self.recipient_org,
            recipient_task=self.recipient_task,
            granted=self.granted,
            reason_code=self.reason_code,
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            necessity=self.necessity,
            proportionality=self.proportionality,
            subsidiarity=self.subsidiarity,
            secrecy_ground=self.secrecy_ground,
            secrecy_text=self.secrecy_text,
            conditions=tuple(one.wish() for one in self.conditions),
            valid_until=date.fromisoformat(self.valid_until) if self.valid_until else None,
        )


class SubjectTold(Reply):
    """The person was told on this day that data are processed."""

    on: Day

    def command(self) -> Command:
        """See ``Reply``."""
        return RecordInformed(date.fromisoformat(self.on))


REPLIES: dict[str, tuple[type[Reply], str]] = {
    KNOWN_CHECK_ANSWERED: (KnownCheckReply, "answered"),
    ENRICHMENT_PROVIDED: (EnrichmentReply, "provided"),
    ENRICHMENT_DECLINED: (EnrichmentDecline, "declined"),
    ITEMS_PROVIDED: (ItemsOffered, "provided"),
    INVITATION_ANSWERED: (InvitationReply, "answered"),
    PLAN_CONFIRMED: (PlanAgreement, "confirmed"),
    ACTION_REPORTED: (ActionNews, "reported"),
    SUBJECT_INFORMED: (SubjectTold, "informed"),
    DISCLOSURE_REQUESTED: (DisclosureQuestion, "requested"),
    DISCLOSURE_DECIDED: (DisclosureDecision, "decided"),
}
"""Type of event -> shape of its data, and the name of the outcome once it is taken."""
