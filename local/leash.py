"""No process outlives the one that started it, also when that one is killed without a chance to clean up.

Run as a script (`python leash.py PARENT_PID COMMAND …`) it becomes COMMAND, tied to its parent: the tie survives
exec. The kernel's tie is to the *thread* that forked, so processes are started from main threads only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int, with_signal: int = signal.SIGKILL) -> None:
    """Has the kernel send this process `with_signal` when `parent`, its parent process, ends. Only on Linux."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the tie was made
        os.kill(os.getpid(), with_signal)


def leashed(command: list[str]) -> list[str]:
    """The command line that runs `command` tied to the calling process; the process id stays the same."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


if __name__ == "__main__":
    tie_to_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
