"""Finds the settings of a deployed environment in its file in infra/environments, for commands with ENV."""

import re
from pathlib import Path

from werkplaats.settings import Settings

ENVIRONMENTS = Path(__file__).resolve().parents[3] / "infra" / "environments"


class NoEnvironmentError(Exception):
    """There is no such environment, or its file lacks something. The message says what."""


def settings_of(environment: str) -> Settings:
    """The settings in the file of `environment`, or those of this process if it is "". Raises NoEnvironmentError."""
    if not environment:
        return Settings.from_environment()
    file = ENVIRONMENTS / f"{environment}.tfvars"
    if not re.fullmatch("[a-z][a-z0-9-]*", environment) or not file.is_file():
        known = ", ".join(sorted(one.stem for one in ENVIRONMENTS.glob("*.tfvars")))
        raise NoEnvironmentError(f"There is no environment {environment!r}. Those there are: {known}")
    return environment_settings(file.read_text())


def environment_settings(text: str) -> Settings:
    """The settings that commands need, from `text`, the content of a file of infra/environments.

    Raises NoEnvironmentError if it has no project.
    """

    def found(name: str) -> str:
        match = re.search(rf'^\s*{name}\s*=\s*"([^"]*)"', text, re.MULTILINE)
        return match[1] if match else ""

    project = found("project")
    if not project:
        raise NoEnvironmentError('The file has no line: project = "…"')
    host = found("domain") or f"{found('site') or project}.web.app"
    return Settings(
        {
            "GOOGLE_CLOUD_PROJECT": project,
            "FIRESTORE_DATABASE": found("database") or "(default)",
            "PUBLIC_URL": f"https://{host}",
            "ORGANISERS": found("ORGANISERS"),
        }
    )
