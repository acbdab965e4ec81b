"""Houses to attack: each is made once per run and copied for each attack."""

from collections.abc import Iterator

import pytest

from infra.local.postgres import LocalPostgres
from tests.attacks.fsck.house import copied, play, play_long
from tests.conftest import new_database
from tests.http_house import door

__all__ = ["door"]


@pytest.fixture(scope="session")
def played(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The database of a house that worked; not to be touched."""
    with new_database(postgres) as dsn:
        play(dsn, tmp_path_factory.mktemp("house"))
        yield dsn


@pytest.fixture(scope="session")
def played_long(postgres: LocalPostgres) -> Iterator[str]:
    """The database of a house with a log of several tiles; not to be touched."""
    with new_database(postgres) as dsn:
        play_long(dsn)
        yield dsn


@pytest.fixture
def house(postgres: LocalPostgres, played: str) -> Iterator[str]:
    """A house that worked, to be attacked."""
    with copied(postgres, played) as dsn:
        yield dsn


@pytest.fixture
def long(postgres: LocalPostgres, played_long: str) -> Iterator[str]:
    """A house with a log of several tiles, to be attacked."""
    with copied(postgres, played_long) as dsn:
        yield dsn
