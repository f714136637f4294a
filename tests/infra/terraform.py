"""Runs Terraform on a copy of infra/, because it writes files and the working tree may change while tests run."""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra import bundle

ROOT = Path(__file__).resolve().parents[2]

PROVIDER_IS_MISSING = (
    "hashicorp/google cannot be downloaded here, so the configuration was not checked. Where it can be, "
    "`terraform init -backend=false` in infra/ gets it; TERRAFORM names another terraform."
)


def program() -> str:
    """The path of terraform, or of the program that TERRAFORM names; skips the test if there is none."""
    name = os.environ.get("TERRAFORM", "terraform")
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing: install Terraform 1.11 or newer, or OpenTofu and TERRAFORM=tofu.")
    return found


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Terraform; its output has standard error after standard output. A failure raises nothing."""
    environment = os.environ | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    # If the machine names a configuration file that does not exist, every command would print a warning.
    if not Path(environment.get("TF_CLI_CONFIG_FILE", "/")).exists():
        del environment["TF_CLI_CONFIG_FILE"]
    return subprocess.run(
        [program(), *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
    )  # fmt: skip


def copy_into(folder: Path) -> Path:
    """Copy infra/ and everything it reads, with the bundle, but without a backend for the state; gives the copy."""
    for name in bundle.files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("firestore.rules", "firestore.indexes.json"):
        shutil.copyfile(ROOT / name, folder / name)
    infra = folder / "infra"
    unwanted = shutil.ignore_patterns("build", ".terraform*", "backend.tf", "*.tfstate*", "__pycache__")
    shutil.copytree(ROOT / "infra", infra, ignore=unwanted)
    if (lock := ROOT / "infra" / ".terraform.lock.hcl").exists():
        shutil.copyfile(lock, infra / lock.name)
    bundle.build(infra / "build", folder)
    return infra


def ready(infra: Path) -> Path:
    """Install the providers into `infra` and return it; skips the test if they cannot be downloaded."""
    if (problem := _why_not_ready(infra)) is not None:
        pytest.skip(f"{PROVIDER_IS_MISSING}\n{problem}")
    return infra


@functools.cache
def _why_not_ready(infra: Path) -> str | None:
    checked = terraform(infra, "validate", "-no-color")
    if checked.returncode == 0 or not _wants_init(checked.stdout):
        return None
    initialised = terraform(infra, "init", "-backend=false", "-input=false", "-no-color")
    return None if initialised.returncode == 0 else initialised.stdout[-2000:]


def _wants_init(said: str) -> bool:
    return any(sign in said for sign in ("terraform init", "tofu init", "Missing required provider"))


def plan(infra: Path, *options: str, **variables: str) -> dict[str, Any]:
    """The plan for an empty project, as `show -json` prints it. Values are HCL; `options` go to `terraform plan`."""
    settings = infra / "plan.tfvars"
    settings.write_text("".join(f"{name} = {value}\n" for name, value in variables.items()))
    planned = terraform(
        infra, "plan", "-input=false", "-no-color", "-refresh=false", "-var-file=plan.tfvars", "-out=p", *options
    )
    assert planned.returncode == 0, planned.stdout
    shown = terraform(infra, "show", "-json", "p")
    assert shown.returncode == 0, shown.stdout
    result: dict[str, Any] = json.loads(shown.stdout)
    return result
