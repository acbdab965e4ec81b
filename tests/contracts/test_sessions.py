"""Who somebody is in this house, by what a token says."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from events.errors import Refusal
from events.session import Claims
from infra.keys import KeyRing
from infra.pseudonyms import KeyedPseudonyms
from infra.wrapping import LocalWrapping
from policies.outside_tables import Supervisor
from policies.reference import Reference
from services.acting import Acting
from services.sessions import acting_of
from tests.tokens import OIN, SUB, TASK

AUDITOR_OIN = "00000003273229345901"
STAFF_OIN = "00000004003214345900"
MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE_ADMISSION = datetime(2024, 3, 2, 9, 0, tzinfo=UTC)
REFERENCE = Reference.load()


@pytest.fixture(scope="module")
def pseudonyms(module_database: str) -> Iterator[KeyedPseudonyms]:
    master = bytes(range(32))
    ring = KeyRing(module_database, [LocalWrapping(master)])
    yield KeyedPseudonyms(ring)
    ring.close()


def test_a_participant_acts_by_one_of_its_tasks(pseudonyms: KeyedPseudonyms) -> None:
    """Given an admitted participant, the person is a pseudonym, other for another organisation."""
    acting = acting_of(Claims(SUB, OIN, TASK, ()), pseudonyms, REFERENCE, MARCH)
    assert acting == Acting(pseudonyms.person(OIN, SUB), "POLICE", OIN, TASK)
    elsewhere = acting_of(Claims(SUB, STAFF_OIN, "process-direction", ()), pseudonyms, REFERENCE, MARCH)
    assert acting.person != elsewhere.person
    assert SUB not in repr((acting, elsewhere))


@pytest.mark.parametrize("task", ["process-direction", "local-coordination", "privacy-office", "chain-management"])
def test_the_house_s_own_people_act_by_any_of_their_roles(task: str, pseudonyms: KeyedPseudonyms) -> None:
    """Given staff of the house, also those whom the desk shows nothing, they act for the house."""
    assert acting_of(Claims(SUB, STAFF_OIN, task, ()), pseudonyms, REFERENCE, MARCH).org == "HOUSE_STAFF"


@pytest.mark.parametrize("supervisor", REFERENCE.supervisors(MARCH), ids=lambda one: str(one.code))
def test_a_supervisor_acts_by_one_of_its_tasks(supervisor: Supervisor, pseudonyms: KeyedPseudonyms) -> None:
    """Given somebody who watches over the house, the session is of that organisation and no participant's."""
    (task,) = supervisor.tasks
    acting = acting_of(Claims(SUB, supervisor.oin, task, ()), pseudonyms, REFERENCE, MARCH)
    assert acting == Acting(pseudonyms.person(supervisor.oin, SUB), supervisor.code, supervisor.oin, task)


@pytest.mark.parametrize(
    ("oin", "task", "at", "code"),
    [
        (OIN, "wmo", MARCH, "WRONG_HAT"),
        (OIN, "process-direction", MARCH, "WRONG_HAT"),
        (STAFF_OIN, TASK, MARCH, "WRONG_HAT"),
        (STAFF_OIN, "process-direction", BEFORE_ADMISSION, "WRONG_HAT"),
        ("00000009999999999999", TASK, MARCH, "NOT_PARTICIPANT"),
        (OIN, TASK, BEFORE_ADMISSION, "NOT_PARTICIPANT"),
        (AUDITOR_OIN, "process-direction", MARCH, "WRONG_HAT"),
        (AUDITOR_OIN, "supervision", BEFORE_ADMISSION, "NOT_PARTICIPANT"),
    ],
)
def test_a_wrong_hat_or_an_unknown_organisation_is_refused(
    oin: str, task: str, at: datetime, code: str, pseudonyms: KeyedPseudonyms
) -> None:
    """Domain 3: given another's task, or an organisation that is not admitted that day, roles do not help."""
    with pytest.raises(Refusal) as refused:
        acting_of(Claims(SUB, oin, task, ("PROCESS_DIRECTOR",)), pseudonyms, REFERENCE, at)
    assert refused.value.code == code
    assert SUB not in str(refused.value)
