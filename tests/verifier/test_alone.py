"""The one file stands alone: an empty environment, no network, no import that is not the standard library's."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.conftest import Target
from tests.bundles import KEY, zipped

FILE = Path(__file__).parents[2] / "tools" / "verify_bundle.py"
NO_NETWORK = frozenset({"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "asyncio", "subprocess", "ctypes"})


def ran(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file, isolated and without any environment, from a folder where nothing else is."""
    copy = cwd / "verify_bundle.py"
    copy.write_bytes(FILE.read_bytes())
    command = [sys.executable, "-I", "-S", copy, *words]
    return subprocess.run(command, cwd=cwd, env={}, check=False, capture_output=True, text=True, encoding="utf-8")


def test_it_imports_the_standard_library_alone_and_nothing_that_reaches_out() -> None:
    """Every import, also one inside a function."""
    nodes = list(ast.walk(ast.parse(FILE.read_text(encoding="utf-8"))))
    names = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert names & NO_NETWORK == set()
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level]


def test_it_is_written_for_python_3_9_and_newer() -> None:
    """An auditor's machine is not ours: the grammar is that of the oldest version that the guide names."""
    ast.parse(FILE.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_it_tells_in_dutch_what_holds(target: Target, tmp_path: Path) -> None:
    """Exit 0, and a summary for people; --json for programs."""
    (tmp_path / "zaak.zip").write_bytes(zipped(target.entries))
    done = ran("zaak.zip", "--key", KEY, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("DE BUNDEL KLOPT.\n")
    assert "nummers 1 tot en met 13" in done.stdout
    document = ran("zaak.zip", "--key", KEY, "--json", cwd=tmp_path)
    assert '"holds": true' in document.stdout


def test_it_names_what_does_not_hold(target: Target, tmp_path: Path) -> None:
    """Exit 1, the entry and what is wrong on stderr; with --json the document is there too."""
    name = f"events/{target.case[2]}.json"
    entries = {**target.entries, name: target.entries[name].replace(b"2026", b"2025", 1)}
    (tmp_path / "zaak.zip").write_bytes(zipped(entries))
    done = ran("zaak.zip", "--key", KEY, "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert f"- {name}: dit feit staat niet zo in het logboek" in done.stderr
    assert f'"entry": "{name}"' in done.stdout


def test_it_tells_what_became_of_what_the_auditor_brought(target: Target, tmp_path: Path) -> None:
    """Given a checkpoint and another bundle, the summary says that it was held against both."""
    (tmp_path / "zaak.zip").write_bytes(zipped(target.entries))
    (tmp_path / "punt").write_bytes(target.entries["checkpoint"])
    done = ran("zaak.zip", "--key", KEY, "--since", "punt", "--compare", "zaak.zip", cwd=tmp_path)
    size = target.entries["checkpoint"].decode().splitlines()[1]
    assert f"gegroeid uit uw controlepunt van {size} feiten" in done.stdout
    assert "met zaak.zip: beide vertellen één geschiedenis" in done.stdout


def test_its_help_and_its_complaints_are_dutch(tmp_path: Path) -> None:
    """Given no words, half a question or a letter for a number, nothing of argparse's English is left."""
    told = ran("--help", cwd=tmp_path)
    assert told.returncode == 0
    wrong = [
        ran(*words, cwd=tmp_path) for words in ((), ("x", "--key"), ("x", "--key", KEY, "--quorum", "k"), ("x", "y"))
    ]
    said = told.stdout + "".join(one.stderr for one in wrong)
    for english in ("usage:", "options", "arguments", "show this", "required", "expected", "invalid"):
        assert english not in said


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("zaak.zip",),
        ("zaak.zip", "--key", "no-key"),
        ("zaak.zip", "--key", KEY, "--witness", KEY),
        ("zaak.zip", "--key", KEY, "--quorum", "1"),
        ("zaak.zip", "--key", KEY, "--since", "gone"),
        ("gone.zip", "--key", KEY),
        (".", "--key", KEY),
    ],
)
def test_wrong_usage_is_exit_2_and_one_sentence(target: Target, tmp_path: Path, words: tuple[str, ...]) -> None:
    """No stack trace, whatever is given."""
    (tmp_path / "zaak.zip").write_bytes(zipped(target.entries))
    done = ran(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_what_is_no_bundle_is_told_so(tmp_path: Path) -> None:
    """Given an empty file, a text, or a zip of something else, exit 1 and a sentence."""
    for content in (b"", b"hello", b"PK\x03\x04" + os.urandom(100)):
        (tmp_path / "x.zip").write_bytes(content)
        done = ran("x.zip", "--key", KEY, cwd=tmp_path)
        assert done.returncode == 1
        assert "DE BUNDEL KLOPT NIET" in done.stderr
        assert "Traceback" not in done.stderr
