"""Editing loses nothing that was typed, undoes nobody's work unseen, and keeps all that was published."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.domain.test_logos import png
from tests.samples import NOW, WRITTEN, sign_up, workshop
from tests.seats import publish_workshop
from werkplaats.domain.fields import Fields
from werkplaats.domain.logos import Logo, LogoProblem
from werkplaats.domain.mistakes import Wrong
from werkplaats.domain.seats.commands import CallOff
from werkplaats.store import Store
from werkplaats.workflows.edit import (
    Consequences,
    DraftPublished,
    Mistaken,
    PublishedMeanwhile,
    Saved,
    SavedMeanwhile,
    TooMuchText,
    consequences,
    draft_from_revision,
    draft_of,
    keep_logo,
    publish_draft,
    save_draft,
)
from werkplaats.workflows.preview import LostAnswers
from werkplaats.workflows.publish import CapacityBelowHeld, Effect
from werkplaats.workflows.seats.queue import SeatQueue

EEN, TWEE = "een@example.org", "twee@example.org"
LATER = NOW + timedelta(hours=1)


def typed(store: Store, **changes: str) -> Fields:
    """The fields as the editor shows them now, with `changes`. `__` in a name stands for a dot."""
    draft = draft_of(store, "proef", NOW)
    assert draft is not None
    return draft.fields | {path.replace("__", "."): text for path, text in changes.items()}


def save(store: Store, seen: int, by: str = EEN, **changes: str) -> Saved | SavedMeanwhile | TooMuchText | None:
    return save_draft(store, "proef", typed(store, **changes), seen=seen, by=by, now=NOW)


def publish(
    store: Store, queue: SeatQueue, seen: int, by: str = EEN
) -> DraftPublished | Mistaken | SavedMeanwhile | PublishedMeanwhile | CapacityBelowHeld | None:
    return publish_draft(store, queue, "proef", seen=seen, by=by, now=LATER)


def looked_at(store: Store) -> Consequences:
    draft = draft_of(store, "proef", NOW)
    assert draft is not None
    return consequences(store, draft, NOW)


def test_before_anybody_saves_the_draft_is_what_is_published(store: Store, queue: SeatQueue) -> None:
    """Without a saved draft the published workshop is shown, nothing is stored, and an unknown one gives None."""
    draft = draft_of(store, "proef", NOW)
    assert draft is not None
    assert (draft.version, draft.fields["title"]) == (0, "Proefwerkplaats")
    assert store.drafts.get("proef") is None
    assert looked_at(store).preview.changes is False  # type: ignore[union-attr]
    assert draft_of(store, "anders", NOW) is None
    assert save_draft(store, "anders", {}, seen=0, by=EEN, now=NOW) is None
    assert publish_draft(store, queue, "anders", seen=0, by=EEN, now=NOW) is None


def test_whatever_is_typed_is_kept(store: Store, queue: SeatQueue) -> None:
    """A draft with mistakes is saved, each mistake has its field, and publishing it is refused."""
    saved = save(store, 0, capacity="veel", title="", first_day="volgend jaar")
    assert isinstance(saved, Saved)
    assert saved.draft.version == 1
    kept = draft_of(store, "proef", LATER)
    assert kept is not None
    assert (kept.fields["capacity"], kept.fields["first_day"], kept.saved_by) == ("veel", "volgend jaar", EEN)
    assert {(one.path, one.wrong) for one in looked_at(store).mistakes} == {
        ("capacity", Wrong.NOT_A_NUMBER), ("title", Wrong.MISSING), ("first_day", Wrong.NOT_A_DAY),
    }  # fmt: skip
    refused = publish(store, queue, 1)
    assert isinstance(refused, Mistaken)
    assert len(refused.mistakes) == 3


def test_a_draft_is_published_once(store: Store, queue: SeatQueue) -> None:
    """Publishing keeps who did it and goes on with the draft; publishing again changes nothing."""
    save(store, 0, title="Nieuwe titel", capacity="5")
    done = publish(store, queue, 1)
    assert isinstance(done, DraftPublished)
    assert (done.published.effect, done.draft.version) == (Effect.UPDATED, 2)
    now = store.workshops.get("proef")
    assert now is not None
    assert (now.title, now.capacity) == ("Nieuwe titel", 5)
    again = publish(store, queue, 2)
    assert isinstance(again, DraftPublished)
    assert again.published.effect is Effect.UNCHANGED
    newest, first = store.workshops.revisions("proef")
    assert (newest.by, newest.at, newest.changed) == (EEN, NOW, ("title", "capacity"))
    assert first.changed == ()


def test_who_saves_what_somebody_else_has_changed_is_shown_both(store: Store, queue: SeatQueue) -> None:
    """Saving over somebody else's version returns both drafts, and saves if that version is then given as seen."""
    opened = typed(store)
    save(store, 0, TWEE, title="Van twee")
    mine = opened | {"title": "Van een"}
    conflict = save_draft(store, "proef", mine, seen=0, by=EEN, now=NOW)
    assert isinstance(conflict, SavedMeanwhile)
    assert (conflict.theirs.fields["title"], conflict.mine.fields["title"]) == ("Van twee", "Van een")
    assert conflict.theirs.saved_by == TWEE
    chosen = save_draft(store, "proef", conflict.mine.fields, seen=conflict.mine.version, by=EEN, now=NOW)
    assert isinstance(chosen, Saved)
    assert (chosen.draft.version, chosen.draft.fields["title"]) == (2, "Van een")


def test_saving_the_same_twice_is_a_quiet_success(store: Store, queue: SeatQueue) -> None:
    """Saving the same fields twice gives the same result, for when the first answer was lost."""
    first = save(store, 0, title="Anders")
    assert save(store, 0, title="Anders") == first


def test_of_two_who_save_at_once_one_is_shown_both(connect: Callable[[], Store], queue: SeatQueue) -> None:
    """If two people save at the same moment, the second to commit gets both drafts."""
    one, other = connect(), connect()
    opened, original = typed(one), one.drafts.save

    def overtaken(*arguments: object) -> None:
        one.drafts.save = original  # type: ignore[method-assign]
        save(other, 0, TWEE, title="Van twee")
        original(*arguments)  # type: ignore[arg-type]

    one.drafts.save = overtaken  # type: ignore[assignment,method-assign]
    conflict = save_draft(one, "proef", opened | {"title": "Van een"}, seen=0, by=EEN, now=NOW)
    assert isinstance(conflict, SavedMeanwhile)
    assert conflict.theirs.fields["title"] == "Van twee"


def test_a_draft_that_was_saved_again_is_not_published_unseen(store: Store, queue: SeatQueue) -> None:
    """Publishing is refused if the draft was saved again since the page that was seen."""
    save(store, 0, title="Een")
    save(store, 1, TWEE, capacity="9")
    refused = publish(store, queue, 1)
    assert isinstance(refused, SavedMeanwhile)
    assert refused.theirs.fields["capacity"] == "9"
    assert store.workshops.get("proef") == workshop()


def test_what_was_published_meanwhile_is_not_undone(store: Store, queue: SeatQueue) -> None:
    """A draft on an older published version is refused, and can be published after saving it on the new one."""
    save(store, 0, title="Mijn titel")
    publish_workshop(store, workshop(title="Uit het bestand"), NOW)
    stale = publish(store, queue, 1)
    assert isinstance(stale, PublishedMeanwhile)
    assert stale.published is not None
    assert (stale.published.title, stale.draft.fields["title"]) == ("Uit het bestand", "Mijn titel")
    save_draft(store, "proef", stale.draft.fields, seen=1, by=EEN, now=NOW, base=stale.version)
    assert isinstance(publish(store, queue, 2), DraftPublished)


def test_a_draft_without_changes_follows_what_is_published(store: Store, queue: SeatQueue) -> None:
    """A draft without changes follows what is published, so it is never in conflict with it."""
    save(store, 0, title="Een")
    publish(store, queue, 1)
    publish_workshop(store, workshop(title="Uit het bestand"), NOW)
    assert typed(store)["title"] == "Uit het bestand"
    assert isinstance(save(store, 2, capacity="7"), Saved)
    assert isinstance(publish(store, queue, 3), DraftPublished)


@pytest.mark.parametrize("published", [False, True])
def test_a_field_that_was_left_empty_is_no_change(store: Store, queue: SeatQueue, published: bool) -> None:
    """It means what is there by default, so the draft follows what is published, such as an extra seat."""
    save(store, 0, title="Een" if published else "Proefwerkplaats", organisers__1__notices="", organisers__1__role="")
    if published:
        assert isinstance(publish(store, queue, 1), DraftPublished)
    publish_workshop(store, workshop(title="Uit het bestand", capacity=9), NOW)
    assert (typed(store)["title"], typed(store)["capacity"]) == ("Uit het bestand", "9")


def test_a_draft_with_a_mistake_is_kept_when_something_is_published(store: Store, queue: SeatQueue) -> None:
    save(store, 0, capacity="veel")
    publish_workshop(store, workshop(title="Uit het bestand"), NOW)
    assert (typed(store)["title"], typed(store)["capacity"]) == ("Proefwerkplaats", "veel")


def test_one_can_go_back(store: Store, queue: SeatQueue) -> None:
    """An earlier revision becomes the draft and can be published, and all revisions are kept."""
    save(store, 0, title="Tweede")
    publish(store, queue, 1)
    first = store.workshops.revisions("proef")[-1]
    back = draft_from_revision(store, "proef", first.number, seen=2, by=TWEE, now=NOW)
    assert isinstance(back, Saved)
    assert back.draft.fields["title"] == "Proefwerkplaats"
    assert isinstance(publish(store, queue, back.draft.version, TWEE), DraftPublished)
    assert [head.by for head in store.workshops.revisions("proef")] == [TWEE, EEN, ""]
    second = store.workshops.revision("proef", store.workshops.revisions("proef")[1].number)
    assert second is not None
    assert second.workshop == workshop(title="Tweede")
    assert draft_from_revision(store, "proef", 999, seen=3, by=EEN, now=NOW) is None


def test_seats_that_are_held_are_not_taken_away(store: Store, queue: SeatQueue) -> None:
    """A capacity below the seats held is shown in the preview, and publishing it is refused."""
    queue.do_all("proef", [sign_up(1), sign_up(2)])
    save(store, 0, capacity="1")
    shown = looked_at(store).preview
    assert shown is not None
    assert shown.refused == CapacityBelowHeld(1, 2)
    assert publish(store, queue, 1) == CapacityBelowHeld(1, 2)


def test_what_it_comes_to_is_told_in_values(store: Store, queue: SeatQueue) -> None:
    """The preview says who is mailed, which answers are lost, who loses access, and how sign-up changes."""
    queue.do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    question = WRITTEN["questions"][1]
    store_fields = typed(store, location__street="Kerkplein 1", capacity="3", sign_up__by_hand="closed")
    left = {path: text for path, text in store_fields.items() if not path.startswith(("questions.", "organisers.1"))}
    left |= {f"questions.0.{name}": str(value) for name, value in question.items()}
    save_draft(store, "proef", left, seen=0, by=EEN, now=NOW)
    shown = looked_at(store).preview
    assert shown is not None
    assert {one.path for one in shown.differences} == {
        "location.street", "capacity", "questions.opgave", "organisers.twee@example.org", "sign_up.by_hand",
    }  # fmt: skip
    assert (shown.mailed, shown.promoted, shown.sign_up) == (2, 1, ("open", "closed"))
    assert shown.lost == (LostAnswers("opgave", None, 3),)
    assert shown.without_access == (TWEE,)


def test_more_than_a_draft_can_hold_is_refused(store: Store, queue: SeatQueue) -> None:
    """A draft that is too large is not stored, and the fields are returned so that the page can show them."""
    refused = save(store, 0, description="x" * 700_000)
    assert isinstance(refused, TooMuchText)
    assert len(refused.draft.fields["description"]) == 700_000
    assert store.drafts.get("proef") is None


def test_a_logo_has_to_be_there(store: Store, queue: SeatQueue) -> None:
    """A draft can name only a logo that is stored, and storing a logo twice gives the same one."""
    logo = keep_logo(store, png())
    assert isinstance(logo, Logo)
    assert keep_logo(store, png()) == logo
    assert store.logos.get(logo.digest) == logo
    assert keep_logo(store, b"GIF89a") is LogoProblem.NOT_A_PNG
    save(store, 0, organisation__logo="0" * 64)
    assert [one.wrong for one in looked_at(store).mistakes] == [Wrong.NO_SUCH_LOGO]
    save(store, 1, organisation__logo=logo.digest)
    assert looked_at(store).mistakes == ()
    assert isinstance(publish(store, queue, 2), DraftPublished)


def test_a_workshop_that_was_called_off_is_edited_and_stays_so(store: Store, queue: SeatQueue) -> None:
    """Calling off is a revision too, so an older draft is refused, and publishing keeps it called off."""
    save(store, 0, title="Anders")
    queue.do("proef", CallOff("De begeleider is ziek.", TWEE))
    assert isinstance(publish(store, queue, 1), PublishedMeanwhile)
    assert store.workshops.revisions("proef")[0].changed == ("called_off",)
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    save_draft(store, "proef", typed(store), seen=1, by=EEN, now=NOW, base=ledger.published)
    assert isinstance(publish(store, queue, 2), DraftPublished)
    now = store.workshops.get("proef")
    assert now is not None
    assert (now.title, now.called_off is None) == ("Anders", False)


@pytest.mark.parametrize("path", ["a..b", "..", "9" * 50, "__proto__", "ë", "title.0.1.2", "a" * 2_000])
def test_odd_names_of_fields_do_no_harm(store: Store, queue: SeatQueue, path: str) -> None:
    """Names of fields that no form of ours has are left out, and do no harm."""
    draft = save_draft(store, "proef", {path: "x"} | typed(store), seen=0, by=EEN, now=NOW)
    assert isinstance(draft, Saved)
    assert draft.draft.fields["title"] == "Proefwerkplaats"
    assert looked_at(store).mistakes == ()
