"""One house for all scenarios; each plays in cases of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.postgres import LocalPostgres
from tests.conftest import new_database
from tests.scenarios.world import World, world


@pytest.fixture(scope="package")
def house(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A whole house at work."""
    folder: Path = tmp_path_factory.mktemp("issuer")
    with new_database(postgres) as dsn, world(dsn, folder) as started:
        yield started
