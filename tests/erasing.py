"""What the tests of erasing share: a case of several persons, somebody who may erase, and looking at what is left."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg

from events.fact import Recorded
from services.acting import Acting
from services.bootstrap import House
from services.case_file import case_file
from services.erasure import Erased, EraseSubject
from tests.facts import HOUSE_OIN
from tests.http_house import Door
from tests.scenarios.people import bsn

OFFICER = Acting("p-00000000000000df", "HOUSE_STAFF", HOUSE_OIN, "privacy-office")


def person(name: str, role: str) -> dict[str, str]:
    """Return a related person of a referral, with an own number."""
    return {
        "bsn": bsn(),
        "given_name": name,
        "family_name": f"{name}-Wisbaar",
        "birth_date": "2015-06-01",
        "address": f"{name}straat 12",
        "municipality": "Rotterdam",
        "role": role,
    }


def persons_of(house: House, case_id: UUID) -> list[UUID]:
    """Return the persons of a case, the one whom it is about first."""
    return [one.subject_id for one in case_file(case_id, house.store.history(case_id)).persons]


def erase(
    house: House,
    subject: UUID,
    cases: Sequence[UUID] | None = None,
    *,
    acting: Acting = OFFICER,
    ground: str = "UNLAWFUL",
    deciders: Sequence[str] = ("POLICE",),
    number: UUID | None = None,
) -> Erased:
    """Erase a person by a decision of the police."""
    command = EraseSubject(subject, ground, tuple(deciders), None if cases is None else tuple(cases))
    return house.erasure.erase(command, acting, number or uuid4())


def keys_in(dsn: str, case_id: UUID | None = None) -> set[tuple[UUID, UUID]]:
    """Return (case, person) of every data key."""
    with psycopg.connect(dsn) as session:
        found = session.execute("SELECT case_id, subject_id FROM keys.data_keys").fetchall()
    return {(case, subject) for case, subject in found if case_id in (None, case)}


def stored(house: House) -> list[bytes]:
    """Return the exact bytes of every numbered fact."""
    return [one.value for one in house.log.read(0)]


def types(facts: Sequence[Recorded]) -> list[str]:
    """Return the telling part of each fact's type."""
    return [one.fact.type_name.split(".")[3] for one in facts]


def at_work(door: Door, *related: dict[str, str]) -> UUID:
    """Let a case run about a person with these related persons, or with a child and a victim; returns the case."""
    people = related or (person("Noor", "FAMILY"), person("Sam", "VICTIM"))
    return UUID(door.at_work(related_persons=list(people)))
