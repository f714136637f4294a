"""What is kept, why, and until when: the one place in the program that says so.

`TABLE` has every collection of the database with every field of its records. Rules and workflows take their terms from
here, tests compare the rest (the fields that erasing empties, the policies with which the database deletes), and
docs/privacy.md has the table for people. Whoever adds a field must add it here; a test fails until they have.
"""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

MAILS_KEPT = timedelta(days=730)
"""How long mails and journal entries are kept. They hold ids, which lead to nobody once registrations are erased."""

SIGN_IN_MAILS_KEPT = timedelta(days=30)
"""How long mails about signing in are kept: long enough to see whether they went out."""

EMPTY_MAILBOX_KEPT = timedelta(days=1)
"""How long a mailbox without live registrations is kept: its sign-ups count against the daily limit this long."""

WISHES_KEPT = timedelta(days=1)
"""How long somebody has to confirm another address. In the night after that, an unconfirmed one is erased."""

SIGN_INS_KEPT = timedelta(days=2)
"""How long the requests to sign in with an address are kept after the last one. They are counted for one day."""

SESSION_IDLE = timedelta(days=14)
"""A session at the desk ends if it has not been used for this long."""

SESSION_LONGEST = timedelta(days=90)
"""A session at the desk ends after this time, even if it is used."""

RESULTS_KEPT = timedelta(days=5 * 365)
"""How long after the last day opened answers to surveys are kept. They are tied to nobody, but people write in them."""

ERASURES_KEPT = timedelta(days=100)
"""How long an erasure is remembered. The oldest backup that can be restored is eight weeks old (infra/database.tf)."""

COMES_IN_LATE = timedelta(days=30)
"""For how long after people were erased something about them can still come in: a mark of attendance that was on its
way, or a mail that came back. A provider tries to deliver a mail for three days, and then tells of it for another.
"""


class Ends(StrEnum):
    """What ends the keeping of a record."""

    EMPTIED = "emptied"
    """`erase_personal_data` empties its personal and its leading fields. The rest stays, and is about nobody."""

    ERASED = "erased"
    """`erase_personal_data` deletes it when the time of the workshop's registrations is over."""

    RESULTS = "results"
    """`erase_personal_data` deletes it RESULTS_KEPT after the workshop's last day."""

    EXPIRES = "expires"
    """The database deletes it after the time in its field `expire_at`, usually within a day."""

    BY_HAND = "by hand"
    """It stays until somebody removes the workshop (docs/runbooks/take-down.md)."""


class Kept(Struct, frozen=True, kw_only=True):
    """One collection. Fields of a record within a record are named by their path, such as `person.email`.

    - `why`, `ground`: for what it is needed, and what allows that (the articles are of the GDPR).
    - `personal`: fields that say who somebody is, or what somebody wrote or did.
    - `leading`: ids and hashes that lead to a person as long as that person's registration is not erased, or to
      whoever can guess an address.
    - `other`: fields that say nothing about anybody.
    - `ends`, `until`: what ends the keeping, and when, in words.
    - `terms`: the lengths that `until` tells of, if the program sets them.
    A name that ends in `.*` stands for all fields below it.
    """

    collection: str
    why: str
    ground: str
    personal: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    ends: Ends
    until: str
    terms: tuple[timedelta, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return self.personal + self.leading + self.other


_STATEMENT = (
    "what the privacy statement of the workshop names (the shipped one: an agreement, art. 6(1)(b); for answers about "
    "health consent, art. 9(2)(a); for the queue's history and for surveys legitimate interest, art. 6(1)(f))"
)
_SECURITY = "legitimate interest (art. 6(1)(f)): keeping the desk safe"
_ORGANISING = "legitimate interest (art. 6(1)(f)): organisers work on the workshop under their names"
_NOBODY = "no personal data"

_ERASURE = "`privacy.erase_registrations_after` after the last day"
_REMOVED = "until the workshop is removed by hand"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TABLE: tuple[Kept, ...] = (
    Kept(
        collection="registrations",
        why="giving seats, mailing people about theirs, preparing the days",
        ground=_STATEMENT,
        personal=_names(
            "person.given_name person.family_name person.email person.organisation person.job_title person.phone "
            "answers remarks.at remarks.by remarks.text remarks.about labels search via absent_from address_wish.email "
            "address_wish.at address_wishes"
        ),
        leading=_names("mailbox identity address form link_requests.at link_requests.submission"),
        other=_names(
            "id workshop state sequence state_version signed_up_at state_since times_joined offer_expires_at held_for "
            "had_to_confirm paused had_seat unsubscribed cancelled_by_organiser joined_at details_version "
            "link_generation language unmailed address_wish.version wish_granted"
        ),
        ends=Ends.EMPTIED,
        until=f"{_ERASURE}; an answer with a term of its own (`erase_after`) earlier. An address that somebody "
        "wants to have and has not confirmed: the night after it is 1 day old. State, number and times stay",
    ),
    Kept(
        collection="mailboxes",
        why="finding the registrations of an address; limiting the sign-ups of one day",
        ground=_STATEMENT,
        leading=_names("id registrations sign_ups"),
        other=_names("workshop expire_at"),
        ends=Ends.EXPIRES,
        until="1 day after its last registration has ended or was erased",
        terms=(EMPTY_MAILBOX_KEPT,),
    ),
    Kept(
        collection="attendance",
        why="knowing who was there, and so whom to ask how it was",
        ground=_STATEMENT,
        personal=_names("days"),
        leading=_names("id registration"),
        other=_names("workshop marked_at"),
        ends=Ends.ERASED,
        until=_ERASURE,
    ),
    Kept(
        collection="invitations",
        why="asking everybody once, and reminding only those who have not answered",
        ground=_STATEMENT,
        personal=_names("answered answered_on"),
        leading=_names("id registration"),
        other=_names("workshop wave invited_at reminded"),
        ends=Ends.ERASED,
        until=_ERASURE,
    ),
    Kept(
        collection="sealed_answers",
        why="answers to surveys until at least five of them can be opened together",
        ground=_STATEMENT,
        personal=_names("box"),
        other=_names("id workshop wave version key"),
        ends=Ends.ERASED,
        until=f"until they are opened, at the latest {_ERASURE}",
    ),
    Kept(
        collection="answers",
        why="results of surveys; tied to nobody, but free text says what people wrote",
        ground="not tied to anybody; free text: " + _STATEMENT,
        personal=_names("answers"),
        other=_names("id workshop wave version lot"),
        ends=Ends.RESULTS,
        until="5 years after the last day",
        terms=(RESULTS_KEPT,),
    ),
    Kept(
        collection="survey_versions",
        why="the questions to which answers were given",
        ground=_NOBODY,
        other=_names("id workshop wave title questions first_used_at"),
        ends=Ends.RESULTS,
        until="5 years after the last day",
        terms=(RESULTS_KEPT,),
    ),
    Kept(
        collection="mails",
        why="sending each mail once, and knowing what became of it",
        ground=f"{_STATEMENT}; for organisers {_ORGANISING}",
        personal=_names("about.organiser about.email subject text"),
        leading=_names("id message_id about.registration about.address about.request about.entry"),
        other=_names(
            "kind workshop about.type about.version about.reminder about.first_day about.change about.wave "
            "about.message about.again about.number about.first about.counts has_text created_at due_at state attempts "
            "reason delivered settled_at put_off doubtful expire_at"
        ),
        ends=Ends.EXPIRES,
        until="2 years after it was queued; 30 days for mails about signing in. The text (without links) of a mail to "
        f"a participant is emptied {_ERASURE}, or when the person is erased before that. It has a participant's "
        "address only if that was corrected, until the old address has been told",
        terms=(MAILS_KEPT, SIGN_IN_MAILS_KEPT),
    ),
    Kept(
        collection="journal",
        why="telling organisers what happened, once; knowing who did what at the desk",
        ground=_STATEMENT,
        personal=_names("detail by"),
        leading=_names("id registration mail"),
        other=_names("workshop kind at version notified folded expire_at"),
        ends=Ends.EXPIRES,
        until="2 years after it happened; why a mail failed or came back, and how somebody was marked (`detail`), is "
        f"emptied {_ERASURE}",
        terms=(MAILS_KEPT,),
    ),
    Kept(
        collection="erased",
        why="erasing once more what a restored backup brings back",
        ground=_NOBODY,
        other=_names("id workshop registration at questions at_once expire_at"),
        ends=Ends.EXPIRES,
        until="100 days after the erasure, which is longer than any backup is kept",
        terms=(ERASURES_KEPT,),
    ),
    Kept(
        collection="messages",
        why="sending what organisers write to people, once to each; knowing who wrote what",
        ground=_ORGANISING,
        personal=_names("by subject text changed_by"),
        other=_names(
            "id workshop at to later unmarked_too state cursor queued complete expected followed version revision "
            "changed_at expire_at"
        ),
        ends=Ends.EXPIRES,
        until="2 years after it was sent; 30 days for a test. Names of participants are filled in when a mail is sent",
        terms=(MAILS_KEPT, SIGN_IN_MAILS_KEPT),
    ),
    Kept(
        collection="sign_ins",
        why="signing in at the desk by a mailed link; limiting how often one is asked for",
        ground=_SECURITY,
        personal=_names("email requests.leads_to"),
        leading=_names("id asked requests.id requests.browser requests.proof"),
        other=_names("workshop requests.at requests.attempts expire_at"),
        ends=Ends.EXPIRES,
        until="2 days after the last request",
        terms=(SIGN_INS_KEPT,),
    ),
    Kept(
        collection="sessions",
        why="staying signed in at the desk",
        ground=_SECURITY,
        personal=_names("email began_at seen_at"),
        leading=_names("id address"),
        other=_names("expire_at"),
        ends=Ends.EXPIRES,
        until="14 days after its use was last noted (once a day), at most 90 days after it began",
        terms=(SESSION_IDLE, SESSION_LONGEST),
    ),
    Kept(
        collection="workshops",
        why="the workshop's pages and mails; who may do what at the desk",
        ground=_ORGANISING,
        personal=_names(
            "organisers.name organisers.email organisers.role organisers.notices "
            "sender.name sender.email sender.reply_to privacy.contact leaders.* phone contact.name contact.phone "
            "called_off.reason"
        ),
        other=_names(
            "id title summary description first_day last_day days.* location.* capacity sign_up.* promotion.* "
            "waitlist.* confirm_address questions practical for_whom programme price.* cancelling route materials.* "
            "organisation.* reminders privacy.statement privacy.erase_registrations_after waves.* translations.* "
            "practice called_off.at called_off.version"
        ),
        ends=Ends.BY_HAND,
        until=f"{_REMOVED}; organisers change it at the desk",
    ),
    Kept(
        collection="revisions",
        why="seeing who published what, and going back to it",
        ground=_ORGANISING,
        personal=_names("by what"),
        other=_names("number at changed"),
        ends=Ends.BY_HAND,
        until=_REMOVED,
    ),
    Kept(
        collection="drafts",
        why="what organisers are writing and have not published",
        ground=_ORGANISING,
        personal=_names("fields saved_by saved_at"),
        other=_names("workshop version base"),
        ends=Ends.BY_HAND,
        until=_REMOVED,
    ),
    Kept(
        collection="logos",
        why="the picture at the top of pages",
        ground=_NOBODY,
        other=_names("digest width height content"),
        ends=Ends.BY_HAND,
        until=_REMOVED,
    ),
    Kept(
        collection="ledgers",
        why="how many seats are held, and the order of the waitlist; what organisers are to be told of together",
        ground=_NOBODY,
        other=_names(
            "id capacity confirmed offered waitlisted next_sequence version published told_at folding.first "
            "folding.due_at folding.counts list_complete turns priorities practised_priorities real_since unconfirmed "
            "passed_over returned sign_ups busy_until "
            "digest.first digest.due_at digest.counts"
        ),
        ends=Ends.BY_HAND,
        until=_REMOVED,
    ),
    Kept(
        collection="changes",
        why="mailing people that days or place have changed",
        ground=_NOBODY,
        other=_names("id workshop version at before.* after.* announced"),
        ends=Ends.BY_HAND,
        until=_REMOVED,
    ),
    Kept(
        collection="chores",
        why="how far recurring work has got",
        ground=_NOBODY,
        other=_names("version at"),
        ends=Ends.BY_HAND,
        until=_REMOVED,
    ),
)
