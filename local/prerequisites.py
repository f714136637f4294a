"""Finds Java and Google's Firestore emulator, or says what is missing and which command installs it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST_JAVA = 17

_JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
_USUAL_SDK_ROOTS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/usr/local/google-cloud-sdk",
    "/usr/local/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/opt/homebrew/share/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
    "/snap/google-cloud-sdk/current",
    "~/google-cloud-sdk",
)


class MissingPrerequisiteError(Exception):
    """Something has to be installed first; the text says what, and with which command."""


@dataclass(frozen=True)
class Prerequisites:
    java: str
    jar: str


def find(environ: Mapping[str, str] = os.environ) -> Prerequisites:
    """The paths of Java and of the emulator's jar; MissingPrerequisiteError if one is missing or too old."""
    return Prerequisites(java=find_java(environ), jar=find_jar(environ))


def find_java(environ: Mapping[str, str] = os.environ) -> str:
    """The path of Java 17 or newer: the one in JAVA_HOME if that is set, otherwise the one on PATH."""
    home = environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin") if home else environ.get("PATH", ""))
    if java is None:
        where = f"in JAVA_HOME ({home})" if home else "op deze machine"
        raise MissingPrerequisiteError(_install_java(f"Java ontbreekt {where}."))
    version = _java_version(java)
    if version is None or version < OLDEST_JAVA:
        found = "een onbekende versie" if version is None else f"versie {version}"
        raise MissingPrerequisiteError(_install_java(f"{java} is {found}: te oud voor de Firestore-emulator."))
    return java


def find_jar(environ: Mapping[str, str] = os.environ, usual: tuple[str, ...] = _USUAL_SDK_ROOTS) -> str:
    """The path of the emulator's jar.

    It is looked for in FIRESTORE_EMULATOR_JAR, then beside gcloud and in the places where it is usually installed, and
    finally where gcloud says that it is.
    """
    named = environ.get("FIRESTORE_EMULATOR_JAR")
    if named:
        if Path(named).is_file():
            return named
        raise MissingPrerequisiteError(f"FIRESTORE_EMULATOR_JAR wijst naar {named}, en dat bestand is er niet.")
    for root in _sdk_roots(environ, usual):
        jar = root.expanduser() / _JAR
        if jar.is_file():
            return str(jar)
    raise MissingPrerequisiteError(_install_emulator(environ))


def _java_version(java: str) -> int | None:
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(match[1]) if match else None


def _sdk_roots(environ: Mapping[str, str], usual: tuple[str, ...]) -> Iterator[Path]:
    if root := environ.get("CLOUDSDK_ROOT_DIR"):
        yield Path(root)
    gcloud = shutil.which("gcloud", path=environ.get("PATH", ""))
    if gcloud:
        yield Path(gcloud).resolve().parent.parent
    yield from map(Path, usual)
    if gcloud:  # asked last, because it takes seconds to answer
        try:
            answer = subprocess.run(
                [gcloud, "info", "--format=value(installation.sdk_root)"],
                capture_output=True, text=True, timeout=60, env=dict(environ),
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return
        if answer.returncode == 0 and answer.stdout.strip():
            yield Path(answer.stdout.strip())


def _install_java(problem: str) -> str:
    return (
        f"{problem} Nodig is Java {OLDEST_JAVA} of nieuwer.\n"
        "  Debian, Ubuntu:  sudo apt-get install openjdk-17-jre-headless\n"
        "  macOS:           brew install openjdk@17\n"
        "Staat Java ergens anders? Geef dan JAVA_HOME mee."
    )


def _install_emulator(environ: Mapping[str, str]) -> str:
    problem = "De Firestore-emulator van Google ontbreekt."
    elsewhere = "Staat hij ergens anders? Geef dan FIRESTORE_EMULATOR_JAR mee (cloud-firestore-emulator.jar)."
    gcloud = shutil.which("gcloud", path=environ.get("PATH", ""))
    if gcloud is None:
        return (
            f"{problem} Hij hoort bij de gcloud CLI, en die ontbreekt ook.\n"
            "  Installeer eerst de gcloud CLI (cloud.google.com/sdk/docs/install), daarna:\n"
            "  Debian, Ubuntu:  sudo apt-get install google-cloud-cli-firestore-emulator\n"
            f"  anders:          gcloud components install cloud-firestore-emulator\n{elsewhere}"
        )
    if str(Path(gcloud).resolve()).startswith("/usr/"):
        return f"{problem}\n  sudo apt-get install google-cloud-cli-firestore-emulator\n{elsewhere}"
    return f"{problem}\n  gcloud components install cloud-firestore-emulator\n{elsewhere}"
