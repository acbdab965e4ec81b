"""The desk as a process that dies at one step of a disclosure: ``python -m tests.system.desk_process``.

Reads DESK_DSN, DESK_KEY and DESK_CASE from the environment. For each line on stdin (``kill N``, ``late N``, ``cut N``)
a child of its own asks the desk for data; at the N-th line of our own code that it executes it kills itself (``kill``;
``late`` counts from where the desk opens what is on record), or has the database cut all its sessions (``cut``).
Everything that leaves the desk is printed at once, as ``seen <disclosure> <items>``; when the child is done,
``done <how it ended> <steps>`` is printed.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID, uuid4

import psycopg

from events.errors import ZvhError
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.keys import KeyRing
from infra.sealing import AesSealer
from infra.wrapping import LocalWrapping
from policies.engine import Policies
from policies.reference import Reference
from services.acting import Acting
from services.desk import Desk, Opened
from services.disclosure import Disclose
from services.handling import Handling, Order
from tests.facts import POLICE_OIN

ROOT = Path.cwd()
OURS = tuple(f"{ROOT}/{folder}/" for folder in ("services", "infra"))
REFERENCE = Reference.load()
POLICIES = Policies.load(REFERENCE)
OFFICER = Acting("p-0123456789abcdef", "POLICE", POLICE_OIN, "police-task")
ASKED = Disclose(
    recipient_org=OFFICER.org,
    recipient_person=OFFICER.person,
    recipient_task=OFFICER.task,
    purpose="COORDINATE_CARE",
    legal_basis=("WGS:participants", "WGS:purpose"),
    necessity="Nodig voor het plan.",
    proportionality="Alleen wat bij de taak hoort.",
    subsidiarity="Het kan niet met minder.",
)


class Steps:
    """Counts the lines of our own code that are executed, and does something at one of them."""

    def __init__(self, at: int, act: Callable[[], None], since: str = "") -> None:
        """Count from the start, or since the function of that name was entered."""
        self.count, self._at, self._act, self._since = 0, at, act, since

    def __call__(self, frame: FrameType, event: str, _: object) -> Any:
        """Follow our own files only; the libraries run at full speed."""
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if frame.f_code.co_name == self._since:
            self._since = ""
        if event == "line" and not self._since:
            self.count += 1
            if self.count == self._at:
                self._act()
        return self


def show(opened: Opened) -> None:
    """Let what was opened leave the process; unbuffered, so that nothing is left behind in it."""
    items = ",".join(sorted(str(one.item_id) for one in opened.values))
    os.write(1, f"seen {opened.disclosure_id} {items}\n".encode())


def cut(dsn: str) -> None:
    """Have the database end every session of this process."""
    with psycopg.connect(dsn, autocommit=True, application_name="the-axe") as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name <> 'the-axe'"
        )


def once(how: str, step: int) -> int:
    """Ask the desk once, with a fault at one step. Returns the steps that were taken."""
    dsn, case = os.environ["DESK_DSN"], UUID(os.environ["DESK_CASE"])
    with PostgresFactStore(dsn, "00000004003214345900") as store:
        ring = KeyRing(dsn, [LocalWrapping(bytes.fromhex(os.environ["DESK_KEY"]))])
        handling = Handling(store, SystemClock())
        desk = Desk(handling, AesSealer(ring), ring, POLICIES, REFERENCE)
        order = Order(uuid4(), case, OFFICER, "Disclose", "test", b"0" * 32, uuid4())
        act = (lambda: cut(dsn)) if how == "cut" else (lambda: os.kill(os.getpid(), signal.SIGKILL))
        steps = Steps(step, act, "_open" if how == "late" else "")
        sys.settrace(steps)
        try:
            show(desk.disclose(order, ASKED))
        except ZvhError:
            pass  # a clear answer without data: what it was is for other tests to say
        finally:
            sys.settrace(None)
        ring.close()
    return steps.count


def main() -> None:
    """Take orders until stdin ends."""
    os.write(1, b"ready\n")
    for line in sys.stdin:
        how, _, step = line.partition(" ")
        child = os.fork()
        if child == 0:
            count = once(how, int(step))
            os.write(1, f"steps {count}\n".encode())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        os.write(1, f"done {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main()
