"""`make erased-list`: prints what was erased, one line each, for `make after-restore`. Ids, and nothing of anybody."""

import argparse
import sys

from werkplaats.cli.environments import NoEnvironmentError, settings_of
from werkplaats.cli.terminal import SIGN_IN, complain
from werkplaats.runtime import Runtime
from werkplaats.settings import SettingError
from werkplaats.store import RefusedError, StoreError


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit code: 2 if the list could not be read."""
    parser = argparse.ArgumentParser(prog="make erased-list", description="Prints the list of what was erased.")
    parser.add_argument("--environment", default="", help="one of infra/environments (make erased-list ENV=test)")
    asked = parser.parse_args(arguments)
    try:
        store = Runtime(settings_of(asked.environment)).store
        sys.stderr.write(f"In {store.wire.name}:\n")
        sys.stdout.write("workshop,registration\n")
        for one in store.erasures.all():
            questions = f",{'+'.join(one.questions)}" if one.questions else ""
            sys.stdout.write(f"{one.workshop},{one.registration}{questions}\n")
    except (NoEnvironmentError, SettingError) as error:
        return complain(str(error))
    except RefusedError as error:
        return complain(f"Google refuses: {error}\n{SIGN_IN}")
    except StoreError:
        return complain("Firestore does not answer. The logs have the list too (docs/runbooks/restore.md).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
