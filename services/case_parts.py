"""The shape of one case: what the stories look at when they decide. ``services.case_file`` fills it from the facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

from events.assessment import CriteriaAssessed, PanelMember
from events.closing import CriteriaReassessed
from events.consultation import AgreedTask, ConsultationPlanned
from events.correction import DataAccessed
from events.disclosure import DataDisclosed, DisclosureRefused
from events.elsewhere import ElsewhereChecked
from events.escalation import DeescalationProposed, EscalationProposed
from events.granting import DisclosureDecided, DisclosureRequested
from events.plan import PlanAction, PlanProposed
from events.referral import InformStatus, Item, Person
from events.result import ResultMade, ResultReleased
from events.rights_effects import EntriesWithheld, RightsHandlingOpened
from events.supervision import SupervisionOpened
from events.vocabulary import CaseId, Code, FactId, OrgCode, Pseudonym, Room, Stage, SubjectId, Task
from services.rights.request import RequestFile

CONSULTING = (Stage.IN_CONSULTATION, Stage.PLAN_AGREED, Stage.MONITORING)
"""Stages in which an invitation may be open."""
K = TypeVar("K")
V = TypeVar("V")
DATA_SUBJECT = "DATA_SUBJECT"
"""Stands for the recipient when the person itself is answered."""


def nothing() -> Mapping[K, V]:
    """Return a mapping that stays empty."""
    return MappingProxyType({})


@dataclass(frozen=True)
class Participation:
    """One organisation on the case, for one task, until a moment."""

    member: PanelMember
    until: datetime


@dataclass(frozen=True)
class PlacedItem:
    """An item with the fact in which it stands: its sealed value opens only there."""

    item: Item
    fact_id: FactId
    at: datetime
    regime: Code = ""
    """Law under which it came in: its own marking, else the regime of the case at that moment. It stays."""


@dataclass(frozen=True)
class Weighed:
    """One assessment of the criteria, at entry or later, with who recorded it and when."""

    fact: CriteriaAssessed | CriteriaReassessed
    by: Pseudonym
    at: datetime


@dataclass(frozen=True)
class KnownCheck:
    """A yes/no question to several organisations."""

    asked: tuple[PanelMember, ...]
    due: datetime
    answers: Mapping[OrgCode, bool] = field(default_factory=nothing)


@dataclass(frozen=True)
class Question:
    """One reasoned question to one organisation."""

    asked: PanelMember
    categories: tuple[Code, ...]
    due: datetime
    answered: bool = False


@dataclass(frozen=True)
class Invitation:
    """A consultation that is planned and not held yet, with who answered."""

    planned: ConsultationPlanned
    answers: Mapping[tuple[OrgCode, Task], bool] = field(default_factory=nothing)


@dataclass(frozen=True)
class ReceiptDue:
    """A receipt that a recipient owes."""

    org: OrgCode
    due: datetime


@dataclass(frozen=True)
class Plan:
    """The plan of action: what runs, what is proposed, how each action stands."""

    version: int = 0
    """The version that was agreed last; 0 when none was."""
    agreed: PlanProposed | None = None
    proposed: PlanProposed | None = None
    confirmed: frozenset[tuple[OrgCode, Task]] = frozenset()
    status: Mapping[FactId, Code] = field(default_factory=nothing)
    """Action -> DONE, PROGRESS or STUCK, as its owner reported last."""
    evaluated: bool = False
    reached: bool = False
    """Whether every aim was reached, as it was weighed last."""

    def action(self, action_id: FactId) -> PlanAction | None:
        """Return an action of the plan that runs."""
        actions = self.agreed.actions if self.agreed else ()
        return next((one for one in actions if one.action_id == action_id), None)


@dataclass(frozen=True)
class Proposer:
    """Who made an open proposal: another person decides."""

    person: Pseudonym
    at: datetime


@dataclass(frozen=True)
class Request:
    """A question of one participant to a source, for data that it may not see by standing permission."""

    fact: DisclosureRequested
    asked_by: Pseudonym
    answered: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Shown:
    """The last look at a case, shown or refused, with all before it: a chain, because a case may have thousands."""

    fact: DataDisclosed | DisclosureRefused
    before: "Shown | None" = None


@dataclass(frozen=True, eq=False, repr=False)
class Confirmed:
    """The last receipt of a recipient, with all before it: a chain, as of what was shown."""

    fact: DataAccessed
    before: "Confirmed | None" = None


@dataclass(frozen=True)
class Grant:
    """A decision of the source on single items for one recipient."""

    fact: DisclosureDecided
    decided_by: Pseudonym
    ended: bool = False
    """Taken back by the source, or ended with the recipient's access."""

    def stands(self, now: datetime) -> bool:
        """Say whether the recipient may lean on it at this moment."""
        return not self.ended and (self.fact.valid_until is None or now < self.fact.valid_until)


@dataclass(frozen=True)
class Result:
    """A result of the room, with what was advised and decided on letting it out."""

    made: ResultMade
    advice: bool | None = None
    """What the privacy officer advised; None as long as there is no advice."""
    released: ResultReleased | None = None
    released_by: Pseudonym | None = None


@dataclass(frozen=True)
class Withholding:
    """Entries that a controller keeps from a person, until it lifts that."""

    fact: EntriesWithheld
    review_by: str
    """Local date, ISO 8601, of the next review."""
    lifted: bool = False


@dataclass(frozen=True)
class CaseFile:
    """One case. ``stage`` is None as long as nothing is known of it."""

    case_id: CaseId
    sequence: int = 0
    stage: Stage | None = None
    room: Room | None = None
    chamber: Code = ""
    """Which room of that kind; empty before acceptance, or when there was only one."""
    channel: str = ""
    regime: str = ""
    triage_regime: str = ""
    """Law under which the exchange before acceptance stands."""
    referrer_org: OrgCode = ""
    referrer_task: Task = ""
    first_processed: datetime | None = None
    """When the first fact of the case was written."""
    began_at: datetime | None = None
    """When what the case began with happened: the signal or the referral."""
    persons: tuple[Person, ...] = ()
    items: Mapping[FactId, PlacedItem] = field(default_factory=nothing)
    bound: frozenset[tuple[Pseudonym, OrgCode, Task]] = frozenset()
    """Persons who accepted the duty of secrecy, each for an organisation and task."""
    inform: InformStatus | None = None
    inform_by: datetime | None = None
    supplement_by: datetime | None = None
    signal_due: datetime | None = None
    aftercare_until: date | None = None
    panel: tuple[PanelMember, ...] = ()
    checks: Mapping[FactId, KnownCheck] = field(default_factory=nothing)
    questions: Mapping[FactId, Question] = field(default_factory=nothing)
    """Checks and questions of the weighing that runs, or ran last."""
    asked_before: frozenset[OrgCode] = frozenset()
    """Organisations that were asked something for an earlier weighing."""
    elsewhere: ElsewhereChecked | None = None
    """What was found, the last time that somebody looked for other cases of the person."""
    assessment: CriteriaAssessed | CriteriaReassessed | None = None
    """The newest one; the earlier ones stand in the history."""
    weighed: tuple[Weighed, ...] = ()
    """All of them, the oldest first."""
    assessed_at: datetime | None = None
    assessed_in_sequence: int = 0
    case_director: Pseudonym = ""
    participants: tuple[Participation, ...] = ()
    left: tuple[Participation, ...] = ()
    """Participations that ended early, at the moment in ``until``."""
    invitations: Mapping[FactId, Invitation] = field(default_factory=nothing)
    plan: Plan = Plan()
    tasks: Mapping[FactId, AgreedTask] = field(default_factory=nothing)
    """Tasks that consultations agreed."""
    review_on: date | None = None
    close_by: datetime | None = None
    """Until when the case is to be closed, because a criterion no longer holds."""
    open_escalation: EscalationProposed | None = None
    open_deescalation: DeescalationProposed | None = None
    proposed_by: Proposer | None = None
    """Who made the open proposal to move the case."""
    proposed_in_sequence: int = 0
    returned_at: datetime | None = None
    """When the house gave the case back to the chamber, the last time."""
    before_house: frozenset[OrgCode] = frozenset()
    """Organisations that worked on the case before it moved to the house; they know what stayed behind."""
    local_items: frozenset[FactId] = frozenset()
    """Items that were there when the case moved to the house."""
    items_along: frozenset[FactId] | None = None
    """Items that went along to the house; None while the case is not there."""
    requests: Mapping[FactId, Request] = field(default_factory=nothing)
    """What participants asked of a source, open and answered; without those of who left since."""
    grants: Mapping[FactId, Grant] = field(default_factory=nothing)
    results: Mapping[FactId, Result] = field(default_factory=nothing)
    supervisions: Mapping[FactId, SupervisionOpened] = field(default_factory=nothing)
    """Supervisors that were let in and not yet shown out."""
    restricted: frozenset[FactId] = frozenset()
    """Items that are locked for all but whoever handles the rights of the person (AVG 18)."""
    erased: frozenset[SubjectId] = frozenset()
    """Persons whose keys in this case were destroyed."""
    rights_open: frozenset[SubjectId] = frozenset()
    """Persons of whom a request for access is being handled."""
    receipts: Mapping[FactId, ReceiptDue] = field(default_factory=nothing)
    """Disclosures that their recipients have not confirmed yet, and owe a receipt for."""
    withheld: frozenset[FactId] = frozenset()
    """Items that are kept from the person for now."""
    statements: Mapping[FactId, FactId] = field(default_factory=nothing)
    """A person's own statement -> the item that it is about."""
    withholdings: Mapping[FactId, Withholding] = field(default_factory=nothing)
    """Every decision to keep entries from a person, also those that were lifted."""
    handlings: Mapping[FactId, RightsHandlingOpened] = field(default_factory=nothing)
    """Requests of persons that are being handled in this case."""
    restrictions: Mapping[FactId, frozenset[FactId]] = field(default_factory=nothing)
    """Restriction -> the items that it locks."""
    locked_at: Mapping[FactId, datetime] = field(default_factory=nothing)
    """Restriction -> since when it locks, of every one that ever was."""
    rights_request: RequestFile | None = None
    """The request, when this stream of facts is that of a request and not of a case."""
    shown: Shown | None = field(default=None, compare=False, repr=False)
    confirmed: Confirmed | None = field(default=None, compare=False, repr=False)
    retain_until: datetime | None = None
    """When the content is due for destruction."""
    holds: frozenset[FactId] = frozenset()
    told: frozenset[tuple[str, str, FactId, OrgCode, datetime]] = frozenset()
    """What the clock already told: (fact name, kind, about, organisation, due)."""

    def recipients(self, items: Iterable[FactId]) -> dict[tuple[OrgCode, Task], tuple[DataDisclosed, ...]]:
        """Return who ever got one of these items, in any version, and by which disclosures; in order of the facts."""
        wanted, found = frozenset(items), dict[tuple[OrgCode, Task], tuple[DataDisclosed, ...]]()
        for one in self.looks:
            if not isinstance(one, DataDisclosed) or one.recipient_org == DATA_SUBJECT:
                continue
            if any(shown.item_id in wanted for shown in one.items):
                who = (one.recipient_org, one.recipient_task)
                found[who] = (*found.get(who, ()), one)
        return found

    @property
    def subject(self) -> Person:
        """The person whom the case is about."""
        return self.persons[0]

    def is_not_told(self, subject_id: SubjectId) -> bool:
        """Say whether informing this person is deferred; that of a case is about whom the case is about alone."""
        deferred = self.inform is not None and self.inform.status == "DEFERRED"
        return deferred and bool(self.persons) and self.subject.subject_id == subject_id

    def told_of(self, item_id: FactId) -> tuple[FactId, ...]:
        """Return the items of which one item tells: itself, and what it is a statement about."""
        about = self.statements.get(item_id)
        return (item_id,) if about is None else (item_id, *self.told_of(about))

    def live(self, now: datetime) -> tuple[PanelMember, ...]:
        """Return who works on the case at this moment."""
        return tuple(one.member for one in self.participants if now < one.until)

    def disclosure(self, disclosure_id: FactId) -> DataDisclosed | None:
        """Return a disclosure of this case."""
        link = self.shown
        while link is not None and link.fact.disclosure_id != disclosure_id:
            link = link.before
        return link.fact if link is not None and isinstance(link.fact, DataDisclosed) else None

    @property
    def looks(self) -> tuple[DataDisclosed | DisclosureRefused, ...]:
        """Return every disclosure and every refusal, in order: who got, or asked for, which item."""
        found, link = list[DataDisclosed | DisclosureRefused](), self.shown
        while link is not None:
            found.append(link.fact)
            link = link.before
        return tuple(reversed(found))

    def confirmed_before(self, org: OrgCode, access_id: FactId) -> bool:
        """Say whether an organisation told of this access of its own before."""
        link = self.confirmed
        while link is not None and (link.fact.recipient_org, link.fact.access_id) != (org, access_id):
            link = link.before
        return link is not None

    def grants_of(self, org: OrgCode, task: Task, now: datetime) -> tuple[Grant, ...]:
        """Return the grants that a recipient may lean on at this moment."""
        return tuple(
            one
            for one in self.grants.values()
            if (one.fact.recipient_org, one.fact.recipient_task) == (org, task) and one.stands(now)
        )

    def asked(self) -> frozenset[tuple[OrgCode, Task]]:
        """Return who was asked something and may still answer: a check, a question, an invitation."""
        invited = {(one.org, one.task) for each in self.invitations.values() for one in each.planned.invited}
        return self.questioned() | (invited if self.stage in CONSULTING else frozenset())

    def everybody_asked(self) -> frozenset[OrgCode]:
        """Return every organisation that was ever asked something for a weighing, answered or not."""
        checks = {one.org for check in self.checks.values() for one in check.asked}
        return self.asked_before | checks | {one.asked.org for one in self.questions.values()}

    def questioned(self) -> frozenset[tuple[OrgCode, Task]]:
        """Return who was asked something for the weighing that runs, and has not answered."""
        if self.stage is not Stage.IN_TRIAGE:
            return frozenset()
        checks = {
            (one.org, one.task) for check in self.checks.values() for one in check.asked if one.org not in check.answers
        }
        return frozenset(
            checks | {(one.asked.org, one.asked.task) for one in self.questions.values() if not one.answered}
        )
