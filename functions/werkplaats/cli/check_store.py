"""`make check-store`: lists what does not fit together in the store, and makes a ledger anew if it is told to.

It only reads, unless it is told --rebuild. What it prints has ids, and nothing else of anybody.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime

from werkplaats.cli.environments import NoEnvironmentError, settings_of
from werkplaats.cli.terminal import SIGN_IN, agreed, complain, say
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.machine import utc_now
from werkplaats.runtime import Runtime
from werkplaats.settings import SettingError, Settings
from werkplaats.store import ConflictError, OutcomeUnknownError, RefusedError, Store, StoreError
from werkplaats.workflows.check import Rebuild, check_store, plan_rebuild, rebuild, uncounted

FITS, DOES_NOT_FIT = 0, 1
"""Exit codes.

0: everything fits, or the ledger was made anew. 1: something does not fit, or the ledger was not made anew. 2: it could
not be found out, or there was no terminal to ask at and --yes was not given.
"""

_QUIET_FOR = 2.0
"""After this many seconds the command says which workshop it reads."""

_UNREAD = (
    "Nothing was written, because this cannot be read:{unread}\nSeats that are taken would count as free. If a newer "
    "version of the program wrote it, use that one. Otherwise correct it by hand in the console, and ask again."
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make check-store", description="Lists what does not fit in the store.")
    parser.add_argument("--environment", default="", help="one of infra/environments (make check-store ENV=test)")
    parser.add_argument("--rebuild", metavar="WORKSHOP", default="", help="make the ledger of this workshop anew")
    parser.add_argument("--yes", action="store_true", help="make it anew without asking (make check-store YES=1)")
    asked = parser.parse_args(arguments)
    try:
        settings = settings_of(asked.environment)
        store = Runtime(settings).store
        say(f"In {store.wire.name}:")
        return _rebuild(store, asked.rebuild, asked.yes) if asked.rebuild else _check(store, settings, utc_now())
    except (NoEnvironmentError, SettingError) as error:
        return complain(str(error))
    except RefusedError as error:
        return complain(f"Google refuses: {error}\n{SIGN_IN}")
    except OutcomeUnknownError:
        return complain("Firestore did not answer, so the ledger may have been written or not. Check again.")
    except StoreError:
        return complain("Firestore does not answer. See whether you are connected, and check again.")


def _check(store: Store, settings: Settings, now: datetime) -> int:
    on_emulator = "FIRESTORE_EMULATOR_HOST" in settings.given
    # Locally anybody may sign in; and without an environment's file it may be unknown who may.
    makers = None if on_emulator or "ORGANISERS" not in settings.given else settings.organisers
    found = check_store(store, now, makers=makers, deletes=not on_emulator, progress=_progress())
    say(*(finding.line for finding in found))
    say(_sum(len(found)))
    return DOES_NOT_FIT if found else FITS


def _sum(count: int) -> str:
    if count == 0:
        return "Everything fits."
    return "1 thing does not fit." if count == 1 else f"{count:,} things do not fit."


def _rebuild(store: Store, workshop: str, sure: bool) -> int:
    plan = plan_rebuild(store, workshop)
    if plan is None and (unread := uncounted(store, workshop)):
        return complain(_UNREAD.format(unread="".join(f"\n  {one}" for one in unread)))
    if plan is None:
        return complain(f"There is no workshop {workshop!r} that this version can read.")
    say(*_described(plan))
    if not sure and not sys.stdin.isatty():
        return complain("There is no terminal to ask at, so nothing was written. Pass --yes (YES=1) if it is right.")
    if not sure and not agreed("Rebuild?"):
        complain("Nothing was written.")
        return DOES_NOT_FIT
    try:
        rebuild(store, plan)
    except ConflictError:
        complain("Somebody changed the seats while you were asked. Nothing was written: look again.")
        return DOES_NOT_FIT
    say(f"{workshop}: the ledger is new")
    return FITS


def _described(plan: Rebuild) -> list[str]:
    """What would change, as lines for people to read."""
    names = [name for name in Ledger.__struct_fields__ if name != "id"]
    if plan.before is None:
        return [f"{plan.after.id}: has no ledger that can be read", *(_line(name, None, plan) for name in names)]
    differs = [name for name in names if getattr(plan.before, name) != getattr(plan.after, name)]
    return [f"{plan.after.id}:", *(_line(name, plan.before, plan) for name in differs)]


def _line(name: str, before: Ledger | None, plan: Rebuild) -> str:
    return f"  {name}: {getattr(before, name, 'nothing')} → {getattr(plan.after, name)}"


def _progress() -> Callable[[str], None]:
    began = time.monotonic()

    def progress(workshop: str) -> None:
        if time.monotonic() - began > _QUIET_FOR:
            sys.stderr.write(f"  {workshop} …\n")

    return progress


if __name__ == "__main__":
    sys.exit(main())
