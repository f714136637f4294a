"""Notes and labels, which organisers write about somebody."""

from typing import Any

import pytest

from tests.samples import World, why
from werkplaats.domain.seats.commands import Done, ErasePerson, Refusal, SetLabels, WriteNote
from werkplaats.domain.seats.noting import LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS, MOST_REMARKS

BY = "een@example.org"


def note(world: World, text: str, seen: int | None = None) -> Any:
    shown = world.registrations["r1"].shown_version if seen is None else seen
    return world.do(WriteNote(registration="r1", seen=shown, by=BY, text=text))


def label(world: World, *labels: str, seen: int | None = None) -> Any:
    shown = world.registrations["r1"].shown_version if seen is None else seen
    return world.do(SetLabels(registration="r1", seen=shown, by=BY, labels=labels))


def test_a_note_is_kept_with_its_writer_and_the_journal_has_only_that_it_was_written(world: World) -> None:
    """The words are in the registration, which is erased with the person."""
    assert isinstance(note(world, " Belt nog. "), Done)
    [said] = world.registrations["r1"].remarks
    assert (said.text, said.by, said.about) == ("Belt nog.", BY, "")
    [entry] = [one for one in world.journal.values() if one.kind.value == "noted"]
    assert (entry.by, entry.detail) == (BY, "")
    world.do(ErasePerson("r1"))
    assert world.registrations["r1"].remarks == ()


def test_a_note_on_a_page_that_has_changed_is_refused_and_a_double_click_is_not(world: World) -> None:
    seen = world.registrations["r1"].shown_version
    note(world, "Belt nog.")
    assert isinstance(note(world, "Belt nog.", seen), Done)
    assert why(note(world, "Iets anders.", seen)) is Refusal.CHANGED
    assert len(world.registrations["r1"].remarks) == 1
    note(world, "Belt nog.")
    assert len(world.registrations["r1"].remarks) == 2, "somebody who has seen the first one means it"


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_NOTE + 1)])
def test_a_note_that_does_not_fit_is_refused(world: World, text: str) -> None:
    assert why(note(world, text)) is Refusal.UNFIT


def test_there_are_at_most_so_many_notes(world: World) -> None:
    for number in range(MOST_REMARKS):
        note(world, f"{number}")
    assert why(note(world, "Nog een.")) is Refusal.UNFIT


def test_labels_are_tidied_and_set_as_a_whole(world: World) -> None:
    """Blanks around them go, and one that is there twice stays once."""
    label(world, " eet  mee ", "", "Eet mee", "spreker")
    assert world.registrations["r1"].labels == ("eet mee", "spreker")
    version = world.ledger.version
    assert isinstance(label(world, "eet mee", "spreker"), Done)
    assert world.ledger.version == version
    assert isinstance(label(world, "eet mee", "spreker", seen=0), Done)
    assert why(label(world, "gast", seen=0)) is Refusal.CHANGED
    label(world)
    assert world.registrations["r1"].labels == ()


@pytest.mark.parametrize("labels", [[f"{number}" for number in range(MOST_LABELS + 1)], ["x" * (LONGEST_LABEL + 1)]])
def test_labels_that_do_not_fit_are_refused(world: World, labels: list[str]) -> None:
    assert why(label(world, *labels)) is Refusal.UNFIT


def test_somebody_is_not_erased_from_a_page_that_has_changed(world: World) -> None:
    """Erasing needs to have seen everything; erasing twice succeeds."""
    seen = world.registrations["r1"].shown_version
    note(world, "Wil toch komen.")
    assert why(world.do(ErasePerson("r1", seen=seen, by=BY, at_once=True))) is Refusal.CHANGED
    shown = world.registrations["r1"].shown_version
    assert isinstance(world.do(ErasePerson("r1", seen=shown, by=BY, at_once=True)), Done)
    assert isinstance(world.do(ErasePerson("r1", seen=seen, by=BY, at_once=True)), Done)
