"""The house's own people in a simulated year: each step of a case, through the same doors as real ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from events.vocabulary import Answer, CaseId, FactId, OrgCode, Pseudonym, Room, Task
from policies.asking import WITHIN
from policies.criteria import Breakthrough, CriteriaAnswers, RoomTest, Tried
from policies.entries import day_of
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile
from services.desk import Disclose
from services.workflow.closing import CloseCase, ReassessCriteria, Reopen
from services.workflow.consultation import Attendance, PlanConsultation, RecordConsultation, TaskAgreed
from services.workflow.deescalation import Deescalate, ProposeDeescalation
from services.workflow.enquiry import RequestEnrichment, RequestKnownCheck
from services.workflow.escalation import AcceptEscalation, DeclineEscalation, ProposeEscalation
from services.workflow.plan import (
    ActionOffered,
    AgreePlan,
    AimOffered,
    EvaluatePlan,
    MoveToAftercare,
    ProposePlan,
    RevisePlan,
    StartMonitoring,
)
from services.workflow.scene import Command
from services.workflow.start import StartCase
from services.workflow.triage import AcceptCase, OpenTriage, RecordAssessment, RejectCase, ReturnReferral
from services.year.partners import CRITERIA, WEAK

TEAM = (("POLICE", "police-task"), ("PROBATION", "probation-supervision"), ("MENTAL_HEALTH", "treatment"))
HOUSE_TEAM = (*TEAM, ("PROSECUTION", "prosecution"), ("MAYOR", "public-order"))
HOUSE_PANEL = (("PROSECUTION", "prosecution"), ("MENTAL_HEALTH", "treatment"), ("MAYOR", "public-order"))
ROOM_TEST = RoomTest(
    complex="De problemen houden elkaar in stand.",
    domain_transcending="Zorg en justitie zijn allebei nodig.",
    coordination="De inzet moet op elkaar aansluiten.",
)
BASIS = ("WGS:participants", "WGS:purpose")
NECESSITY = "Zonder deze gegevens is de eigen taak in deze zaak niet te doen."
PROPORTIONALITY = "Gevraagd is alleen wat bij deze taak hoort."
SUBSIDIARITY = "Op een lichtere manier is het niet te krijgen."
PURPOSES: Mapping[OrgCode, str] = {"MENTAL_HEALTH": "COORDINATE_CARE", "MAYOR": "PREVENT_UNSAFE"}


@dataclass(frozen=True)
class Step:
    """What one step asks for: a command by somebody; None to wait some days more."""

    command: Command | None
    acting: Acting


class Staff:
    """Process direction of two chambers and the house, a coordinator, and case directors."""

    def __init__(self, house: House, rng: Random) -> None:
        self._house, self._rng = house, rng
        oin = house.settings.house_oin

        def of_house(name: str, task: str) -> Acting:
            return Acting(house.pseudonyms.person(oin, name), house.reference.staff.code, oin, task)

        self.director = of_house("procesregisseur-01", "process-direction")
        self.house_director = of_house("procesregisseur-02", "process-direction")
        self.coordinator = of_house("coordinator-01", "local-coordination")
        police = house.reference.participant("POLICE", house.clock.now())
        assert police is not None  # noqa: S101 - for the type checker: the police take part
        name = house.pseudonyms.person(police.oin, "casusregisseur-03")
        self.case_director = Acting(name, "POLICE", police.oin, "police-task")

    def case(self, case_id: CaseId) -> CaseFile:
        """Return the case as its facts tell it."""
        return self._house.handling.cases.case(case_id)

    def step(self, name: str, case: CaseFile, chamber: str) -> Step:
        """Return what the step *name* asks for in this case."""
        now = self._house.clock.now()
        simple: dict[str, Callable[[], Step]] = {
            "return": lambda: Step(ReturnReferral(), self.director),
            "triage": lambda: Step(OpenTriage(chamber=chamber), self.director),
            "known-check": lambda: Step(
                RequestKnownCheck((("PROBATION", "probation-supervision"), ("SAFE_HOME", "safe-home"))), self.director
            ),
            "enrichment": lambda: Step(self._question(), self.director),
            "reject": lambda: Step(RejectCase("Zet de eigen hulp voort."), self.director),
            "accept": lambda: Step(AcceptCase(Room.LOCAL_CHAMBER, case.chamber or chamber), self.director),
            "accept-house": lambda: Step(AcceptCase(Room.HOUSE, "HOUSE"), self.director),
            "start": lambda: Step(StartCase(self.case_director.person, TEAM), self.director),
            "plan-consultation": lambda: Step(self._invite(case, now), self.director),
            "hold": lambda: self._hold(case, now),
            "propose-plan": lambda: Step(self._plan(now), self.case_director),
            "agree": lambda: Step(AgreePlan() if _confirmed(case) else None, self.case_director),
            "revise": lambda: Step(
                RevisePlan("NEW_FACTS", "Er is een woning gevonden.") if _confirmed(case) else None, self.case_director
            ),
            "monitor": lambda: Step(StartMonitoring(day_of(now) + timedelta(days=60)), self.case_director),
            "review": lambda: Step(self._reassess(CRITERIA, now), self.director),
            "propose-escalation": lambda: Step(ProposeEscalation(ROOM_TEST, _breakthrough(now)), self.case_director),
            "decline-escalation": lambda: Step(DeclineEscalation("Lokaal is er nog ruimte."), self.house_director),
            "propose-deescalation": lambda: Step(
                ProposeDeescalation(HOUSE_PANEL, "BREAKTHROUGH_REACHED", "De plek is er.", chamber),
                self.house_director,
            ),
            "deescalate": lambda: Step(Deescalate(self.case_director.person, TEAM, day_of(now)), self.coordinator),
            "evaluate": lambda: Step(self._evaluate(case), self.case_director),
            "aftercare": lambda: Step(
                MoveToAftercare("PROBATION", "probation-supervision", day_of(now) + timedelta(days=120)), self.director
            ),
            "reopen": lambda: Step(Reopen("Er zijn nieuwe klachten.", TEAM), self.director),
            "close-met": lambda: Step(CloseCase("AIMS_MET", "De doelen zijn gehaald."), self.director),
            "lose-criteria": lambda: Step(self._reassess(WEAK, now), self.director),
            "close-lost": lambda: Step(CloseCase("CRITERIA_NOT_MET", "Eén domein is genoeg."), self.director),
        }
        return simple[name]()

    def assess(self, case: CaseFile, *, weak: bool, direct: bool) -> Step:
        """Return the weighing, after the first facts were read at the desk."""
        self.look(self.director, case.case_id, "ASSESS_CRITERIA", frozenset({"LIFE_DOMAIN"}))
        now = self._house.clock.now()
        answers = CriteriaAnswers.model_validate(WEAK if weak else CRITERIA)
        command = RecordAssessment(answers, ROOM_TEST, _breakthrough(now) if direct else None)
        return Step(command, self.director)

    def take_over(self, case: CaseFile) -> list[Step]:
        """Return how the house takes an escalated case: weighed afresh, and the items of the subject go along."""
        along = frozenset(i for i, placed in case.items.items() if placed.item.subject_id == case.subject.subject_id)
        answers = CriteriaAnswers.model_validate(CRITERIA)
        now = self._house.clock.now()
        return [
            Step(ReassessCriteria(answers, ROOM_TEST, _breakthrough(now)), self.house_director),
            Step(AcceptEscalation(HOUSE_PANEL, HOUSE_TEAM, along), self.house_director),
        ]

    def professional(self, org: OrgCode) -> Acting:
        """Return somebody who works for a participant, for its first task."""
        participant = self._house.reference.participant(org, self._house.clock.now())
        assert participant is not None  # noqa: S101 - for the type checker: only participants are asked for
        person = self._house.pseudonyms.person(participant.oin, "collega-12")
        return Acting(person, org, participant.oin, min(participant.domains))

    def read_file(self, org: OrgCode, case_id: CaseId) -> None:
        """Let a professional of *org* read the case at the desk. Raises: Refusal."""
        self.look(self.professional(org), case_id, PURPOSES.get(org, "COORDINATE_ENFORCEMENT"))

    def look(
        self,
        acting: Acting,
        case_id: CaseId,
        purpose: str,
        categories: frozenset[str] = frozenset(),
        *,
        kind: str = WITHIN,
        items: frozenset[FactId] = frozenset(),
        recipient: tuple[OrgCode, Pseudonym, Task] | None = None,
        basis: tuple[str, ...] = BASIS,
        necessity: str = NECESSITY,
    ) -> None:
        """Ask the desk for data of a case, for who acts unless there is another *recipient*. Raises: Refusal."""
        org, person, task = recipient or (acting.org, acting.person, acting.task)
        command = Disclose(
            recipient_org=org,
            recipient_person=person,
            recipient_task=task,
            purpose=purpose,
            legal_basis=basis,
            categories=categories,
            items=items,
            kind=kind,
            necessity=necessity,
            proportionality=PROPORTIONALITY,
            subsidiarity=SUBSIDIARITY,
        )
        self._house.desk.disclose(self._house.order("Disclose", acting, case_id, command), command)

    def _question(self) -> RequestEnrichment:
        return RequestEnrichment(
            "NEIGHBOURHOOD_TEAM",
            "lead-to-care",
            ("LIFE_DOMAIN",),
            "Is er een lopende hulpvraag?",
            "Zonder dit is de breedte niet te wegen.",
        )

    def _invite(self, case: CaseFile, now: datetime) -> PlanConsultation:
        invited = tuple((one.org, one.task) for one in case.live(now))
        items = tuple(i for i, placed in case.items.items() if placed.item.category != "QUESTION")[:4]
        return PlanConsultation(now + timedelta(days=self._rng.randint(5, 9)), invited, items)

    def _hold(self, case: CaseFile, now: datetime) -> Step:
        planned = next((one for one in case.invitations.values() if one.planned.planned_for <= now), None)
        if planned is None:
            return Step(None, self.director)
        coming = [hat for hat, attends in planned.answers.items() if attends] or [
            (planned.planned.invited[0].org, planned.planned.invited[0].task)
        ]
        on_case = {(one.org, one.task) for one in case.live(now)}
        present = tuple(
            Attendance(self.professional(org).person, org, task) for org, task in coming if (org, task) in on_case
        )
        if not present:
            return Step(None, self.director)
        due = day_of(now) + timedelta(days=21)
        agreed = TaskAgreed(present[0].org, present[0].task, "contact met de buurt", due)
        command = RecordConsultation(
            consultation=planned.planned.consultation_id,
            held_at=planned.planned.planned_for,
            present=present,
            decisions="Eén plan; de politie houdt contact met de buurt.",
            purpose="PREVENT_CRIME_NUISANCE",
            legal_basis=BASIS,
            tasks=(agreed,),
            necessity=NECESSITY,
            proportionality=PROPORTIONALITY,
            subsidiarity=SUBSIDIARITY,
        )
        return Step(command, self.director)

    def _plan(self, now: datetime) -> ProposePlan:
        def action(org: str, task: str, what: str) -> ActionOffered:
            return ActionOffered(org, task, what, day_of(now) + timedelta(days=self._rng.randint(20, 45)))

        place = action("PROBATION", "probation-supervision", "zoekt een plek")
        rest = action("POLICE", "police-task", "houdt contact")
        return ProposePlan(
            (AimOffered("HOUSING", "een vaste plek", (place,)), AimOffered("SAFETY", "rust in de straat", (rest,)))
        )

    def _evaluate(self, case: CaseFile) -> EvaluatePlan | None:
        if case.plan.agreed is None:
            return None
        return EvaluatePlan({one.aim_id: Answer.YES for one in case.plan.agreed.aims}, "Beide doelen zijn gehaald.")

    def _reassess(self, criteria: Mapping[str, object], now: datetime) -> ReassessCriteria:
        return ReassessCriteria(CriteriaAnswers.model_validate(criteria), ROOM_TEST, _breakthrough(now))


def _confirmed(case: CaseFile) -> bool:
    proposed = case.plan.proposed
    return proposed is not None and {(one.owner.org, one.owner.task) for one in proposed.actions} <= case.plan.confirmed


def _breakthrough(now: datetime) -> Breakthrough:
    day = day_of(now)
    return Breakthrough(
        stuck="Er is geen plek die straf en zorg samen geeft.",
        tried_locally=(Tried(date=day, what="plek gevraagd bij twee aanbieders", result="geweigerd"),),
        wanted="een plek met toezicht",
        wanted_from="PROBATION",
        by=day + timedelta(days=30),
    )
