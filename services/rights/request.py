"""One request of a person as its facts tell it: the state on which the contact point and the controllers decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from events.fact import Fact
from events.retention import CaseDestroyed
from events.rights import (
    AccessReportMade,
    IdentityChecked,
    ItemNamed,
    LegalRemedyEnded,
    LegalRemedyFiled,
    Outcome,
    PartDecided,
    RequestAnswered,
    RequestCarriedThrough,
    RequestExtended,
    RequestFannedOut,
    RequestRefused,
    RequestSpecified,
    RequestWithdrawn,
    Right,
    RightsRequestReceived,
)
from events.vocabulary import CaseId, Code, FactId, OrgCode, SubjectId

Ending = Literal["ANSWERED", "REFUSED", "WITHDRAWN"]
WITH_EFFECT = frozenset({Right.ERASURE, Right.RESTRICTION, Right.RECTIFICATION, Right.OBJECTION})
"""Rights of which the granting changes what becomes of the data; the others are answered with words."""


@dataclass(frozen=True)
class Part:
    """The part of one joint controller."""

    controller: OrgCode
    has_data: bool
    outcome: Outcome | None = None
    """None while it has not decided; NO_DATA from the start for who has nothing."""
    ground: Code | None = None


@dataclass(frozen=True)
class RequestFile:
    """One request."""

    request_id: FactId
    subject_id: SubjectId
    right: Right
    received_at: datetime
    first_due: datetime
    """The end of the first month: until then a longer term may be told, and a refusal is in time."""
    due: datetime
    by: Literal["SUBJECT", "REPRESENTATIVE"]
    capacity: Code | None
    items: frozenset[tuple[CaseId, FactId]] = frozenset()
    """What it is about, as far as anybody said; empty for all data of the person."""
    identity: IdentityChecked | None = None
    parts: Mapping[OrgCode, Part] = field(default_factory=lambda: MappingProxyType({}))
    parts_due: datetime | None = None
    cases: tuple[CaseId, ...] = ()
    """Where its effects stand, or are to stand."""
    extended: bool = False
    report: AccessReportMade | None = None
    """The newest account that was made."""
    ending: Ending | None = None
    outcome: Outcome | None = None
    told_on: date | None = None
    """When the person got the answer, or heard of the refusal."""
    retain_until: datetime | None = None
    """When its words are due for destruction; None while it runs, and when they are gone."""
    remedies: Mapping[FactId, LegalRemedyFiled] = field(default_factory=lambda: MappingProxyType({}))
    """What the person filed and has not ended."""
    ended_remedies: frozenset[FactId] = frozenset()
    to_carry_since: datetime | None = None
    """Since when its cases may lack something that it asks of them; None when nothing is left to do there."""

    @property
    def may_act(self) -> bool:
        """Say whether it was established who asks, and that this person may."""
        return self.identity is not None and self.identity.may_act

    @property
    def handled(self) -> bool:
        """Say whether the request is being handled: read for, decided on, carried out."""
        return self.may_act and bool(self.parts) and self.ending is None

    @property
    def undecided(self) -> tuple[OrgCode, ...]:
        """Return the controllers that have not decided."""
        return tuple(one.controller for one in self.parts.values() if one.outcome is None)

    @property
    def to_carry_out(self) -> tuple[OrgCode, ...]:
        """Return the controllers that granted something by which the data must change, before the answer says so."""
        if self.right not in WITH_EFFECT:
            return ()
        done = (Outcome.GRANTED, Outcome.PARTLY)
        return tuple(one.controller for one in self.parts.values() if one.outcome in done)


def joined(parts: Mapping[OrgCode, Part]) -> Outcome:
    """Return what the decisions of all controllers come to, for the one answer."""
    outcomes = {one.outcome for one in parts.values()} - {Outcome.NO_DATA, None}
    if not outcomes:
        return Outcome.NO_DATA
    return next(iter(outcomes)) if len(outcomes) == 1 else Outcome.PARTLY  # type: ignore[return-value]  # None is out


def evolve_request(request: RequestFile | None, fact: Fact) -> RequestFile | None:
    """Return the request after one more fact. Total: it never refuses."""
    if isinstance(fact, RightsRequestReceived):
        return _received(fact)
    if request is None:
        return None
    match fact:
        case IdentityChecked():
            return replace(request, identity=fact)
        case RequestFannedOut():
            parts = {
                one.controller: Part(one.controller, one.has_data, None if one.has_data else Outcome.NO_DATA)
                for one in fact.parts
            }
            opened = replace(request, parts=MappingProxyType(parts), parts_due=fact.parts_due, cases=fact.cases)
            return replace(opened, to_carry_since=fact.occurred_at)
        case RequestSpecified():
            since = fact.occurred_at if request.parts else request.to_carry_since
            return replace(request, items=_named(fact.items), to_carry_since=since)
        case RequestExtended():
            return replace(request, extended=True, due=fact.due, parts_due=fact.parts_due)
        case PartDecided():
            known = request.parts.get(fact.controller, Part(fact.controller, has_data=True))
            decided = replace(known, outcome=fact.outcome, ground=fact.ground)
            return replace(request, parts=MappingProxyType({**request.parts, fact.controller: decided}))
        case AccessReportMade():
            return replace(request, report=fact)
        case RequestAnswered():
            return _ended(request, fact, "ANSWERED", fact.outcome, date.fromisoformat(fact.told_on))
        case RequestRefused():
            return _ended(request, fact, "REFUSED", Outcome.REFUSED, date.fromisoformat(fact.told_on))
        case RequestWithdrawn():
            return _ended(request, fact, "WITHDRAWN")
        case CaseDestroyed():
            return replace(request, retain_until=None)
        case LegalRemedyFiled():
            filed = MappingProxyType({**request.remedies, fact.remedy_id: fact})
            return replace(request, remedies=filed, to_carry_since=fact.occurred_at)
        case LegalRemedyEnded():
            left = {key: one for key, one in request.remedies.items() if key != fact.remedy_id}
            ended = request.ended_remedies | {fact.remedy_id}
            return replace(
                request, remedies=MappingProxyType(left), ended_remedies=ended, to_carry_since=fact.occurred_at
            )
        case RequestCarriedThrough():
            return replace(request, cases=tuple(dict.fromkeys((*request.cases, *fact.cases))), to_carry_since=None)
        case _:
            return request


def _ended(
    request: RequestFile,
    fact: RequestAnswered | RequestRefused | RequestWithdrawn,
    ending: Ending,
    outcome: Outcome | None = None,
    told_on: date | None = None,
) -> RequestFile:
    ended = replace(request, ending=ending, outcome=outcome or request.outcome, told_on=told_on or request.told_on)
    return replace(ended, retain_until=fact.retain_until, to_carry_since=fact.occurred_at)


def _received(fact: RightsRequestReceived) -> RequestFile:
    return RequestFile(
        fact.request_id,
        fact.subject_id,
        fact.right,
        fact.received_at,
        fact.due,
        fact.due,
        fact.by,
        fact.capacity,
        _named(fact.items),
    )


def _named(items: tuple[ItemNamed, ...]) -> frozenset[tuple[CaseId, FactId]]:
    return frozenset((one.case_id, one.item_id) for one in items)
