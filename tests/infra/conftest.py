"""One copy of infra/ with its providers, shared by all tests that only read it."""

from pathlib import Path
from typing import Any

import pytest

from tests.infra import terraform


@pytest.fixture(scope="session")
def infra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of infra/ with the providers installed, which tests must not change."""
    return terraform.ready(terraform.copy_into(tmp_path_factory.mktemp("infra")))


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The plan for an empty project, with every optional thing asked for."""
    folder = terraform.ready(terraform.copy_into(tmp_path_factory.mktemp("plan")))
    return terraform.plan(
        folder,
        project='"example-werkplaats-test"',
        environment='"test"',
        alert_emails='["werkplaats@example.org"]',
        settings='{ SURVEY_PUBLIC_KEY = "made-up" }',
        billing_account='"000000-000000-000000"',
        domain='"werkplaats.example.org"',
    )
