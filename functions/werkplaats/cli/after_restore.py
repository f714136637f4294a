"""`make after-restore`: makes a restored backup fit for use, before anybody reaches it (docs/runbooks/restore.md)."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import ValidationError

from werkplaats.cli.environments import NoEnvironmentError, settings_of
from werkplaats.cli.terminal import SIGN_IN, agreed, complain, say
from werkplaats.machine import surroundings, utc_now
from werkplaats.runtime import Runtime
from werkplaats.settings import SettingError
from werkplaats.store import RefusedError, Store, StoreError
from werkplaats.workflows.after_restore import Erased, after_restore
from werkplaats.workflows.restored_workshops import Known, look_at_workshops
from werkplaats.workflows.seats.commit import SeatsBusyError
from werkplaats.workflows.seats.queue import SeatQueue

_HEADING = "workshop,registration"
"""The first line of each list of erasures. Without it, a file that is empty because a command failed would pass."""

_AGAIN = (
    "Give the command again, with SENT. Without SENT, begin with the import again, because a second time would hold "
    "back the new mails as well (docs/runbooks/restore.md)."
)


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
        sent = None if asked.sent is None else _sent(asked.sent)
        store = Runtime(settings_of(asked.environment)).store
        around = surroundings(lambda: utc_now())
        _show(store, sent, around.clock.now())
        if (refused := None if asked.yes else _refusal()) is not None:
            return complain(refused)
        done = after_restore(store, SeatQueue(store, around), around.clock, erased=erased, sent=sent)
    except (NoEnvironmentError, SettingError, WrongListError) as error:
        return complain(str(error))
    except RefusedError as error:
        return complain(f"Google refuses: {error}\n{SIGN_IN}")
    except (StoreError, SeatsBusyError, ValidationError) as error:
        # The message of a ValidationError quotes what is stored, so it is not shown.
        return complain(f"It is not finished ({type(error).__name__}). {_AGAIN}")
    say(f"erased again: {done.erased}", f"offers that had lapsed: {done.ended}", f"mails to be sent: {done.waiting}")
    say(f"mails held back: {len(done.held_back)}", *(f"  {id}" for id in done.held_back))
    if done.undone:
        say(f"NOT done: {len(done.undone)}", *(f"  {what}" for what in done.undone))
        return complain(f"All the rest is done. `make check-store` says what is wrong with these: mend it. {_AGAIN}")
    return 0


def _show(store: Store, sent: frozenset[str] | None, now: datetime) -> None:
    """Show what the backup knows, and what would be done now (UTC), so that somebody can see that it is not right."""
    say(f"In {store.wire.name}:")
    for known in look_at_workshops(store, now):
        say(*_described(known))
    unsettled = {mail.id for mail in store.outbox.unsettled()}
    if sent is None:
        say(f"No SENT: {len(unsettled):,} unsettled mails, and all that had fallen due, are held back")
    else:
        among = len(unsettled & sent)
        say(f"SENT: {len(sent):,} ids; {among:,} of {len(unsettled):,} unsettled mails are among them")
    say("Has one of these been moved, changed or called off since? See step 4 of docs/runbooks/restore.md first.")


def _described(known: Known) -> list[str]:
    if known.first_day is None:
        return [f"  {known.id}: cannot be read"]
    state = "goes on" if known.called_off is None else f"was called off on {known.called_off:%Y-%m-%d}"
    lines = [f"  {known.id}: {known.first_day} to {known.last_day}, {state}"]
    if known.people is None:
        lines.append("    ERASES people or answers now, of which some cannot be read")
    elif known.people:
        lines.append(f"    ERASES all that is known of {known.people:,} people now, for good")
    if known.questions:
        lines.append(f"    ERASES the answers to {', '.join(known.questions)} now, for good")
    if known.results:
        lines.append("    ERASES the opened answers of its surveys now, if there are any")
    return lines


def _sent(file: str) -> frozenset[str]:
    ids = frozenset(_lines(file))
    if not ids:
        raise WrongListError(
            f"{file}: is empty, so everything would be mailed again. Repeat the gcloud command of the runbook, or give "
            "no SENT: then everything that had fallen due is held back"
        )
    if any(" " in id for id in ids):
        raise WrongListError(f"{file}: expected the id of one mail in each line; got something else")
    return ids


def _erased(file: str) -> list[Erased]:
    lines = _lines(file)
    if not lines or lines[0] != _HEADING:
        raise WrongListError(
            f"{file}: the first line must be {_HEADING}. If the file is empty, repeat the command of the runbook that "
            "made it. If gcloud then finds nothing again, nobody was erased: leave this file out"
        )
    found = []
    for line in lines[1:]:
        workshop, _, rest = line.partition(",")
        registration, _, questions = rest.partition(",")
        if not (workshop and registration) or " " in line:
            raise WrongListError(f"{file}: expected lines such as {_HEADING}; got another")
        found.append(Erased(workshop, registration, tuple(filter(None, questions.split("+")))))
    return found


def _lines(file: str) -> Sequence[str]:
    try:
        return list(filter(None, (line.strip() for line in Path(file).read_text().splitlines())))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongListError(f"{file}: cannot be read ({type(error).__name__})") from error


def _refusal() -> str | None:
    """Ask whether to begin. Returns what to say if it must not."""
    if not sys.stdin.isatty():
        return "There is no terminal to ask at, so nothing was done. If all of this is right, give YES=1."
    question = "Is all of this right, and does no function use this database yet?"
    return None if agreed(question) else "Nothing was done."


if __name__ == "__main__":
    sys.exit(main())
