"""The four criteria and the test of the rooms, part by part (domain 4.1 and 4.2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError
from rich.pretty import pretty_repr

from events.vocabulary import Answer
from policies.criteria import (
    CRITERIA,
    Assessment,
    Breakthrough,
    CriteriaAnswers,
    HarmAnswer,
    Indication,
    NeededParticipant,
    PlaceAnswer,
    RoomTest,
    TogetherAnswer,
    Tried,
    WidthAnswer,
    assess,
    assess_room,
)
from policies.reference import Reference

REFERENCE = Reference.load()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = AT.date()
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN

PLACE = PlaceAnswer(locus="FAMILY", relevance_for_subject="De spanning thuis leidt tot het gedrag.")
WIDTH = (
    WidthAnswer(life_domain="HOUSING", criminogenic_factor="geen vaste plek", evidence="politie"),
    WidthAnswer(life_domain="SUBSTANCE_USE", criminogenic_factor="dagelijks gebruik", evidence="reclassering"),
)
HARM = HarmAnswer(
    mode="WOULD_LEAD",
    caused_by_subject=True,
    harms=("SERIOUS_NUISANCE",),
    objective_indications=(Indication(date=date(2026, 2, 1), source="wijkagent", what="drie incidenten"),),
    why_without_intervention="Het wordt elke week erger.",
)
TOGETHER = TogetherAnswer(
    needed_participants=(
        NeededParticipant(participant="POLICE", task="police-task"),
        NeededParticipant(participant="MENTAL_HEALTH", task="treatment"),
    ),
    why_necessary="Straf zonder behandeling helpt niet.",
    plan_aim="REDUCE",
)
ALL_FOUR = CriteriaAnswers(place=PLACE, width=WIDTH, harm=HARM, together=TOGETHER)
ROOM_TEST = RoomTest(complex="Vier problemen.", domain_transcending="Straf en zorg.", coordination="Wie gaat eerst.")
BREAKTHROUGH = Breakthrough(
    stuck="Geen plek.",
    tried_locally=(Tried(date=date(2026, 1, 5), what="overleg", result="geen plek gevonden"),),
    wanted="Een plek.",
    wanted_from="MUNICIPAL_EXECUTIVE",
    by=date(2026, 4, 1),
)


def weigh(
    answers: CriteriaAnswers, room: RoomTest | None = None, breakthrough: Breakthrough | None = None
) -> Assessment:
    return assess(answers, room, breakthrough, REFERENCE, AT)


def answers_of(found: Assessment) -> dict[tuple[str, str], Answer]:
    return {(one.criterion, one.part): one.answer for one in found.parts}


def with_place(**changes: object) -> CriteriaAnswers:
    return ALL_FOUR.model_copy(update={"place": PLACE.model_copy(update=changes)})


def with_harm(**changes: object) -> CriteriaAnswers:
    return ALL_FOUR.model_copy(update={"harm": HARM.model_copy(update=changes)})


def with_together(**changes: object) -> CriteriaAnswers:
    return ALL_FOUR.model_copy(update={"together": TOGETHER.model_copy(update=changes)})


def test_complete_answers_hold_on_all_four() -> None:
    """Given every part answered, all four criteria and both tests hold, and who is needed is known with its domain."""
    found = weigh(ALL_FOUR, ROOM_TEST, BREAKTHROUGH)
    assert found.failed == ()
    assert found.local_test_holds
    assert found.breakthrough_holds
    assert [(one.org, one.domain) for one in found.needed] == [("POLICE", "JUSTICE"), ("MENTAL_HEALTH", "CARE")]
    assert set(answers_of(found).values()) == {YES}


def test_no_answers_at_all_are_unknown_and_never_no() -> None:
    """Given nothing, every part is UNKNOWN and all four criteria fail, in order."""
    found = weigh(CriteriaAnswers())
    assert set(answers_of(found).values()) == {UNKNOWN}
    assert found.failed == CRITERIA
    assert not found.local_test_holds
    assert not found.breakthrough_holds


def test_two_of_four() -> None:
    """Scenario: C1 and C3 hold, C2 has one life domain and C4 is blank; C2 and C4 are named, C4 as unknown."""
    found = weigh(CriteriaAnswers(place=PLACE, width=WIDTH[:1], harm=HARM))
    assert found.failed == ("C2", "C4")
    assert answers_of(found)["C2", "LIFE_DOMAINS"] is NO
    assert {answer for (criterion, _), answer in answers_of(found).items() if criterion == "C4"} == {UNKNOWN}
    assert found.needed == ()


def test_family_without_relevance_does_not_hold_until_the_text_is_given() -> None:
    """Scenario: FAMILY with an empty relevance is UNKNOWN and not met; with the text a new assessment holds."""
    before = weigh(ALL_FOUR.model_copy(update={"place": PlaceAnswer(locus="FAMILY", relevance_for_subject="  ")}))
    assert before.failed == ("C1",)
    assert answers_of(before)["C1", "RELEVANCE"] is UNKNOWN
    assert weigh(ALL_FOUR).failed == ()


@pytest.mark.parametrize(
    ("answers", "criterion", "part", "expected"),
    [
        (with_place(locus="SUBJECT", relevance_for_subject=None), "C1", "RELEVANCE", YES),
        (with_place(locus="ELSEWHERE"), "C1", "LOCUS", UNKNOWN),
        (with_place(locus=None), "C1", "RELEVANCE", UNKNOWN),
        (with_harm(mode="MAYBE"), "C3", "MODE", UNKNOWN),
        (with_harm(caused_by_subject=False), "C3", "CAUSED_BY_SUBJECT", NO),
        (with_harm(caused_by_subject=None), "C3", "CAUSED_BY_SUBJECT", UNKNOWN),
        (with_harm(harms=()), "C3", "HARM", UNKNOWN),
        (with_harm(harms=("", "ANNOYING")), "C3", "HARM", UNKNOWN),
        (with_harm(objective_indications=()), "C3", "INDICATIONS", UNKNOWN),
        (with_harm(objective_indications=(Indication(source="a", what="b"),)), "C3", "INDICATIONS", UNKNOWN),
        (with_harm(mode="HAS_LED", objective_indications=()), "C3", "INDICATIONS", YES),
        (with_harm(why_without_intervention=None), "C3", "WITHOUT_INTERVENTION", UNKNOWN),
        (with_harm(mode="LEADS", why_without_intervention=None), "C3", "WITHOUT_INTERVENTION", YES),
        (with_together(why_necessary=None), "C4", "NECESSITY", UNKNOWN),
        (with_together(plan_aim="PUNISH"), "C4", "AIM", UNKNOWN),
    ],
)
def test_each_part_is_answered_apart(answers: CriteriaAnswers, criterion: str, part: str, expected: Answer) -> None:
    """Given one changed answer, that part says so, and its criterion holds only when the part is YES."""
    found = weigh(answers)
    assert answers_of(found)[criterion, part] is expected
    assert (criterion in found.failed) is (expected is not YES)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        ((), UNKNOWN),
        ((WIDTH[0],), NO),
        ((WIDTH[0], WidthAnswer(life_domain=" housing ", criminogenic_factor="schulden")), NO),
        ((WIDTH[0], WidthAnswer(life_domain="SUBSTANCE_USE")), UNKNOWN),
        ((WIDTH[0], WidthAnswer(criminogenic_factor="schulden")), UNKNOWN),
        ((*WIDTH, WidthAnswer()), YES),
    ],
)
def test_width_counts_different_life_domains_with_a_factor(width: tuple[WidthAnswer, ...], expected: Answer) -> None:
    """Given life domains, only different ones with a factor count, and a half-filled one leaves it UNKNOWN."""
    assert answers_of(weigh(ALL_FOUR.model_copy(update={"width": width})))["C2", "LIFE_DOMAINS"] is expected


@pytest.mark.parametrize(
    ("needed", "participants", "domains"),
    [
        ([("POLICE", "police-task"), ("PROBATION", "probation-supervision")], YES, NO),
        ([("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "local-safety")], NO, YES),
        ([("POLICE", "police-task"), ("HOUSING_CORPORATION", "letting")], NO, NO),
        ([("POLICE", "police-task"), ("MENTAL_HEALTH", "police-task")], NO, NO),
        ([("POLICE", "police-task"), ("MENTAL_HEALTH", None)], UNKNOWN, UNKNOWN),
        ([("POLICE", "police-task"), ("MUNICIPAL_EXECUTIVE", "wmo")], YES, YES),
    ],
)
def test_together_counts_admitted_participants_and_the_domains_of_their_tasks(
    needed: list[tuple[str, str | None]], participants: Answer, domains: Answer
) -> None:
    """Given who is needed, only admitted participants with a task of their own count, each for that task's domain."""
    asked = tuple(NeededParticipant(participant=org, task=task) for org, task in needed)
    found = answers_of(weigh(with_together(needed_participants=asked)))
    assert (found["C4", "PARTICIPANTS"], found["C4", "DOMAINS"]) == (participants, domains)


@pytest.mark.parametrize("missing", ["complex", "domain_transcending", "coordination"])
def test_the_local_test_needs_all_three_reasons(missing: str) -> None:
    """Given one blank reason, the local test does not hold, whatever the breakthrough says."""
    found = weigh(ALL_FOUR, RoomTest.model_validate({**ROOM_TEST.model_dump(), missing: " \n"}), BREAKTHROUGH)
    assert answers_of(found)["ROOM", missing.upper()] is UNKNOWN
    assert not found.local_test_holds
    assert found.breakthrough_holds
    assert found.failed == ()


@pytest.mark.parametrize("missing", ["stuck", "tried_locally", "wanted", "from", "by"])
def test_the_breakthrough_needs_all_five(missing: str) -> None:
    """Given one missing part, the breakthrough is UNKNOWN and the local test stays as it was."""
    content = BREAKTHROUGH.model_dump(by_alias=True)
    content[missing] = [] if missing == "tried_locally" else ""
    parts = {one.part: one.answer for one in assess_room(ROOM_TEST, Breakthrough.model_validate(content), TODAY)}
    assert parts == {"COMPLEX": YES, "DOMAIN_TRANSCENDING": YES, "COORDINATION": YES, "BREAKTHROUGH": UNKNOWN}


@pytest.mark.parametrize("missing", ["date", "what", "result"])
def test_an_act_without_date_or_result_was_not_tried(missing: str) -> None:
    """Given a local act with a missing part, nothing counts as tried."""
    act = Tried.model_validate({**BREAKTHROUGH.tried_locally[0].model_dump(), missing: None})
    parts = assess_room(ROOM_TEST, BREAKTHROUGH.model_copy(update={"tried_locally": (act,)}), TODAY)
    assert parts[-1].answer is UNKNOWN


@pytest.mark.parametrize(("days", "answer"), [(0, YES), (1, UNKNOWN)])
def test_nothing_was_tried_in_the_future(days: int, answer: Answer) -> None:
    """Given an act of today it counts; one of tomorrow does not."""
    act = BREAKTHROUGH.tried_locally[0].model_copy(update={"date": TODAY + timedelta(days=days)})
    changed = BREAKTHROUGH.model_copy(update={"tried_locally": (act,)})
    assert assess_room(ROOM_TEST, changed, TODAY)[-1].answer is answer


def test_the_criteria_version_is_the_day_the_numbers_came_into_force() -> None:
    """Given an assessment, it names the start in local time of the numbers that were used, in UTC."""
    assert weigh(ALL_FOUR).criteria_version == datetime(2025, 2, 28, 23, 0, tzinfo=UTC)


def test_answers_show_nothing_in_text_or_errors() -> None:
    """Given personal data in an answer, neither its text form nor the error on a wrong one holds it."""
    told = "Jan Jansen, Dorpsstraat 1"
    answers = CriteriaAnswers(place=PlaceAnswer(locus="FAMILY", relevance_for_subject=told))
    with pytest.raises(ValidationError) as wrong:
        CriteriaAnswers.model_validate({"harm": {"caused_by_subject": told}})
    for shown in (repr(answers), str(answers), f"{answers.place}", pretty_repr(answers.place), str(wrong.value)):
        assert "Jansen" not in shown


def test_a_case_may_enter_the_house_directly_when_no_local_room_can_act() -> None:
    """Given why it cannot in place of what was tried, the weighing at entry holds; a proposal of a room does not."""
    several = BREAKTHROUGH.model_copy(
        update={"tried_locally": (), "why_not_locally": "Drie gemeenten zijn erbij betrokken."}
    )
    assert assess_room(ROOM_TEST, several, TODAY, direct=True)[-1].answer is YES
    assert assess_room(ROOM_TEST, several, TODAY)[-1].answer is UNKNOWN
    nothing = several.model_copy(update={"why_not_locally": None})
    assert assess_room(ROOM_TEST, nothing, TODAY, direct=True)[-1].answer is UNKNOWN
    assert assess(ALL_FOUR, ROOM_TEST, several, REFERENCE, AT).breakthrough_holds
