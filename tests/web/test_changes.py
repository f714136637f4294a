"""Pages read from the store, and change things only through workflows."""

import ast
from pathlib import Path

import pytest

import werkplaats.web

WEB = Path(werkplaats.web.__file__).parent

READ_BY_PAGES = {
    "workshops.all", "workshops.not_begun", "workshops.not_ended", "workshops.last_kept",
    "workshops.get", "workshops.revisions",
    "workshops.revision", "logos.get",
    "people.unconfirmed", "seats.ledger", "seats.ledgers", "seats.registration", "seats.registrations",
    "seats.all_of", "seats.place", "seats.of_forms",
    "attendance.of", "attendance.of_one", "people.everybody", "people.everybody_in",
    "messages.get", "messages.of", "messages.counts",
    "surveys.invitations", "surveys.count_invitations", "surveys.opened", "surveys.versions",
}  # fmt: skip
"""What pages may ask of the store. All of these only read. Writing belongs into a workflow."""


@pytest.mark.parametrize("file", sorted(WEB.rglob("*.py")), ids=lambda file: str(file.relative_to(WEB)))
def test_web_writes_nothing(file: Path) -> None:
    """A page calls only the listed methods of the store, or passes the store to a workflow."""
    tree = ast.parse(file.read_text())
    workflows = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("werkplaats.workflows.")
        for name in node.names
    }
    handed_over = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in workflows
        for argument in node.args
    }
    kept_at_hand = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["store"]
    }
    asked = {
        id(node.value.value): f"{node.value.attr}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    }
    for node in ast.walk(tree):
        if ast.unparse(node).rpartition(".")[2] != "store" or not isinstance(node, ast.Attribute | ast.Name):
            continue
        if isinstance(node.ctx, ast.Store) or id(node) in handed_over | kept_at_hand:
            continue
        assert asked.get(id(node)) in READ_BY_PAGES, f"line {node.lineno}: {asked.get(id(node), 'the store itself')}"
