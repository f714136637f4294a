"""Java and the emulator are found, or a message says what is missing and how to get it."""

from pathlib import Path

import pytest

from local.prerequisites import MissingPrerequisiteError, find_jar, find_java

JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_missing_java_is_named_with_the_command_that_gets_it(tmp_path: Path) -> None:
    """If Java is missing, the message gives the command that installs it."""
    with pytest.raises(MissingPrerequisiteError, match="Java ontbreekt") as missing:
        find_java({"PATH": str(tmp_path)})
    assert "sudo apt-get install openjdk-17-jre-headless" in str(missing.value)


@pytest.mark.parametrize(("version", "said"), [("1.8.0_402", "versie 8"), ("11.0.2", "versie 11")])
def test_java_that_is_too_old_is_refused(tmp_path: Path, version: str, said: str) -> None:
    """A Java older than 17 is refused, and the message gives its version."""
    script(tmp_path / "java", f"""echo 'openjdk version "{version}"' >&2""")
    with pytest.raises(MissingPrerequisiteError, match=said):
        find_java({"PATH": str(tmp_path)})


def test_java_home_comes_before_path(tmp_path: Path) -> None:
    """The Java in JAVA_HOME is used before one on PATH."""
    java = script(tmp_path / "jdk" / "bin" / "java", """echo 'openjdk version "21.0.1"' >&2""")
    assert find_java({"PATH": "", "JAVA_HOME": str(tmp_path / "jdk")}) == str(java)


def test_jar_is_found_beside_gcloud(tmp_path: Path) -> None:
    """The jar is found in the SDK of the gcloud on PATH, also if that is a link."""
    gcloud = script(tmp_path / "sdk" / "bin" / "gcloud", "exit 1")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gcloud").symlink_to(gcloud)
    jar = tmp_path / "sdk" / JAR
    jar.parent.mkdir(parents=True)
    jar.touch()
    assert find_jar({"PATH": str(tmp_path / "bin")}, usual=()) == str(jar)


def test_gcloud_is_asked_when_the_usual_places_have_no_jar(tmp_path: Path) -> None:
    """If the usual places have no jar, gcloud is asked where its SDK is."""
    jar = tmp_path / "odd" / JAR
    jar.parent.mkdir(parents=True)
    jar.touch()
    script(tmp_path / "bin" / "gcloud", f"echo {tmp_path / 'odd'}")
    assert find_jar({"PATH": str(tmp_path / "bin")}, usual=()) == str(jar)


def test_missing_emulator_is_named_with_the_command_that_gets_it(tmp_path: Path) -> None:
    """If the emulator is missing, the message gives the command, and first gcloud if that is missing too."""
    with pytest.raises(MissingPrerequisiteError, match="gcloud CLI, en die ontbreekt ook"):
        find_jar({"PATH": str(tmp_path)}, usual=())
    script(tmp_path / "gcloud", "exit 1")
    with pytest.raises(MissingPrerequisiteError, match="gcloud components install cloud-firestore-emulator"):
        find_jar({"PATH": str(tmp_path)}, usual=())


def test_jar_named_in_the_environment_must_exist(tmp_path: Path) -> None:
    """FIRESTORE_EMULATOR_JAR is used as given, and refused if there is no such file."""
    jar = tmp_path / "emulator.jar"
    with pytest.raises(MissingPrerequisiteError, match="FIRESTORE_EMULATOR_JAR"):
        find_jar({"FIRESTORE_EMULATOR_JAR": str(jar)})
    jar.touch()
    assert find_jar({"FIRESTORE_EMULATOR_JAR": str(jar)}) == str(jar)
