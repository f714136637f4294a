"""Sees to it that a child process ends when its parent does, even if the parent is killed and cannot clean up.

Run as a script (`python leash.py PARENT_PID COMMAND …`) it asks the kernel for this and then becomes COMMAND; the
request survives exec. To the kernel, the parent is the *thread* that forked, so start such processes from the main
thread only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int, with_signal: int = signal.SIGKILL) -> None:
    """Have the kernel send this process `with_signal` when its parent, process id `parent`, ends. Linux only."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before the kernel was asked
        os.kill(os.getpid(), with_signal)


def leashed(command: list[str]) -> list[str]:
    """A command line that runs `command` and has it killed when the calling process ends.

    The process id of the started process is that of `command`.
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


if __name__ == "__main__":
    tie_to_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
