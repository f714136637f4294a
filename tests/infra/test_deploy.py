"""infra/deploy, with stand-ins for terraform and gcloud that write down how they were called."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.terraform import copy_into

Deploy = Callable[..., subprocess.CompletedProcess[str]]

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $* [$TF_DATA_DIR]" >>"$CALLS"
case "$*" in *"buckets describe"*) exit "${DESCRIBED:-1}";; esac
"""


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """Runs the script in a copy with an environment `proef`; `called` in its result has the calls."""
    infra = copy_into(tmp_path / "copy")
    (infra / "environments" / "proef.tfvars").write_text('environment = "proef"\nproject     = "some-project" # ours\n')
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("terraform", "gcloud"):
        (commands / name).write_text(STAND_IN)
        (commands / name).chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()

    def run(*arguments: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name != "TERRAFORM"}
        given = inherited | {"PATH": f"{commands}:{os.environ['PATH']}", "CALLS": str(calls), **environment}
        done = subprocess.run(
            [str(infra / "deploy"), *arguments], env=given, input=said, capture_output=True, text=True, check=False
        )
        done.stdout = calls.read_text()
        return done

    return run


def test_plans_and_applies_that_plan(deploy: Deploy) -> None:
    """In the environment's own state, after a person has said so by name."""
    done = deploy("proef", said="proef\n")
    assert done.returncode == 0, done.stderr
    init, plan, apply = done.stdout.splitlines()
    assert "-backend-config=bucket=some-project-terraform-state" in init
    assert "-var-file=environments/proef.tfvars" in plan
    assert "-target" not in plan
    assert apply.startswith("terraform apply -input=false build/proef.plan")
    assert all("[.terraform/proef]" in call for call in (init, plan, apply))


@pytest.mark.parametrize("said", ["", "yes\n", "production\n"])
def test_applies_nothing_unless_told(deploy: Deploy, said: str) -> None:
    """Another environment's name is no yes."""
    done = deploy("proef", said=said)
    assert done.returncode != 0
    assert "terraform apply" not in done.stdout


def test_a_plan_alone_changes_nothing(deploy: Deploy) -> None:
    """`--plan` is for looking."""
    done = deploy("proef", "--plan")
    assert done.returncode == 0
    assert [call.split()[1] for call in done.stdout.splitlines()] == ["init", "plan"]


def test_first_time_makes_the_bucket_for_the_state_and_secrets_alone(deploy: Deploy) -> None:
    """Versions kept, closed to the public; no function, for its secrets have no versions yet."""
    done = deploy("proef", "--bootstrap", "--yes")
    assert done.returncode == 0, done.stderr
    described, created, updated, _, plan, _ = done.stdout.splitlines()
    assert "describe gs://some-project-terraform-state" in described
    assert "--location=europe-west1 --uniform-bucket-level-access --public-access-prevention" in created
    assert "--versioning" in updated
    assert "-target=google_project_service.api -target=google_secret_manager_secret.secret" in plan


def test_the_state_is_kept_in_the_region_of_the_environment(deploy: Deploy, tmp_path: Path) -> None:
    """The environment's file says which; the default is the one of variables.tf."""
    with (tmp_path / "copy" / "infra" / "environments" / "proef.tfvars").open("a") as settings:
        settings.write('region = "europe-north1" # near the reindeer\n')
    done = deploy("proef", "--bootstrap", "--yes")
    assert done.returncode == 0, done.stderr
    assert "--location=europe-north1 " in done.stdout


def test_the_first_time_can_be_repeated(deploy: Deploy) -> None:
    """A bucket that is there is left, and set right."""
    done = deploy("proef", "--bootstrap", "--yes", DESCRIBED="0")
    assert done.returncode == 0
    assert "buckets create" not in done.stdout
    assert "--versioning" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "make deploy ENV=test"),
        (("nergens",), "There is no infra/environments/nergens.tfvars"),
        (("test",), "still has the example's project"),
        (("production", "--plan"), "still has the example's project"),
        (("proef", "--force"), "Unknown: --force"),
    ],
)
def test_mistakes_are_told_before_anything_is_done(deploy: Deploy, arguments: tuple[str, ...], says: str) -> None:
    """With what to do."""
    done = deploy(*arguments)
    assert done.returncode != 0
    assert says in done.stderr
    assert not done.stdout


def test_a_missing_terraform_is_named(deploy: Deploy) -> None:
    """And what to install."""
    done = deploy("proef", TERRAFORM="terraform-that-is-not-there")
    assert done.returncode != 0
    assert "Install Terraform 1.11 or newer" in done.stderr


def test_a_missing_gcloud_is_named(deploy: Deploy, tmp_path: Path) -> None:
    """Before anything is done: the image for organisers could not be built at the end of it."""
    few = tmp_path / "few"
    few.mkdir()
    for name in ("bash", "dirname", "sed"):
        (few / name).symlink_to(shutil.which(name) or name)
    (tmp_path / "commands" / "gcloud").unlink()
    done = deploy("proef", "--yes", PATH=f"{tmp_path / 'commands'}:{few}")
    assert done.returncode != 0
    assert "gcloud is missing" in done.stderr
    assert not done.stdout


def test_the_shell_has_nothing_to_say() -> None:
    """The script can be read by bash; shellcheck, where it is, agrees."""
    script = str(Path(__file__).resolve().parents[2] / "infra" / "deploy")
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    if shutil.which("shellcheck"):
        assert subprocess.run(["shellcheck", script], check=False).returncode == 0
