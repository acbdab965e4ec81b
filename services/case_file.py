"""The case as its facts tell it: the state on which every story decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from types import MappingProxyType

from events.assessment import CriteriaAssessed, PanelMember, TriageOpened
from events.case import CaseAccepted, CaseRejected, CaseStarted, RegimeChanged
from events.escalation import CaseEscalated, EscalationDeclined, EscalationProposed
from events.fact import Recorded
from events.referral import (
    Item,
    Person,
    ReferralReturned,
    ReferralSubmitted,
    ReferralSupplemented,
    ReferralWithdrawn,
)
from events.vocabulary import CaseId, FactId, OrgCode, Pseudonym, Room, Stage, Task


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


@dataclass(frozen=True)
class CaseFile:
    """One case. ``stage`` is None as long as nothing is known of it."""

    case_id: CaseId
    sequence: int = 0
    stage: Stage | None = None
    room: Room | None = None
    channel: str = ""
    regime: str = ""
    referrer_org: OrgCode = ""
    referrer_task: Task = ""
    persons: tuple[Person, ...] = ()
    items: Mapping[FactId, PlacedItem] = field(default_factory=lambda: MappingProxyType({}))
    panel: tuple[PanelMember, ...] = ()
    assessment: CriteriaAssessed | None = None
    """The newest one; the earlier ones stand in the history."""
    case_director: Pseudonym = ""
    participants: tuple[Participation, ...] = ()
    left: tuple[Participation, ...] = ()
    """Participations that ended early, at the moment in ``until``."""
    open_escalation: EscalationProposed | None = None
    before_house: frozenset[OrgCode] = frozenset()
    """Organisations that worked on the case before it moved to the house; they know what stayed behind."""
    local_items: frozenset[FactId] = frozenset()
    """Items that were there when the case moved to the house."""
    items_along: frozenset[FactId] | None = None
    """Items that went along to the house; None while the case was never escalated."""

    @property
    def subject(self) -> Person:
        """The person whom the case is about."""
        return self.persons[0]


def evolve(case: CaseFile, recorded: Recorded) -> CaseFile:
    """Return the case after one more fact. Total: the past has already happened, so this never refuses."""
    case = replace(case, sequence=recorded.envelope.sequence)
    match recorded.fact:
        case ReferralSubmitted() as fact:
            return replace(
                case,
                stage=Stage.REFERRED,
                channel=fact.channel,
                regime=fact.regime,
                referrer_org=fact.referrer_org,
                referrer_task=fact.referrer_task,
                persons=fact.persons,
                items=_with_items(case, fact.items, recorded.envelope.id),
            )
        case ReferralSupplemented() as fact:
            return replace(
                case,
                stage=Stage.REFERRED if case.stage is Stage.RETURNED else case.stage,
                items=_with_items(case, fact.items, recorded.envelope.id),
            )
        case ReferralReturned():
            return replace(case, stage=Stage.RETURNED)
        case ReferralWithdrawn() | CaseRejected():
            return replace(case, stage=Stage.NOT_ACCEPTED)
        case TriageOpened() as fact:
            return replace(case, stage=Stage.IN_TRIAGE, panel=fact.panel)
        case CriteriaAssessed() as fact:
            return replace(case, assessment=fact)
        case CaseAccepted() as fact:
            return replace(case, stage=Stage.STARTING, room=fact.room)
        case RegimeChanged() as fact:
            return replace(case, regime=fact.after)
        case CaseStarted() as fact:
            return replace(
                case,
                stage=Stage.IN_CONSULTATION,
                case_director=fact.case_director,
                participants=tuple(Participation(m, fact.authorised_until) for m in fact.participants),
            )
        case EscalationProposed() as fact:
            return replace(case, open_escalation=fact)
        case EscalationDeclined():
            return replace(case, open_escalation=None)
        case CaseEscalated() as fact:
            leaving = tuple(
                Participation(p.member, fact.occurred_at)
                for p in case.participants
                if p.member not in fact.participants
            )
            return replace(
                case,
                stage=Stage.IN_CONSULTATION,
                room=Room.HOUSE,
                open_escalation=None,
                panel=fact.panel,
                participants=tuple(Participation(m, fact.authorised_until) for m in fact.participants),
                left=case.left + leaving,
                before_house=case.before_house | {p.member.org for p in case.participants},
                local_items=frozenset(case.items),
                items_along=frozenset(fact.items_along),
            )
        case _:
            return case


def case_file(case_id: CaseId, history: Iterable[Recorded]) -> CaseFile:
    """Return the case as *history* tells it."""
    return reduce(evolve, history, CaseFile(case_id))


def _with_items(case: CaseFile, items: Iterable[Item], fact_id: FactId) -> Mapping[FactId, PlacedItem]:
    return MappingProxyType({**case.items, **{item.item_id: PlacedItem(item, fact_id) for item in items}})
