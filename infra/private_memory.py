"""Keeps what stands in memory out of files: no core dump of this process, and no look into it by its own user.

A key stands in memory for a moment whenever a value is sealed or opened, and Python cannot wipe it afterwards.
"""

import ctypes
import resource

PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Forbid core dumps, of this process and of what it starts, and attaching to it (core(5), prctl(2)).

    Where the kernel knows no such call the limit alone holds.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
