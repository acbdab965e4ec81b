"""What a partner may send: the envelope, and the shapes of the three events of the run-up (domain 4, 4.3, 5.4).

The shapes hold personal data in clear. They live in the memory of the intake only; nothing here is ever written.
Texts are kept exactly as sent, without Unicode normalisation: they are the partner's words, and the BSN tells who
it is.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from services.receipts import DATA_ACCESSED, AccessTold
from services.submission_replies import REPLIES, SIGNALLED, ConditionOffered, Reply, SignalOffered
from services.submission_shape import Identity, Shape
from services.submission_values import (
    CodeText,
    Day,
    EventId,
    Filled,
    MomentText,
    Reasoning,
    Source,
    TaskText,
    Text,
    text,
)

OFFERED = "nl.zvh.intake.referral-offered.v1"
SUPPLEMENTED = "nl.zvh.intake.referral-supplemented.v1"
WITHDRAWN = "nl.zvh.intake.referral-withdrawn.v1"


class PartnerEvent(BaseModel):
    """The envelope: CloudEvents 1.0 in structured mode; attributes that we do not use are allowed and left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: EventId
    source: Source
    type: Annotated[str, text(r"^[\x21-\x7e]{1,200}$")]
    data: dict[str, object]
    time: MomentText | None = None
    datacontenttype: Annotated[str, text(r"^application/(?:[a-z0-9.+-]+\+)?json(?:;.*)?$")] | None = None
    onbehalfof: Annotated[str, text()] | None = None
    data_base64: None = None

    @property
    def oin(self) -> str:
        """The organisation that says it sends, 20 digits."""
        return self.source.split(":")[3]


class RelatedPerson(Identity):
    """Somebody beside the subject, with a role."""

    role: Literal["FAMILY", "VICTIM", "REPORTER"]


class Place(Shape):
    """First facts on criterion 1 (domain 4.1). What is left out is unknown, never false."""

    locus: Literal["SUBJECT", "FAMILY"] | None = None
    relevance_for_subject: Text | None = None


class Factor(Shape):
    """One life domain with a criminogenic factor, for criterion 2."""

    life_domain: Annotated[str, text(r"^[a-z][a-z0-9_]{1,63}$")]
    criminogenic_factor: Text | None = None
    evidence: Text | None = None


class Indication(Shape):
    """A dated, objective indication, for criterion 3."""

    date: Day
    source: Text
    what: Text


class Harm(Shape):
    """First facts on criterion 3."""

    mode: Literal["LEADS", "HAS_LED", "WOULD_LEAD"] | None = None
    caused_by_subject: StrictBool | None = None
    harms: tuple[Literal["SERIOUS_NUISANCE", "CRIME", "UNSAFE_PERSONS", "UNSAFE_AREA"], ...] | None = None
    objective_indications: tuple[Indication, ...] | None = None
    why_without_intervention: Text | None = None


class Needed(Shape):
    """A participant that is needed, for one task."""

    participant: CodeText
    task: TaskText


class Together(Shape):
    """First facts on criterion 4."""

    needed_participants: tuple[Needed, ...] | None = None
    why_necessary: Text | None = None
    plan_aim: Literal["PREVENT", "REDUCE", "FIGHT"] | None = None


class Criteria(Shape):
    """First facts on the four criteria; the panel weighs them afresh."""

    place: Place | None = None
    width: tuple[Factor, ...] | None = None
    harm: Harm | None = None
    together: Together | None = None


class Tried(Shape):
    """One thing that was tried locally."""

    date: Day
    what: Text
    result: Text


class BreakthroughOffered(Shape):
    """What is stuck and which decision is wanted (domain 4.2)."""

    stuck: Text | None = None
    tried_locally: tuple[Tried, ...] | None = None
    why_not_locally: Text | None = None
    wanted: Text | None = None
    wanted_from: Annotated[CodeText | None, Field(alias="from")] = None
    by: Day | None = None


class Informing(Shape):
    """Whether the person was told, and on what ground not (domain 5.4)."""

    status: Literal["INFORMED", "PENDING", "DEFERRED", "NOT_REQUIRED"]
    on: Day | None = None
    by: Filled | None = None
    ground: Filled | None = None
    decided_by: Filled | None = None
    review_by: Day | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Informing":
        needed = {
            "INFORMED": (self.on, self.by),
            "PENDING": (),
            "DEFERRED": (self.ground, self.decided_by, self.review_by),
            "NOT_REQUIRED": (self.ground,),
        }[self.status]
        if None in needed:
            raise PydanticCustomError("missing", "incomplete")
        return self


class ReferralOffered(Shape):
    """A referral: who, why, to what end, through which channel and under which law."""

    channel: Annotated[str, text()]
    regime: CodeText
    task: TaskText
    occurred_at: MomentText
    reporter: Filled
    subject: Identity
    related_persons: tuple[RelatedPerson, ...] = ()
    reason: Reasoning
    aim: Reasoning
    criteria: Criteria
    inform_status: Informing
    secrecy_notice_accepted: StrictBool
    breakthrough: BreakthroughOffered | None = None
    signal: EventId | None = None
    """Id of the event with which the same system registered a signal about this person."""
    conditions: tuple[ConditionOffered, ...] = ()
    """Wishes of the source for all that the referral brings."""
    on_behalf_of: Annotated[str, text()] | None = None


class ReferralSupplementOffered(Shape):
    """Parts that were missing from a referral. ``referral`` is the id of the event that offered it."""

    referral: EventId
    reason: Reasoning | None = None
    aim: Reasoning | None = None
    criteria: Criteria | None = None
    breakthrough: BreakthroughOffered | None = None
    conditions: tuple[ConditionOffered, ...] = ()
    reporter: Filled | None = None
    task: TaskText | None = None
    occurred_at: MomentText | None = None
    on_behalf_of: Annotated[str, text()] | None = None

    @model_validator(mode="after")
    def _adds_something(self) -> "ReferralSupplementOffered":
        if all(part is None for part in (self.reason, self.aim, self.criteria, self.breakthrough)):
            raise PydanticCustomError("missing", "nothing added")
        return self


class WithdrawalOffered(Shape):
    """The referrer takes a referral back. ``referral`` is the id of the event that offered it."""

    referral: EventId
    reason: Reasoning
    reporter: Filled | None = None
    task: TaskText | None = None
    occurred_at: MomentText | None = None
    on_behalf_of: Annotated[str, text()] | None = None


Data = ReferralOffered | ReferralSupplementOffered | WithdrawalOffered | SignalOffered | AccessTold | Reply
"""Everything that a partner may send."""


@dataclass(frozen=True)
class Submission:
    """One event of a partner, read and well formed."""

    event: PartnerEvent
    data: Data


SHAPES: dict[str, type[Data]] = {
    OFFERED: ReferralOffered,
    SUPPLEMENTED: ReferralSupplementOffered,
    WITHDRAWN: WithdrawalOffered,
    SIGNALLED: SignalOffered,
    DATA_ACCESSED: AccessTold,
    **{name: shape for name, (shape, _) in REPLIES.items()},
}
