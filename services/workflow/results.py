"""Results: written in the room for one recipient's own task, advised on, and let out by a controller (domain 5.3)."""

from typing import Literal

from events.fact import Fact
from events.result import PrivacyAdviceGiven, ResultMade, ResultReleased
from events.vocabulary import Code, FactId, OrgCode, SubjectId, Task
from services.case_parts import Result
from services.guards import members, says_something
from services.workflow.scene import Scene, command
from services.workflow.why import basis_named, purpose_that_fits, reasons_sealed

TO_PARTICIPANT, TO_THIRD_PARTY = "RESULT_TO_PARTICIPANT", "RESULT_TO_THIRD_PARTY"
TO_OTHER_COLLABORATION = "TO_OTHER_COLLABORATION"
OUTSIDE = (TO_THIRD_PARTY, TO_OTHER_COLLABORATION)
"""Kinds for which the privacy officer advises first."""


@command
class MakeResult:
    """Write a result for one recipient: decisions, actions and advice; more than that only with the reason why."""

    kind: Code
    recipient_org: OrgCode
    result: str
    recipient_task: Task | None = None
    """The task of a participant for which it is meant; others have none here."""
    subject: SubjectId | None = None
    """Whom it speaks of; the person whom the case is about when nobody is named."""
    tier: Literal["T2", "T3"] = "T3"
    """T2 when it holds underlying facts."""
    wider: str = ""
    """Why it holds those; needed for T2."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Keep the draft, or refuse whoever cannot get a result, and underlying facts without their reason."""
        _can_get_it(self.kind, self.recipient_org, self.recipient_task, scene)
        says_something(self.result, scene.reference)
        if self.tier != "T3":
            says_something(self.wider, scene.reference)
        if self.subject is not None and self.subject not in {one.subject_id for one in scene.case.persons}:
            raise scene.refuse("BAD_VALUE")
        item = scene.item(
            scene.ids.new(),
            "RESULT",
            self.tier,
            {"result": self.result},
            provider=scene.reference.staff.code,
            addressed_to=self.recipient_org,
            subject_id=self.subject,
        )
        return [
            ResultMade(
                occurred_at=scene.now,
                legal_ref="WGS:results",
                result_id=scene.ids.fact(0),
                kind=self.kind,
                recipient_org=self.recipient_org,
                recipient_task=self.recipient_task,
                author=scene.acting.person,
                item=item,
                wider=scene.seal("wider", self.wider) if self.tier != "T3" else None,
            )
        ]


@command
class GivePrivacyAdvice:
    """The privacy officer's advice on letting a result out; the last one counts."""

    result: FactId
    positive: bool
    advice: str

    def decide(self, scene: Scene) -> list[Fact]:
        """Record the advice, or refuse it when the result is out already."""
        _not_out_yet(self.result, scene)
        says_something(self.advice, scene.reference)
        return [
            PrivacyAdviceGiven(
                occurred_at=scene.now,
                legal_ref="AVG:accountability",
                result_id=self.result,
                positive=self.positive,
                advice=scene.seal("advice", self.advice),
            )
        ]


@command
class ReleaseResult:
    """A controller on the case decides that the result goes to its recipient, and why."""

    result: FactId
    purpose: str | None = None
    legal_basis: tuple[str, ...] = ()
    """The ground of the giver, and the ground on which the recipient gets it."""
    necessity: str = ""
    proportionality: str = ""
    subsidiarity: str = ""
    weighed: str = ""
    """Why it goes out against the privacy officer's advice."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Let it out, or refuse: by a controller, another than its author and its recipient, and never unadvised."""
        result = _not_out_yet(self.result, scene)
        made, acting = result.made, scene.acting
        participant = scene.reference.participant(acting.org, scene.now)
        if participant is None or not participant.controller:
            raise scene.refuse("NOT_A_CONTROLLER")
        if made.author == acting.person or made.recipient_org == acting.org:
            raise scene.refuse("SELF_DECISION")
        _can_get_it(made.kind, made.recipient_org, made.recipient_task, scene)
        purpose = purpose_that_fits(self.purpose, scene, made.kind)
        basis = basis_named(self.legal_basis, scene)
        reasons = reasons_sealed(scene, self.necessity, self.proportionality, self.subsidiarity)
        against = made.kind in OUTSIDE and result.advice is False
        if made.kind in OUTSIDE and (result.advice is None or (against and not self.weighed.strip())):
            raise scene.refuse("ADVICE_MISSING")
        return [
            ResultReleased(
                occurred_at=scene.now,
                legal_ref="WGS:results",
                result_id=self.result,
                decided_for=acting.org,
                purpose=purpose,
                legal_basis=basis,
                necessity=reasons.necessity,
                proportionality=reasons.proportionality,
                subsidiarity=reasons.subsidiarity,
                weighed=scene.seal("weighed", self.weighed) if against else None,
            )
        ]


def _not_out_yet(result_id: FactId, scene: Scene) -> Result:
    result = scene.case.results.get(result_id)
    if result is None:
        raise scene.refuse("UNKNOWN_ITEM")
    if result.released is not None:
        raise scene.refuse("ALREADY_ANSWERED")
    return result


def _can_get_it(kind: Code, org: OrgCode, task: Task | None, scene: Scene) -> None:
    """Refuse a kind that is no result, or is switched off, and a recipient that the tables of the day do not know."""
    reference, now = scene.reference, scene.now
    if kind == TO_PARTICIPANT:
        if task is None:
            raise scene.refuse("MISSING_FIELD")
        members(((org, task),), reference, now)
        return
    if kind not in OUTSIDE:
        raise scene.refuse("UNKNOWN_CHOICE")
    switch = reference.kind(kind, now)
    if kind == TO_OTHER_COLLABORATION and (switch is None or not switch.open):
        raise scene.refuse("KIND_NOT_OPEN")
    known = reference.third_party if kind == TO_THIRD_PARTY else reference.collaboration
    if known(org, now) is None:
        raise scene.refuse("UNKNOWN_CHOICE")
    if task is not None:
        raise scene.refuse("BAD_VALUE")
