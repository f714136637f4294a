"""Makes the types of records ready for use by several threads at once."""

import threading
from typing import TypeVar

import msgspec
from msgspec import Struct

Record = TypeVar("Record", bound=Struct)

_lock = threading.Lock()
_ready: set[type[Struct]] = set()


def ready(record: type[Record]) -> type[Record]:
    """Returns `record`, which can be converted to from now on by any number of threads. Cheap after the first time.

    When msgspec (0.22) converts something to a type for the first time, it looks at the type's fields. A second thread
    that converts to the same type, or to one that contains it, meanwhile finds it half done, and the whole process ends
    with a segmentation fault. Two visitors at the same moment are enough for that, if a process has just started. So
    the first time is a matter of one thread.
    """
    if record not in _ready:
        with _lock:
            msgspec.json.Decoder(record)
            _ready.add(record)
    return record
