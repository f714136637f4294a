"""What must be true after people have changed something about their own registration."""

from datetime import timedelta

from tests.simulation.promises import hold
from tests.simulation.seat_promises import Change, Move
from werkplaats.domain.seats.commands import AskAddress, ChangeDetails, Correct, GrantWish
from werkplaats.domain.times import end_of


def check_own_changes(change: Change) -> None:
    """Only what may be changed is, the address only as somebody there confirmed, and nobody is asked too often."""
    for move in change.moves:
        after = move.after
        day_ago = change.decided_at - timedelta(days=1)
        hold(
            len([at for at in after.address_wishes if at > day_ago]) <= 3, "another address is asked for thrice", after
        )
        if move.before is not None and move.before.person is not None and after.person is not None:
            _answers(change, move)
            if after.person.email != move.before.person.email:
                _address(change, move)


def _answers(change: Change, move: Move) -> None:
    before, after = move.before, move.after
    assert before is not None
    others = {id for id in {**before.answers, **after.answers} if before.answers.get(id) != after.answers.get(id)}
    changed = [one for one in change.commands if isinstance(one, ChangeDetails) and one.registration == after.id]
    if not others or not changed or any(isinstance(one, Correct) for one in change.commands):
        return
    hold(change.decided_at < change.workshop.begins_at, "answers are fixed from the start", after)
    for question in change.workshop.questions:
        if question.id in others and question.changeable_until is not None:
            hold(change.decided_at < end_of(question.changeable_until), "a fixed answer stays", (question.id, after))


def _address(change: Change, move: Move) -> None:
    before, after = move.before, move.after
    assert before is not None
    assert after.person is not None
    if any(isinstance(one, Correct) and one.registration == after.id for one in change.commands):
        return
    asked = [one for one in change.commands if isinstance(one, AskAddress) and one.registration == after.id]
    wish = before.address_wish
    confirmed = wish is not None and wish.email == after.person.email
    hold(confirmed or bool(asked), "an address changes only into the one that was asked for", (before, after))
    if confirmed and wish is not None and not asked:
        hold(change.decided_at < wish.at + timedelta(days=1), "an address is confirmed within a day", after)
        used = {one.wish for one in change.commands if isinstance(one, GrantWish) and one.registration == after.id}
        hold(wish.version in used, "an address is confirmed by the latest link", (wish, used))
