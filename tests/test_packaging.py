"""The wheel holds everything, and the program starts from it alone."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("events", "policies", "projections", "infra", "services", "tools")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_every_package(wheel: Path) -> None:
    """Tables, policies, migrations, samples: a missing data file would be noticed only at a customer's."""
    tracked = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True)
    with zipfile.ZipFile(wheel) as archive:
        assert set(tracked.stdout.split()) - set(archive.namelist()) == set()


def test_the_program_starts_from_the_wheel_in_a_bare_environment(wheel: Path, tmp_path: Path) -> None:
    """No checkout in sight: only the unpacked wheel and the libraries of others."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "paths.pth").write_text(f"{unpacked}\n{sysconfig.get_path('purelib')}\n")
    program = "import sys; from services.cli import main; sys.argv = ['zvh', *sys.argv[1:]]; main()"
    for words in (["--version"], ["simulate", "--days", "1", "--per-day", "1", "-o", "traffic.jsonl", "--json"]):
        done = subprocess.run(
            [environment / "bin" / "python", "-P", "-c", program, *words],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin"},
        )
        assert done.returncode == 0, done.stderr
        where = subprocess.run(
            [environment / "bin" / "python", "-P", "-c", "import services; print(services.__file__)"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        assert where.stdout.startswith(str(unpacked))
