"""Each direct dependency is explained, and none brings a licence that the product's own forbids."""

import re
import tomllib
from importlib.metadata import distribution, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE))
WEAK_COPYLEFT = {"psycopg", "psycopg-binary", "psycopg-pool", "crc32c"}
"""LGPL: used unmodified, as libraries that a user may replace. Reasons stand in docs/dependencies.md."""


def direct() -> set[str]:
    """Names of the dependencies that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {re.split(r"[\[<>=! ]", one)[0].lower() for one in asked}


def licence(name: str) -> str:
    """What a distribution says of its licence."""
    said = metadata(name)
    classifiers = [one for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    stated = [*(said.get_all("License-Expression") or []), *(said.get_all("License") or [])]
    return " ".join([*(one[:200] for one in stated), *classifiers])


def test_every_direct_dependency_is_locked_and_explained() -> None:
    """Name and version of each stand in the page."""
    for name in sorted(direct()):
        assert name in LOCKED, name
        assert re.search(rf"^\| {re.escape(name)} \| {re.escape(LOCKED[name])} \|", PAGE, re.MULTILINE), (
            name,
            LOCKED[name],
        )


def test_what_is_installed_is_what_is_locked() -> None:
    """The tests speak of the versions in the lock file."""
    assert {name: distribution(name).version for name in direct()} == {name: LOCKED[name] for name in direct()}


def test_no_library_has_a_licence_that_the_product_cannot_carry() -> None:
    """No GPL or AGPL anywhere in the lock; LGPL only where it is named with a reason."""
    strong = {name for name in LOCKED if re.search(r"\bA?GPL|GNU (Affero )?General Public", licence(name))}
    assert strong == set()
    weak = {name for name in LOCKED if re.search(r"LGPL|Lesser General Public", licence(name))}
    assert weak <= WEAK_COPYLEFT
