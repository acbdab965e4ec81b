"""What the demo does with the week once it is in: weigh, accept, escalate, disclose, refuse."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from events.errors import Refusal
from events.vocabulary import CaseId, Room, Stage
from services.acting import Acting
from services.bootstrap import House
from services.case_file import CaseFile
from services.cli.cases import short
from services.ledger_questions import OfSubject
from services.simulation.staff import Reasons, Staff

SAME = Reasons("Nodig voor de aanpak.", "Nodig voor de aanpak.", "Nodig voor de aanpak.")


@dataclass(frozen=True)
class Attempt:
    """One request for data in the demo, and what became of it."""

    who: str
    asked: str
    case_id: CaseId
    decision: str
    reason: str


@dataclass
class Told:
    """What the demo has to show."""

    failed: dict[str, int] = field(default_factory=dict)
    """Not accepted, per failed criterion."""
    accepted: dict[Room, int] = field(default_factory=dict)
    escalated: list[CaseId] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def triage(house: House, staff: Staff, case_ids: list[UUID], told: Told, tell: Callable[[], None]) -> None:
    """Weigh each referral against the four criteria, and take it into the local chamber or the house, or reject it.

    Two cases with a breakthrough record start in the local chamber, and are escalated to the ZVH-MDO from there.
    """
    for case_id in case_ids:
        staff.open_triage(case_id)
        read = staff.read(case_id)
        assessed = staff.assess(case_id, read)
        direct = assessed.breakthrough_holds and len(told.escalated) >= 2
        room = Room.HOUSE if direct else Room.LOCAL_CHAMBER
        if staff.decide(case_id, assessed, room):
            told.accepted[room] = told.accepted.get(room, 0) + 1
            if assessed.breakthrough_holds and not direct and staff.escalate(case_id, read):
                told.escalated.append(case_id)
        else:
            for criterion in assessed.failed:
                told.failed[criterion] = told.failed.get(criterion, 0) + 1
        tell()


def disclosures(house: House, staff: Staff, told: Told) -> None:
    """Ask for data as participants and others would: some get it, some do not, and all of it is on record."""
    live = [UUID(row.case_id) for row in house.views.cases(stage=Stage.IN_CONSULTATION.value)]
    for case_id in live[:6]:
        member = staff.case(case_id).participants[0].member
        acting = staff.professional(member.org, member.task)
        _attempt(staff, told, case_id, acting, "COORDINATE_CARE", frozenset({"IDENTITY", "LIFE_DOMAIN"}))
    if live:
        case = staff.case(live[0])
        member = case.participants[0].member
        acting = staff.professional(member.org, member.task)
        identity = frozenset({"IDENTITY"})
        _attempt(staff, told, live[0], acting, None, identity)
        _attempt(staff, told, live[0], acting, "PREVENT_UNSAFE", identity, SAME)
        _attempt(staff, told, live[0], acting, "PREVENT_UNSAFE", frozenset({"HEALTH"}))
        _attempt(staff, told, live[0], _outsider_of(staff, case), "PREVENT_UNSAFE", identity)
        corporation = staff.professional("HOUSING_CORPORATION", "tenancy")
        _attempt(staff, told, live[0], corporation, "PREVENT_UNSAFE", identity)
    for case_id in told.escalated:
        related = frozenset(p.subject_id for p in staff.case(case_id).persons[1:])
        if related:
            acting = staff.professional("MAYOR", "public-order")
            _attempt(staff, told, case_id, acting, "PREVENT_UNSAFE", frozenset({"IDENTITY"}), subjects=related)


def _outsider_of(staff: Staff, case: CaseFile) -> Acting:
    """Return somebody of a participant that does not work on this case."""
    on_it = {one.member.org for one in case.participants}
    for org, task in (("PRISON_SERVICE", "detention-and-return"), ("MAYOR", "public-order"), ("POLICE", "police-task")):
        if org not in on_it:
            return staff.professional(org, task)
    return staff.professional("PUBLIC_HEALTH", "public-health-care")


def _attempt(
    staff: Staff,
    told: Told,
    case_id: CaseId,
    acting: Acting,
    purpose: str | None,
    categories: frozenset[str],
    reasons: Reasons | None = None,
    subjects: frozenset[UUID] = frozenset(),
) -> None:
    asked = f"{', '.join(sorted(categories))} voor {purpose or 'geen doel'}"
    try:
        opened = staff.ask(case_id, acting, purpose, categories, reasons, subjects)
        decision, reason = opened.decision.value, f"{len(opened.values)} gegevens getoond"
    except Refusal as refusal:
        decision, reason = "REFUSED", f"{refusal.code}: {refusal.says}"
    told.attempts.append(Attempt(acting.org, asked, case_id, decision, reason))


def most_seen_person(house: House, staff: Staff, told: Told) -> UUID | None:
    """Return the person of whom the ledger has most to tell."""
    subjects = [p.subject_id for a in told.attempts for p in staff.case(a.case_id).persons[:1]]
    return max(subjects, key=lambda one: len(house.views.ledger_by_subject(one)), default=None)


def who_saw(house: House, person: UUID) -> list[dict[str, object]]:
    """Ask the ledger who saw data of a person, as the privacy office of the house; that look is recorded as well."""
    oin = house.settings.house_oin
    acting = Acting(house.pseudonyms.person(oin, "privacy-01"), house.reference.staff.code, oin, "privacy-office")
    return house.ledger_desk.ask(acting, OfSubject(subject=person), "SUPERVISION").rows or []


def telling_history(house: House, case_id: CaseId) -> list[tuple[int, str, str, str]]:
    """Return the lines of a case's history: number, fact, organisation and ground."""
    names = {one.oin: one.name_nl for one in house.reference.participants(house.clock.now())}
    names[house.settings.house_oin] = "Zorg- en Veiligheidshuis"
    return [
        (
            one.envelope.sequence,
            short(one.fact.type_name),
            names.get(one.envelope.on_behalf_of, one.envelope.on_behalf_of),
            one.fact.legal_ref,
        )
        for one in house.store.history(case_id)
    ]
