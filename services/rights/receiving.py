"""A request comes in: who asks, about what, and until when it is answered (domain 5.6)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from events.fact import Fact
from events.rights import (
    IdentityChecked,
    ItemNamed,
    PartOpened,
    Representation,
    RequestExtended,
    RequestFannedOut,
    RequestSpecified,
    RequestWithdrawn,
    Right,
    RightsRequestReceived,
)
from events.vocabulary import CaseId, Code, FactId, Moment, OrgCode, SubjectId
from policies.calendar import day_end
from policies.tables import day_of
from services.guards import says_something
from services.rights.controllers import joint_controllers
from services.rights.guards import chosen, live, told
from services.rights.request import RequestFile
from services.rights.terms import GROUND_OF, acts_itself, answer_due, extended_due, kept_until, parts_due
from services.workflow.scene import Scene, command


@command
class NamedItem:
    """One item of one case."""

    case: CaseId
    item: FactId


@command
class ReceiveRequest:
    """A person, or somebody for that person, calls on a right at the contact point."""

    subject: SubjectId
    right: Right
    received_at: Moment | None = None
    """When it came in; now when it is not given."""
    by: Literal["SUBJECT", "REPRESENTATIVE"] = "SUBJECT"
    capacity: Code | None = None
    items: tuple[NamedItem, ...] = ()
    words: str = ""
    """What the person asks, in its own words."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Take it, or refuse a moment to come and a representative without capacity. The term runs from the receipt."""
        if scene.case.rights_request is not None:
            raise scene.refuse("ALREADY_ASKED")
        received_at = self.received_at or scene.now
        if received_at > scene.now:
            raise scene.refuse("BAD_DATE")
        if (self.capacity is not None) != (self.by == "REPRESENTATIVE"):
            raise scene.refuse("MISSING_FIELD" if self.capacity is None else "BAD_VALUE")
        if self.capacity is not None:
            chosen(scene, "representative", self.capacity)
        words = self.words.strip()
        return [
            RightsRequestReceived(
                occurred_at=received_at,
                legal_ref=GROUND_OF[self.right],
                request_id=scene.case.case_id,
                subject_id=self.subject,
                right=self.right,
                received_at=received_at,
                by=self.by,
                capacity=self.capacity,
                items=named(self.items),
                words=scene.sealing(self.subject, scene.ids.fact(0), "words", words.encode()) if words else None,
                due=answer_due(received_at, scene.reference),
            )
        ]


@command
class CheckIdentity:
    """It was looked at who asks. The date of birth only tells whether the person acts itself, and is not kept."""

    method: Code
    confirmed: bool
    born: date
    authority: Code | None = None
    """From what the authority of a representative appears."""
    conflict: bool = False
    """Whether the interests of representative and person are at odds."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Record what was found; also when that is that this person may not ask."""
        request = live(scene)
        if request.may_act:
            raise scene.refuse("ALREADY_ANSWERED")
        chosen(scene, "identity-proof", self.method)
        if self.born > day_of(request.received_at):
            raise scene.refuse("BAD_DATE")
        representation = self._representation(scene, request)
        grown = acts_itself(self.born, request.received_at, scene.reference)
        return [
            IdentityChecked(
                occurred_at=scene.now,
                legal_ref="AVG:representation" if representation else "AVG:identity",
                method=self.method,
                confirmed=self.confirmed,
                under_age=not grown,
                representation=representation,
                may_act=self.confirmed and _may_act(scene, representation, grown=grown),
            )
        ]

    def _representation(self, scene: Scene, request: RequestFile) -> Representation | None:
        if request.capacity is None:
            return None
        if self.authority is None:
            raise scene.refuse("MISSING_FIELD")
        authority = chosen(scene, "authority-proof", self.authority)
        return Representation(capacity=request.capacity, authority=authority, conflict=self.conflict)


def _may_act(scene: Scene, representation: Representation | None, *, grown: bool) -> bool:
    if representation is None:
        return grown
    proofs = scene.reference.choices(f"authority-of-{representation.capacity.lower()}", scene.now)
    if representation.authority not in {one.code for one in proofs} or representation.conflict:
        return False
    able = scene.reference.choices("represents-grown" if grown else "represents-child", scene.now)
    return representation.capacity in {one.code for one in able}


def fan_out(scene: Scene, request: RequestFile, cases: Sequence[CaseId], with_data: Iterable[OrgCode]) -> Fact:
    """Return the fact that gives every joint controller its part (BGS 1.1: one request counts for all)."""
    there = frozenset(with_data)
    return RequestFannedOut(
        occurred_at=scene.now,
        legal_ref="BGS:contact-point",
        parts=tuple(
            PartOpened(controller=one, has_data=one in there) for one in joint_controllers(scene.reference, scene.now)
        ),
        cases=tuple(cases),
        parts_due=parts_due(request.due, scene.reference),
    )


@command
class SpecifyRequest:
    """It became clear which data the request is about."""

    items: tuple[NamedItem, ...]

    def decide(self, scene: Scene) -> list[Fact]:
        """Note the items, or refuse none at all."""
        request = live(scene)
        if not self.items:
            raise scene.refuse("MISSING_FIELD")
        return [
            RequestSpecified(occurred_at=scene.now, legal_ref=GROUND_OF[request.right], items=named(self.items)),
        ]


@command
class ExtendRequest:
    """The person was told that the answer takes longer, and why."""

    reason_code: Code
    reason: str
    told_on: date | None = None
    """Today when it is not given."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Take the longer term once; refuse it when the person was told too late, or without a reason."""
        request = live(scene)
        if request.extended:
            raise scene.refuse("ALREADY_ANSWERED")
        chosen(scene, "extension-reason", self.reason_code)
        says_something(self.reason, scene.reference)
        day = told(scene, self.told_on, day_of(request.received_at))
        if day_end(day) > request.first_due:
            raise scene.refuse("TERM_PASSED")
        due = extended_due(request.received_at, scene.reference)
        return [
            RequestExtended(
                occurred_at=scene.now,
                legal_ref="AVG:answer-term",
                told_on=day.isoformat(),
                reason_code=self.reason_code,
                reason=scene.seal("reason", self.reason),
                due=due,
                parts_due=parts_due(due, scene.reference),
            )
        ]


@command
class WithdrawRequest:
    """The person takes the request back."""

    def decide(self, scene: Scene) -> list[Fact]:
        """Note it, or refuse when the answer was given."""
        live(scene)
        until = kept_until(scene.now, scene.reference)
        return [RequestWithdrawn(occurred_at=scene.now, legal_ref="AVG:rights", retain_until=until)]


def named(items: Iterable[NamedItem]) -> tuple[ItemNamed, ...]:
    """Return the items as they stand in a fact."""
    return tuple(ItemNamed(case_id=one.case, item_id=one.item) for one in items)
