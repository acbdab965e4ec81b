"""Data that a participant brings to the room, by the matrix of the day (domain 5.1 and 5.2)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.enquiry import ItemsProvided
from events.fact import Fact
from services.acting import Acting
from services.workflow.offered import Offered, ProvideItems
from tests.facts import CLOSED, LATER, NOON, POLICE, STARTED, SUBJECT
from tests.policies.changed import changed
from tests.workflow import (
    DIRECTOR,
    IN_CONSULTATION,
    IN_TRIAGE,
    OFFICER,
    STARTING,
    acting_for,
    decided,
    given,
    refused,
)

CARE = POLICE.model_copy(update={"org": "MENTAL_HEALTH", "task": "treatment", "domain": "CARE"})
WITH_CARE = (*STARTING, STARTED.model_copy(update={"participants": (POLICE, CARE)}))
THERAPIST = acting_for("MENTAL_HEALTH", "treatment")
NUISANCE = Offered("NUISANCE", "Drie meldingen in een week.")
DIAGNOSIS = Offered("HEALTH", "Heeft een rustige kamer nodig.")


def bring(
    offered: tuple[Offered, ...], ground: str | None = None, purpose: str | None = "COORDINATE_CARE"
) -> ProvideItems:
    return ProvideItems(offered, ground, purpose)


def provided(command: ProvideItems, before: tuple[Fact, ...] = WITH_CARE, acting: Acting = OFFICER) -> ItemsProvided:
    (fact,) = decided(command, given(*before), acting)
    assert isinstance(fact, ItemsProvided)
    return fact


def test_a_participant_brings_what_the_matrix_lets_it_bring() -> None:
    """Given police on the case, a report of nuisance becomes an item of the second tier, of the subject."""
    fact = provided(bring((replace(NUISANCE, since=date(2026, 1, 1)),)))
    (item,) = fact.items
    assert (item.category, item.tier, item.provider_org, item.subject_id) == ("NUISANCE", "T2", "POLICE", SUBJECT)
    assert item.fields == ("since", "what")
    assert fact.secrecy_ground is None


@pytest.mark.parametrize(
    ("offered", "acting", "code"),
    [
        ((), OFFICER, "MISSING_FIELD"),
        ((Offered("CRIMINAL_JUSTICE", "Een vonnis."),), OFFICER, "CATEGORY_NOT_ALLOWED"),
        ((Offered("GOSSIP", "Er wordt gezegd."),), OFFICER, "CATEGORY_NOT_ALLOWED"),
        ((Offered("OTHER_SPECIAL", "Geloof."),), OFFICER, "CATEGORY_NOT_ALLOWED"),
        ((NUISANCE, Offered("POLICE_DATA", " ")), OFFICER, "NO_REASONING"),
        ((replace(NUISANCE, subject=UUID(int=9)),), OFFICER, "BAD_VALUE"),
        ((NUISANCE,), THERAPIST, "CATEGORY_NOT_ALLOWED"),
    ],
    ids=["nothing", "another's", "unknown", "special", "says nothing", "a stranger", "by care"],
)
def test_what_the_matrix_does_not_let_it_bring_is_refused(
    offered: tuple[Offered, ...], acting: Acting, code: str
) -> None:
    """Given a kind of data of another, an empty one, or a person who is not in the case, nothing is taken."""
    assert refused(bring(offered), given(*WITH_CARE), acting).code == code


def test_a_secret_is_not_told_without_its_ground() -> None:
    """Scenario: a diagnosis without a ground is SECRECY; with consent it is taken, and the ground is on record."""
    assert refused(bring((DIAGNOSIS,)), given(*WITH_CARE), THERAPIST).code == "SECRECY"
    assert refused(bring((DIAGNOSIS,), "HABIT"), given(*WITH_CARE), THERAPIST).code == "UNKNOWN_CHOICE"
    assert provided(bring((DIAGNOSIS,), "CONSENT"), acting=THERAPIST).secrecy_ground == "CONSENT"


def test_a_ground_that_nothing_asks_for_is_not_written_down() -> None:
    """Given data that no secret covers, the ground that came along is left out of the fact."""
    assert provided(bring((NUISANCE,), "CONSENT")).secrecy_ground is None


def test_data_from_before_the_act_keep_their_marking() -> None:
    """Given data that were gathered on the ground of the partner, the item says so for ever; the room's own do not."""
    marked, own = replace(NUISANCE, regime="PARTNER_GROUND"), NUISANCE
    fact = provided(bring((marked, own)))
    case = given(*WITH_CARE, fact)
    regimes = [case.items[one.item_id].regime for one in fact.items]
    assert [one.regime for one in fact.items] == ["PARTNER_GROUND", None]
    assert regimes == ["PARTNER_GROUND", case.regime]
    assert refused(bring((replace(own, regime="LONG_AGO"),)), given(*WITH_CARE), OFFICER).code == ("REGIME_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("acting", "now", "code"),
    [
        (acting_for("PROBATION", "probation-supervision"), NOON, "WRONG_HAT"),
        (DIRECTOR, NOON, "WRONG_HAT"),
        (OFFICER, LATER, "AUTH_EXPIRED"),
    ],
    ids=["not on the case", "the house itself", "authorisation ended"],
)
def test_only_who_works_on_the_case_brings_data(acting: Acting, now: object, code: str) -> None:
    """Given an outsider to the case, the house or an ended authorisation, nothing is taken."""
    moment = LATER if now is LATER else NOON
    assert refused(bring((NUISANCE,)), given(*WITH_CARE), acting, moment).code == code
    assert provided(bring((NUISANCE,)), IN_CONSULTATION).items
    (last,) = decided(bring((NUISANCE,)), given(*WITH_CARE), OFFICER, LATER - timedelta(microseconds=1))
    assert isinstance(last, ItemsProvided)


@pytest.mark.parametrize("before", [IN_TRIAGE, STARTING, (*WITH_CARE, CLOSED)], ids=["in triage", "starting", "closed"])
def test_data_come_to_a_running_case_only(before: tuple[Fact, ...]) -> None:
    """Given a case that is weighed, not started or closed, no data of the second tier come in."""
    assert refused(bring((NUISANCE,)), given(*before), OFFICER).code == "WRONG_STAGE"


def test_the_matrix_is_that_of_the_day() -> None:
    """Given a table by which police may not report nuisance, the same offer is refused."""
    stricter = changed("categories", lambda text: text.replace('"ORG:POLICE", "ORG:MAYOR"', '"ORG:MAYOR"'))
    assert refused(bring((NUISANCE,)), given(*WITH_CARE), OFFICER, reference=stricter).code == ("CATEGORY_NOT_ALLOWED")


@pytest.mark.parametrize("purpose", [None, "CURIOSITY"], ids=["none", "unknown"])
def test_data_come_for_a_purpose_from_the_list(purpose: str | None) -> None:
    """Given no purpose, or one that is not on the list, nothing is taken (domain 5.1)."""
    assert refused(bring((NUISANCE,), purpose=purpose), given(*WITH_CARE), OFFICER).code == "NO_PURPOSE"
    assert provided(bring((NUISANCE,))).purpose == "COORDINATE_CARE"
