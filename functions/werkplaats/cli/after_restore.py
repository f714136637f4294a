"""`make after-restore`: makes a restored backup fit for use, before anybody reaches it (docs/runbooks/restore.md)."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from werkplaats.cli.environments import NoEnvironmentError, settings_of
from werkplaats.machine import surroundings, utc_now
from werkplaats.runtime import Runtime
from werkplaats.settings import SettingError
from werkplaats.store import RefusedError, StoreError
from werkplaats.workflows.after_restore import Erased, after_restore
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.seats.commit import SeatsBusyError
from werkplaats.workflows.seats.queue import SeatQueue

_HEADING = "workshop,registration"
"""The first line of a list that was read from the logs."""


class WrongListError(Exception):
    """A file with a list cannot be read. The message says which and where."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit code: 0 if the database is ready to be checked, otherwise 2."""
    parser = argparse.ArgumentParser(prog="make after-restore", description="Makes a restored backup fit for use.")
    parser.add_argument("--environment", default="", help="one of infra/environments (ENV=test)")
    parser.add_argument("--erased", action="append", default=[], help="a list of what was erased (ERASED=file)")
    parser.add_argument("--sent", help="the ids of the mails that were sent since (SENT=file)")
    parser.add_argument("--yes", action="store_true", help="begin without asking (YES=1)")
    asked = parser.parse_args(arguments)
    try:
        erased = [one for file in asked.erased for one in _erased(file)]
        sent = None if asked.sent is None else frozenset(_lines(asked.sent))
        store = Runtime(settings_of(asked.environment)).store
        _say(f"In {store.wire.name}:")
        if not asked.yes and not _agreed():
            return _complain("Nothing was done.")
        around = surroundings(lambda: utc_now())
        done = after_restore(store, SeatQueue(store, around), around.clock, erased=erased, sent=sent)
    except (NoEnvironmentError, SettingError, WrongListError) as error:
        return _complain(str(error))
    except RefusedError as error:
        return _complain(f"Google refuses: {error}\n`gcloud auth application-default login` signs you in.")
    except (StoreError, SeatsBusyError, SomeFailedError) as error:
        return _complain(f"It is not finished ({type(error).__name__}). The runbook says whether to begin again.")
    _say(f"erased again: {done.erased}", f"offers that had lapsed: {done.ended}", f"mails to be sent: {done.waiting}")
    _say(f"mails held back: {len(done.held_back)}", *(f"  {id}" for id in done.held_back))
    return 0


def _erased(file: str) -> list[Erased]:
    found = []
    for line in _lines(file):
        if line == _HEADING:
            continue
        workshop, _, rest = line.partition(",")
        registration, _, questions = rest.partition(",")
        if not (workshop and registration) or " " in line:
            raise WrongListError(f"{file}: expected lines such as workshop,registration; got another")
        found.append(Erased(workshop, registration, tuple(filter(None, questions.split("+")))))
    return found


def _lines(file: str) -> Sequence[str]:
    try:
        return list(filter(None, (line.strip() for line in Path(file).read_text().splitlines())))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongListError(f"{file}: cannot be read ({type(error).__name__})") from error


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input("No function uses this database yet? [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        _say("")
        return False


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _complain(line: str) -> int:
    sys.stderr.write(f"{line}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
