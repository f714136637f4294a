"""`make chaos SEED=… LIVES=…`: lives of a workshop on the real system, in which whatever can go wrong does.

The exit code is 1 if a promise was broken, or if it was interrupted. The story of a life in which one was broken is
printed, with the command that lives it again.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from local import prerequisites
from tests.chaos.life import ROUNDS, live
from tests.chaos.story import Story

NOT_QUITE = (
    "The seed decides what people, faults and time do, and when processes are killed. It does not decide how the "
    "operating system shares out processors, so a life may go differently the next time: try it several times."
)


def main() -> int:
    asked = argparse.ArgumentParser(prog="make chaos")
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--lives", type=int, default=20)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--tell", action="store_true", help="print the story of every life")
    options = asked.parse_args()
    try:
        prerequisites.find()
    except prerequisites.MissingPrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    first = int(time.time()) % 1_000_000 if options.seed is None else options.seed
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the system it has started ends with it
    total, failed = Counter[str](), list[int]()
    began = time.monotonic()
    try:
        for seed in range(first, first + options.lives):
            story = _lived(seed, options.rounds, tell=options.tell)
            if story.wrong:
                failed.append(seed)
            total.update(story.counts)
            total.update(steps=len(story.steps), lives=1)
    except KeyboardInterrupt:
        print("Interrupted. So far:")
    print(f"\n{total['lives']} lives from seed {first} in {time.monotonic() - began:.0f} s, {len(failed)} failed:")
    for what, number in sorted(total.items()):
        print(f"  {number:6} {what}")
    for seed in failed:
        print(f"\nAgain: make chaos SEED={seed} LIVES=1")
    return 0 if total["lives"] == options.lives and not failed else 1


def _lived(seed: int, rounds: int, *, tell: bool) -> Story:
    """Live one life, and print how it went. Its data is kept if something went wrong."""
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
    story, started = Story(), time.monotonic()
    try:
        live(seed, story, folder, rounds)
    except Exception:
        story.complain(f"the life broke off:\n{traceback.format_exc()}")
    _report(seed, story, folder, time.monotonic() - started, tell=tell)
    if not story.wrong:
        shutil.rmtree(folder)
    return story


def _report(seed: int, story: Story, folder: Path, seconds: float, *, tell: bool) -> None:
    kills = len(story.kills)
    said = f"{len(story.wrong)} things went wrong" if story.wrong else "all promises kept"
    print(f"life {seed}: {len(story.steps)} steps, {kills} kills, {seconds:.0f} s: {said}", flush=True)
    if story.wrong or tell:
        print(story.text())
    if story.wrong:
        print("\nWhat went wrong:", *(f"- {what}" for what in story.wrong), sep="\n")
        print(f"\nThe database and the logs are in {folder}.\nAgain: make chaos SEED={seed} LIVES=1\n{NOT_QUITE}\n")


if __name__ == "__main__":
    sys.exit(main())
