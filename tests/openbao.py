"""A real OpenBao on this machine, in memory, with a transit engine: started here and stopped here."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

import urllib3

from infra.local.processes import die_with_parent, free_port, stop

ROOT = "root-token-of-a-test"
START_SECONDS = 30
POLICY = """
path "transit/encrypt/zvh" { capabilities = ["update"] }
path "transit/decrypt/zvh" { capabilities = ["update"] }
path "transit/rewrap/zvh" { capabilities = ["update"] }
"""
"""What the services need, and no more, as the operator's guide gives it."""


def program() -> str | None:
    """Return the program of the server, where it is installed."""
    beside = Path(sys.executable).parent / "bao"
    return str(beside) if beside.exists() else shutil.which("bao")


@dataclass(frozen=True)
class OpenBao:
    """A running server."""

    address: str
    token: str
    """With the rights of the operator's guide."""

    def admin(self, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
        """Do something as the engine's administrator."""
        answer = urllib3.request("POST", f"{self.address}/v1/{path}", json=body or {}, headers={"X-Vault-Token": ROOT})
        assert answer.status in (200, 204), answer.data
        found: dict[str, object] = answer.json() if answer.data else {}
        return found

    def rotate(self) -> None:
        """Make a new version of the key."""
        self.admin("transit/keys/zvh/rotate")

    def forget(self, below: int) -> None:
        """Read no version below this one."""
        self.admin("transit/keys/zvh/config", {"min_decryption_version": below})


@contextmanager
def openbao(command: str) -> Iterator[OpenBao]:
    """Run a server until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [command, "server", "-dev", f"-dev-root-token-id={ROOT}", f"-dev-listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(SIGTERM),
    )
    try:
        address, until = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
        while not _answers(address):
            assert process.poll() is None, "OpenBao does not start"
            assert time.monotonic() < until, "OpenBao does not answer"
            time.sleep(0.05)
        server = OpenBao(address, "")
        server.admin("sys/mounts/transit", {"type": "transit"})
        server.admin("transit/keys/zvh")
        server.admin("sys/policies/acl/zvh", {"policy": POLICY})
        made = server.admin("auth/token/create", {"policies": ["zvh"], "period": "24h"})
        auth = made["auth"]
        assert isinstance(auth, dict)
        yield OpenBao(address, str(auth["client_token"]))
    finally:
        stop(process, SIGTERM, 10)


def _answers(address: str) -> bool:
    try:
        return urllib3.request("GET", f"{address}/v1/sys/health", retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False
