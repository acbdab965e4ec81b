"""Starting programs that may not outlive us, and stopping them."""

import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """Return a function for ``preexec_fn`` that lets the kernel send *sign* to the child when its parent dies.

    The kernel looks at the thread that starts the child, so start it from a thread that lives as long as the program.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def set_it() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(sign))

    return set_it


def stop(process: subprocess.Popen[bytes], sign: signal.Signals, seconds: float) -> None:
    """Ask *process* to stop with *sign*; kill it when it has not done so after *seconds*. Harmless when it is gone."""
    if process.poll() is None:
        process.send_signal(sign)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_alive(pid: int) -> bool:
    """Say whether a process with this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
