"""`make publish`: check the files in workshops/ and put them into the store."""

import sys
from datetime import UTC, datetime

from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.settings import SettingError
from werkplaats.store import OutcomeUnknownError, Store, StoreUnavailableError
from werkplaats.store.workshop_files import WorkshopFileError, load_all
from werkplaats.workflows.publish import CapacityBelowHeld, publish_workshop


class NotPublishedError(Exception):
    """A workshop was refused; the message says why and what to do."""


def publish_all(store: Store, now: datetime) -> list[str]:
    """Publish every file in workshops/; a line on each. Raises WorkshopFileError before anything is written."""
    return [publish(store, workshop, now) for workshop in load_all()]


def publish(store: Store, workshop: Workshop, now: datetime) -> str:
    result = publish_workshop(store, workshop, now)
    if isinstance(result, CapacityBelowHeld):
        raise NotPublishedError(
            f"{workshop.id}.yaml: capacity: expected at least {result.held}, since so many seats are held; "
            f"{result.capacity} is {result.excess} too few. Raise it, or cancel {result.excess} first. "
            "Nothing of this file was published."
        )
    return f"{workshop.id}: {result.change}"


def main() -> int:
    try:
        store = Runtime.from_environment().store
        lines = publish_all(store, datetime.now(UTC))
    except (WorkshopFileError, NotPublishedError, SettingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (OutcomeUnknownError, StoreUnavailableError) as error:
        sys.stderr.write(f"Firestore does not answer ({error}). Nothing is half done: publish again.\n")
        return 1
    # After a restore the database in use has another name: here one sees whether it was the one that was meant.
    lines.append(f"In {store.wire.name}.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
