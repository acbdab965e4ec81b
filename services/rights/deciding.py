"""Each controller decides its own part; the person gets one answer, and may take it further (domain 5.6)."""

from datetime import date

from events.fact import Fact
from events.retention import CaseDestroyed
from events.rights import (
    LegalRemedyEnded,
    LegalRemedyFiled,
    ObjectionWeighed,
    Outcome,
    PartDecided,
    RequestAnswered,
    RequestRefused,
    Right,
)
from events.vocabulary import Code, FactId, OrgCode
from policies.calendar import day_end
from policies.tables import day_of
from services.guards import says_something
from services.rights.guards import chosen, handled, known, live, told
from services.rights.request import RequestFile, joined
from services.rights.terms import GROUND_OF, kept_until
from services.workflow.scene import Scene, command

NOT_FOR_THIS_PERSON = frozenset({"NOT_IDENTIFIED", "NO_AUTHORITY"})
"""Grounds on which the contact point itself turns a request down: it never got as far as a controller."""
REPORTED = frozenset({Right.ACCESS, Right.INFORMATION})
"""Rights that are answered with the account of what was done with the data."""


@command
class DecidePart:
    """A joint controller decides on its part."""

    outcome: Outcome
    reason: str
    ground: Code | None = None
    """Needed when anything is refused."""
    controller: OrgCode | None = None
    """For whom; the acting organisation when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Decide once, or refuse: another's part, a refusal without ground, an objection that was not weighed."""
        request = _own_part(scene, self.controller)
        if request.right is Right.OBJECTION:
            raise scene.refuse("NOT_WEIGHED")
        says_something(self.reason, scene.reference)
        return [_decided(scene, request, self.outcome, self.ground, self.reason)]


@command
class WeighObjection:
    """A joint controller weighs the person's objection against its own reasons to go on."""

    upheld: bool
    weighing: str
    interest: Code | None = None
    """The compelling ground to go on; needed when the objection is not upheld."""
    controller: OrgCode | None = None

    def decide(self, scene: Scene) -> list[Fact]:
        """Record the weighing and decide by it, or refuse one without words or without its ground."""
        request = _own_part(scene, self.controller)
        if request.right is not Right.OBJECTION:
            raise scene.refuse("NO_HANDLING")
        says_something(self.weighing, scene.reference)
        if self.upheld is (self.interest is not None):
            raise scene.refuse("MISSING_FIELD" if self.interest is None else "BAD_VALUE")
        if self.interest is not None:
            chosen(scene, "compelling-ground", self.interest)
        weighed = ObjectionWeighed(
            occurred_at=scene.now,
            legal_ref="AVG:objection",
            controller=scene.acting.org,
            upheld=self.upheld,
            interest=self.interest,
            weighing=scene.seal("weighing", self.weighing),
        )
        outcome, ground = (Outcome.GRANTED, None) if self.upheld else (Outcome.REFUSED, "COMPELLING_GROUND")
        return [weighed, _decided(scene, request, outcome, ground, self.weighing, fact=1)]


@command
class AnswerRequest:
    """The person gets the one answer for all controllers."""

    told_on: date | None = None
    """Today when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Answer once, or refuse: who asks is unknown, a part is open, the account was not made, all was refused."""
        request = handled(scene)
        if request.undecided:
            raise scene.refuse("PARTS_OPEN", ", ".join(request.undecided))
        outcome, report = joined(request.parts), request.report
        if outcome is Outcome.REFUSED:
            raise scene.refuse("ALL_REFUSED")
        if request.right in REPORTED:
            if report is None:
                raise scene.refuse("REPORT_MISSING")
            if report.withheld and outcome is Outcome.GRANTED:
                outcome = Outcome.PARTLY
        day = told(scene, self.told_on, day_of(request.received_at))
        return [
            RequestAnswered(
                occurred_at=scene.now,
                legal_ref="AVG:answer-term",
                outcome=outcome,
                told_on=day.isoformat(),
                late=day_end(day) > request.due,
                report_id=report.report_id if report else None,
                retain_until=kept_until(scene.now, scene.reference),
            )
        ]


@command
class RefuseRequest:
    """The request as a whole is refused; the person is told how to go on."""

    ground: Code
    reason: str
    told_on: date | None = None
    """Today when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Refuse the request for who may not ask, or because every controller did; never for one of them alone."""
        request = live(scene)
        chosen(scene, "refusal-ground", self.ground)
        says_something(self.reason, scene.reference)
        if self.ground in NOT_FOR_THIS_PERSON:
            if request.may_act:
                raise scene.refuse("UNKNOWN_CHOICE")
        elif request.undecided or joined(request.parts) is not Outcome.REFUSED:
            raise scene.refuse("PARTS_OPEN", ", ".join(request.undecided))
        day = told(scene, self.told_on, day_of(request.received_at))
        return [
            RequestRefused(
                occurred_at=scene.now,
                legal_ref="AVG:answer-term",
                ground=self.ground,
                reason=scene.seal("reason", self.reason),
                remedies=tuple(one.code for one in scene.reference.choices("remedy", scene.now)),
                told_on=day.isoformat(),
                late=day_end(day) > request.first_due,
                retain_until=kept_until(scene.now, scene.reference),
            )
        ]


@command
class FileRemedy:
    """The person objected, went to court or complained; what it is about is kept until that ends."""

    kind: Code
    filed_on: date | None = None
    """Today when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Note it, or refuse an unknown kind and a day that is no day of this request."""
        request = known(scene)
        chosen(scene, "remedy", self.kind)
        day = told(scene, self.filed_on, day_of(request.received_at))
        return [
            LegalRemedyFiled(
                occurred_at=scene.now,
                legal_ref="AVG:remedies",
                remedy_id=scene.ids.fact(0),
                kind=self.kind,
                filed_on=day.isoformat(),
            )
        ]


@command
class EndRemedy:
    """What the person filed came to its end."""

    remedy: FactId

    def decide(self, scene: Scene) -> list[Fact]:
        """Note it, or refuse what was not filed or has ended."""
        if self.remedy not in known(scene).remedies:
            raise scene.refuse("UNKNOWN_ITEM")
        return [LegalRemedyEnded(occurred_at=scene.now, legal_ref="AVG:remedies", remedy_id=self.remedy)]


@command
class DestroyRequest:
    """The words in the request go, on their due date; what was asked and decided stays provable."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Destroy them, or refuse before the due date and while something that was filed still runs."""
        request = known(scene)
        if request.retain_until is None or scene.now < request.retain_until:
            raise scene.refuse("NOT_DUE")
        if request.remedies:
            raise scene.refuse("ON_HOLD")
        return [CaseDestroyed(occurred_at=scene.now, legal_ref="AVG:storage-limitation", due=request.retain_until)]


def _own_part(scene: Scene, controller: OrgCode | None) -> RequestFile:
    """Return the request, or refuse who decides for another: a decision by the wrong body does not stand."""
    request = handled(scene)
    if (controller or scene.acting.org) != scene.acting.org or scene.acting.org not in request.parts:
        raise scene.refuse("NOT_YOUR_PART")
    if request.parts[scene.acting.org].outcome is not None:
        raise scene.refuse("ALREADY_ANSWERED")
    return request


def _decided(
    scene: Scene, request: RequestFile, outcome: Outcome, ground: Code | None, reason: str, fact: int = 0
) -> PartDecided:
    refused = outcome in (Outcome.PARTLY, Outcome.REFUSED)
    if refused is (ground is None):
        raise scene.refuse("MISSING_FIELD" if ground is None else "BAD_VALUE")
    if ground is not None:
        chosen(scene, "refusal-ground", ground)
    return PartDecided(
        occurred_at=scene.now,
        legal_ref=GROUND_OF[request.right],
        controller=scene.acting.org,
        controller_task=scene.acting.task,
        outcome=outcome,
        ground=ground,
        reason=scene.seal("reason", reason, fact),
    )
