"""`make publish`: checks the files in workshops/, shows what would change, asks, and publishes them."""

import argparse
import sys
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from werkplaats.cli.terminal import agreed, complain, say
from werkplaats.domain.differences import Difference, excerpts
from werkplaats.domain.workshop import Workshop
from werkplaats.machine import surroundings
from werkplaats.runtime import Runtime
from werkplaats.settings import SettingError
from werkplaats.store import RefusedError, Store, StoreUnavailableError
from werkplaats.workflows.preview import LostAnswers, Preview, preview
from werkplaats.workflows.publish import CapacityBelowHeld, ChangedMeanwhile, PracticeDiffers, publish_workshop
from werkplaats.workflows.seats.commit import SeatsBusyError, StoreAwayError
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workshop_files import WorkshopFileError, load_all

_DONE, _NOT_DONE, _NOBODY_TO_ASK = 0, 1, 2
"""Exit codes.

0: published, or there was nothing to publish. 1: not published. 2: not published, because there was no terminal to ask
at and --yes was not given.
"""

_BY = "make publish"
"""Who published a revision that comes from a file."""

_AROUND = 60
"""How many characters of a long text are shown, starting shortly before the first difference."""


class NotPublishedError(Exception):
    """A workshop was not published. The message says why, and what to do."""


def publish_new(store: Store, now: datetime) -> list[str]:
    """Publish, at `now` (UTC) and without asking, each file in workshops/ that is new or has changed.

    A file that is as it was when it was published last stays as it is, and so does what organisers have published at
    the desk since. Returns a line about each that was published. Raises WorkshopFileError, before anything is written,
    if a file has mistakes, and the errors of `publish`.
    """
    return [publish(store, workshop, now) for workshop in load_all() if not _was_published(store, workshop)]


def _was_published(store: Store, workshop: Workshop) -> bool:
    """Whether the last file that was published for this workshop said the same as `workshop`."""
    last = next((head for head in store.workshops.revisions(workshop.id) if head.by == _BY), None)
    try:
        found = store.workshops.revision(workshop.id, last.number) if last else None
    except msgspec.ValidationError:
        return False
    return found is not None and replace(found.workshop, called_off=None) == workshop


def publish(store: Store, workshop: Workshop, now: datetime, seen: int | None = None) -> str:
    """Publish `workshop` at `now` (UTC). Returns a line that says what was done.

    Raises NotPublishedError, StoreAwayError or SeatsBusyError.
    """
    queue = SeatQueue(store, surroundings(lambda: now))
    match publish_workshop(store, queue, workshop, now, seen=seen, by=_BY):
        case CapacityBelowHeld() as refused:
            raise NotPublishedError(_too_small(workshop, refused))
        case ChangedMeanwhile():
            raise NotPublishedError(
                f"{workshop.id}.yaml: somebody else has published this workshop while you were asked. Nothing of this "
                "file was published: publish again, and look at what it changes now."
            )
        case PracticeDiffers():
            raise NotPublishedError(_practice(workshop))
        case published:
            return f"{workshop.id}: {published.effect}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make publish", description="Publish the files in workshops/.")
    parser.add_argument("--yes", action="store_true", help="publish without asking (make publish YES=1)")
    sure = parser.parse_args(arguments).yes
    try:
        return _publish_files(Runtime.from_environment().store, sure, datetime.now(UTC))
    except (WorkshopFileError, NotPublishedError, SettingError) as error:
        complain(str(error))
    except (StoreAwayError, StoreUnavailableError):
        complain(
            "Firestore does not answer. No file is half published. Check your connection and that the database above "
            "exists, then publish again."
        )
    except SeatsBusyError as error:
        complain(f"{error}: other people keep changing this workshop's seats. Publish again in a minute.")
    except RefusedError as error:
        complain(
            f"Google refuses: {error}\nNo file is half published. `gcloud auth application-default login` signs you "
            "in; GOOGLE_CLOUD_PROJECT and FIRESTORE_DATABASE name the database. Then publish again."
        )
    return _NOT_DONE


def _publish_files(store: Store, sure: bool, now: datetime) -> int:
    workshops = load_all()
    # A restored database has another name. This line shows which database is about to be changed.
    say(f"In {store.wire.name}:")
    previews = [preview(store, workshop, now) for workshop in workshops]
    for one in previews:
        say(*_described(one))
    refusals = [_too_small(one.workshop, refused) for one in previews if (refused := one.refused)]
    refusals += [_practice(one.workshop) for one in previews if one.practice_differs]
    if refusals:
        raise NotPublishedError("\n".join(refusals))
    changed = [one for one in previews if one.changes]
    if not changed:
        return _DONE
    if not sure and not sys.stdin.isatty():
        complain(
            "There is no terminal to ask at, so nothing was published. If the changes above are what you want, "
            "pass --yes (make publish YES=1)."
        )
        return _NOBODY_TO_ASK
    if not sure and not agreed("Publish?"):
        complain("Nothing was published.")
        return _NOT_DONE
    for one in changed:
        say(publish(store, one.workshop, now, one.seen))
    return _DONE


def _too_small(workshop: Workshop, refused: CapacityBelowHeld) -> str:
    return (
        f"{workshop.id}.yaml: capacity: expected at least {refused.held}, since so many seats are held; "
        f"{refused.capacity} is {refused.excess} too few. Raise it, or cancel {refused.excess} first. "
        "Nothing of this file was published."
    )


def _practice(workshop: Workshop) -> str:
    return (
        f"{workshop.id}.yaml: practice: expected what is published of this workshop, got "
        f"{'yes' if workshop.practice else 'no'}. A workshop is made real at the desk, which erases those who tried it "
        "out, and a real one does not practise any more. Nothing of this file was published."
    )


def _described(one: Preview) -> list[str]:
    """The preview as lines for people to read."""
    if not one.changes:
        return [f"{one.workshop.id}: unchanged"]
    if one.unreadable:
        lines = ["the published workshop cannot be read by this version; it is replaced as a whole"]
    elif one.before is None:
        lines = ["is new", *_particulars(one.workshop)]
    else:
        lines = [_in_words(difference) for difference in one.differences]
        lines += _erasure_moved(one.before, one.workshop)
    return [f"{one.workshop.id}:", *(f"  {line}" for line in [*lines, *_consequences(one)])]


def _particulars(workshop: Workshop) -> list[str]:
    return [
        f"title: {workshop.title}",
        f"days: {_value(workshop.first_day)} to {_value(workshop.last_day)}",
        f"sign-up: {_value(workshop.sign_up.opens)} to {_value(workshop.sign_up.closes)}",
        f"capacity: {workshop.capacity}",
        f"personal data is erased: {_value(workshop.erase_registrations_at().date())}",
    ]


def _erasure_moved(before: Workshop, after: Workshop) -> list[str]:
    old, new = before.erase_registrations_at().date(), after.erase_registrations_at().date()
    return [] if old == new else [f"personal data is erased: {_value(old)} → {_value(new)}"]


def _consequences(one: Preview) -> list[str]:
    """What will happen to people, without anybody doing more, once this is published."""
    lines = []
    if one.people:
        lines.append(f"ERASES all that is known of {_counted(one.people, 'person', 'people')} tonight, for good")
    for question, count in one.answers.items():
        lines.append(f"ERASES {_counted(count, 'answer', 'answers')} to {question!r} tonight, for good")
    if one.mailed:
        lines.append(f"MAILS {_counted(one.mailed, 'participant', 'participants')} about the changed days or place")
    lines += map(_lost, one.lost)
    lines += [f"CLOSES the survey {wave!r}, which can be answered now" for wave in one.closed_waves]
    if one.offers_cut_short:
        lines.append(f"CUTS SHORT {_counted(one.offers_cut_short, 'offer', 'offers')}, whose mail names a later time")
    if one.sign_up:
        lines.append(f"sign-up is {one.sign_up[0]} → {one.sign_up[1]}")
    if one.reminder:
        lines.append(f"MAILS the reminder of {one.reminder!r} to all who have a seat, at the next run")
    lines += [f"MAILS invitations to the survey {wave!r}, which opens at once" for wave in one.waves]
    return lines


def _lost(lost: LostAnswers) -> str:
    what = f"{lost.question!r}" if lost.option is None else f"{lost.question!r} that are {lost.option!r}"
    return f"HIDES {_counted(lost.count, 'answer', 'answers')} to {what}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _in_words(difference: Difference) -> str:
    before, after = difference.before, difference.after
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > _AROUND:
        shown = excerpts(before, after, _AROUND)
        before, after = (f"{cut} ({len(text):,} characters)" for cut, text in zip(shown, (before, after), strict=True))
    return f"{difference.path}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    """The value of a field as people would write it."""
    match value:
        case None | "" | [] | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case date():
            return f"{value:%A} {value.day} {value:%B %Y}"
        case dict():
            known = next((value[name] for name in ("label", "title", "name", "street", "id") if name in value), None)
            return _value(known if known is not None else list(value.values()))
        case list() | tuple():
            return ", ".join(map(_value, value))
        case str():
            line = " ".join(value.split())
            return line if len(line) <= 2 * _AROUND else f"{line[:_AROUND]}… ({len(value):,} characters)"
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
