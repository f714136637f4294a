"""The objects that all requests of one process share: settings, clock, store and what is made from them."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.machine import surroundings, utc_now
from werkplaats.security.identity import Identity
from werkplaats.security.links import Links, Submissions
from werkplaats.settings import Settings
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.surroundings import Surroundings

if TYPE_CHECKING:
    from werkplaats.mailing.provider import EventReader
    from werkplaats.security.sealing import Opener, Seal
    from werkplaats.workflows.mail.deliver import Postman

_WORKSHOP_KEPT = 5.0
"""How long a workshop is cached for pages, in seconds. Decisions about seats do not use this cache."""


class Runtime:
    """The shared objects of one process.

    It is made when main.py is imported, before the server forks. So each object in it is made only when it is first
    used. `clock` returns the present as an aware datetime in UTC; the local run replaces it.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self._making = threading.RLock()
        self._read_at: dict[str, float] = {}

    @classmethod
    def from_environment(cls) -> "Runtime":
        return cls(Settings.from_environment())

    def now(self) -> datetime:
        return self.clock()

    @cached_property
    def surroundings(self) -> Surroundings:
        """Time, randomness and waiting for workflows.

        The time is that of `clock`, even if `clock` is replaced later.
        """
        return surroundings(self.now)

    @property
    def store(self) -> Store:
        with self._making:
            return self._store

    @property
    def seat_queue(self) -> SeatQueue:
        with self._making:
            return self._seat_queue

    @cached_property
    def links(self) -> Links:
        """Links as paths.

        Links with the public address are in `postman`, because only functions that mail have PUBLIC_URL.
        """
        return Links(self.settings.signing_keys)

    @cached_property
    def submissions(self) -> Submissions:
        return Submissions(self.settings.signing_keys, self.now)

    @cached_property
    def identity(self) -> Identity:
        return Identity(self.settings.identity_key)

    @cached_property
    def postman(self) -> "Postman":
        from werkplaats.mailing.sendgrid.client import SendGrid
        from werkplaats.workflows.mail.deliver import Postman

        provider = SendGrid(self.settings.sendgrid_api_key, self.settings.sendgrid_base_url)
        links = Links(self.settings.signing_keys, self.settings.public_url)
        return Postman(self.store, provider, links, self.surroundings)

    @cached_property
    def mail_events(self) -> "EventReader | None":
        """Reads the mail provider's events. None if the key to verify them is not set."""
        from werkplaats.mailing.sendgrid.events import SendGridEvents

        key = self.settings.sendgrid_webhook_public_key
        return None if key is None else SendGridEvents(key)

    @cached_property
    def seal(self) -> "Seal":
        from werkplaats.security.sealing import Seal

        return Seal(self.settings.survey_public_key)

    @cached_property
    def opener(self) -> "Opener":
        from werkplaats.security.sealing import Opener

        return Opener(self.settings.survey_private_keys)

    def wake(self) -> None:
        """Load and make what the store needs, so that whoever comes next need not wait for that. It reads nothing."""
        _ = self.store

    def workshop(self, id: str) -> Workshop | None:
        """The workshop `id` as it was published at most a few seconds ago, or None if there is none."""
        read_at = self._read_at.get(id)
        if read_at is not None and time.monotonic() - read_at < _WORKSHOP_KEPT:
            return self.store.workshops.last_kept(id)
        standing = self.standing(id)
        return standing[0] if standing else None

    def standing(self, id: str) -> tuple[Workshop, Ledger] | None:
        """The workshop `id` as it is published now, and its ledger; None if there is none.

        The ledger is read, and the workshop only if it was published since the last time. So a page shows at once that
        it was called off, or anything else about it, and an address that somebody made up costs one read.
        """
        ledger = self.store.seats.ledger(id)
        workshop = self.store.workshops.of(ledger) if ledger else None
        if workshop is None or ledger is None:
            return None
        self._read_at[id] = time.monotonic()
        return workshop, ledger

    @cached_property
    def _store(self) -> Store:
        return Store.connect(self.settings)

    @cached_property
    def _seat_queue(self) -> SeatQueue:
        return SeatQueue(self._store, self.surroundings)
