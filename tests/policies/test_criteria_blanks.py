"""Leaving an answer blank never helps, and never counts as a no (domain 4.1)."""

from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary import Answer
from policies.criteria import CriteriaAnswers
from tests.policies.test_criteria import ALL_FOUR, answers_of, weigh

BLANKS: list[object] = [None, "", "  "]


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path to each leaf and each list in a JSON document."""
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in places(one, (*path, key))]
    if isinstance(value, list):
        return [path, *(found for place, one in enumerate(value) for found in places(one, (*path, place)))]
    return [path]


def blanked(document: object, path: tuple[str | int, ...], blank: object) -> object:
    """Return *document* with the value at *path* left blank; a list becomes empty."""
    if not path:
        return [] if isinstance(document, list) else blank
    if isinstance(document, dict):
        return {key: blanked(one, path[1:], blank) if key == path[0] else one for key, one in document.items()}
    assert isinstance(document, list)
    return [blanked(one, path[1:], blank) if place == path[0] else one for place, one in enumerate(document)]


TEXTS = st.sampled_from([None, "", "reden"])
DOMAINS = st.sampled_from([None, "HOUSING", "housing", "DEBTS", "WORK"])
MEMBERS = st.sampled_from(["POLICE/police-task", "MENTAL_HEALTH/treatment", "PROBATION/probation-supervision", "/"])
ANSWERS = st.fixed_dictionaries(
    {
        "place": st.fixed_dictionaries(
            {"locus": st.sampled_from([None, "SUBJECT", "FAMILY", "X"]), "relevance_for_subject": TEXTS}
        ),
        "width": st.lists(st.fixed_dictionaries({"life_domain": DOMAINS, "criminogenic_factor": TEXTS}), max_size=3),
        "harm": st.fixed_dictionaries(
            {
                "mode": st.sampled_from([None, "LEADS", "HAS_LED", "WOULD_LEAD", "X"]),
                "caused_by_subject": st.sampled_from([None, True, False]),
                "harms": st.lists(st.sampled_from(["CRIME", "X"]), max_size=2),
                "objective_indications": st.lists(
                    st.fixed_dictionaries(
                        {"date": st.sampled_from([None, "2026-02-01"]), "source": TEXTS, "what": TEXTS}
                    ),
                    max_size=2,
                ),
                "why_without_intervention": TEXTS,
            }
        ),
        "together": st.fixed_dictionaries(
            {
                "needed_participants": st.lists(
                    MEMBERS.map(lambda one: dict(zip(("participant", "task"), one.split("/"), strict=True))), max_size=3
                ),
                "why_necessary": TEXTS,
                "plan_aim": st.sampled_from([None, "REDUCE", "X"]),
            }
        ),
    }
)


@given(answers=ANSWERS, data=st.data())
def test_blanking_never_turns_a_failing_criterion_into_a_holding_one(
    answers: dict[str, object], data: st.DataObject
) -> None:
    """Given any answers, leaving one more blank keeps every failing criterion failing."""
    path = data.draw(st.sampled_from(places(answers)))
    less = blanked(answers, path, data.draw(st.sampled_from(BLANKS)))
    before = weigh(CriteriaAnswers.model_validate(answers))
    after = weigh(CriteriaAnswers.model_validate(less))
    assert set(before.failed) <= set(after.failed)


@given(path=st.sampled_from(places(ALL_FOUR.model_dump(mode="json"))), blank=st.sampled_from(BLANKS))
def test_a_blank_in_a_complete_assessment_is_unknown_and_never_no(path: tuple[str | int, ...], blank: object) -> None:
    """Given complete answers with one left blank, no part becomes NO."""
    answers = CriteriaAnswers.model_validate(blanked(ALL_FOUR.model_dump(mode="json"), path, blank))
    assert Answer.NO not in answers_of(weigh(answers)).values()
