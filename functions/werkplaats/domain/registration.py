"""A registration: one person's sign-up for one workshop, and its state."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from werkplaats.domain.kept import WISHES_KEPT
from werkplaats.domain.questions import Answer

Answers = dict[str, Answer]
"""The answers to a form, by the id of the question."""


class State(StrEnum):
    CONFIRMED = "confirmed"
    """Holds a seat."""

    WAITLISTED = "waitlisted"
    """Is on the waitlist, whose order is that of `sequence`."""

    OFFERED = "offered"
    """Has been offered a seat, which is held until `held_until`."""

    CANCELLED = "cancelled"
    """Gave up the seat, the offer or the place on the waitlist, or lost it because an organiser cancelled it."""

    DECLINED = "declined"
    """Declined an offer."""

    EXPIRED = "expired"
    """Did not answer an offer, or did not confirm the address, in time."""

    @property
    def live(self) -> bool:
        """Whether the person still has a seat or an offer, or is on the waitlist."""
        return self in LIVE


class Hold(StrEnum):
    """Why a seat, or a place on the waitlist, is kept for somebody until a certain time."""

    OFFER = "offer"
    """The person was offered the seat and may still accept it."""

    CONFIRM = "confirm"
    """The person has to confirm the e-mail address."""


class Paused(StrEnum):
    """Why somebody on the waitlist is passed over, without an end that is known."""

    ADDRESS = "address"
    """The mail with an offer could not be delivered."""


PASSED_OVER = 1_000_000_000
"""Added to the sequence number of whoever is passed over, as long as they are: so they come after all who wait."""

FIRST_PRIORITY = -1_000_000
"""The sequence number of whoever is the first to get priority on a waitlist; the next one gets the next higher number.

So those with priority are before all others, whose numbers begin at 1, and in the order in which they got it.
"""

LIVE = frozenset({State.CONFIRMED, State.WAITLISTED, State.OFFERED})


class Person(Struct, frozen=True, kw_only=True):
    """The person who signed up. Every field is personal data. Erasing a registration removes this whole record."""

    given_name: str
    family_name: str
    email: str
    organisation: str = ""
    job_title: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class LinkRequest(Struct, frozen=True, kw_only=True):
    """The link was mailed again `at` that time (UTC).

    `submission` is the id of the form with which it was requested.
    """

    at: datetime
    submission: str


class AddressWish(Struct, frozen=True, kw_only=True):
    """The person asked `at` that time (UTC) that mails go to the address `email` from now on.

    Somebody who reads mail at that address has to confirm it first. `version` is the ledger's version of the commit
    that stored the wish; the link that confirms it names that, so that it is good for this wish only.
    """

    email: str
    at: datetime
    version: int

    @property
    def ends_at(self) -> datetime:
        """Until when (UTC) it can be confirmed."""
        return self.at + WISHES_KEPT


LONGEST_REMARK = 1_000
"""The most characters of a remark that explains something. A note can be longer (domain/seats/noting.py)."""


class Remark(Struct, frozen=True, kw_only=True):
    """What somebody at the desk wrote about a person, or the person to the organisers, `at` that time (UTC).

    `by` is the address of whoever wrote it at the desk, "" for the person. `about` is the kind of journal entry
    (Happened) that it explains, or "" for a note that stands by itself. All of it is erased together with the person.
    """

    at: datetime
    by: str
    text: str
    about: str = ""


class Registration(Struct, frozen=True, kw_only=True):
    """One person's sign-up for one workshop.

    - `person`: None once personal data has been erased.
    - `identity`, `address`, `mailbox`: keyed hashes, "" once personal data has been erased. `identity` is of the
      address and the name, `address` of the address alone, and `mailbox` of the address without parts such as `+tag`
      that lead to the same mailbox; the last is also the id of the Mailbox.
    - `form`: stands for the form that was filled in (`stored_form`), also if an organiser did. Two registrations have
      the same one if somebody went back and sent the form again with another name.
    - `sequence`: orders the waitlist. A number is never used twice. Whoever has priority has one below zero, and for
      whoever is passed over PASSED_OVER is added to it. `number` is the number itself.
    - `state_version`: the ledger's version of the commit that brought the present state. A mail about an earlier
      version tells of a state that has ended.
    - `signed_up_at`, `state_since` (UTC): the first sign-up, and the beginning of the present state.
    - `joined_at` (UTC): when the person joined the last time, by signing up or rejoining. None until then.
    - `times_joined`: how many times the person joined, the first time included.
    - `held_for`, `held_until` (UTC): why the seat or the place was or is held, and until when
      (docs/decisions/0028-one-notion-of-holds.md). Once an address is confirmed, or will never be, `held_until` is
      None. That of an offer stays after it was answered. Stored under the name that it had when only offers were held.
    - `had_to_confirm`: true if the address had to be confirmed. The link is then never told to whoever sends the form,
      but only by mail.
    - `paused`: why the person, who is on the waitlist, is passed over; None if they are not.
    - `had_seat`: true if the person has had a confirmed seat since joining the last time.
    - `unsubscribed`: true if the person wants no surveys. Mails about the seat are still sent.
    - `remarks`: what organisers wrote about the person, oldest first. `labels`: short marks that they gave them.
    - `details_version`: the ledger's version of the commit that last changed something else than the state that the
      desk shows: the person, the answers, remarks, labels, or a mail that was sent again. 0 if nothing ever did.
    - `link_generation`: how many times the address was corrected to another one. It is signed into the links to the
      registration, so that a link that was mailed to an earlier address no longer opens it.
    - `search`: the beginnings of words by which the list of people finds the person (`search_words`). It follows from
      `person`, and is kept in step with it by `Draft.keep`.
    - `cancelled_by_organiser`: true if the state is CANCELLED because an organiser cancelled it.
    - `via`: the code in the link by which the person came to the page (`domain/whence.py`), or "".
    - `unmailed`: true if an organiser brought the present state and wanted no mail to tell the person of it.
    - `address_wish`: the address that the person wants to have instead, until it is confirmed, withdrawn or a day old.
    - `address_wishes`: when the person asked for another address in the last 24 hours (UTC), to limit how often.
    - `wish_granted`: the `version` of the wish by which the present address came, 0 if it came otherwise.
    - `absent_from`: the day (in Amsterdam) on which the person said, while the workshop ran, that they cannot come;
      None if they never did. The marks themselves are in the attendance list.
    """

    id: str
    workshop: str
    person: Person | None
    answers: Answers
    mailbox: str
    identity: str
    address: str = ""
    form: str = ""
    state: State
    sequence: int
    state_version: int
    signed_up_at: datetime
    state_since: datetime
    times_joined: int = 1
    held_until: datetime | None = field(default=None, name="offer_expires_at")
    held_for: Hold | None = None
    had_to_confirm: bool = False
    paused: Paused | None = None
    link_requests: tuple[LinkRequest, ...] = ()
    had_seat: bool = False
    unsubscribed: bool = False
    cancelled_by_organiser: bool = False
    joined_at: datetime | None = None
    remarks: tuple[Remark, ...] = ()
    labels: tuple[str, ...] = ()
    details_version: int = 0
    link_generation: int = 0
    search: tuple[str, ...] = ()
    unmailed: bool = False
    via: str = ""
    absent_from: date | None = None
    address_wish: AddressWish | None = None
    address_wishes: tuple[datetime, ...] = ()
    wish_granted: int = 0
    language: str = "nl"
    """The language in which the person signed up (a BCP 47 tag), in which mails are written to them."""

    @property
    def shown_version(self) -> int:
        """The version of what the desk's page shows of it: the state and everything else."""
        return max(self.state_version, self.details_version)

    def is_still_meant(self, seen: int | None) -> bool:
        """Whether a click still means what it said on its page, because nothing that matters has changed since.

        `seen` is the version that the page showed: `state_version` or `shown_version`. None if it showed none; then the
        present state alone decides.
        """
        return seen in (None, self.state_version, self.shown_version)

    @property
    def is_passed_over(self) -> bool:
        """Whether the person is on the waitlist, but gets no seat for the time being."""
        return self.state is State.WAITLISTED and (self.is_unconfirmed or self.paused is not None)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the seat or the place is held until the address is confirmed."""
        return self.state.live and self.held_for is Hold.CONFIRM and self.held_until is not None

    @property
    def number(self) -> int:
        """The sequence number, also of whoever is passed over."""
        passed = self.sequence >= PASSED_OVER + FIRST_PRIORITY
        return self.sequence - PASSED_OVER if passed else self.sequence

    @property
    def has_priority(self) -> bool:
        return self.number < 0


class Mailbox(Struct, frozen=True, kw_only=True):
    """The sign-ups that were made with one mailbox.

    `id` is a keyed hash of the address without parts such as `+tag` that lead to the same mailbox. `registrations` has
    the ids of the live registrations, by identity. `sign_ups` (UTC) are the times of the new sign-ups in the last 24
    hours, including those that have ended. If no live registration is left, the store deletes the record some time
    after `expire_at` (UTC); otherwise that is None.
    """

    id: str
    workshop: str
    registrations: dict[str, str]
    sign_ups: tuple[datetime, ...] = ()
    expire_at: datetime | None = None


def sent_before(registration: Registration, same_form: Iterable[Registration]) -> Registration | None:
    """The registration that was made with the same form just before `registration`, or None if it was the first.

    `same_form` are all registrations made with that form. Somebody who mistyped a name, went back and sent the form
    again has two registrations, and may not know that the first one still holds a seat.
    """

    def order(one: Registration) -> tuple[datetime, int]:
        return one.signed_up_at, one.sequence

    return max((one for one in same_form if order(one) < order(registration)), key=order, default=None)
