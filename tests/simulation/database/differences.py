"""Where the emulator differs from Firestore's documentation, each with a step that shows it.

The names are those of the table in `firestore.py`. Random histories (`histories.py`) have no such steps.
"""

from msgspec import Struct

from werkplaats.store.errors import ConflictError, OutcomeUnknownError, RefusedError
from werkplaats.store.wire import Delete, Fields, Put, Query, Revision, Where, Write

Error = type[Exception] | None
"""What a step raises; None if it is answered."""


class Difference(Struct, frozen=True):
    """`step` on a database that has only the document 'things/there'."""

    name: str
    step: tuple[Write, ...] | Query
    emulator: Error
    simulation: Error


def _of_size(total: int) -> tuple[Put, ...]:
    """Documents of one MB, of `total` bytes together."""
    sizes = [1_000_000] * (total // 1_000_000) + [total % 1_000_000]
    return tuple(Put(f"things/{number}", {"text": "x" * size}) for number, size in enumerate(sizes))


_MISSING = Query(collection="mails", where=(Where("kind", "==", "offer"), Where("attempts", ">", 3)))
_EXEMPT = Query(collection="registrations", where=(Where("person.name", "==", "x"),))
_MANY: Fields = {f"field_{number}": number for number in range(20_001)}
_DELETIONS = tuple(Delete(f"things/{number}") for number in range(501))
_FIELD = "x" * 1500

DIFFERENCES = (
    Difference("a query whose index is not in `firestore.indexes.json`", _MISSING, None, RefusedError),
    Difference("a query of a field that has no single-field index", _EXEMPT, None, RefusedError),
    Difference("a document with more than 40,000 index entries", (Put("things/new", _MANY),), None, RefusedError),
    Difference("a request of more than 4 MiB", _of_size(5_000_000), OutcomeUnknownError, None),
    Difference("a request of more than 10 MiB", _of_size(11_000_000), OutcomeUnknownError, RefusedError),
    Difference("an id that is `____`", (Put("things/____", {}),), None, RefusedError),
    Difference("a field called `____`", (Put("things/new", {"____": 1}),), None, RefusedError),
    Difference("deleting a document whose id is too long", (Delete("things/" + "x" * 1501),), None, RefusedError),
    Difference("a path of more than 6 KiB", (Put("/".join(["parts/" + "x" * 1400] * 5), {}),), None, RefusedError),
    Difference(
        "a mask with a path of exactly 1,500 bytes", (Put("things/new", {}, mask=((_FIELD,),)),), RefusedError, None
    ),
    Difference(
        "a later revision than the document has",
        (Delete("things/there", Revision(2_000_000_000_000_000_000)),),
        RefusedError,
        ConflictError,
    ),
    Difference(
        "the revision 0 of a document that does not exist", (Put("things/new", {}, Revision(0)),), None, ConflictError
    ),
    Difference("`__name__` in a mask", (Put("things/new", {}, mask=(("__name__",),)),), None, RefusedError),
    Difference("a query of the collection ''", Query(collection=""), None, RefusedError),
    Difference("more than 500 writes in a commit", _DELETIONS, None, RefusedError),
)
