"""Wrong usage of the program: one Dutch sentence and exit code 2, before anything is opened."""

import sys
from pathlib import Path

import pytest

from services.cli import usage
from services.cli.app import app

CASE = "01a00000-0000-4000-8000-000000000001"
WRONG = (
    ("nonsense",),
    ("case", "nonsense"),
    ("case", "history"),
    ("case", "history", "12"),
    ("case", "history", CASE, "more"),
    ("case", "list", "--nonsense"),
    ("case", "list", "--stage"),
    ("case", "list", "--stage", "NONSENSE"),
    ("ledger", "as-of", "POLICE"),
    ("ledger", "participant", "POLICE", "--limit", "0"),
    ("ledger", "participant", "POLICE", "--limit", "x"),
    ("simulate", "--start", "gisteren"),
    ("simulate", "--days", "9999"),
    ("audit", "verify", "nowhere.zip", "--key", "x"),
    ("audit", "verify", ".", "--key", "x"),
    ("governance", "propose", "nowhere.json", "--person", "a", "--valid-from", "2027-01-01"),
    ("log", "prove", CASE, "-o", "nowhere/x"),
    ("audit", "export", "--case", CASE, "-o", "."),
    ("report", "annual", "--year", "2026", "-o", "x.txt"),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_is_one_dutch_sentence(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a wrong word, a missing one or a bad value, exit 2, and where to read how it should be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["zvh", *words])
    with pytest.raises(SystemExit) as ended:
        usage.run(app)
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert told.err.startswith("Verkeerd gebruik: ")
    assert told.err.count("\n") == 1
    assert told.err.endswith("--help`.\n")
    for english in ("Invalid", "Input", "Missing", "should", "does not", "not one of", "No such", "Error", "Got "):
        assert english not in told.err


@pytest.mark.parametrize(("words", "code"), [(("--version",), 0), ((), 2)])
def test_help_and_version_are_no_complaint(
    words: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a question about the program itself, it answers; without any command it shows what there is."""
    monkeypatch.setattr(sys, "argv", ["zvh", *words])
    with pytest.raises(SystemExit) as ended:
        usage.run(app)
    assert ended.value.code == code
    assert "Verkeerd gebruik" not in capsys.readouterr().err
