"""Asks the store, through the code that is deployed, what is left to do."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from local.catalogue import ROOT


def backlog_asker(environment: Mapping[str, str], now: Callable[[], datetime]) -> Callable[[], Awaitable[str]]:
    """A function that asks the store, in a thread, what is left to do: a text that is empty if there is nothing.

    The deployed package and its client are loaded at the first call.
    """
    loaded: list[Any] = []

    def load() -> Any:
        if not loaded:
            os.environ.update(environment)
            sys.path.insert(0, str(ROOT / "functions"))
            from werkplaats.runtime import Runtime
            from werkplaats.workflows.backlog import backlog

            loaded.append((backlog, Runtime.from_environment().store))
        return loaded[0]

    def ask() -> str:
        backlog, store = load()
        found = backlog(store, now())
        return "" if found.empty else str(found.describe())

    async def asked() -> str:
        return await asyncio.to_thread(ask)

    return asked
