"""The page of the six challenges points at what is there: commands, paths, facts and tests, each by its own name."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from events.catalogue import FACTS
from services.cli.app import app
from services.workflow.commands import COMMANDS
from tests.http_house import Door

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "challenges.md").read_text(encoding="utf-8")
SECTIONS = {found.splitlines()[0]: found for found in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
MEMBERS = {"assessment.needed", "assessments"}
"""Members of a case's document, which ``test_http_insight`` reads."""
FACT_NAMES = {one.type_name.split(".")[3] for one in FACTS}
KINDS = {
    "test": re.compile(r"tests/[\w/]+\.py::test_\w+"),
    "command": re.compile(r"[A-Z][A-Za-z]+"),
    "path": re.compile(r"(GET|POST) /\S*"),
    "program": re.compile(r"zvh .+"),
    "fact": re.compile(r"[a-z]+(-[a-z]+)+"),
    "file": re.compile(r"[a-z_]+/[\w/]+"),
}


def names(text: str) -> list[tuple[str, str]]:
    """Return every name in backticks with its kind."""
    found = []
    for name in re.findall(r"`([^`]+)`", text.split("\n", 1)[1]):
        kind = next((kind for kind, form in KINDS.items() if form.fullmatch(name)), "other")
        found.append((kind, name))
    return found


def test_there_are_six_challenges() -> None:
    """The seed names six, and each has its section, in order."""
    assert [title[0] for title in SECTIONS] == list("123456")


@pytest.mark.parametrize("title", SECTIONS)
def test_each_challenge_points_at_command_fact_and_test(title: str) -> None:
    """A challenge that only words answer is not answered."""
    kinds = {kind for kind, _ in names(SECTIONS[title])}
    assert kinds >= {"fact", "test"}
    assert kinds & {"command", "program"}
    rows = [line for line in SECTIONS[title].splitlines() if line.startswith("| ") and "shown by" not in line]
    assert [row for row in rows if not KINDS["test"].search(row)] == [], "each row has its test"


def test_the_named_commands_facts_files_and_members_exist() -> None:
    """No name of the page is out of date, and none is of a kind that nobody checks."""
    wanted = {
        "command": set(COMMANDS),
        "fact": FACT_NAMES,
        "other": MEMBERS,
    }
    for kind, name in names(f"\n{PAGE}"):
        if kind in wanted and not name.startswith("zvh"):
            assert name in wanted[kind], name
        if kind == "file":
            assert (ROOT / name).exists(), name


def test_the_named_tests_exist() -> None:
    """Each test stands in its file under its name."""
    for kind, name in names(f"\n{PAGE}"):
        if kind == "test":
            file, test = name.split("::")
            assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), name


def test_the_named_command_lines_exist() -> None:
    """Each line of the page is a command of the program, with options that it has."""
    for kind, name in names(f"\n{PAGE}"):
        if kind == "program":
            words = name.split()[1:]
            told = CliRunner().invoke(app, [*(word for word in words if not word.startswith("--")), "--help"])
            assert told.exit_code == 0, name
            assert [word for word in words if word.startswith("--") and word not in told.output] == [], name


def test_the_named_paths_are_served(door: Door) -> None:
    """Each path is one of the OpenAPI document, with its method and its query."""
    served = door.app.openapi()["paths"]
    for kind, name in names(f"\n{PAGE}"):
        if kind == "path":
            method, _, path = name.partition(" ")
            path, _, query = path.partition("?")
            operation = served[path][method.lower()]
            if query:
                assert query.split("=")[0] in {one["name"] for one in operation["parameters"]}, name
