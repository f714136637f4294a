"""The recipe "a workshop" of docs/adding.md, followed exactly, and each mistake that it shows."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recipes.copies import ROOT, Copy, recipe

SECTION = (ROOT / "docs" / "adding.md").read_text().split("\n## A workshop\n")[1].split("\n## ")[0]
[MISTAKES] = re.findall(r"```text\n(.*?)```", SECTION, re.DOTALL)
REFUSALS = [re.split(r"  +", line) for line in MISTAKES.splitlines()]
FILE = "workshops/buurt-in-beweging.yaml"
PUBLISH = "werkplaats.cli.publish"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def written(copy: Copy) -> Iterator[Path]:
    """The new file that the recipe makes."""
    [(source, target)] = re.findall(r"^cp (\S+) (\S+)$", SECTION, re.MULTILINE)
    assert target == FILE
    shutil.copy(copy.folder / source, copy.folder / target)
    copy.apply(recipe("A workshop"))
    yield copy.folder / target
    (copy.folder / target).unlink()


def check() -> str:
    """The module that `make check` runs to check workshops/."""
    target = (ROOT / "Makefile").read_text().split("\ncheck:")[1].split("\n\n")[0]
    [module] = re.findall(r"-m (werkplaats\.\S+)", target)
    return str(module)


@pytest.mark.long
def test_a_new_file_is_all_there_is_to_do(copy: Copy, written: Path) -> None:
    """With only the new file, `make check` finds nothing wrong, and the workshop is loaded beside the shipped one."""
    checked = copy.command(check())
    assert checked.content, checked.said
    loaded = copy.imports("werkplaats.workshop_files as files; print([one.title for one in files.load_all()])")
    assert loaded.said == "['Buurt in beweging', 'Werken aan wijkontwikkeling']\n"
    supported = "tests/infra/test_code.py::test_runtime_is_supported_while_it_is_needed"
    tested = copy.tests("tests/test_workshop_files.py", supported)
    assert tested.content, tested.said


def test_a_copy_that_is_not_changed_is_refused(copy: Copy, written: Path) -> None:
    """A copied file whose id was not changed is refused, because publishing it would replace the other workshop."""
    shutil.copy(written.with_name("werken-aan-wijkontwikkeling.yaml"), written)
    checked = copy.command(check())
    assert not checked.content
    assert checked.said.startswith("buurt-in-beweging.yaml: id: expected 'buurt-in-beweging', the file's name")


@pytest.mark.parametrize(("line", "complaint"), REFUSALS, ids=[line for line, _ in REFUSALS])
def test_a_mistake_is_refused_as_the_recipe_says(copy: Copy, written: Path, line: str, complaint: str) -> None:
    """Each mistake is refused with the file, the field and the explanation that the recipe gives."""
    mistaken(written, line)
    checked = copy.command(check())
    assert not checked.content
    assert checked.said.startswith(f"buurt-in-beweging.yaml: {complaint}")


def test_publishing_refuses_it_before_anything_is_asked_of_firestore(copy: Copy, written: Path) -> None:
    """`make publish` refuses a file with a mistake, in the same words, before it connects to Firestore."""
    mistaken(written, REFUSALS[0][0])
    published = copy.command(PUBLISH)
    assert not published.content
    assert published.said == copy.command(check()).said


def mistaken(file: Path, line: str) -> None:
    """Replace the line of `file` for the same field with `line`, or add it if there is none."""
    text = file.read_text()
    name = line.partition(":")[0]
    changed = re.sub(rf"^{name}:.*$", line, text, count=1, flags=re.MULTILINE)
    file.write_text(changed if changed != text else f"{text}\n{line}\n")
