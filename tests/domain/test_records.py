"""Records are converted to by several threads from the first moment on."""

import subprocess
import sys

from local.catalogue import ROOT

RACE = """
import sys, threading
from msgspec import Struct, convert
from werkplaats.domain.records import ready

begun, waited = threading.Event(), threading.Event()

def look():
    '''Is called while msgspec looks at the fields of Inner, and so is half done with Outer.'''
    begun.set()
    waited.wait(0.3)
    return int

class Inner(Struct):
    number: "look()"

class Outer(Struct):
    inner: Inner
    text: str

def first():
    convert({"inner": {"number": 1}, "text": "a"}, ready(Outer) if sys.argv[1] == "ready" else Outer)

def second():
    begun.wait(5)
    first()
    waited.set()

threads = [threading.Thread(target=one) for one in (first, second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("both are there")
"""
"""Two threads of a new process convert to the same type, the second while the first has not finished looking at it."""


def race(how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RACE, how]
    return subprocess.run(command, env={"PYTHONPATH": f"{ROOT / 'functions'}"}, capture_output=True, text=True)


def test_two_threads_can_convert_to_a_new_type_at_once() -> None:
    """Two visitors who arrive at the same moment at a process that has just started both get their page."""
    assert race("ready").stdout == "both are there\n"


def test_msgspec_alone_cannot_do_that() -> None:
    """If this fails, msgspec has become safe for threads, and `ready` can go."""
    assert race("plain").returncode < 0
