"""Logos: logos/{digest}. The content under a digest never changes, so it can be cached for ever."""

from werkplaats.domain.logos import Logo
from werkplaats.store import codec, paths
from werkplaats.store.wire import Wire


class Logos:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, digest: str) -> Logo | None:
        path = paths.of(paths.LOGOS, digest)
        return codec.read_if_found(self._wire.get([path]).get(path), Logo)

    def put(self, logo: Logo) -> None:
        """Store `logo`. Storing it again does no harm."""
        self._wire.commit([codec.update(paths.of(paths.LOGOS, logo.digest), logo)])
