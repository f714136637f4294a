"""The HTML of every page in every state is valid: html-validate, with its recommended rules."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gallery.renders import renders

VALIDATOR = "html-validate@10.17.0"

RULES = {
    "doctype-style": "off",  # in small letters it means the same
    "tel-non-breaking": "off",  # the stylesheet keeps numbers together
    "long-title": ["error", {"maxlength": 120}],
    "form-dup-name": "off",  # hidden fields may be a list too
}
"""Where we differ from what is recommended."""


@pytest.mark.long
def test_every_page_is_valid_html(tmp_path: Path) -> None:
    """Every page that differs in more than words. Skips where Node.js or the validator is not to be had."""
    for one in renders(alike=False):
        if one.is_page:
            (tmp_path / f"{one.id}.html").write_text(one.html)
    found = _validated(tmp_path)
    assert found == [], "\n".join(found)


@pytest.mark.long
def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    """A paragraph in a paragraph, and an id that is there twice."""
    (tmp_path / "wrong.html").write_text('<!doctype html><html lang="nl"><title>x</title><p id="a"><p id="a"></p></p>')
    found = "\n".join(_validated(tmp_path))
    assert "no-dup-id" in found
    assert "close-order" in found


def _validated(folder: Path) -> list[str]:
    """What is wrong with the pages in `folder`, a line for each mistake."""
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("no Node.js on this machine; on Debian or Ubuntu: apt-get install npm")
    (folder / ".htmlvalidate.json").write_text(
        json.dumps({"root": True, "extends": ["html-validate:recommended"], "rules": RULES})
    )
    asked = [npx, "--yes", VALIDATOR]
    had = subprocess.run([*asked, "--version"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if had.returncode != 0:
        pytest.skip(f"{VALIDATOR} cannot be had: {had.stderr[-200:]}")
    ran = subprocess.run(
        [*asked, "--formatter", "json", "*.html"], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert ran.stdout, ran.stderr
    files = json.loads(ran.stdout)
    return [
        f"{Path(file['filePath']).name}:{one['line']}: {one['ruleId']}: {one['message']}"
        for file in files
        for one in file["messages"]
    ]
