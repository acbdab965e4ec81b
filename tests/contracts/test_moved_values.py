"""A sealed value belongs to one case, person, fact and field: anywhere else it does not open (design, law 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import Corrupt
from events.sealed import Sealed
from infra.keys import KeyRing
from infra.sealing import AesSealer
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping

FEW = [UUID(int=number) for number in range(1, 4)]
FIELDS = ("items/1", "items/11", "reason", "")


@dataclass(frozen=True)
class Place:
    """Where a value stands."""

    case: UUID
    person: UUID
    fact: UUID
    field: str


places = st.builds(Place, st.sampled_from(FEW), st.sampled_from(FEW), st.sampled_from(FEW), st.sampled_from(FIELDS))


@pytest.fixture(scope="module")
def ring(module_database: str) -> Iterator[KeyRing]:
    """A key ring on a real PostgreSQL."""
    opened = KeyRing(module_database, [LocalWrapping(bytes(32))])
    yield opened
    opened.close()


def sealed(ring: KeyRing, at: Place, value: bytes) -> Sealed:
    return AesSealer(ring).seal(at.case, at.person, at.fact, at.field, value)


def opened(ring: KeyRing, at: Place, box: Sealed) -> bytes:
    return Unsealer(ring).open(at.case, at.person, at.fact, at.field, box)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.binary(max_size=60), here=places, there=places)
def test_a_value_opens_where_it_was_sealed_and_nowhere_else(
    ring: KeyRing, value: bytes, here: Place, there: Place
) -> None:
    """Given any value and any two places, it opens at its own, and at the other one only when they are the same."""
    box = sealed(ring, here, value)
    assert opened(ring, here, box) == value
    if there != here:
        with pytest.raises(Corrupt):
            opened(ring, there, box)
        swapped = box.model_copy(update={"key_id": ring.key_for_sealing(there.case, there.person)[0]})
        with pytest.raises(Corrupt):
            opened(ring, there, swapped)


HERE = Place(FEW[0], FEW[0], FEW[0], FIELDS[0])
MOVED = {
    "case": replace(HERE, case=FEW[1]),
    "person": replace(HERE, person=FEW[1]),
    "fact": replace(HERE, fact=FEW[1]),
    "field": replace(HERE, field=FIELDS[1]),
}


@pytest.mark.parametrize("part", MOVED)
def test_each_part_of_the_place_counts_alone(ring: KeyRing, part: str) -> None:
    """Given a value that was moved to another case, person, fact or field, everything else the same, it is corrupt."""
    here, there = HERE, MOVED[part]
    with pytest.raises(Corrupt):
        opened(ring, there, sealed(ring, here, b"Mila"))


def test_a_key_that_was_moved_to_another_person_opens_nothing(ring: KeyRing, module_database: str) -> None:
    """Given the row of a key that somebody gave to another person or case, the key does not come out of it."""
    here = Place(UUID(int=8), UUID(int=8), FEW[0], FIELDS[0])
    box = sealed(ring, here, b"Mila")
    for column in ("subject_id", "case_id"):
        with psycopg.connect(module_database) as session:
            session.execute(f"UPDATE keys.data_keys SET {column} = %s WHERE key_id = %s", (UUID(int=9), box.key_id))
        with pytest.raises(Corrupt):
            opened(ring, here, box)
        with psycopg.connect(module_database) as session:
            session.execute(f"UPDATE keys.data_keys SET {column} = %s WHERE key_id = %s", (UUID(int=8), box.key_id))
    assert opened(ring, here, box) == b"Mila"
