"""The consultation: planned, answered, held. What lies on the table is disclosed, person by person (domain 4, 12)."""

from datetime import date, datetime
from itertools import chain, product

from events.consultation import AgreedTask, ConsultationHeld, ConsultationPlanned, InvitationAnswered, Present
from events.decision import AccessDecided
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact
from events.vocabulary import FactId, OrgCode, Pseudonym, Task
from policies.tables import day_of
from services.acting import Acting
from services.disclosure import Disclose, SealedReasons, answer
from services.disclosure import decide as decide_disclosure
from services.guards import is_pseudonym, members, says_something
from services.workflow.scene import Scene, command


@command
class PlanConsultation:
    """Invite these (organisation, task), with the items that will be on the table."""

    planned_for: datetime
    invited: tuple[tuple[OrgCode, Task], ...]
    items: tuple[FactId, ...] = ()

    def decide(self, scene: Scene) -> list[Fact]:
        """Invite, or refuse whoever is no participant, a day that is past and an item that the case has not."""
        if self.planned_for.tzinfo is None or self.planned_for <= scene.now:
            raise scene.refuse("BAD_DATE")
        invited = members(self.invited, scene.reference, scene.now)
        if not set(self.items) <= scene.case.items.keys():
            raise scene.refuse("UNKNOWN_ITEM")
        on_case = {(one.org, one.task) for one in scene.case.live(scene.now)}
        if scene.case.room is None:
            raise scene.refuse("WRONG_STAGE")
        return [
            ConsultationPlanned(
                occurred_at=scene.now,
                legal_ref="WGS:purpose",
                consultation_id=scene.ids.fact(0),
                room=scene.case.room,
                planned_for=self.planned_for,
                invited=invited,
                guests=tuple(one for one in invited if (one.org, one.task) not in on_case),
                items=self.items,
                answer_due=min(scene.due("invitation-answer"), self.planned_for),
            )
        ]


@command
class AnswerInvitation:
    """Whether the organisation comes."""

    consultation: FactId
    attends: bool

    def decide(self, scene: Scene) -> list[Fact]:
        """Record the answer of an organisation that was invited; it may change its mind until the day."""
        invitation = scene.case.invitations.get(self.consultation)
        me = scene.me()
        if invitation is None or me not in invitation.planned.invited:
            raise scene.refuse("NOT_INVITED")
        return [
            InvitationAnswered(
                occurred_at=scene.now,
                legal_ref="WGS:purpose",
                consultation_id=self.consultation,
                org=me.org,
                org_task=me.task,
                attends=self.attends,
            )
        ]


@command
class Attendance:
    """One person who was at the table."""

    person: Pseudonym
    org: OrgCode
    task: Task


@command
class TaskAgreed:
    """A task that came out of the consultation."""

    org: OrgCode
    task: Task
    what: str
    due: date


@command
class RecordConsultation:
    """Who was there, what was decided; with why the items on the table were shown, as for any disclosure."""

    consultation: FactId
    held_at: datetime
    present: tuple[Attendance, ...]
    decisions: str
    purpose: str
    legal_basis: tuple[str, ...]
    necessity: str
    proportionality: str
    subsidiarity: str
    tasks: tuple[TaskAgreed, ...] = ()

    def decide(self, scene: Scene) -> list[Fact]:
        """Record it, with one disclosure or refusal per present person and item on the table (domain 5.1)."""
        invitation = scene.case.invitations.get(self.consultation)
        if invitation is None:
            raise scene.refuse("NOT_INVITED")
        # It may be held on another day than was planned, but not before anybody was invited.
        if self.held_at.tzinfo is None or not invitation.planned.occurred_at <= self.held_at <= scene.now:
            raise scene.refuse("BAD_DATE")
        says_something(self.decisions, scene.reference)
        if not self.present:
            raise scene.refuse("MISSING_FIELD")
        if len({one.person for one in self.present}) < len(self.present):
            raise scene.refuse("BAD_VALUE", "present")
        invited = {(one.org, one.task): one for one in invitation.planned.invited}
        for one in self.present:
            is_pseudonym(one.person, scene.reference)
            members(((one.org, one.task),), scene.reference, scene.now)
            if (one.org, one.task) not in invited:
                raise scene.refuse("NOT_INVITED")
        came = {(one.org, one.task) for one in self.present}
        table = invitation.planned.items
        looks = list(product(self.present, table))
        # Of each look two facts: the record of the decision, then the disclosure.
        disclosures = [self._disclosure(scene, 1 + 2 * place, *look) for place, look in enumerate(looks)]
        absent = {
            (fact.recipient_org, fact.recipient_person, item)
            for (_, fact), (_, item) in zip(disclosures, looks, strict=True)
            if isinstance(fact, DisclosureRefused)
        }
        tasks = tuple(self._task(scene, one) for one in self.tasks)
        words = {str(agreed.task_id): one.what for agreed, one in zip(tasks, self.tasks, strict=True)}
        held = ConsultationHeld(
            occurred_at=self.held_at,
            legal_ref="WGS:purpose",
            consultation_id=self.consultation,
            held_at=self.held_at,
            present=tuple(
                Present(
                    person=one.person,
                    org=one.org,
                    task=one.task,
                    absent_for=tuple(item for item in table if (one.org, one.person, item) in absent),
                )
                for one in self.present
            ),
            not_present=tuple(member for hat, member in invited.items() if hat not in came),
            items=table,
            decisions=scene.item(scene.ids.new(), "PLAN", "T3", {"decisions": self.decisions, "tasks": words}),
            tasks=tasks,
        )
        return [held, *chain.from_iterable(disclosures)]

    def _disclosure(
        self, scene: Scene, number: int, one: Attendance, item: FactId
    ) -> tuple[AccessDecided, DataDisclosed | DisclosureRefused]:
        participant = scene.reference.participant(one.org, scene.now)
        assert participant is not None  # noqa: S101 - for the type checker: who is present was looked up before
        looking = Acting(one.person, one.org, participant.oin, one.task)
        asked = Disclose(
            recipient_org=one.org,
            recipient_person=one.person,
            recipient_task=one.task,
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            necessity=self.necessity,
            proportionality=self.proportionality,
            subsidiarity=self.subsidiarity,
            items=frozenset({item}),
        )
        answered = answer(scene.case, asked, looking, scene.policies, scene.reference, scene.now)
        reasons = (
            SealedReasons(
                scene.seal("necessity", self.necessity, number + 1),
                scene.seal("proportionality", self.proportionality, number + 1),
                scene.seal("subsidiarity", self.subsidiarity, number + 1),
            )
            if answered.grants
            else None
        )
        ids = (scene.ids.fact(number), scene.ids.fact(number + 1))
        policies, reference = scene.policies, scene.reference
        return decide_disclosure(scene.case, asked, looking, ids, answered, reasons, policies, reference, scene.now)

    def _task(self, scene: Scene, agreed: TaskAgreed) -> AgreedTask:
        (owner,) = members(((agreed.org, agreed.task),), scene.reference, scene.now)
        if owner not in scene.case.live(scene.now):
            raise scene.refuse("NOT_ON_CASE")
        if agreed.due < day_of(scene.now):
            raise scene.refuse("BAD_DATE")
        says_something(agreed.what, scene.reference)
        return AgreedTask(task_id=scene.ids.new(), owner=owner, due=agreed.due.isoformat())
