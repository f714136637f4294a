"""What commands say to the person who gave them, and ask."""

import sys

NOT_DONE = 2
"""The exit code of a command that could not do what it was asked for."""

SIGN_IN = "`gcloud auth application-default login` signs you in."
"""What to do if Google refuses."""


def say(*lines: str) -> None:
    """Print `lines` to standard output."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def complain(line: str) -> int:
    """Print `line` to standard error. Returns NOT_DONE, with which most commands end then."""
    sys.stderr.write(f"{line}\n")
    return NOT_DONE


def agreed(question: str) -> bool:
    """Ask `question`. Whether the answer is yes; no answer is no."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        say("")
        return False
