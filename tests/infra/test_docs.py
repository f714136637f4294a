"""The commands, files and names that the documents mention exist."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.infra.deployed import runtime
from tests.infra.terraform import ROOT
from werkplaats.settings import NAMES

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "docs" / "adding.md",
    ROOT / "docs" / "cost.md",
    ROOT / "docs" / "deploy.md",
    *sorted((ROOT / "docs" / "runbooks").glob("*.md")),
    ROOT / "infra" / "README.md",
    ROOT / "infra" / "deploy",
]

GROUPS = "auth|billing|firestore|functions|iap|projects|run|scheduler|secrets|services|storage"


def commands() -> list[tuple[str, str]]:
    """The document and the text of every gcloud command; shell variables are replaced by the word "variable"."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text().replace("\\\n", " ")
        for command in re.findall(rf"(?<![\w/-])gcloud (?:{GROUPS}) (?:\"[^\"\n]*\"|[^`|;)\"\n])*", text):
            command = re.sub(r">/dev/null.*|#GENERATION", "", command)
            found.append((document.name, re.sub(r"\$\w+", "variable", command).strip()))
    return found


def test_there_are_commands_to_look_at() -> None:
    """The search for commands finds the ones that are certainly there."""
    assert len(commands()) > 25
    assert any("databases restore" in command for _, command in commands())
    assert any("--lifecycle-file" in command for _, command in commands())


@pytest.mark.long
def test_gcloud_knows_every_command(tmp_path: Path) -> None:
    """gcloud accepts the name and options of every command."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        pytest.skip("gcloud is missing: its commands in the runbooks were not checked.")
    unknown = []
    listed = sorted({command for _, command in commands()})
    file = tmp_path / "commands.json"
    file.write_text(json.dumps([{"command_string": command} for command in listed]))
    done = subprocess.run(
        [gcloud, "meta", "lint-gcloud-commands", f"--commands-file={file}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    answers = json.loads(done.stdout)
    assert len(answers) == len(listed), done.stderr
    for answer in answers:
        if not answer["success"]:
            unknown.append(f"{answer['command_string']}: {answer['error_message']}")
    assert not unknown, "\n".join(unknown)


def test_no_command_names_a_region() -> None:
    """Commands say $REGION, so that one typed for one environment does not act in another's region."""
    named = [(document, command) for document, command in commands() if re.search(r"\b[a-z]+-[a-z]+\d\b", command)]
    assert not named


def test_a_region_where_new_projects_cannot_build_is_named_only_with_a_warning() -> None:
    """europe-west4 is named only beside a warning: functions cannot be built there, and a database cannot be moved."""
    files = [*(ROOT / "docs").rglob("*"), *(ROOT / "infra").rglob("*"), ROOT / "README.md"]
    made = {".terraform", "build", "__pycache__", "images"}
    for file in (file for file in files if file.is_file() and not made & set(file.parts)):
        for paragraph in file.read_text().split("\n\n"):
            if "europe-west4" in paragraph:
                assert "restrict" in paragraph, f"{file.name}: {paragraph}"


@pytest.mark.parametrize("document", DOCUMENTS[:-1], ids=lambda path: path.name)
def test_what_is_referred_to_is_there(document: Path) -> None:
    """Every file, link and `make` target that a document mentions exists."""
    text = document.read_text()
    makefile = (ROOT / "Makefile").read_text()
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (document.parent / link).exists(), link
    for path in re.findall(r"`((?:docs|infra|tests|workshops|functions|local)/[\w./-]+)`", text):
        assert (ROOT / path).exists() or path.endswith(".terraform.lock.hcl"), path
    for target in re.findall(r"(?:`|^ +)make ([a-z][a-z-]*)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"


def test_every_function_is_in_the_readme() -> None:
    """Every function is in README.md, in the diagram and in the table."""
    functions = set(yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text()))
    text = (ROOT / "README.md").read_text()
    [picture] = re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)
    assert functions - set(re.findall(r"\w+", picture)) == set()
    table = text.split("| function | does |")[1].split("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if "`" in row]
    assert {name for names in rows for name in re.findall(r"`(\w+)`", names)} == functions


def test_every_setting_is_explained() -> None:
    """docs/settings.md has a row for each setting, and no others."""
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert {name for names in rows for name in re.findall(r"`(\w+)`", names)} == set(NAMES)


def test_every_folder_of_the_program_is_in_the_map() -> None:
    """docs/adding.md begins with a line for each folder of the program, and every path it lists exists."""
    [listed] = re.findall(r"\n\n((?:    \S.*\n)+)", (ROOT / "docs" / "adding.md").read_text().split("\n**")[0])
    named = {line.split()[0] for line in listed.splitlines()}
    assert {path for path in named if not (ROOT / path).exists()} == set()
    program = ROOT / "functions" / "werkplaats"
    holding = {path.parent for path in program.rglob("*.py") if path.name != "__init__.py"}
    assert {f"{folder.relative_to(ROOT)}/" for folder in holding} - named == set()


def test_every_file_that_is_named_is_there() -> None:
    """Every path between backticks exists, in `functions/werkplaats/` or from the root.

    In a decision, a name that ends in a slash may also be a collection of documents.
    """
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        prose = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
        for path in re.findall(r"`((?:[\w-]+/)+(?:[\w-]+\.(?:py|yaml|html|txt|md|tf))?)`", prose):
            places = (ROOT / path, ROOT / "functions" / "werkplaats" / path)
            collection = path.endswith("/") and document.parent.name == "decisions"
            assert collection or any(place.exists() for place in places), f"{document.name}: {path}"


def test_nothing_of_a_real_place_is_in_it() -> None:
    """All e-mail addresses in documents and settings are made up."""
    written = [*DOCUMENTS, *(ROOT / "infra").glob("environments/*.tfvars"), *(ROOT / "infra").glob("*.tf")]
    for document in written:
        for address in re.findall(r"\w[\w.+-]*@[\w-]+(?:\.[\w-]+)+", document.read_text()):
            made_up = address.endswith(("@example.org", "@example.com"))
            assert made_up or address.endswith(".iam.gserviceaccount.com"), f"{document.name}: {address}"


def test_the_python_of_the_functions_is_named() -> None:
    """README.md names the version that variables.tf deploys on."""
    assert f"deployed on Python {runtime()}" in (ROOT / "README.md").read_text()
