"""Reads infra/functions.yaml, the list of all functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).absolute().parent.parent


class CatalogueError(Exception):
    """infra/functions.yaml has a mistake; the text names the function and the field."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """One entry of the file.

    `prefixes` are the paths below which the function answers; they match whole path segments. `exact` is ("/",) for the
    function that serves the front page; that function also gets every path that no other function answers.
    """

    name: str
    trigger: Literal["http", "firestore", "schedule"]
    settings: tuple[str, ...]
    """The names of the environment variables and secrets it is given. It gets no others."""
    concurrency: int
    timeout: float
    """The time that a request may take, in seconds."""
    prefixes: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    access: str = ""
    """Who may call it over HTTP: public or sendgrid."""
    event: str = ""
    document: str = ""
    cron: str = ""

    @property
    def signature_type(self) -> Literal["http", "cloudevent"]:
        return "cloudevent" if self.trigger == "firestore" else "http"

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The part of `settings` that this function is given."""
        return {name: settings[name] for name in self.settings if name in settings}


def load(path: Path = ROOT / "infra" / "functions.yaml") -> dict[str, Function]:
    """Every function by name, in the file's order."""
    return {name: _function(name, entry) for name, entry in yaml.safe_load(path.read_text()).items()}


def _function(name: str, entry: Mapping[str, Any]) -> Function:
    trigger = entry.get("trigger")
    needed = {"http": ("path",), "firestore": ("event", "document"), "schedule": ("cron",)}
    if trigger not in needed:
        raise CatalogueError(f"{name}: expected trigger http, firestore or schedule, got {trigger!r}")
    for key in needed[trigger]:
        if key not in entry:
            raise CatalogueError(f"{name}: a function with trigger {trigger} needs `{key}`")
    paths = [entry["path"], *entry.get("also", ())] if trigger == "http" else []
    return Function(
        name=name,
        trigger=trigger,
        settings=(*entry.get("env", ()), *entry.get("optional", ()), *entry.get("secrets", ())),
        concurrency=int(entry["concurrency"]),
        timeout=float(entry["timeout"]),
        prefixes=tuple(path.rstrip("/") for path in paths if path != "/"),
        exact=tuple(path for path in paths if path == "/"),
        access=entry.get("access", ""),
        event=entry.get("event", ""),
        document=entry.get("document", ""),
        cron=entry.get("cron", ""),
    )
