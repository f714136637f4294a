"""Deleting documents in batches."""

from collections.abc import Sequence

from msgspec.structs import replace

from werkplaats.store.wire import Delete, Query, Wire


def delete_some(wire: Wire, queries: Sequence[Query], most: int) -> int:
    """Delete up to `most` of the documents that `queries` find, in one commit. Returns how many were deleted."""
    limit = most // len(queries)
    found = [one for query in queries for one in wire.query(replace(query, limit=limit))]
    if found:
        wire.commit([Delete(one.path) for one in found])
    return len(found)
