"""The sentences of a case, and who reads which of them (domain 7, clear communication)."""

import pytest

from events.case import CommandRefused
from events.catalogue import FACTS
from events.fact import Fact
from services.timeline import SAYS, says, timeline, told_to
from tests.facts import EXAMPLES, HOUSE_OIN, POLICE_OIN, history
from tests.workflow import MONITORED, REFERENCE

OF_A_CASE = [one for one in EXAMPLES if one.type_name.split(".")[2] == "cases"]


@pytest.mark.parametrize("fact", OF_A_CASE, ids=lambda fact: type(fact).__name__)
def test_every_fact_of_a_case_has_a_sentence_of_its_own(fact: Fact) -> None:
    """A step that people cannot read about is a step that they cannot follow."""
    sentence = says(fact, REFERENCE)
    assert [one for one in SAYS.values() if sentence.startswith(one)], sentence


def test_a_refusal_says_what_was_wrong() -> None:
    """Given a refused step, its sentence holds the reason in plain words, and no code."""
    (refused,) = [one for one in EXAMPLES if isinstance(one, CommandRefused)]
    sentence = says(refused, REFERENCE)
    assert REFERENCE.refusal(refused.code).says in sentence
    assert refused.code not in sentence


def test_no_sentence_is_of_a_fact_that_does_not_exist() -> None:
    """Each sentence belongs to a type of the catalogue, and no two types share one."""
    assert SAYS.keys() <= {one.type_name.split(".")[3] for one in FACTS}
    assert len(set(SAYS.values())) == len(SAYS)


def test_who_works_on_the_case_reads_all_of_it_in_order() -> None:
    """Given a whole history, every fact is one line with its number."""
    lines = timeline(told_to(history(*MONITORED), "WHOLE", "0" * 20), REFERENCE)
    assert [one["sequence"] for one in lines] == list(range(1, len(MONITORED) + 1))
    assert lines[0]["says"] == "De zaak is aangemeld."


def test_an_outline_is_the_milestones_and_what_the_own_organisation_did() -> None:
    """Given a referrer that does not work on the case, it reads that it was accepted, and nothing of the plan."""
    past = history(*MONITORED)
    assert {one.envelope.on_behalf_of for one in past} == {POLICE_OIN}
    assert told_to(past, "OUTLINE", POLICE_OIN) == past, "all of it is its own"
    others = [type(one.fact).__name__ for one in told_to(past, "OUTLINE", HOUSE_OIN)]
    assert others == ["ReferralSubmitted", "CaseAccepted"]
