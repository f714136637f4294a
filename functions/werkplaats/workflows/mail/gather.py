"""Reads what a mail is about from the store."""

from werkplaats.domain.changes import Change
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.about import AboutChange, AboutEntry, AboutFold, AboutSignIn, AboutWave
from werkplaats.domain.mail.decision import Facts, Told
from werkplaats.domain.mail.kinds import KINDS, ForParticipant
from werkplaats.domain.mail.notices import MOST_NAMED
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.signing_in import SignIns
from werkplaats.domain.survey.waves import Invitation, invitation_id
from werkplaats.store import Store


def gather(store: Store, mail: Mail) -> Facts:
    """Everything that is needed to decide on `mail` and to compose it, as it is now. Raises StoreError."""
    registration = store.seats.registration(mail.registration) if mail.registration else None
    entry = _entry(store, mail)
    return Facts(
        workshop=store.workshops.get(mail.workshop),
        ledger=store.seats.ledger(mail.workshop),
        registration=registration,
        place=_place(store, mail, registration),
        change=_change(store, mail),
        invitation=_invitation(store, mail),
        entry=entry,
        troubled=_troubled(store, entry),
        folded=_folded(store, mail),
        sign_ins=_sign_ins(store, mail),
    )


def _place(store: Store, mail: Mail, registration: Registration | None) -> int | None:
    traits = KINDS[mail.kind]
    if registration is None or registration.state is not State.WAITLISTED:
        return None
    return store.seats.place(registration) if isinstance(traits, ForParticipant) and traits.names_place else None


def _change(store: Store, mail: Mail) -> Change | None:
    return store.changes.get(mail.about.change) if isinstance(mail.about, AboutChange) else None


def _invitation(store: Store, mail: Mail) -> Invitation | None:
    if not isinstance(about := mail.about, AboutWave):
        return None
    guarded = store.surveys.invitation(invitation_id(mail.workshop, about.wave, about.registration))
    return guarded.invitation if guarded else None


def _entry(store: Store, mail: Mail) -> Entry | None:
    if not isinstance(mail.about, AboutEntry):
        return None
    guarded = store.journal.get(mail.workshop, mail.about.entry)
    return guarded.entry if guarded else None


def _troubled(store: Store, entry: Entry | None) -> Mail | None:
    """The mail that did not arrive, if `entry` is about one."""
    guarded = store.outbox.get(entry.mail) if entry is not None and entry.mail is not None else None
    return guarded.mail if guarded else None


def _folded(store: Store, mail: Mail) -> tuple[Told, ...]:
    """The folded entries that the mail tells of and names, in the order in which they happened.

    Entries of one commit happened at the same moment. They come in the order in which their people signed up.
    """
    if not isinstance(about := mail.about, AboutFold):
        return ()
    entries = store.journal.folded(mail.workshop, about.first, about.version, MOST_NAMED)
    people = store.seats.registrations({entry.registration for entry in entries if entry.registration is not None})
    told = [Told(entry, people.get(entry.registration or "")) for entry in entries]
    return tuple(
        sorted(told, key=lambda one: (one.entry.version, one.registration.sequence if one.registration else 0))
    )


def _sign_ins(store: Store, mail: Mail) -> SignIns | None:
    """What was asked for the address that the mail lets in."""
    return store.signing_in.of(mail.about.address).sign_ins if isinstance(mail.about, AboutSignIn) else None
