"""The duty of secrecy: each person accepts it, once, for a case (domain 1, secrecy)."""

import pytest

from events.confidentiality import ConfidentialityAccepted
from services.acting import Acting
from services.workflow.confidentiality import AcceptConfidentiality, notice_of_secrecy
from tests.facts import NOON, SUBMITTED
from tests.workflow import DIRECTOR, IN_CONSULTATION, REFERENCE, SUPPORT, acting_for, decided, given, refused

ACCEPT = AcceptConfidentiality()
PROBATION = acting_for("PROBATION", "probation-supervision")


@pytest.mark.parametrize("acting", [PROBATION, DIRECTOR, SUPPORT], ids=["participant", "direction", "support"])
def test_each_person_accepts_for_one_organisation_and_task(acting: Acting) -> None:
    """Given somebody with a part in the case, the acceptance names person, organisation and task."""
    (fact,) = decided(ACCEPT, given(*IN_CONSULTATION), acting)
    assert isinstance(fact, ConfidentialityAccepted)
    assert (fact.person, fact.org, fact.org_task) == (acting.person, acting.org, acting.task)
    assert (fact.person, fact.org, fact.org_task) in given(*IN_CONSULTATION, fact).bound


def test_it_is_accepted_once_and_by_nobody_for_somebody_else() -> None:
    """Given an acceptance, the same person is refused a second one; a colleague accepts, an outsider not."""
    (fact,) = decided(ACCEPT, given(*IN_CONSULTATION), PROBATION)
    case = given(*IN_CONSULTATION, fact)
    assert refused(ACCEPT, case, PROBATION).code == "ALREADY_ANSWERED"
    assert decided(ACCEPT, case, acting_for("PROBATION", "probation-supervision", "p-00000000000000cc"))
    assert refused(ACCEPT, case, Acting("p-00000000000000ab", "HOUSING_CORPORATION", "0" * 20, "renting")).code == (
        "WRONG_HAT"
    )


def test_whoever_refers_accepted_with_the_referral() -> None:
    """Given a referral, which cannot come without it, its reporter is bound."""
    assert given(SUBMITTED).bound == {("p-0123456789abcdef", SUBMITTED.referrer_org, SUBMITTED.referrer_task)}


def test_the_notice_is_in_the_words_of_the_day() -> None:
    """Given the tables, the notice says that what is received stays secret."""
    assert "geheim" in notice_of_secrecy(REFERENCE, NOON)
