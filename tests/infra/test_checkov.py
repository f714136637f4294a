"""Runs checkov's rules for Google Cloud on the plan; infra/checkov.yaml says which are skipped, and why."""

import hashlib
import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infra.terraform import ROOT

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("terraform")]

LOCKED = ROOT / "tests" / "infra" / "checkov.txt"


@pytest.fixture(scope="session")
def checkov() -> Path:
    """checkov, installed in an environment of its own, because its many packages conflict with ours."""
    environment = Path(sys.prefix) / "checkov"
    installed = environment / "installed"
    wanted = hashlib.sha256(LOCKED.read_bytes()).hexdigest()
    if not installed.exists() or installed.read_text() != wanted:
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if uv is None:
            pytest.skip("uv is missing; requirements-dev.txt installs it.")
        for command in (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment)],
            [uv, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python"), "--require-hashes",
             "-r", str(LOCKED)],
        ):  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        installed.write_text(wanted)
    return environment / "bin" / "checkov"


def test_plan_passes_checkov(planned: dict[str, Any], checkov: Path, tmp_path: Path) -> None:
    """The plan passes every rule that infra/checkov.yaml does not skip."""
    (tmp_path / "plan.json").write_text(json.dumps(planned))
    done = subprocess.run(
        [str(checkov), "--config-file", str(ROOT / "infra" / "checkov.yaml"), "--framework", "terraform_plan",
         "--skip-download", "--output", "json", "-f", "plan.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    failed = [f"{check['check_id']} {check['check_name']}: {check['resource']}" for check in _failed(report)]
    assert not failed, "\n".join(failed)
    assert report["summary"]["passed"] > 40


def _failed(report: dict[str, Any]) -> list[dict[str, Any]]:
    failed: list[dict[str, Any]] = report["results"]["failed_checks"]
    return failed


def test_whatever_is_left_out_has_its_reason() -> None:
    """Every rule that infra/checkov.yaml skips has a comment above it that gives the reason."""
    lines = (ROOT / "infra" / "checkov.yaml").read_text().splitlines()
    for above, line in itertools.pairwise(lines):
        if re.match(r"\s+- CKV", line):
            assert above.strip().startswith("#"), line
