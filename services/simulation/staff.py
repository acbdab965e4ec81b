"""People of the house and its partners at work, as far as the demo and tests need them: invented, and quick.

They go through the same doors as real ones: they read through the desk, and what they decide may be refused.
"""

from dataclasses import dataclass
from uuid import UUID

from events.assessment import CriteriaAssessed
from events.errors import Refusal
from events.vocabulary import CaseId, OrgCode, Room, Task
from policies.criteria import Breakthrough, CriteriaAnswers, RoomTest
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile, case_file
from services.desk import Disclose, Opened
from services.workflow.closing import ReassessCriteria
from services.workflow.escalation import AcceptEscalation, ProposeEscalation
from services.workflow.start import StartCase
from services.workflow.triage import AcceptCase, OpenTriage, RecordAssessment, RejectCase

HOUSE_PANEL = (("PROSECUTION", "prosecution"), ("MENTAL_HEALTH", "treatment"), ("MAYOR", "public-order"))
PANEL = (
    ("POLICE", "police-task"),
    ("PROBATION", "probation-supervision"),
    ("SAFE_HOME", "safe-home"),
    *HOUSE_PANEL[:2],
)
"""Wide enough to decide for either room."""
CHAMBER = "CHAMBER_NORTH"
"""Where all local cases of the week are taken."""
BASIS = ("WGS:participants", "WGS:purpose")


@dataclass(frozen=True)
class Reasons:
    """Why somebody asks for data."""

    necessity: str = "Zonder deze gegevens kan de organisatie haar deel van de aanpak niet bepalen."
    proportionality: str = "Gevraagd zijn alleen de soorten die bij deze taak horen, voor deze ene zaak."
    subsidiarity: str = "De betrokkene is gevraagd; langs een lichtere weg zijn de gegevens niet te krijgen."


@dataclass(frozen=True)
class Read:
    """The referral as the desk opened it."""

    answers: CriteriaAnswers
    breakthrough: Breakthrough | None


class Staff:
    """Process direction of one house, played."""

    def __init__(self, house: House) -> None:
        self._house = house
        oin = house.settings.house_oin
        person = house.pseudonyms.person(oin, "procesregisseur-01")
        self.director = Acting(person, "HOUSE_STAFF", oin, "process-direction")
        colleague = house.pseudonyms.person(oin, "procesregisseur-02")
        self.house_director = Acting(colleague, "HOUSE_STAFF", oin, "process-direction")
        """Weighs for the house what the chamber proposed: never the same person."""

    def open_triage(self, case_id: CaseId) -> None:
        """Open the weighing with the usual panel."""
        self._house.carry_out(OpenTriage(PANEL), self.director, case_id)

    def read(self, case_id: CaseId) -> Read:
        """Read the first facts through the desk, to weigh them."""
        opened = self.ask(case_id, self.director, "ASSESS_CRITERIA", frozenset({"LIFE_DOMAIN"}))
        found: dict[str, object] = {}
        for value in opened.values:
            found |= value.content
        given = found.get("breakthrough")
        return Read(
            CriteriaAnswers.model_validate(found.get("criteria", {})),
            Breakthrough.model_validate(given) if given is not None else None,
        )

    def assess(self, case_id: CaseId, read: Read) -> CriteriaAssessed:
        """Record the panel's answers; what the referral leaves open stays open."""
        test = RoomTest(
            complex="Verscheidene problemen houden elkaar in stand.",
            domain_transcending="Meer dan één domein is nodig.",
            coordination="De inzet van de organisaties moet op elkaar worden afgestemd.",
        )
        command = RecordAssessment(read.answers, test, read.breakthrough)
        effect = self._house.carry_out(command, self.director, case_id)
        fact = effect.facts[0].fact
        if not isinstance(fact, CriteriaAssessed):
            raise TypeError("An assessment makes an assessment.")
        return fact

    def decide(self, case_id: CaseId, assessed: CriteriaAssessed, room: Room) -> bool:
        """Take the case into *room* and start it, or reject it when a criterion fails. Returns whether taken."""
        house = self._house
        if assessed.failed:
            reject = RejectCase("Zet de eigen hulp voort en meld opnieuw aan als er meer bekend is.")
            house.carry_out(reject, self.director, case_id)
            return False
        accept = AcceptCase(room, CHAMBER if room is Room.LOCAL_CHAMBER else None)
        house.carry_out(accept, self.director, case_id)
        start = StartCase(self.director.person, tuple((one.org, one.task) for one in assessed.needed))
        house.carry_out(start, self.director, case_id)
        return True

    def escalate(self, case_id: CaseId, read: Read) -> bool:
        """Move the case to the house; only what is about the subject goes along. Returns whether it went."""
        if read.breakthrough is None:
            return False
        house, case = self._house, self.case(case_id)
        test = RoomTest(
            complex="De problemen houden elkaar in stand.",
            domain_transcending="Zorg en justitie zijn allebei nodig.",
            coordination="Straf, zorg en wonen moeten op elkaar aansluiten.",
        )
        propose = ProposeEscalation(test, read.breakthrough)
        try:
            house.carry_out(propose, self.director, case_id)
        except Refusal:
            return False
        members = tuple((one.member.org, one.member.task) for one in case.participants)
        along = frozenset(i for i, placed in case.items.items() if placed.item.subject_id == case.subject.subject_id)
        house.carry_out(ReassessCriteria(read.answers, test, read.breakthrough), self.house_director, case_id)
        accept = AcceptEscalation(HOUSE_PANEL, tuple(dict.fromkeys((*members, *HOUSE_PANEL))), along)
        house.carry_out(accept, self.house_director, case_id)
        return True

    def ask(
        self,
        case_id: CaseId,
        acting: Acting,
        purpose: str | None,
        categories: frozenset[str],
        reasons: Reasons | None = None,
        subjects: frozenset[UUID] = frozenset(),
    ) -> Opened:
        """Ask the desk for data. Raises: Refusal."""
        reasons = reasons or Reasons()
        command = Disclose(
            recipient_org=acting.org,
            recipient_person=acting.person,
            recipient_task=acting.task,
            purpose=purpose,
            legal_basis=BASIS,
            necessity=reasons.necessity,
            proportionality=reasons.proportionality,
            subsidiarity=reasons.subsidiarity,
            categories=categories,
            subjects=subjects,
        )
        return self._house.desk.disclose(self._house.order("Disclose", acting, case_id, command), command)

    def case(self, case_id: CaseId) -> CaseFile:
        """Return the case as its facts tell it."""
        return case_file(case_id, self._house.store.history(case_id))

    def professional(self, org: OrgCode, task: Task) -> Acting:
        """Return somebody who works for an organisation; for an outsider somebody with the house's own number."""
        participant = self._house.reference.participant(org, self._house.clock.now())
        oin = participant.oin if participant else self._house.settings.house_oin
        return Acting(self._house.pseudonyms.person(oin, "medewerker-07"), org, oin, task)
