"""Walks over the state machine: random commands by random people, at moving moments, on one case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Literal
from uuid import UUID

from events.errors import Refusal
from events.fact import Fact, Recorded
from events.rights import Right
from events.vocabulary import Answer, Room, Stage
from policies.criteria import Breakthrough, CriteriaAnswers, RoomTest, Tried
from policies.entries import day_of
from policies.transitions import TRANSITIONS
from services.acting import Acting
from services.case_file import CaseFile, evolve
from services.referral import SupplementReferral, WithdrawReferral, supplement, withdraw
from services.rights.handling_in_case import EndHandling, OpenHandling
from services.rights.rectifying import AddStatement, RectifyItem
from services.rights.restricting import LiftRestriction, RestrictProcessing
from services.rights.withholding import Entry, LiftWithholding, ReviewWithholding, WithholdEntries
from services.waiting import waiting
from services.workflow import commands as all_commands
from services.workflow.clock import MarkTermMissed, RemindTerm
from services.workflow.closing import CloseCase, ReassessCriteria, Reopen
from services.workflow.conditions import Wish
from services.workflow.confidentiality import AcceptConfidentiality
from services.workflow.consultation import (
    AnswerInvitation,
    Attendance,
    PlanConsultation,
    RecordConsultation,
    TaskAgreed,
)
from services.workflow.correcting import CorrectDisclosure
from services.workflow.deciding import DecideDisclosure
from services.workflow.deescalation import DeclineDeescalation, Deescalate, ProposeDeescalation
from services.workflow.elsewhere import CheckElsewhere
from services.workflow.engine import decide
from services.workflow.enquiry import (
    AnswerKnownCheck,
    DeclineEnrichment,
    ProvideEnrichment,
    RequestEnrichment,
    RequestKnownCheck,
)
from services.workflow.escalation import (
    AcceptEscalation,
    DeclineEscalation,
    ProposeEscalation,
    RequestAdministrativeEscalation,
)
from services.workflow.granting import EndGrant, RequestDisclosure
from services.workflow.informing import DeferInforming, RecordInformed
from services.workflow.offered import Offered, ProvideItems
from services.workflow.plan import (
    ActionOffered,
    AgreePlan,
    AimOffered,
    ConfirmPlan,
    EvaluatePlan,
    MoveToAftercare,
    ProposePlan,
    ReportAction,
    RevisePlan,
    StartMonitoring,
)
from services.workflow.results import GivePrivacyAdvice, MakeResult, ReleaseResult
from services.workflow.retention import DestroyCase, ExtendRetention, LiftHold, PlaceHold
from services.workflow.scene import Command
from services.workflow.start import StartCase
from services.workflow.supervising import EndSupervision, OpenSupervision
from services.workflow.team import NameCaseDirector, RenewAuthorisation
from services.workflow.triage import AcceptCase, OpenTriage, RecordAssessment, RejectCase, ReturnReferral
from tests.facts import CASE, COMPLETE, NOON, SEALED, SIGNAL, SUBMITTED, recorded
from tests.workflow import (
    CLOCK,
    COORDINATOR,
    DIRECTOR,
    HOUSE_DIRECTOR,
    MANAGER,
    OFFICER,
    PRIVACY,
    REFERENCE,
    SUPPORT,
    acting_for,
    scene_of,
)

POLICE, PROBATION, CARE = (
    ("POLICE", "police-task"),
    ("PROBATION", "probation-supervision"),
    ("MENTAL_HEALTH", "treatment"),
)
PROSECUTION, MAYOR = ("PROSECUTION", "prosecution"), ("MAYOR", "public-order")
SEATS = (POLICE, PROBATION, CARE, PROSECUTION, MAYOR)
PEOPLE: tuple[Acting, ...] = (
    DIRECTOR,
    HOUSE_DIRECTOR,
    SUPPORT,
    COORDINATOR,
    MANAGER,
    PRIVACY,
    CLOCK,
    OFFICER,
    *(acting_for(org, task) for org, task in SEATS),
    Acting("p-00000000000000ab", "HOUSING_CORPORATION", "0" * 20, "renting"),
)
GOOD = CriteriaAnswers.model_validate(
    {
        "place": {"locus": "SUBJECT"},
        "width": [
            {"life_domain": "housing", "criminogenic_factor": "a", "evidence": "b"},
            {"life_domain": "addiction", "criminogenic_factor": "c", "evidence": "d"},
        ],
        "harm": {"mode": "HAS_LED", "caused_by_subject": True, "harms": ["CRIME"]},
        "together": {
            "needed_participants": [
                {"participant": "POLICE", "task": "police-task"},
                {"participant": "MENTAL_HEALTH", "task": "treatment"},
            ],
            "why_necessary": "e",
            "plan_aim": "REDUCE",
        },
    }
)
TEST = RoomTest(complex="a", domain_transcending="b", coordination="c")
REQUESTS = (UUID(int=71), UUID(int=72))
"""Requests of persons that are handled in the case."""
EXPECTED_TO = {name: row.to for name, row in TRANSITIONS.items()}


SELDOM = {
    "CloseCase": 0.1,
    "WithdrawReferral": 0.1,
    "AcceptEscalation": 0.5,
    "RejectCase": 0.5,
    "DestroyCase": 0.5,
    "PlaceHold": 0.1,
    "LiftHold": 0.3,
    "RecordInformed": 0.1,
    "DeferInforming": 0.1,
    "AcceptConfidentiality": 0.1,
    "RemindTerm": 0.2,
    "MarkTermMissed": 0.2,
    "RequestAdministrativeEscalation": 0.2,
    "ReassessCriteria": 0.4,
    "OpenHandling": 0.1,
    "EndHandling": 0.3,
    "RectifyItem": 0.1,
    "AddStatement": 0.1,
    "RestrictProcessing": 0.1,
    "LiftRestriction": 0.1,
    "WithholdEntries": 0.1,
    "ReviewWithholding": 0.1,
    "LiftWithholding": 0.1,
    "RequestDisclosure": 0.3,
    "DecideDisclosure": 0.3,
    "EndGrant": 0.2,
    "CorrectDisclosure": 0.05,
    "MakeResult": 0.2,
    "GivePrivacyAdvice": 0.2,
    "ReleaseResult": 0.2,
    "OpenSupervision": 0.05,
    "EndSupervision": 0.05,
    "CheckElsewhere": 0.1,
}
"""Commands that end a walk early, or fit nearly everywhere; the others have weight 1."""


@dataclass(frozen=True)
class Tread:
    """One step of a walk: who tried what where, and what became of it."""

    command: str
    acting: Acting
    now: datetime
    before: CaseFile
    after: CaseFile
    refusal: Refusal | None
    facts: tuple[Fact, ...] = ()


@dataclass
class Walk:
    """One case, from nothing on."""

    rng: Random
    case: CaseFile = field(default_factory=lambda: CaseFile(CASE))
    now: datetime = NOON
    history: list[Recorded] = field(default_factory=list)

    def begin(self) -> None:
        """Bring the case in: a signal, a referral that lacks something, or a complete one."""
        chosen: Fact = self.rng.choice((SIGNAL, SUBMITTED, COMPLETE, COMPLETE, COMPLETE))
        self._write([chosen], OFFICER)
        if chosen is SIGNAL and self.rng.random() < 0.6:
            self._write([COMPLETE], OFFICER)

    def tread(self) -> Tread:
        """Try one command by one person, a while later."""
        self.now += timedelta(hours=self.rng.choice((1, 5, 30, 200)))
        if self.rng.random() < 0.03:
            self.now += timedelta(days=self.rng.choice((40, 400, 2000)))
        fitting = [name for name in MAKERS if self.case.stage in TRANSITIONS[name].source]
        names = fitting if fitting and self.rng.random() < 0.85 else sorted(MAKERS)
        name = self.rng.choices(names, [SELDOM.get(one, 1.0) for one in names])[0]
        acting = self._somebody(name)
        before, facts, refusal = self.case, list[Fact](), None
        try:
            facts = self._facts(name, acting)
        except Refusal as error:
            refusal = error
        else:
            self._write(facts, acting)
        return Tread(name, acting, self.now, before, self.case, refusal, tuple(facts))

    def _facts(self, name: str, acting: Acting) -> list[Fact]:
        if name == "SupplementReferral":
            return [supplement(self.case, SupplementReferral(self.now, COMPLETE.items), acting, REFERENCE, self.now)]
        if name == "WithdrawReferral":
            return [withdraw(self.case, WithdrawReferral(self.now, SEALED), acting, REFERENCE, self.now)]
        made = MAKERS[name](self)
        return decide(made, scene_of(self.case, acting, self.now))

    def _write(self, facts: list[Fact], acting: Acting) -> None:
        for fact in facts:
            number = self.case.sequence + 1
            one = recorded(fact, number, UUID(int=self.rng.getrandbits(128)))
            envelope = one.envelope.model_copy(
                update={"recorded_at": self.now, "actor": acting.person, "on_behalf_of": acting.oin}
            )
            one = Recorded(envelope=envelope, fact=fact)
            self.history.append(one)
            self.case = evolve(self.case, one)

    def _somebody(self, name: str) -> Acting:
        if self.rng.random() < 0.2:
            return self.rng.choice(PEOPLE)
        plan = self.case.plan.proposed or self.case.plan.agreed
        if name in ("ConfirmPlan", "ReportAction") and plan is not None:
            return acting_for(plan.actions[0].owner.org, plan.actions[0].owner.task)
        asked = [one for one in self.case.requests.values() if not one.answered]
        if name == "DecideDisclosure" and asked and self.rng.random() < 0.7:
            return acting_for(asked[0].fact.asked_of, dict(SEATS)[asked[0].fact.asked_of])
        mandate = REFERENCE.mandate(name, self.now)
        roles = set(mandate.roles) if mandate else set()
        staff = [one for one in PEOPLE if REFERENCE.staff_role(one.org, one.task, self.now) in roles]
        others = [one for one in PEOPLE if REFERENCE.participant(one.org, self.now)]
        if "CASE_DIRECTOR" in roles and self.case.case_director:
            staff.append(OFFICER)
        return self.rng.choice(staff or others)

    def day(self, most: int = 60) -> date:
        """Return a day ahead, now and then one that is not."""
        return day_of(self.now) + timedelta(days=self.rng.choice((-3, 1, 10, most)))

    def some(self, known: Mapping[UUID, object]) -> UUID:
        """Return one of the ids of a mapping, or one that is not there."""
        found = list(known)
        return self.rng.choice(found) if found and self.rng.random() < 0.9 else UUID(int=1)


def _breakthrough(walk: Walk) -> Breakthrough:
    return Breakthrough(
        stuck="a",
        tried_locally=(Tried(date=day_of(walk.now), what="b", result="c"),) if walk.rng.random() < 0.9 else (),
        wanted="d",
        wanted_from="PROBATION",
        by=walk.day(),
    )


def _answers(walk: Walk) -> CriteriaAnswers:
    return GOOD if walk.rng.random() < 0.75 else CriteriaAnswers()


def _seats(walk: Walk) -> tuple[tuple[str, str], ...]:
    return tuple(walk.rng.sample(SEATS, walk.rng.choice((1, 3, 3, 4, 5))))


def _hold(walk: Walk) -> Command:
    which = walk.some(walk.case.invitations)
    planned = walk.case.invitations.get(which)
    org, task = (planned.planned.invited[0].org, planned.planned.invited[0].task) if planned else POLICE
    return RecordConsultation(
        which,
        walk.now,
        (Attendance("p-00000000000000aa", org, task),),
        "besluit",
        "COORDINATE_ENFORCEMENT",
        ("WGS:participants", "WGS:purpose"),
        "a",
        "b",
        "c",
        (TaskAgreed(org, task, "doet iets", walk.day()),),
    )


def _plan(walk: Walk) -> Command:
    live = walk.case.live(walk.now)
    org, task = (live[0].org, live[0].task) if live else POLICE
    return ProposePlan((AimOffered("HOUSING", "a", (ActionOffered(org, task, "b", walk.day()),)),))


def _report(walk: Walk) -> Command:
    actions = {one.action_id: one for one in (walk.case.plan.agreed.actions if walk.case.plan.agreed else ())}
    return ReportAction(walk.some({**actions, **walk.case.tasks}), walk.rng.choice(("DONE", "STUCK", "NO_SUCH")))


def _confirm(walk: Walk) -> Command:
    return ConfirmPlan(walk.case.plan.proposed.version if walk.case.plan.proposed else 1)


def _evaluate(walk: Walk) -> Command:
    aims = walk.case.plan.agreed.aims if walk.case.plan.agreed else ()
    return EvaluatePlan({one.aim_id: Answer.YES for one in aims}, "a")


def _rectify(walk: Walk) -> Command:
    item_id = walk.some(walk.case.items)
    placed = walk.case.items.get(item_id)
    return RectifyItem(item_id, dict.fromkeys(placed.item.fields, "a") if placed else {"what": "a"})


def _timed(walk: Walk, missed: bool) -> Command:
    found = list(waiting(walk.case))
    one = walk.rng.choice(found) if found else None
    about = (one.kind, one.about, one.org, one.due or walk.now) if one else ("action", UUID(int=1), "POLICE", walk.now)
    return MarkTermMissed(*about) if missed else RemindTerm(*about)


WHY = (("WGS:participants", "WGS:purpose"), "a", "b", "c")
"""Grounds and three reasons."""


def _purpose(walk: Walk) -> str | None:
    return walk.rng.choice(("COORDINATE_CARE", "COORDINATE_CARE", "ASSESS_CRITERIA", None))


def _offered(category: str, walk: Walk) -> Offered:
    wordings: tuple[Literal["FUNCTIONAL", "CLINICAL"] | None, ...] = ("FUNCTIONAL", "CLINICAL", None)
    wording = walk.rng.choice(wordings) if category == "HEALTH" else None
    return Offered(category, "a", wording=wording, conditions=(Wish("NOT_TO", ("MAYOR",)),))


def _decision(walk: Walk) -> Command:
    open_ones = [name for name, one in walk.case.requests.items() if not one.answered]
    request = walk.rng.choice(open_ones) if open_ones and walk.rng.random() < 0.7 else None
    org, task = (None, None) if request else walk.rng.choice(SEATS)
    items = [name for name, one in walk.case.items.items() if one.item.provider_org in {seat[0] for seat in SEATS}]
    granted = tuple(walk.rng.sample(items, min(len(items), walk.rng.choice((0, 1, 1)))))
    return DecideDisclosure(request, org, task, granted, "SECRECY", _purpose(walk), *WHY, "CONSENT", "d")


def _shown(walk: Walk) -> UUID:
    return walk.case.shown.fact.disclosure_id if walk.case.shown else UUID(int=1)


MAKERS: dict[str, Callable[[Walk], Command]] = {
    "ReturnReferral": lambda w: ReturnReferral(("REASON",) if w.rng.random() < 0.5 else ()),
    "OpenTriage": lambda w: OpenTriage((POLICE, PROBATION, CARE) if w.rng.random() < 0.8 else _seats(w)),
    "CheckElsewhere": lambda w: CheckElsewhere(),
    "RequestKnownCheck": lambda w: RequestKnownCheck(_seats(w)),
    "AnswerKnownCheck": lambda w: AnswerKnownCheck(w.some(w.case.checks), True),
    "RequestEnrichment": lambda w: RequestEnrichment(
        *w.rng.choice(SEATS), (w.rng.choice(("LIFE_DOMAIN", "HEALTH")),), "a", "b"
    ),
    "ProvideEnrichment": lambda w: ProvideEnrichment(w.some(w.case.questions), (Offered("LIFE_DOMAIN", "a"),)),
    "DeclineEnrichment": lambda w: DeclineEnrichment(w.some(w.case.questions), "SECRECY"),
    "RecordAssessment": lambda w: RecordAssessment(_answers(w), TEST, _breakthrough(w)),
    "AcceptCase": lambda w: AcceptCase(*w.rng.choice(((Room.LOCAL_CHAMBER, "CHAMBER_NORTH"), (Room.HOUSE, None)))),
    "RejectCase": lambda w: RejectCase("a"),
    "StartCase": lambda w: StartCase(OFFICER.person, _seats(w)),
    "ProvideItems": lambda w: ProvideItems(
        (_offered(w.rng.choice(("LIFE_DOMAIN", "HEALTH")), w),), w.rng.choice((None, "CONSENT")), _purpose(w)
    ),
    "RequestDisclosure": lambda w: RequestDisclosure(
        w.rng.choice(SEATS)[0], (w.rng.choice(("LIFE_DOMAIN", "HEALTH", "DETENTION")),), (), _purpose(w), *WHY
    ),
    "DecideDisclosure": lambda w: _decision(w),
    "EndGrant": lambda w: EndGrant(w.some(w.case.grants), "a"),
    "CorrectDisclosure": lambda w: CorrectDisclosure(_shown(w), "WRONG_PURPOSE", "a", _purpose(w)),
    "MakeResult": lambda w: MakeResult(
        *w.rng.choice((("RESULT_TO_THIRD_PARTY", "SCHOOL"), ("TO_OTHER_COLLABORATION", "FEC"))), "a"
    ),
    "GivePrivacyAdvice": lambda w: GivePrivacyAdvice(w.some(w.case.results), w.rng.random() < 0.5, "a"),
    "ReleaseResult": lambda w: ReleaseResult(w.some(w.case.results), _purpose(w), *WHY),
    "OpenSupervision": lambda w: OpenSupervision("AP", "supervision", "INVESTIGATION", "a", w.day()),
    "EndSupervision": lambda w: EndSupervision(w.some(w.case.supervisions)),
    "PlanConsultation": lambda w: PlanConsultation(
        w.now + timedelta(days=w.rng.choice((-1, 3))), _seats(w), tuple(w.case.items)[:2]
    ),
    "AnswerInvitation": lambda w: AnswerInvitation(w.some(w.case.invitations), True),
    "RecordConsultation": _hold,
    "RenewAuthorisation": lambda w: RenewAuthorisation(_seats(w), "a", OFFICER.person),
    "NameCaseDirector": lambda w: NameCaseDirector(OFFICER.person),
    "ProposePlan": _plan,
    "ConfirmPlan": _confirm,
    "AgreePlan": lambda w: AgreePlan(),
    "StartMonitoring": lambda w: StartMonitoring(w.day()),
    "RevisePlan": lambda w: RevisePlan("NEW_FACTS", "a"),
    "ReportAction": _report,
    "EvaluatePlan": _evaluate,
    "ProposeEscalation": lambda w: ProposeEscalation(TEST, _breakthrough(w)),
    "AcceptEscalation": lambda w: AcceptEscalation(
        (PROSECUTION, CARE), _seats(w), frozenset(tuple(w.case.items)[:1]), OFFICER.person
    ),
    "DeclineEscalation": lambda w: DeclineEscalation("a"),
    "RequestAdministrativeEscalation": lambda w: RequestAdministrativeEscalation("MAYOR", "a"),
    "ProposeDeescalation": lambda w: ProposeDeescalation(
        (PROSECUTION, CARE), "BREAKTHROUGH_REACHED", "a", "CHAMBER_NORTH"
    ),
    "Deescalate": lambda w: Deescalate(OFFICER.person, _seats(w), day_of(w.now)),
    "DeclineDeescalation": lambda w: DeclineDeescalation("a"),
    "MoveToAftercare": lambda w: MoveToAftercare(*w.rng.choice(SEATS), w.day()),
    "Reopen": lambda w: Reopen("a", (POLICE, PROBATION, CARE)),
    "CloseCase": lambda w: CloseCase(w.rng.choice(("AIMS_MET", "MOVED", "CRITERIA_NOT_MET")), "a"),
    "ReassessCriteria": lambda w: ReassessCriteria(_answers(w), TEST, _breakthrough(w)),
    "ExtendRetention": lambda w: ExtendRetention(("POLICE", "MAYOR"), w.day(5 * 366), "a"),
    "PlaceHold": lambda w: PlaceHold("COURT"),
    "LiftHold": lambda w: LiftHold(next(iter(w.case.holds), UUID(int=1))),
    "DestroyCase": lambda w: DestroyCase(),
    "RecordInformed": lambda w: RecordInformed(day_of(w.now)),
    "DeferInforming": lambda w: DeferInforming("SAFETY", "a", w.day(20)),
    "AcceptConfidentiality": lambda w: AcceptConfidentiality(),
    "OpenHandling": lambda w: OpenHandling(
        w.rng.choice(REQUESTS), w.case.persons[0].subject_id if w.case.persons else UUID(int=1), w.rng.choice([*Right])
    ),
    "EndHandling": lambda w: EndHandling(w.some(w.case.handlings), w.rng.choice((None, day_of(w.now)))),
    "RectifyItem": lambda w: _rectify(w),
    "AddStatement": lambda w: AddStatement(w.some(w.case.handlings), w.some(w.case.items), "a"),
    "RestrictProcessing": lambda w: RestrictProcessing(
        w.some(w.case.handlings), tuple(w.case.items)[:2], "ACCURACY_CONTESTED"
    ),
    "LiftRestriction": lambda w: LiftRestriction(w.some(w.case.restrictions), w.day()),
    "WithholdEntries": lambda w: WithholdEntries(
        (Entry(w.some(w.case.items)),),
        "CRIMINAL_INQUIRY",
        "a",
        w.day(),
    ),
    "ReviewWithholding": lambda w: ReviewWithholding(w.some(w.case.withholdings), "a", w.day()),
    "LiftWithholding": lambda w: LiftWithholding(w.some(w.case.withholdings)),
    "RemindTerm": lambda w: _timed(w, missed=False),
    "MarkTermMissed": lambda w: _timed(w, missed=True),
}
"""A plausible command of each kind; its guards may still refuse it."""
MAKERS |= {name: lambda w: AgreePlan() for name in ("SupplementReferral", "WithdrawReferral")}
"""These two come in by the intake, and are decided by their own functions."""


def walked(seed: int, steps: int) -> list[Tread]:
    """Return every step of the walk with this seed."""
    walk = Walk(Random(seed))
    walk.begin()
    return [walk.tread() for _ in range(steps)]


def stages(treads: list[Tread]) -> set[Stage]:
    """Return the stages that a walk passed through."""
    return {one.after.stage for one in treads if one.after.stage} | {
        one.before.stage for one in treads if one.before.stage
    }


ALL_COMMANDS = frozenset(all_commands.COMMANDS)
