"""infra/ is formatted and valid and passes its tests in infra/tests, which are shown to catch mistakes."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.catalogue import load
from local.front_door import FrontDoor
from tests.infra.terraform import ROOT, copy_into, plan, ready, terraform

pytestmark = pytest.mark.xdist_group("terraform")

Mistake = tuple[str, str, str, str]

LEAST = {"project": '"example-werkplaats-test"', "environment": '"test"', "alert_emails": '["werkplaats@example.org"]'}
"""The variables that the first step of a first deployment needs."""

MISTAKES: dict[str, list[Mistake]] = {
    "deployment": [
        ("functions.tf", '"RETRY_POLICY_RETRY"', '"RETRY_POLICY_DO_NOT_RETRY"', "is not tried again"),
        ("functions.tf", "local.function_account[each.key]", 'local.function_account["signup"]', "as its own account"),
        ("functions.tf", "tostring(each.value.cpu)", '"2"', "size is not the one in functions.yaml"),
        ("functions.tf", "toset(try(each.value.secrets, []))", "local.secrets", "exactly the secrets"),
        ("functions.tf", "&& trimspace(value)", "|| trimspace(value)", "a setting it does not ask for"),
        ("functions.tf", '"ALLOW_INTERNAL_ONLY"', '"ALLOW_ALL"', "can be reached from the internet"),
        ("accounts.tf", '"roles/datastore.user"', '"roles/editor"', "a role in the project that none may have"),
        ("groundwork.tf", "@gcp-sa-eventarc.iam", "@some-project.iam", "own agents went to somebody else"),
        ("accounts.tf", "local.open_to_all", "local.functions", "and no others"),
        ("accounts.tf", "local.caller_account[each.key]", 'local.caller_account["retry_mail"]', "than its own"),
        ("secrets.tf", "secrets_of", "every_secret", "whose function does not ask for it"),
        ("database.tf", '"DELETE_PROTECTION_ENABLED"', '"DELETE_PROTECTION_DISABLED"', "not protected"),
        ("database.tf", '"4838400s"', '"86400s"', "no daily and weekly backups"),
        ("database.tf", "each.value.ttl ?", "true ?", "its time to live"),
        ("schedule.tf", '"Europe/Amsterdam"', '"Etc/UTC"', "at its function's time"),
        ("bundle.tf", '"enforced"', '"inherited"', "can be made public"),
        ("functions.tf", "[for path in try(it.also, [])", "[for path in []", "does not lead to its function"),
        ("hosting.tf", 'regex = ".*"', 'regex = "^/$"', "does not lead to the one with the front page"),
        ("hosting.tf", "(/(_|([^_]|_[^/]).*)?)?", "(/.*)?", "is the same for everybody may not be kept"),
        ("logging.tf", "if try(it.request_logs, false)", "", "Requests with tokens"),
        ("logging.tf", "AND httpRequest.status>=500", "", "though they did not fail"),
        ("logging.tf", '"^https?://[^/]+(', '"(', "mistyped counts as the function's own"),
        ("accounts.tf", ".service_config[0].service", ".name", "lost when the function is replaced"),
        ("monitoring.tf", '"ALIGN_DELTA"', '"ALIGN_PERCENTILE_50"', "cannot tell none from one"),
        ("monitoring.tf", '"1800s"', '"86400s"', "tells nothing of the next one"),
        ("monitoring.tf", '"3600s"', '"86400s"', "and again after an hour"),
        ("monitoring.tf", '"EVALUATION_MISSING_DATA_INACTIVE"', "null", "what no entries mean"),
        ("monitoring.tf", "var.watched_path", '"/"', "page is not watched"),
    ],
    "another_list": [
        ("functions.tf", "each.value.timeout\n", "each.value.timeout + 1\n", "another size"),
        ("functions.tf", "contains(local.asked_for[name], key) &&", "", "exactly the settings"),
        ("hosting.tf", '"^${path}(/.*)?$"', '"^${path}$"', "does not lead organisers"),
        ("hosting.tf", '"Cache-Control" = "no-store"', '"Cache-Control" = "public"', "could be kept by the front"),
        (
            "accounts.tf",
            "function[each.key].service_config",
            'function["retry_mail"].service_config',
            "another function than",
        ),
        ("schedule.tf", "  audience  ", "  audience = local.public_url #", "a token for exactly that function"),
    ],
}
"""Deliberate mistakes, by the file of infra/tests that catches them: the file to change, the right text, the mistake
that somebody in a hurry might make, and a part of the message that must come of it.
"""


def test_files_are_formatted() -> None:
    """All files are formatted as `terraform fmt` formats them."""
    checked = terraform(ROOT / "infra", "fmt", "-check", "-diff", "-recursive")
    assert checked.returncode == 0, checked.stdout


def test_configuration_is_valid(infra: Path) -> None:
    """Every name, type and required argument exists in the provider's schema."""
    checked = terraform(infra, "validate", "-no-color")
    assert checked.returncode == 0, checked.stdout


def test_what_is_deployed_is_as_promised(infra: Path) -> None:
    """The tests in infra/tests pass, for the shipped list of functions and for another one."""
    tested = terraform(infra, "test", "-no-color")
    assert tested.returncode == 0, tested.stdout
    assert "0 failed" in tested.stdout, tested.stdout


@pytest.mark.long
@pytest.mark.parametrize("tests", MISTAKES)
def test_mistakes_are_caught(tmp_path: Path, tests: str) -> None:
    """Each deliberate mistake in infra/ makes the intended assertion fail."""
    infra = copy_into(tmp_path)
    # One of the mistakes uses this: every function may read every secret.
    (infra / "every_secret.tf").write_text(
        "locals {\n  every_secret = { for pair in setproduct(keys(local.functions), local.secrets) : "
        '"${pair[0]}/${pair[1]}" => { function = pair[0], secret = pair[1] } }\n}\n'
    )
    for file, right, wrong, _ in MISTAKES[tests]:
        text = (infra / file).read_text()
        assert right in text, f"{file} has changed: {right!r} is not there to get wrong"
        (infra / file).write_text(text.replace(right, wrong))
    tested = terraform(ready(infra), "test", "-no-color", f"-filter=tests/{tests}.tftest.hcl")
    said = " ".join(tested.stdout.split())
    unseen = [expected for *_, expected in MISTAKES[tests] if expected not in said]
    assert tested.returncode != 0
    assert not unseen, tested.stdout


@pytest.mark.long
def test_a_bundle_of_other_files_is_refused(tmp_path: Path) -> None:
    """A plan is refused if the zip was not made from the files that are checked out."""
    infra = ready(copy_into(tmp_path))
    with (tmp_path / "functions" / "main.py").open("a") as file:
        file.write("# later\n")
    tested = terraform(infra, "test", "-no-color", "-filter=tests/deployment.tftest.hcl")
    assert tested.returncode != 0
    assert "There is no bundle of what is checked out" in " ".join(tested.stdout.split())


def test_nobody_gets_more_than_is_thought_of(planned: dict[str, Any]) -> None:
    """Only the listed roles are given, and everyone may call only the four public functions."""
    given = [
        (resource["address"], resource["values"]["role"], resource["values"].get("member", "known later"))
        for resource in _resources(planned)
        if "role" in resource["values"]
    ]
    assert {role for _, role, _ in given} == {
        "roles/artifactregistry.writer",
        "roles/cloudbuild.serviceAgent",
        "roles/datastore.user",
        "roles/eventarc.eventReceiver",
        "roles/eventarc.serviceAgent",
        "roles/logging.logWriter",
        "roles/run.invoker",
        "roles/secretmanager.secretAccessor",
        "roles/storage.objectViewer",
    }
    to_everyone = {address for address, _, member in given if member in ("allUsers", "allAuthenticatedUsers")}
    everyone = "google_cloud_run_v2_service_iam_member.everyone"
    assert to_everyone == {
        f'{everyone}["{name}"]' for name in ("signup", "manage", "survey", "organiser", "mail_events")
    }
    kinds = {resource["type"] for resource in _resources(planned)}
    assert not {kind for kind in kinds if kind.endswith(("_iam_binding", "_iam_policy", "_account_key"))}


@pytest.mark.long
def test_what_ripens_is_made_first(tmp_path: Path) -> None:
    """The first step makes what Google needs minutes to make known, and the secrets to be filled; nothing else."""
    infra = ready(copy_into(tmp_path))
    first = {resource["type"] for resource in _resources(plan(infra, "-target=terraform_data.groundwork", **LEAST))}
    assert first == {
        "google_artifact_registry_repository",
        "google_artifact_registry_repository_iam_member",
        "google_logging_metric",
        "google_project_iam_member",
        "google_project_service",
        "google_project_service_identity",
        "google_secret_manager_secret",
        "google_secret_manager_secret_iam_member",
        "google_service_account",
        "google_storage_bucket",
        "google_storage_bucket_iam_member",
        "terraform_data",
    }


def test_agents_of_google_have_the_role_they_act_by(planned: dict[str, Any]) -> None:
    """Google's own accounts that are asked for beforehand get the role that they need, and no other account does."""
    given = [
        (resource["index"], resource["values"]["role"])
        for resource in _resources(planned)
        if resource["values"].get("role", "").endswith(".serviceAgent")
    ]
    assert given == [("cloudbuild", "roles/cloudbuild.serviceAgent"), ("eventarc", "roles/eventarc.serviceAgent")]
    identities = {it["values"]["service"] for it in _resources(planned) if it["type"].endswith("_service_identity")}
    assert {"cloudbuild.googleapis.com", "eventarc.googleapis.com"} <= identities


def test_functions_front_and_alerts_wait_for_the_groundwork(infra: Path) -> None:
    """Functions, front and alerts wait for the groundwork, also when both are made in one deployment."""
    graph = terraform(infra, "graph").stdout
    leads = [(one, other) for one, other in re.findall(r'"(\S+)" -> "(\S+)"', graph)]
    waiting = {"terraform_data.groundwork"}
    for _ in leads:
        waiting |= {one for one, other in leads if other in waiting}
    assert {
        "google_cloudfunctions2_function.function",
        "google_cloud_scheduler_job.schedule",
        "google_firebase_hosting_release.front",
        "google_monitoring_alert_policy.logged",
        "google_monitoring_alert_policy.mail_age",
        "google_monitoring_alert_policy.uptime",
    } <= waiting


def test_paths_lead_where_they_lead_in_the_local_run(planned: dict[str, Any]) -> None:
    """Every address leads to the same function in the cloud and in the local run."""
    functions = load()
    front_door = SimpleNamespace(_functions=functions.values())
    paths = [path for function in functions.values() for path in (*function.prefixes, *function.exact)]
    assert {"/", "/werkplaats", "/aanmelding", "/uitschrijven", "/organisatie"} <= set(paths)
    (front,) = [it for it in _resources(planned) if it["type"] == "google_firebase_hosting_version"]
    (config,) = front["values"]["config"]
    asked = [other for path in paths for other in (path, f"{path.rstrip('/')}/x", f"{path}x")]
    for path in asked:
        here = FrontDoor._function_for(cast(FrontDoor, front_door), path)
        there = next(it["run"][0]["service_id"] for it in config["rewrites"] if re.search(it["regex"], path))
        # A path of no function goes to the function with the front page, in the cloud as in the local run.
        assert there == (here.name.replace("_", "-") if here else "signup"), path


def test_no_secret_has_its_value_in_the_plan(planned: dict[str, Any]) -> None:
    """Terraform makes secrets but no versions of them: people add the values."""
    kinds = {resource["type"] for resource in _resources(planned)}
    assert "google_secret_manager_secret" in kinds
    assert "google_secret_manager_secret_version" not in kinds


def _resources(planned: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = planned["planned_values"]["root_module"]["resources"]
    return found
