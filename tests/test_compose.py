"""The compose file is valid: checked for form here, because not every machine that runs the tests runs Docker."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from infra.settings import Settings
from services.bootstrap import kafka_admin, workers

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = "setup"


def test_only_known_parts_are_used() -> None:
    """A typo in a top-level name would otherwise be ignored in silence."""
    assert {name for name in COMPOSE if not name.startswith("x-")} == {"services", "volumes", "secrets"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_pinned_image_a_restart_policy_and_what_it_depends_on(name: str) -> None:
    """No moving tag, no dangling dependency, volume or secret."""
    service = SERVICES[name]
    assert re.fullmatch(r"[a-z/]+:[0-9][\w.-]+", service["image"]), service["image"]
    assert service["restart"] in ("unless-stopped", "on-failure")
    for needed, how in service.get("depends_on", {}).items():
        wanted = "service_completed_successfully" if needed == ONE_SHOT else "service_healthy"
        assert how == {"condition": wanted}
        assert needed == ONE_SHOT or "healthcheck" in SERVICES[needed]
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (ROOT / source).exists()
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_exists_and_no_secret_stands_in_the_file(name: str) -> None:
    """A ZVH_ name that the product does not know, or a password in clear, is noticed here."""
    environment = SERVICES[name].get("environment", {})
    fields = {f"ZVH_{field.upper()}" for field in Settings.model_fields}
    assert {key for key in environment if key.startswith("ZVH_")} <= fields
    for key, value in environment.items():
        if "PASSWORD" in key or key in ("ZVH_KEY", "ZVH_LOG_KEY"):
            assert re.fullmatch(r"\$\{[A-Z_]+:\?.+\}", str(value)), key


def test_each_worker_meets_kafka_as_its_own_user() -> None:
    """The users are those that `zvh infra apply` makes."""
    users = {
        s["environment"]["ZVH_KAFKA_USERNAME"]
        for s in SERVICES.values()
        if "ZVH_KAFKA_USERNAME" in s.get("environment", {})
    }
    assert users - {"admin"} <= set(kafka_admin.users())
    commands = {name: SERVICES[name]["command"] for name in get_args(workers.Name)}
    assert commands == {name: ["worker", name] for name in commands}


def test_only_the_processing_log_waits_to_be_asked_for() -> None:
    """Who has no receiver for it starts without; whoever asks gives its address, which is not in the file."""
    assert {name: one["profiles"] for name, one in SERVICES.items() if "profiles" in one} == {"ldv": ["ldv"]}
    environment = SERVICES["ldv"]["environment"]
    assert environment["ZVH_LDV_ENDPOINT"] is None, "taken from .env, and left out where that does not have it"
    assert "ZVH_KAFKA_USERNAME" not in environment


def made(folder: Path) -> None:
    """Run make-env in a copy of what it needs."""
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "make-env", folder / "scripts")
    subprocess.run([folder / "scripts" / "make-env"], check=True, capture_output=True)


def test_make_env_gives_every_variable_and_every_user_and_overwrites_nothing(tmp_path: Path) -> None:
    """All that the compose file asks for; a second time it refuses, because a lost key is lost data."""
    made(tmp_path)
    env = (tmp_path / ".env").read_text()
    given = {line.partition("=")[0] for line in env.splitlines() if not line.startswith("#")}
    assert given == set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    users = {line.partition("=")[0] for line in (tmp_path / ".kafka-users").read_text().splitlines()}
    assert users == set(kafka_admin.users())
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in (".env", ".kafka-users"))
    again = subprocess.run([tmp_path / "scripts" / "make-env"], check=False, capture_output=True)
    assert again.returncode == 1
    assert (tmp_path / ".env").read_text() == env


def test_a_compose_program_accepts_the_file(tmp_path: Path) -> None:
    """Where Docker's own compose is installed, it has the last word."""
    programs = [
        [found, *words]
        for name, *words in (("docker", "compose"), ("docker-compose",))
        if (found := shutil.which(name))
    ]
    ready = [p for p in programs if subprocess.run([*p, "version"], check=False, capture_output=True).returncode == 0]
    if not ready:
        pytest.skip("no compose program on this machine; the file was checked for form by the other tests")
    made(tmp_path)
    subprocess.run(
        [*ready[0], "-f", ROOT / "docker-compose.yml", "--env-file", tmp_path / ".env", "config", "-q"],
        check=True,
        env=dict(os.environ),
    )
