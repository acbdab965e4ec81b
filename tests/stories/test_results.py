"""Results: for one recipient, the third tier unless reasoned, advised on, and let out by a controller (domain 5.3)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from events.fact import Fact
from events.result import PrivacyAdviceGiven, ResultMade, ResultReleased
from services.acting import Acting
from services.workflow.results import GivePrivacyAdvice, MakeResult, ReleaseResult
from tests.facts import EXAMPLES, FACT, RESULT, SEALED, SUBJECT
from tests.granting import AT_CARE, AT_MAYOR, AT_POLICE, AT_PROBATION, AT_WORK, PURPOSE, WEIGHED, WHY
from tests.policies.changed import changed
from tests.workflow import DIRECTOR, PRIVACY, decided, given, refused

THIRD, PARTICIPANT, OTHER = "RESULT_TO_THIRD_PARTY", "RESULT_TO_PARTICIPANT", "TO_OTHER_COLLABORATION"
ADVISED = next(fact for fact in EXAMPLES if isinstance(fact, PrivacyAdviceGiven))
RELEASED = next(fact for fact in EXAMPLES if isinstance(fact, ResultReleased))
AGAINST = ADVISED.model_copy(update={"positive": False})
FOR_PROBATION = RESULT.model_copy(
    update={"kind": PARTICIPANT, "recipient_org": "PROBATION", "recipient_task": "probation-supervision"}
)
OF_THE_MAYOR = RESULT.model_copy(update={"author": AT_MAYOR.person})
SWITCHED_ON = changed(
    "disclosures",
    lambda text: text.replace(
        'name_nl = "verstrekking aan een ander samenwerkingsverband"\nopen = false',
        'name_nl = "verstrekking aan een ander samenwerkingsverband"\nopen = true',
    ),
)
TO_FEC = RESULT.model_copy(update={"kind": OTHER, "recipient_org": "FEC"})


def make(kind: str = THIRD, org: str = "HOUSING_CORPORATION", **changes: Any) -> MakeResult:
    """Return a result that lacks nothing."""
    return MakeResult(**{"kind": kind, "recipient_org": org, "result": "De huur loopt door tot september.", **changes})


def release(**changes: Any) -> ReleaseResult:
    """Return a decision to let a result out that lacks nothing."""
    return ReleaseResult(**{"result": FACT, "purpose": PURPOSE, **WHY, **changes})


def made(facts: Sequence[Fact]) -> ResultMade:
    (fact,) = facts
    assert isinstance(fact, ResultMade)
    return fact


@pytest.mark.parametrize("acting", [DIRECTOR, AT_CARE])
def test_a_result_is_written_for_one_recipient_and_holds_the_third_tier(acting: Acting) -> None:
    """Given the words for one third party, they are an item of the room, addressed to it and sealed."""
    fact = made(decided(make(), given(*AT_WORK), acting))
    assert (fact.kind, fact.recipient_org, fact.recipient_task) == (THIRD, "HOUSING_CORPORATION", None)
    assert (fact.author, fact.wider, fact.legal_ref) == (acting.person, None, "WGS:results")
    item = fact.item
    assert (item.category, item.tier, item.subject_id) == ("RESULT", "T3", SUBJECT)
    assert (item.provider_org, item.addressed_to) == ("HOUSE_STAFF", "HOUSING_CORPORATION")
    assert (item.fields, item.content) == (("result",), SEALED)
    case = given(*AT_WORK, fact)
    assert case.items[item.item_id].item == item
    assert (case.results[fact.result_id].advice, case.results[fact.result_id].released) == (None, None)


def test_underlying_facts_go_along_only_with_the_reason() -> None:
    """Given the second tier, the reason is asked for and kept; beside it, words without it are of the third tier."""
    case = given(*AT_WORK)
    assert refused(make(tier="T2"), case).code == "NO_REASONING"
    assert refused(make(tier="T2", wider=" "), case).code == "NO_REASONING"
    fact = made(decided(make(tier="T2", wider="Zonder de data is het advies niet te volgen."), case))
    assert (fact.item.tier, fact.wider) == ("T2", SEALED)
    assert made(decided(make(wider="niet gevraagd"), case)).wider is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (make(result=" "), "NO_REASONING"),
        (make(org="BAKERY"), "UNKNOWN_CHOICE"),
        (make(org="POLICE"), "UNKNOWN_CHOICE"),
        (make(recipient_task="police-task"), "BAD_VALUE"),
        (make(kind="WITHIN"), "UNKNOWN_CHOICE"),
        (make(kind="RUMOUR"), "UNKNOWN_CHOICE"),
        (make(kind=PARTICIPANT, org="POLICE"), "MISSING_FIELD"),
        (make(kind=PARTICIPANT, org="POLICE", recipient_task="treatment"), "WRONG_HAT"),
        (make(kind=PARTICIPANT, recipient_task="renting"), "NOT_PARTICIPANT"),
        (make(kind=OTHER, org="FEC"), "KIND_NOT_OPEN"),
        (make(subject=UUID(int=1)), "BAD_VALUE"),
    ],
)
def test_a_result_for_whom_the_tables_do_not_know_is_refused(command: MakeResult, code: str) -> None:
    """Given one thing wrong, the code says which."""
    assert refused(command, given(*AT_WORK)).code == code


def test_nobody_writes_results_before_the_work_or_without_a_part_in_it() -> None:
    """Given a case in triage, or somebody who is not on it, there is no result."""
    assert refused(make(), given(*WEIGHED)).code == "WRONG_STAGE"
    assert refused(make(), given(*AT_WORK), PRIVACY).code == "WRONG_HAT"


def test_another_collaboration_gets_results_only_while_that_is_switched_on() -> None:
    """Given the switch of the controllers, a result is written and let out; without it neither is."""
    case = given(*AT_WORK)
    assert made(decided(make(kind=OTHER, org="FEC"), case, reference=SWITCHED_ON)).recipient_org == "FEC"
    assert refused(make(kind=OTHER, org="SCHOOL"), case, reference=SWITCHED_ON).code == "UNKNOWN_CHOICE"
    advised = given(*AT_WORK, TO_FEC, ADVISED)
    assert decided(release(), advised, AT_MAYOR, reference=SWITCHED_ON)
    assert refused(release(), advised, AT_MAYOR).code == "KIND_NOT_OPEN"


def test_the_privacy_officer_advises_and_the_last_advice_counts() -> None:
    """Given a result, the officer advises in words; a second advice replaces the first, and nobody else gives one."""
    case = given(*AT_WORK, RESULT)
    (fact,) = decided(GivePrivacyAdvice(FACT, True, "Kan, alleen dit."), case, PRIVACY)
    assert isinstance(fact, PrivacyAdviceGiven)
    assert (fact.result_id, fact.positive, fact.advice) == (FACT, True, SEALED)
    assert given(*AT_WORK, RESULT, AGAINST, fact).results[FACT].advice is True
    assert given(*AT_WORK, RESULT, fact, AGAINST).results[FACT].advice is False
    assert refused(GivePrivacyAdvice(FACT, True, " "), case, PRIVACY).code == "NO_REASONING"
    assert refused(GivePrivacyAdvice(UUID(int=1), True, "a"), case, PRIVACY).code == "UNKNOWN_ITEM"
    assert refused(GivePrivacyAdvice(FACT, True, "a"), case).code == "WRONG_HAT"
    out = given(*AT_WORK, RESULT, ADVISED, RELEASED)
    assert refused(GivePrivacyAdvice(FACT, True, "a"), out, PRIVACY).code == "ALREADY_ANSWERED"


def test_a_controller_lets_an_advised_result_out() -> None:
    """Given a positive advice, a controller on the case decides with purpose, grounds and reasons, on record."""
    (fact,) = decided(release(), given(*AT_WORK, RESULT, ADVISED), AT_MAYOR)
    assert isinstance(fact, ResultReleased)
    assert (fact.decided_for, fact.purpose, fact.legal_basis) == ("MAYOR", PURPOSE, WHY["legal_basis"])
    assert (fact.necessity, fact.weighed, fact.legal_ref) == (SEALED, None, "WGS:results")
    result = given(*AT_WORK, RESULT, ADVISED, fact).results[FACT]
    assert (result.released, result.released_by) == (fact, "p-0123456789abcdef")


def test_a_negative_advice_is_weighed_in_words() -> None:
    """Given an advice against it, the result goes out only with why; that stands sealed in the decision."""
    case = given(*AT_WORK, RESULT, AGAINST)
    assert refused(release(), case, AT_MAYOR).code == "ADVICE_MISSING"
    assert refused(release(weighed=" "), case, AT_MAYOR).code == "ADVICE_MISSING"
    (fact,) = decided(release(weighed="De veiligheid weegt zwaarder."), case, AT_MAYOR)
    assert isinstance(fact, ResultReleased)
    assert fact.weighed == SEALED


def test_a_participant_gets_its_result_without_advice() -> None:
    """Given a result for a participant's own task, the decision of a controller is enough."""
    assert decided(release(), given(*AT_WORK, FOR_PROBATION), AT_MAYOR)


@pytest.mark.parametrize(
    ("facts", "command", "acting", "code"),
    [
        ((RESULT,), release(), AT_MAYOR, "ADVICE_MISSING"),
        ((RESULT, ADVISED), release(), AT_PROBATION, "NOT_A_CONTROLLER"),
        ((RESULT, ADVISED), release(), AT_CARE, "NOT_A_CONTROLLER"),
        ((RESULT, ADVISED), release(), DIRECTOR, "WRONG_HAT"),
        ((OF_THE_MAYOR, ADVISED), release(), AT_MAYOR, "SELF_DECISION"),
        ((RESULT, ADVISED), release(result=UUID(int=1)), AT_MAYOR, "UNKNOWN_ITEM"),
        ((RESULT, ADVISED, RELEASED), release(), AT_MAYOR, "ALREADY_ANSWERED"),
        ((RESULT, ADVISED), release(purpose=None), AT_MAYOR, "NO_PURPOSE"),
        ((RESULT, ADVISED), release(legal_basis=()), AT_MAYOR, "NO_BASIS"),
        ((RESULT, ADVISED), release(legal_basis=("WGS:results",)), AT_MAYOR, "NO_BASIS"),
        ((RESULT, ADVISED), release(proportionality="a"), AT_MAYOR, "NO_REASONING"),
    ],
)
def test_a_release_with_one_thing_wrong_is_refused(
    facts: tuple[Fact, ...], command: ReleaseResult, acting: Acting, code: str
) -> None:
    """Given no advice, a private participant alone, the author or an empty reason, the code says which."""
    assert refused(command, given(*AT_WORK, *facts), acting).code == code


def test_nobody_lets_out_a_result_for_the_own_organisation() -> None:
    """Given a result for the police, the police do not decide on it; the mayor does."""
    for_police = FOR_PROBATION.model_copy(update={"recipient_org": "POLICE", "recipient_task": "police-task"})
    case = given(*AT_WORK, for_police)
    assert refused(release(), case, AT_POLICE).code == "SELF_DECISION"
    assert decided(release(), case, AT_MAYOR)


def test_a_recipient_that_is_gone_from_the_table_gets_nothing() -> None:
    """Given a third party whose entry ended after the result was written, letting it out is refused."""
    code = 'code = "HOUSING_CORPORATION", '
    ended = changed("third_parties", lambda text: text.replace(code, f"{code}valid_until = 2026-03-01, "))
    case = given(*AT_WORK, RESULT, ADVISED)
    assert refused(release(), case, AT_MAYOR, reference=ended).code == "UNKNOWN_CHOICE"
