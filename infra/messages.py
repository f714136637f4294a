"""Says what errors of Terraform mean: some disappear if one waits, and others have to be solved by somebody.

    python3 infra/messages.py FILE

reads the errors that Terraform wrote to FILE. If all of them disappear by waiting, it prints what is waited for and
exits with 0. Otherwise it prints what to do about those that it knows, and exits with 1. infra/deploy runs it.
docs/deploy.md, step 6, has the same list.

This uses only Python's standard library, so that it runs wherever Terraform does.
"""

import re
import sys
from pathlib import Path

PASSING = {
    r"permission denied while using the Eventarc Service Agent": "Eventarc's own account is new",
    r"Unable to retrieve the repository metadata": "Cloud Functions' own account is new",
    r"has not been used in project \S+ before or it is disabled": "an API was turned on just now",
    r"Cannot find metric that matches type": "a metric is new, and an alert needs it",
    r"service account \S+ does not exist": "an account is new",
    r"missing permission on the build service account": "the account that builds is new",
    r"Error creating Site: .*Requested entity was not found": "Firebase is new in this project",
}
"""A pattern for each error that Google gives while something new is not yet known everywhere, and what is new."""

LASTING = {
    r"Error creating Release: Resource already exists": (
        "Rules have already been released; the Firebase console does so when somebody opens Firestore in it. Tell "
        "Terraform about them, in infra/: TF_DATA_DIR=.terraform/ENVIRONMENT terraform import "
        "-var-file=environments/ENVIRONMENT.tfvars "
        """'google_firebaserules_release.firestore["(default)"]' projects/PROJECT/releases/cloud.firestore"""
    ),
    r"Error creating Database: .*already exists": (
        "Somebody made the database by hand. If it is in the right region (gcloud firestore databases list), tell "
        "Terraform that it is there, in infra/: TF_DATA_DIR=.terraform/ENVIRONMENT terraform import "
        "-var-file=environments/ENVIRONMENT.tfvars "
        """'google_firestore_database.database["(default)"]' 'projects/PROJECT/databases/(default)'. """
        "It cannot be moved: if it is elsewhere, take another project."
    ),
    r"Error creating Budget: .*invalid argument": (
        "Set budget_currency in the environment's file to the currency of the billing account "
        "(Billing, Account management)."
    ),
    r"due to quota restrictions, cannot run builds in this region": (
        "Google restricts Cloud Build in this project to some regions. Either ask Google's support to lift that, or "
        "begin again in a new project, with region europe-west1: docs/deploy.md, step 3."
    ),
    r"Error creating Site: .*is reserved by another project": (
        "Another project has an address with that name. Set `site` in the environment's file to another: it becomes "
        "https://<site>.web.app."
    ),
    r"Secret \S+ was not found": "A secret has no value yet: docs/deploy.md, step 5.",
    r"allowedPolicyMemberDomains": (
        "Your organisation does not allow public functions: ask its administrator for an exception for this project."
    ),
    r"could not find default credentials": "Sign in for Terraform: docs/deploy.md, step 2.",
}
"""A pattern for each error that does not disappear by waiting, and what to do about it."""


def read(said: str) -> tuple[bool, list[str]]:
    """Whether all errors in `said` disappear by waiting; and what is waited for, or, if not, what to do."""
    # Terraform draws a box around each error, breaks its lines, and colours it on a terminal.
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
    errors = re.split(r"^[│\s]*Error: ", plain, flags=re.MULTILINE)[1:]
    errors = [" ".join(re.sub("[│╷╵]", " ", error).split()) for error in errors]
    waited_for = [_known(PASSING, error) for error in errors]
    if errors and all(waited_for):
        return True, list(dict.fromkeys(filter(None, waited_for)))
    return False, list(dict.fromkeys(filter(None, (_known(LASTING, error) for error in errors))))


def _known(messages: dict[str, str], error: str) -> str | None:
    return next((text for pattern, text in messages.items() if re.search(pattern, error, re.IGNORECASE)), None)


if __name__ == "__main__":
    passing, texts = read(Path(sys.argv[1]).read_text(errors="replace"))
    sys.stdout.write("; ".join(texts) if passing else "\n".join(texts))
    sys.exit(0 if passing else 1)
