"""One small bundle that all attacks are tried on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from infra.local.postgres import LocalPostgres
from services.audit.export import Bundle
from tests.bundles import Writer, export, house_on, other_case
from tests.conftest import new_database
from tools import verify_bundle


@dataclass(frozen=True)
class Target:
    """A bundle of one case, between facts of another, and a folder for copies."""

    bundle: Bundle
    folder: Path

    @property
    def entries(self) -> dict[str, bytes]:
        """The entries, to change."""
        return dict(self.bundle.entries)

    @property
    def case(self) -> list[int]:
        """Where the facts of the case stand in the log, in order; before them stands the fact of the rules."""
        return sorted(int(name[7:-5]) for name in self.bundle.entries if name.startswith("events/"))[1:-1]

    @property
    def export(self) -> str:
        """The entry of the fact that vouches for the bundle."""
        return f"events/{self.bundle.index}.json"


@pytest.fixture(scope="package")
def target(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A case with two grants and two refusals."""
    with new_database(postgres) as dsn:
        writer = Writer(dsn)
        writer.activate()
        writer.case(looks=2)
        writer.case(other_case(1))
        with house_on(dsn) as house:
            yield Target(export(house), tmp_path_factory.mktemp("bundles"))


@pytest.fixture
def signatures_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature that was checked is not computed again: thousands of bundles here have the same ones."""
    monkeypatch.setattr(verify_bundle, "ed25519_holds", lru_cache(None)(verify_bundle.ed25519_holds))
