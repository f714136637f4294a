"""Runs the deployed package in this process: what is left to do, whether all fits, and signing in at the desk."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from local.catalogue import ROOT

Result = TypeVar("Result")


class Package:
    """The package with the database that `environment` names and the clock `now`. It is loaded on first use.

    Every method runs in a thread, so that nothing else waits for the database.
    """

    def __init__(self, environment: Mapping[str, str], now: Callable[[], datetime]) -> None:
        self._environment = environment
        self._now = now
        self._loading = threading.Lock()
        self._runtime: Any = None
        self._signing_in = threading.Lock()
        self._tokens: dict[str, str] = {}

    async def backlog(self) -> str:
        """What is left to do, as text for people. Empty if nothing is."""

        def ask(runtime: Any) -> str:
            from werkplaats.workflows.backlog import backlog

            found = backlog(runtime.store, self._now())
            return "" if found.empty else found.describe()

        return await self._with_runtime(ask)

    async def check(self) -> list[str]:
        """What does not fit together in the store: the lines that `make check-store` prints."""

        def ask(runtime: Any) -> list[str]:
            from werkplaats.workflows.check import check_store

            return [finding.line for finding in check_store(runtime.store, self._now())]

        return await self._with_runtime(ask)

    async def signed_in(self, email: str) -> str:
        """The value of the cookie of a session for `email`, without a mail. The session is used again until it ends."""

        def ask(runtime: Any) -> str:
            from werkplaats.security.sessions import SessionCookie, address_hash, fingerprint, new_token
            from werkplaats.workflows.sign_in import begin_session, current_session

            address, store = address_hash(email), runtime.store
            with self._signing_in:
                token = self._tokens.get(address)
                if token is None or current_session(store, fingerprint(token), self._now()) is None:
                    token = self._tokens[address] = new_token()
                    begin_session(store, address, email, fingerprint(token), self._now())
            return SessionCookie(token).value

        return await self._with_runtime(ask)

    async def desk_link(self, email: str) -> str:
        """The link that `make desk-link` prints for `email`. Raises ValueError with the reason if there is none."""

        def ask(runtime: Any) -> str:
            from werkplaats.cli.desk_link import NoLinkError, make_link

            settings = runtime.settings
            try:
                return make_link(runtime.store, email, settings.organisers, settings.public_url, self._now())
            except NoLinkError as error:
                raise ValueError(str(error)) from None

        return await self._with_runtime(ask)

    async def _with_runtime(self, use: Callable[[Any], Result]) -> Result:
        return await asyncio.to_thread(lambda: use(self._loaded()))

    def _loaded(self) -> Any:
        with self._loading:
            if self._runtime is None:
                os.environ.update(self._environment)
                sys.path.insert(0, str(ROOT / "functions"))
                from werkplaats.runtime import Runtime

                self._runtime = Runtime.from_environment()
            return self._runtime
