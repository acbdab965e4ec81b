"""The four criteria of BGS 2.20 and the test of the rooms, part by part (domain 4.1 and 4.2).

Every part is answered apart. What is missing or blank is UNKNOWN, never NO, and UNKNOWN counts as not met. The system
checks whether the answers are there and what they say; the weighing itself is the panel's, and is text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.assessment import CriterionPart, PanelMember
from events.vocabulary import Answer, Code, OrgCode, Task
from policies.entries import day_of
from policies.reference import Reference

CRITERIA = ("C1", "C2", "C3", "C4")
ROOM = "ROOM"
LOCI = ("SUBJECT", "FAMILY")
MODES = ("LEADS", "HAS_LED", "WOULD_LEAD")
HARMS = ("SERIOUS_NUISANCE", "CRIME", "UNSAFE_PERSONS", "UNSAFE_AREA")
AIMS = ("PREVENT", "REDUCE", "FIGHT")
TERMS = ("criteria-life-domains", "criteria-participants", "criteria-domains")

Day = date  # the answers have a field called date, which hides the type


class Clear(BaseModel):
    """Base of answers in clear. They hold personal data, so neither their text form nor an error shows any."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_missing(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        return {name: value for name, value in given.items() if value is not None and not _blank(value)}

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return []


class PlaceAnswer(Clear):
    """C1: where the problems are."""

    locus: str | None = None
    """SUBJECT or FAMILY."""
    relevance_for_subject: str | None = None


class WidthAnswer(Clear):
    """C2: one life domain with its criminogenic factor."""

    life_domain: str | None = None
    criminogenic_factor: str | None = None
    evidence: str | None = None


class Indication(Clear):
    """A clear and objective indication, dated and with its source."""

    date: Day | None = None
    source: str | None = None
    what: str | None = None


class HarmAnswer(Clear):
    """C3: which harm the subject causes, has caused, or would cause without intervention."""

    mode: str | None = None
    """LEADS, HAS_LED or WOULD_LEAD."""
    caused_by_subject: bool | None = None
    harms: tuple[str | None, ...] = ()
    objective_indications: tuple[Indication, ...] = ()
    why_without_intervention: str | None = None


class NeededParticipant(Clear):
    """A participant without which no effective plan is possible."""

    participant: OrgCode | None = None
    task: Task | None = None


class TogetherAnswer(Clear):
    """C4: who must work together, why, and to which end."""

    needed_participants: tuple[NeededParticipant, ...] = ()
    why_necessary: str | None = None
    plan_aim: str | None = None
    """PREVENT, REDUCE or FIGHT."""


class CriteriaAnswers(Clear):
    """All answers to the four criteria."""

    place: PlaceAnswer = PlaceAnswer()
    width: tuple[WidthAnswer, ...] = ()
    harm: HarmAnswer = HarmAnswer()
    together: TogetherAnswer = TogetherAnswer()


class RoomTest(Clear):
    """Three parts of the test that both rooms ask, each with its own reasoning."""

    complex: str | None = None
    domain_transcending: str | None = None
    coordination: str | None = None


class Tried(Clear):
    """One act that the local room tried."""

    date: Day | None = None
    what: str | None = None
    result: str | None = None


class Breakthrough(Clear):
    """The fourth part: a decision or effort that the local room cannot get with its own means."""

    stuck: str | None = None
    tried_locally: tuple[Tried, ...] = ()
    why_not_locally: str | None = None
    """Why the local room cannot act at all, for a case that enters the house directly (domain 4.2)."""
    wanted: str | None = None
    wanted_from: Annotated[OrgCode | None, Field(alias="from")] = None
    by: Day | None = None


@dataclass(frozen=True)
class Assessment:
    """What the answers come to."""

    parts: tuple[CriterionPart, ...]
    failed: tuple[Code, ...]
    """Criteria of which not every part is YES, in their own order."""
    needed: tuple[PanelMember, ...]
    local_test_holds: bool
    breakthrough_holds: bool
    criteria_version: datetime
    """First moment of the newest of the numbers that were used."""


def assess(
    answers: CriteriaAnswers,
    room_test: RoomTest | None,
    breakthrough: Breakthrough | None,
    reference: Reference,
    at: datetime,
) -> Assessment:
    """Weigh which parts are answered, and which criteria hold. Total: no answer makes it fail."""
    needed = _needed(answers.together.needed_participants, reference, at)
    parts = (
        *_c1(answers.place),
        *_c2(answers.width, reference.term("criteria-life-domains", at).value),
        *_c3(answers.harm, day_of(at)),
        *_c4(answers.together, needed, reference, at),
        *assess_room(room_test, breakthrough, day_of(at), direct=True),
    )
    holds = {part.part: part.answer is Answer.YES for part in parts if part.criterion == ROOM}
    return Assessment(
        parts=parts,
        failed=tuple(c for c in CRITERIA if any(p.answer is not Answer.YES for p in parts if p.criterion == c)),
        needed=needed,
        local_test_holds=all(holds[part] for part in ("COMPLEX", "DOMAIN_TRANSCENDING", "COORDINATION")),
        breakthrough_holds=holds["BREAKTHROUGH"],
        criteria_version=max(reference.term(name, at).since for name in TERMS),
    )


def assess_room(
    room_test: RoomTest | None, breakthrough: Breakthrough | None, today: Day, *, direct: bool = False
) -> tuple[CriterionPart, ...]:
    """Answer the four parts of the test of the rooms; the fourth is the breakthrough.

    Args:
        today: an act of a later day was not tried.
        direct: the case may enter the house without a local room that tried: why it cannot is enough.
    """
    test, wanted = room_test or RoomTest(), breakthrough or Breakthrough()
    tried = any(_passed(one.date, today) and one.what and one.result for one in wanted.tried_locally)
    tried = tried or (direct and bool(wanted.why_not_locally))
    complete = wanted.stuck and tried and wanted.wanted and wanted.wanted_from and wanted.by
    return (
        _part(ROOM, "COMPLEX", _given(test.complex)),
        _part(ROOM, "DOMAIN_TRANSCENDING", _given(test.domain_transcending)),
        _part(ROOM, "COORDINATION", _given(test.coordination)),
        _part(ROOM, "BREAKTHROUGH", Answer.YES if complete else Answer.UNKNOWN),
    )


def _c1(place: PlaceAnswer) -> tuple[CriterionPart, ...]:
    locus = _one_of(place.locus, LOCI)
    relevance = _given(place.relevance_for_subject) if place.locus == "FAMILY" else locus
    return _part("C1", "LOCUS", locus), _part("C1", "RELEVANCE", relevance)


def _c2(width: Iterable[WidthAnswer], least: int) -> tuple[CriterionPart, ...]:
    rows = tuple(width)
    named = {_same(one.life_domain) for one in rows if one.life_domain and one.criminogenic_factor}
    complete = all(one.life_domain and one.criminogenic_factor for one in rows)
    return (_part("C2", "LIFE_DOMAINS", _enough(len(named) >= least, bool(rows) and complete)),)


def _c3(harm: HarmAnswer, today: Day) -> tuple[CriterionPart, ...]:
    would = harm.mode == "WOULD_LEAD"
    dated = [one for one in harm.objective_indications if _passed(one.date, today) and one.source and one.what]
    mode = _one_of(harm.mode, MODES)
    return (
        _part("C3", "MODE", mode),
        _part("C3", "CAUSED_BY_SUBJECT", _yes_no(harm.caused_by_subject)),
        _part("C3", "HARM", Answer.YES if set(harm.harms) & set(HARMS) else Answer.UNKNOWN),
        _part("C3", "INDICATIONS", (Answer.YES if dated else Answer.UNKNOWN) if would else mode),
        _part("C3", "WITHOUT_INTERVENTION", _given(harm.why_without_intervention) if would else mode),
    )


def _c4(
    together: TogetherAnswer, needed: tuple[PanelMember, ...], reference: Reference, at: datetime
) -> tuple[CriterionPart, ...]:
    asked = together.needed_participants
    answered = bool(asked) and all(one.participant and one.task for one in asked)
    organisations = len({one.org for one in needed}) >= reference.term("criteria-participants", at).value
    domains = len({one.domain for one in needed}) >= reference.term("criteria-domains", at).value
    return (
        _part("C4", "PARTICIPANTS", _enough(organisations, answered)),
        _part("C4", "DOMAINS", _enough(domains, answered)),
        _part("C4", "NECESSITY", _given(together.why_necessary)),
        _part("C4", "AIM", _one_of(together.plan_aim, AIMS)),
    )


def _needed(asked: Iterable[NeededParticipant], reference: Reference, at: datetime) -> tuple[PanelMember, ...]:
    """Return the admitted participants among *asked*, each with the domain of its own task, once."""
    found: dict[tuple[str, str], PanelMember] = {}
    for one in asked:
        if one.participant is None or one.task is None:
            continue
        participant = reference.participant(one.participant, at)
        if participant is not None and one.task in participant.domains:
            member = PanelMember(org=one.participant, task=one.task, domain=participant.domains[one.task])
            found[one.participant, one.task] = member
    return tuple(found.values())


def _part(criterion: str, part: str, answer: Answer) -> CriterionPart:
    return CriterionPart(criterion=criterion, part=part, answer=answer)


def _passed(day: Day | None, today: Day) -> bool:
    return day is not None and day <= today


def _blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


def _given(text: str | None) -> Answer:
    return Answer.YES if text else Answer.UNKNOWN


def _one_of(text: str | None, allowed: tuple[str, ...]) -> Answer:
    return Answer.YES if text in allowed else Answer.UNKNOWN


def _yes_no(value: bool | None) -> Answer:
    return Answer.UNKNOWN if value is None else Answer.YES if value else Answer.NO


def _enough(holds: bool, answered: bool) -> Answer:
    return Answer.YES if holds else Answer.NO if answered else Answer.UNKNOWN
