"""Asking before acceptance: the yes/no known check, and one reasoned question per organisation (domain 4, 6 and 7)."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.closing import CaseReopened
from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.fact import Fact
from services.acting import Acting
from services.workflow.enquiry import (
    AnswerKnownCheck,
    DeclineEnrichment,
    ProvideEnrichment,
    RequestEnrichment,
    RequestKnownCheck,
)
from services.workflow.offered import Offered
from services.workflow.scene import Command
from tests.facts import ACCEPTED, ASSESSED, CHECK_REQUESTED, EXAMPLES, FACT, PROBATION, QUESTION_ASKED, SUBMITTED
from tests.policies.changed import changed
from tests.workflow import (
    COORDINATOR,
    DIRECTOR,
    IN_AFTERCARE,
    IN_TRIAGE,
    OFFICER,
    SUPPORT,
    acting_for,
    decided,
    given,
    refused,
)

ASK = RequestKnownCheck((("PROBATION", "probation-supervision"), ("MENTAL_HEALTH", "treatment")))
ENRICH = RequestEnrichment(
    "PROBATION", "probation-supervision", ("LIFE_DOMAIN",), "Loopt er toezicht?", "Zonder dit is C2 niet te wegen."
)
KNOWN = AnswerKnownCheck(FACT, known=True)
FACTS_OF_LIFE = Offered("LIFE_DOMAIN", "Houdt zich aan de afspraken.")
PROVIDE = ProvideEnrichment(FACT, (FACTS_OF_LIFE,))
DECLINE = DeclineEnrichment(FACT, "RUNNING_INVESTIGATION")
SUPERVISOR = acting_for("PROBATION", "probation-supervision")
CHECKED, QUESTIONED = (*IN_TRIAGE, CHECK_REQUESTED), (*IN_TRIAGE, QUESTION_ASKED)
ANSWERED = next(one for one in EXAMPLES if isinstance(one, KnownCheckAnswered))
REOPENED = next(one for one in EXAMPLES if isinstance(one, CaseReopened))


def test_the_known_check_asks_the_same_of_everybody_until_a_day() -> None:
    """Given a weighing, the check names who is asked and until when; it has no words of its own."""
    (fact,) = decided(ASK, given(*IN_TRIAGE), SUPPORT)
    assert isinstance(fact, KnownCheckRequested)
    assert [one.org for one in fact.asked] == ["PROBATION", "MENTAL_HEALTH"]
    assert fact.due == datetime(2026, 3, 9, 23, tzinfo=UTC), "five working days on, at the end of the Dutch day"
    assert fact.triage_regime == "WGS_ZVH"
    assert given(*IN_TRIAGE, fact).questioned() == {("PROBATION", SUPERVISOR.task), ("MENTAL_HEALTH", "treatment")}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ((), "MISSING_FIELD"),
        ((("HOUSING_CORPORATION", "letting"),), "NOT_PARTICIPANT"),
        ((("PROBATION", "treatment"),), "WRONG_HAT"),
    ],
    ids=["nobody", "an outsider", "another's task"],
)
def test_only_admitted_participants_are_asked(asked: tuple[tuple[str, str], ...], code: str) -> None:
    """Given nobody, an outsider or another's task, nothing is asked."""
    assert refused(RequestKnownCheck(asked), given(*IN_TRIAGE)).code == code


@pytest.mark.parametrize("known", [True, False])
def test_the_answer_is_yes_or_no_and_nothing_more(known: bool) -> None:
    """Given the question, the answer is one bit with who gave it."""
    (fact,) = decided(AnswerKnownCheck(FACT, known), given(*CHECKED), SUPERVISOR)
    assert isinstance(fact, KnownCheckAnswered)
    assert (fact.org, fact.org_task, fact.known) == ("PROBATION", "probation-supervision", known)
    assert given(*CHECKED, fact).questioned() == frozenset()


def test_a_check_is_answered_once() -> None:
    """Given its answer, the organisation has no open question any more, and may not answer again."""
    assert refused(KNOWN, given(*CHECKED, ANSWERED), SUPERVISOR).code == "WRONG_HAT"
    two = CHECK_REQUESTED.model_copy(update={"check_id": UUID(int=77)})
    assert refused(KNOWN, given(*CHECKED, two, ANSWERED), SUPERVISOR).code == "ALREADY_ANSWERED"


@pytest.mark.parametrize(
    ("command", "before", "acting", "code"),
    [
        (KNOWN, CHECKED, acting_for("MENTAL_HEALTH", "treatment"), "WRONG_HAT"),
        (KNOWN, CHECKED, DIRECTOR, "WRONG_HAT"),
        (replace(KNOWN, check=UUID(int=9)), CHECKED, SUPERVISOR, "UNKNOWN_QUESTION"),
        (PROVIDE, QUESTIONED, acting_for("MENTAL_HEALTH", "treatment"), "WRONG_HAT"),
        (replace(PROVIDE, question=UUID(int=9)), QUESTIONED, SUPERVISOR, "UNKNOWN_QUESTION"),
        (replace(DECLINE, question=UUID(int=9)), QUESTIONED, SUPERVISOR, "UNKNOWN_QUESTION"),
    ],
)
def test_only_who_was_asked_answers_and_only_that_question(
    command: Command, before: tuple[Fact, ...], acting: Acting, code: str
) -> None:
    """Given somebody who was not asked, or another question, it is refused."""
    assert refused(command, given(*before), acting).code == code


def test_one_reasoned_question_goes_to_one_organisation() -> None:
    """Given a question with its reason, both stand sealed in one item for that organisation alone."""
    (fact,) = decided(ENRICH, given(*IN_TRIAGE))
    assert isinstance(fact, EnrichmentRequested)
    assert (fact.asked.org, fact.asked.domain, fact.categories) == ("PROBATION", "JUSTICE", ("LIFE_DOMAIN",))
    assert (fact.question.addressed_to, fact.question.tier, fact.question.fields) == (
        "PROBATION",
        "T1",
        ("necessity", "question"),
    )
    assert fact.due == datetime(2026, 3, 16, 23, tzinfo=UTC)
    assert fact.triage_regime == "WGS_ZVH"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"categories": ("PROBATION",)}, "TIER_EXCEEDED"),
        ({"categories": ("LIFE_DOMAIN", "HEALTH")}, "TIER_EXCEEDED"),
        ({"categories": ("GOSSIP",)}, "CATEGORY_NOT_ALLOWED"),
        ({"categories": ()}, "MISSING_FIELD"),
        ({"question": " \n"}, "NO_REASONING"),
        ({"necessity": ""}, "NO_REASONING"),
        ({"org": "HOUSING_CORPORATION"}, "NOT_PARTICIPANT"),
        ({"task": "treatment"}, "WRONG_HAT"),
    ],
)
def test_a_question_beyond_the_first_tier_or_without_reason_is_not_asked(change: dict[str, object], code: str) -> None:
    """Scenario: supervision reports during the weighing are beyond the tier; so is a question nobody can place."""
    asked = replace(ENRICH, **change)  # type: ignore[arg-type]  # by name
    assert refused(asked, given(*IN_TRIAGE)).code == code


def test_an_organisation_gets_one_question_in_one_weighing() -> None:
    """Given a question that was asked, another for the same organisation is refused, and for a second one it is not."""
    assert refused(ENRICH, given(*QUESTIONED)).code == "ALREADY_ASKED"
    other = replace(ENRICH, org="MENTAL_HEALTH", task="treatment")
    assert decided(other, given(*QUESTIONED))


def test_a_new_weighing_asks_anew() -> None:
    """Given a case that was reopened, what the first weighing asked is closed, and may be asked again."""
    first = (*IN_TRIAGE, CHECK_REQUESTED, QUESTION_ASKED, *IN_AFTERCARE[2:])
    assert given(*first).asked() == frozenset(), "after acceptance nobody answers for the weighing"
    again = given(*first, REOPENED)
    assert again.questioned() == frozenset()
    assert again.everybody_asked() == {"PROBATION"}, "who was asked hears of the destruction one day"
    assert decided(ENRICH, again)
    assert decided(ASK, again)


def test_the_answer_stays_within_the_question() -> None:
    """Given the question, what is offered becomes items of the first tier, under the law of the weighing."""
    (fact,) = decided(PROVIDE, given(*QUESTIONED), SUPERVISOR)
    assert isinstance(fact, EnrichmentProvided)
    assert [(one.category, one.tier, one.provider_org) for one in fact.items] == [("LIFE_DOMAIN", "T1", "PROBATION")]
    case = given(SUBMITTED.model_copy(update={"triage_regime": "WGS_ZVH"}), *QUESTIONED[1:], fact)
    assert case.items[fact.items[0].item_id].regime == "WGS_ZVH"
    assert case.questioned() == frozenset()


@pytest.mark.parametrize(
    ("offered", "code"),
    [
        (Offered("PROBATION", "Rapport van het toezicht."), "TIER_EXCEEDED"),
        (Offered("IDENTITY", "Een ander adres."), "TIER_EXCEEDED"),
        (Offered("LIFE_DOMAIN", " "), "NO_REASONING"),
        (Offered("LIFE_DOMAIN", "Van een onbekende.", subject=UUID(int=9)), "BAD_VALUE"),
    ],
    ids=["second tier", "not asked", "nothing said", "about somebody else"],
)
def test_an_answer_beyond_the_question_is_refused(offered: Offered, code: str) -> None:
    """Given more than was asked, nothing at all or a person who is not in the case, it is refused."""
    assert refused(ProvideEnrichment(FACT, (FACTS_OF_LIFE, offered)), given(*QUESTIONED), SUPERVISOR).code == code


def test_nothing_to_report_is_an_answer_of_its_own() -> None:
    """Given an empty answer, it is provided and not declined: the two stay apart (domain 5.7)."""
    (fact,) = decided(ProvideEnrichment(FACT), given(*QUESTIONED), SUPERVISOR)
    assert isinstance(fact, EnrichmentProvided)
    assert fact.items == ()


def test_whoever_is_asked_may_decline_with_a_reason_from_the_list() -> None:
    """Given a reason by code, it is a normal outcome; a reason in words or an unknown one is refused."""
    (fact,) = decided(DECLINE, given(*QUESTIONED), SUPERVISOR)
    assert isinstance(fact, ProviderDeclined)
    assert (fact.org, fact.reason_code) == ("PROBATION", "RUNNING_INVESTIGATION")
    assert given(*QUESTIONED, fact).questioned() == frozenset()
    assert refused(DeclineEnrichment(FACT, "NO_TIME"), given(*QUESTIONED), SUPERVISOR).code == "UNKNOWN_CHOICE"


@pytest.mark.parametrize("command", [PROVIDE, DECLINE], ids=["provide", "decline"])
def test_a_question_is_answered_once(command: Command) -> None:
    """Given an answer, and another question that is open, the first one is not answered again."""
    (answer,) = decided(PROVIDE, given(*QUESTIONED), SUPERVISOR)
    open_check = (*QUESTIONED, CHECK_REQUESTED.model_copy(update={"check_id": UUID(int=77)}), answer)
    assert refused(command, given(*open_check), SUPERVISOR).code == "ALREADY_ANSWERED"
    assert refused(command, given(*QUESTIONED, answer), SUPERVISOR).code == "WRONG_HAT"


@pytest.mark.parametrize("command", [ASK, ENRICH], ids=["check", "question"])
@pytest.mark.parametrize("acting", [OFFICER, SUPERVISOR, COORDINATOR], ids=["referrer", "participant", "coordinator"])
def test_only_process_direction_asks(command: Command, acting: Acting) -> None:
    """Given anybody else, it is the wrong hat; process support asks for yes or no alone."""
    assert refused(command, given(*IN_TRIAGE), acting).code == "WRONG_HAT"
    assert refused(ENRICH, given(*IN_TRIAGE), SUPPORT).code == "WRONG_HAT"


@pytest.mark.parametrize("command", [ASK, ENRICH, KNOWN, PROVIDE, DECLINE])
@pytest.mark.parametrize(
    "before", [(SUBMITTED,), (*CHECKED, QUESTION_ASKED, ASSESSED, ACCEPTED)], ids=["before", "after"]
)
def test_questions_belong_to_the_weighing(command: Command, before: tuple[Fact, ...]) -> None:
    """Given a case that is not weighed yet, or is accepted by now, nothing is asked or answered."""
    acting = SUPERVISOR if command in (KNOWN, PROVIDE, DECLINE) else DIRECTOR
    assert refused(command, given(*before), acting).code == "WRONG_STAGE"


def test_the_terms_are_those_of_the_day() -> None:
    """Given other terms in the tables, the same questions are due on other days."""
    shorter = changed("terms", lambda text: text.replace('"enrichment", value = 14', '"enrichment", value = 7'))
    (fact,) = decided(ENRICH, given(*IN_TRIAGE), reference=shorter)
    assert isinstance(fact, EnrichmentRequested)
    assert fact.due == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert fact.asked == PROBATION
