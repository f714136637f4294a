"""Have Google build the image of one function from the bundle, and wait for it.

Terraform runs it (organisers.tf): its provider passes a Cloud Run service's `build_config` on and starts no build. This
asks for one as `gcloud run deploy --source` does, by builds:submit of the Cloud Run Admin API, and as who Terraform
is. PROJECT and REGION say where, BUILD is the request, as JSON.

Only Python's own library is used: it runs wherever Terraform does.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import cached_property
from typing import Any

PATIENCE = 1200.0
"""Seconds a build may take; two to five minutes are usual."""

_UNDER_WAY = ("STATUS_UNKNOWN", "PENDING", "QUEUED", "WORKING")


class BuildError(Exception):
    """There is no image; the text says why, and where to read on."""


class Google:
    """Google's APIs, as who has signed in for Terraform; the calls count on `project`."""

    def __init__(self, project: str) -> None:
        self._project = project

    def submit(self, region: str, build: dict[str, Any]) -> dict[str, Any]:
        url = f"https://run.googleapis.com/v2/projects/{self._project}/locations/{region}/builds:submit"
        return self._ask(url, json.dumps(build).encode())

    def build(self, name: str) -> dict[str, Any]:
        return self._ask(f"https://cloudbuild.googleapis.com/v1/{name}")

    def _ask(self, url: str, body: bytes | None = None) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "X-Goog-User-Project": self._project,
        }
        asked = urllib.request.Request(url, body, headers)  # noqa: S310 - written above, with https
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - the same
            result: dict[str, Any] = json.load(answer)
        return result

    @cached_property
    def _token(self) -> str:
        """Good for an hour, which is longer than we wait."""
        command = ["gcloud", "auth", "application-default", "print-access-token"]
        answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - all of it written here
        return answer.stdout.strip()


def make(google: Any, region: str, build: dict[str, Any], pause: float = 5.0) -> None:
    """Return once the image is there; BuildError if it will not be, or is not within PATIENCE."""
    submitted = google.submit(region, build)
    if warning := submitted.get("baseImageWarning"):
        _say(warning)
    started = submitted["buildOperation"]["metadata"]["build"]
    _say(f"{build['imageUri']}: {started['logUrl']}")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            now = google.build(started["name"])
        except OSError as error:
            # The build goes on, whether or not we get to see it.
            if isinstance(error, urllib.error.HTTPError) and error.code < 500:
                raise
            now = {"status": "STATUS_UNKNOWN"}
        if now["status"] == "SUCCESS":
            return
        if now["status"] not in _UNDER_WAY:
            why = now.get("statusDetail") or now.get("failureInfo", {}).get("detail", "")
            raise BuildError(f"{build['imageUri']} was not built: {now['status']} {why}\n{started['logUrl']}")
        time.sleep(pause)
    raise BuildError(f"{build['imageUri']}: no end to it within {PATIENCE:.0f} s. {started['logUrl']}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    try:
        make(Google(os.environ["PROJECT"]), os.environ["REGION"], json.loads(os.environ["BUILD"]))
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"{error.url}: {error.code} {error.read().decode(errors='replace')}\n")
        return 1
    except (BuildError, OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
