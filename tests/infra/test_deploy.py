"""infra/deploy, run with stand-ins for terraform, gcloud and sleep that record how they were called."""

import itertools
import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from infra import messages
from tests.infra.deployed import OLD_PYTHON
from tests.infra.terraform import ROOT, copy_into

Deploy = Callable[..., subprocess.CompletedProcess[str]]
Wrong = Callable[[str, str], None]

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $* [$TF_DATA_DIR]" >>"$CALLS"
case "$*" in *"buckets describe"*) exit "${DESCRIBED:-1}";; esac
# What goes wrong: a file for each time, named for the command and in order.
wrong=$(ls "$WRONG" | grep "^$1-" | head -n 1)
[ -n "$wrong" ] || exit 0
cat "$WRONG/$wrong" >&2
rm "$WRONG/$wrong"
exit 1
"""

NOT_RIPE = [
    "Error creating function: googleapi: Error 400: Validation failed for trigger projects/p/locations/r/triggers/t: "
    'Invalid resource state for "": Permission denied while using the Eventarc Service Agent. If you recently started '
    "to use Eventarc, it may take a few minutes before all necessary permissions are propagated to the Service Agent.",
    "Error waiting to create function: Error waiting for Creating function: Error code 7, message: Unable to retrieve "
    "the repository metadata for projects/p/locations/r/repositories/gcf-artifacts. Ensure that the Cloud Functions "
    "service account has 'artifactregistry.repositories.list' and 'artifactregistry.repositories.get' permissions.",
    "Error creating service account: googleapi: Error 403: Identity and Access Management (IAM) API has not been used "
    "in project 123456789012 before or it is disabled. Enable it by visiting the console then retry.",
    "Error creating AlertPolicy: googleapi: Error 404: Cannot find metric that matches type = "
    '"logging.googleapis.com/user/werkplaats/backlog_due". If a metric was created recently, it could take up to 10 '
    "minutes to become available. Please try again soon.",
    "Error applying IAM policy for project: Error setting IAM policy: googleapi: Error 400: Service account "
    "call-retry-mail@some-project.iam.gserviceaccount.com does not exist., badRequest",
    "Error waiting to create function: Error code 3, message: Build failed with status: FAILURE. Could not build the "
    "function due to a missing permission on the build service account.",
    "Error creating Site: googleapi: Error 404: Requested entity was not found.",
]
"""Messages of Google and of its Terraform provider, as quoted in other projects' issues."""

BROKEN = "Error creating Job: googleapi: Error 400: Schedule or time zone is invalid., invalid"


def boxed(*errors: str) -> str:
    """The errors in the boxes that Terraform draws when its output is not a terminal."""
    return "".join(
        "╷\n"
        + textwrap.indent(textwrap.fill(f"Error: {error}", 76, break_on_hyphens=False, break_long_words=False), "│ ")
        + "\n│ \n│   with some.resource,\n╵\n"
        for error in errors
    )


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """Runs the script in a copy with an environment `proef`; the result's `stdout` lists the recorded calls."""
    infra = copy_into(tmp_path / "copy")
    (infra / "environments" / "proef.tfvars").write_text('environment = "proef"\nproject     = "some-project" # ours\n')
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("terraform", "gcloud", "sleep"):
        (commands / name).write_text(STAND_IN)
        (commands / name).chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()

    wrong = tmp_path / "wrong"
    wrong.mkdir()

    def run(*arguments: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name != "TERRAFORM"}
        given = inherited | {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "CALLS": str(calls),
            "WRONG": str(wrong),
            **environment,
        }
        done = subprocess.run(
            [str(infra / "deploy"), *arguments], env=given, input=said, capture_output=True, text=True, check=False
        )
        done.stdout = calls.read_text()
        return done

    return run


@pytest.fixture
def wrong(tmp_path: Path, deploy: Deploy) -> Wrong:
    """Makes a later call of a terraform command fail with the given text; the texts are used up in the order given."""
    number = itertools.count()

    def spoil(command: str, said: str) -> None:
        (tmp_path / "wrong" / f"{command}-{next(number):03}").write_text(said)

    return spoil


def _steps(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The terraform commands in order, with `pause` for each minute waited (six times ten seconds)."""
    calls = "".join(f"{call.split()[1]}\n" for call in done.stdout.splitlines())
    return calls.replace("10\n" * 6, "pause\n").split()


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """The error output without boxes and line breaks."""
    return " ".join(re.sub("[│╷╵]", " ", done.stderr).split())


def test_plans_and_applies_that_plan(deploy: Deploy) -> None:
    """After the environment's name is typed, the plan just made is applied, with that environment's own state."""
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
    """Nothing is applied if anything but the environment's own name is typed."""
    done = deploy("proef", said=said)
    assert done.returncode != 0
    assert "terraform apply" not in done.stdout


def test_a_plan_alone_changes_nothing(deploy: Deploy) -> None:
    """With `--plan`, only a plan is made."""
    done = deploy("proef", "--plan")
    assert done.returncode == 0
    assert [call.split()[1] for call in done.stdout.splitlines()] == ["init", "plan"]


def test_first_time_makes_the_bucket_for_the_state_and_the_groundwork_alone(deploy: Deploy) -> None:
    """`--bootstrap` makes a closed bucket that keeps versions, and the groundwork only, and then says what is next."""
    done = deploy("proef", "--bootstrap", "--yes")
    assert done.returncode == 0, done.stderr
    described, created, updated, _, plan, _ = done.stdout.splitlines()
    assert "describe gs://some-project-terraform-state" in described
    assert "--location=europe-west1 --uniform-bucket-level-access --public-access-prevention" in created
    assert "--versioning" in updated
    assert plan.count("-target") == 1
    assert "-target=terraform_data.groundwork" in plan
    assert "docs/deploy.md, step 5" in done.stderr
    assert "make deploy ENV=proef" in done.stderr


def test_the_state_is_kept_in_the_region_of_the_environment(deploy: Deploy, tmp_path: Path) -> None:
    """The bucket for the state is made in the region that the environment's file names."""
    with (tmp_path / "copy" / "infra" / "environments" / "proef.tfvars").open("a") as settings:
        settings.write('region = "europe-north1" # near the reindeer\n')
    done = deploy("proef", "--bootstrap", "--yes")
    assert done.returncode == 0, done.stderr
    assert "--location=europe-north1 " in done.stdout


def test_the_first_time_can_be_repeated(deploy: Deploy) -> None:
    """`--bootstrap` can be repeated: a bucket that exists is not made again, but its settings are put right."""
    done = deploy("proef", "--bootstrap", "--yes", DESCRIBED="0")
    assert done.returncode == 0
    assert "buckets create" not in done.stdout
    assert "--versioning" in done.stdout


@pytest.mark.parametrize("message", NOT_RIPE)
def test_what_is_not_ripe_yet_is_tried_again(deploy: Deploy, wrong: Wrong, message: str) -> None:
    """If something is too new for Google, it is planned and applied again after a minute, without a question."""
    wrong("apply", boxed(message))
    done = deploy("proef", said="proef\n")
    assert done.returncode == 0, done.stderr
    assert _steps(done) == ["init", "plan", "apply", "pause", "plan", "apply"]
    assert message in _said(done)
    assert re.search(r"not ready yet: .* (is new|just now).* Trying again in a minute \(2 of 15\)", done.stderr)


def test_several_things_can_be_unripe_at_once_and_again(deploy: Deploy, wrong: Wrong) -> None:
    """Several things may be too new at once, and others in the next attempt; each time the script says what."""
    wrong("apply", boxed(*NOT_RIPE[:2]))
    wrong("apply", boxed(NOT_RIPE[3]))
    done = deploy("proef", "--yes")
    assert done.returncode == 0, done.stderr
    assert _steps(done) == ["init", "plan", "apply", "pause", "plan", "apply", "pause", "plan", "apply"]
    assert "Eventarc's own account is new; Cloud Functions' own account is new" in done.stderr


def test_a_plan_can_be_too_early_too(deploy: Deploy, wrong: Wrong) -> None:
    """Planning is tried again too, and the question is asked only once there is a plan."""
    wrong("plan", boxed(NOT_RIPE[2]))
    done = deploy("proef", said="proef\n")
    assert done.returncode == 0, done.stderr
    assert _steps(done) == ["init", "plan", "pause", "plan", "apply"]


@pytest.mark.parametrize("messages", [[BROKEN], [NOT_RIPE[0], BROKEN]], ids=["alone", "beside another"])
def test_what_is_not_known_to_pass_stops_at_once(deploy: Deploy, wrong: Wrong, messages: list[str]) -> None:
    """An error that is not known to pass by itself stops the script, which shows it and where to look it up."""
    wrong("apply", boxed(*messages))
    done = deploy("proef", "--yes")
    assert done.returncode != 0
    assert _steps(done) == ["init", "plan", "apply"]
    assert BROKEN in _said(done)
    assert "docs/deploy.md, step 6" in done.stderr


def test_what_cannot_be_read_stops_at_once(deploy: Deploy, wrong: Wrong) -> None:
    """Output without any recognisable error stops the script."""
    wrong("apply", "Killed\n")
    done = deploy("proef", "--yes")
    assert done.returncode != 0
    assert _steps(done) == ["init", "plan", "apply"]


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        (
            "Error creating Release: Resource already exists - apply blocked by lifecycle params: &{}",
            "terraform import -var-file=environments/ENVIRONMENT.tfvars "
            "'google_firebaserules_release.firestore[\"(default)\"]' projects/PROJECT/releases/cloud.firestore",
        ),
        ("Error creating Database: googleapi: Error 409: Database already exists.", "in the right region"),
        ("Error creating Budget: googleapi: Error 400: Request contains an invalid argument.", "budget_currency"),
        ("failed precondition: due to quota restrictions, cannot run builds in this region. Contact support", "step 3"),
        ("Error creating Site: googleapi: Error 400: Invalid name: `x` is reserved by another project", "Set `site`"),
        ("Secret projects/1/secrets/SIGNING_KEYS/versions/latest was not found", "step 5"),
    ],
    ids=lambda value: value[:30],
)  # fmt: skip
def test_what_somebody_must_mend_is_told_with_how(deploy: Deploy, wrong: Wrong, message: str, advice: str) -> None:
    """An error that somebody has to solve is shown with what to do, and is not tried again."""
    wrong("apply", boxed(message))
    done = deploy("proef", "--yes")
    assert done.returncode != 0
    assert _steps(done) == ["init", "plan", "apply"]
    assert advice in done.stderr


@pytest.mark.long
def test_patience_ends_with_what_to_do(deploy: Deploy, wrong: Wrong) -> None:
    """After fifteen attempts the script stops and says what to do."""
    for _ in range(20):
        wrong("apply", boxed(NOT_RIPE[0]))
    done = deploy("proef", "--yes")
    assert done.returncode != 0
    assert _steps(done).count("apply") == 15
    assert _steps(done)[-1] == "apply"
    assert "after 15 tries" in done.stderr
    assert "give the same command again" in done.stderr


def test_the_document_has_every_message() -> None:
    """docs/deploy.md lists every message that the script recognises."""
    rows = re.findall(r"^   \| (.+?) \|", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE)
    for pattern in (*messages.PASSING, *messages.LASTING):
        assert any(re.search(pattern, row, re.IGNORECASE) for row in rows), pattern


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
    """A wrong environment, project or option is reported before any command is run."""
    done = deploy(*arguments)
    assert done.returncode != 0
    assert says in done.stderr
    assert not done.stdout


def test_a_missing_terraform_is_named(deploy: Deploy) -> None:
    """If terraform is missing, the message says what to install."""
    done = deploy("proef", TERRAFORM="terraform-that-is-not-there")
    assert done.returncode != 0
    assert "Install Terraform 1.11 or newer" in done.stderr


def test_a_python_that_is_too_old_is_named(deploy: Deploy, tmp_path: Path) -> None:
    """If python3 is too old, this is reported before anything is done, instead of failing half-way."""
    old = tmp_path / "commands" / "python3"
    old.write_text(OLD_PYTHON)
    old.chmod(0o755)
    done = deploy("proef", "--yes")
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert not done.stdout


def test_a_missing_gcloud_is_named(deploy: Deploy, tmp_path: Path) -> None:
    """If gcloud is missing, this is reported before anything is done."""
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
    """bash can read the script, and shellcheck, where it is installed, has no complaints."""
    script = str(Path(__file__).resolve().parents[2] / "infra" / "deploy")
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    if shutil.which("shellcheck"):
        assert subprocess.run(["shellcheck", script], check=False).returncode == 0
