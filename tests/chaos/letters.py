"""The promises about mail, each as a function that says what breaks it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.chaos.evidence import Evidence
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.about import AboutEntry, AboutFold, AboutSeat
from werkplaats.domain.mail.kinds import FOLDABLE, Kind
from werkplaats.domain.mail.outbox import Mail, mail_id
from werkplaats.domain.notices import Notices
from werkplaats.domain.registration import State

_TELLS_OF = {
    State.CONFIRMED: Kind.CONFIRMED,
    State.WAITLISTED: Kind.WAITLISTED,
    State.OFFERED: Kind.OFFERED,
    State.CANCELLED: Kind.CANCELLED,
    State.DECLINED: Kind.CANCELLED,
    State.EXPIRED: Kind.OFFER_EXPIRED,
}
_SENDERS = ("deliver_mail", "retry_mail")


def every_mail_ends(it: Evidence) -> Iterator[str]:
    """As sent, or with a reason as skipped. None fails, because the provider refused none for good."""
    for mail in it.mails:
        waits = mail.put_off and mail.due_at is not None and mail.due_at > it.now
        if not mail.state.final and not waits:
            yield f"{mail.id} is still {mail.state.value} (due {mail.due_at}, {mail.attempts} attempts, {mail.reason})"
        if mail.state is Delivery.SKIPPED and not mail.reason:
            yield f"{mail.id} is skipped without a reason"
        if mail.state is Delivery.FAILED:
            yield f"{mail.id} failed: {mail.reason}"
    for entry in it.journal:
        if not entry.notified:
            yield f"organisers were not told of {entry.id}"
        waits = it.ledger.folding is not None and it.ledger.folding.first <= entry.version
        folds = (mail for mail in it.mails if mail.kind is Kind.ORGANISER_FOLDED)
        if entry.folded and not waits and not any(_tells(mail, entry) for mail in folds):
            yield f"organisers were not told of {entry.id} together with others, and will not be"
    yield from _missing_digests(it)


def organisers_are_told_once(it: Evidence) -> Iterator[str]:
    """Of each entry of the journal no organiser gets two different mails."""
    for entry in it.journal:
        for organiser, count in Counter(_organiser(mail) for mail in it.mails if _tells(mail, entry)).items():
            if count > 1:
                yield f"organiser {organiser} gets {count} mails about {entry.id}"


def sent_is_what_the_provider_took(it: Evidence) -> Iterator[str]:
    """A mail is stored as sent if the provider has taken it, and only then; and it refused none as malformed."""
    taken = _taken(it)
    stored = {mail.id: mail for mail in it.mails}
    for id in taken:
        if id not in stored:
            yield f"the provider took {id}, which is not in the outbox"
        elif stored[id].state is not Delivery.SENT:
            yield f"the provider took {id}, which is stored as {stored[id].state.value} ({stored[id].reason})"
    for mail in it.mails:
        if mail.state is Delivery.SENT and mail.id not in taken:
            yield f"{mail.id} is stored as sent, and the provider never took it"
    for entry in it.mailbox:
        if entry["status"] in (400, 401, 403):
            yield f"the provider answered {entry['status']} to {entry['request'].get('custom_args')}"


def no_mail_goes_out_twice_but_in_doubt(it: Evidence) -> Iterator[str]:
    """Two mails only if the answer to the first was lost, or a process that sends was killed after it was taken."""
    doubtful = {mail.id: mail.doubtful for mail in it.mails}
    for id, entries in _taken(it).items():
        for earlier, later in pairwise(entries):
            if not (earlier.get("answer_lost") or _killed_between(it, earlier, later)):
                yield f"{id} was sent at {earlier['received_at']} and at {later['received_at']}, without any doubt"
        if len(entries) > 1 and not doubtful.get(id, True):
            yield f"{id} was sent {len(entries)} times, and the store knows of no doubt"


def everybody_hears_where_they_stand(it: Evidence) -> Iterator[str]:
    """A mail about the present state was sent to the address that the person gave.

    It may have gone to an earlier address of somebody whose address was corrected, and to nobody if an organiser
    wanted no mail.
    """
    if it.workshop.called_off is not None or it.workshop.has_begun(it.now):
        return
    taken = _taken(it)
    for one in it.registrations:
        if one.person is None or one.unmailed:
            continue
        id = mail_id(_TELLS_OF[one.state], AboutSeat(one.id, one.state_version), one.workshop)
        if id not in taken:
            yield f"{one.id} is {one.state.value} since version {one.state_version}, and no mail says so"
        elif not one.link_generation and any(_address(entry) != one.person.email for entry in taken[id]):
            yield f"{id} went to another address than that of its person"


def _missing_digests(it: Evidence) -> Iterator[str]:
    """Whoever wants a digest gets one about everything that can be folded, or it still waits for the morning.

    In no life do organisers change what they want.
    """
    digests = [mail for mail in it.mails if mail.kind is Kind.ORGANISER_DIGEST]
    wanted = {n for n, one in enumerate(it.workshop.in_charge, start=1) if one.notices is Notices.DIGEST}
    for entry in it.journal:
        waits = it.ledger.digest is not None and it.ledger.digest.first <= entry.version
        if entry.kind in FOLDABLE and not waits:
            for organiser in wanted - {_organiser(mail) for mail in digests if _tells(mail, entry)}:
                yield f"organiser {organiser} got no digest about {entry.id}, and will not"


def _tells(mail: Mail, entry: Entry) -> bool:
    """Whether `mail` tells an organiser of `entry`, by itself or together with others."""
    if isinstance(about := mail.about, AboutFold):
        tells = entry.kind in FOLDABLE if mail.kind is Kind.ORGANISER_DIGEST else entry.folded
        return tells and about.first <= entry.version <= about.version
    return isinstance(about, AboutEntry) and about.entry == entry.id


def _organiser(mail: Mail) -> int:
    return mail.about.number if isinstance(mail.about, AboutEntry | AboutFold) else 0


def _taken(it: Evidence) -> dict[str, list[dict[str, Any]]]:
    """What the provider accepted, oldest first, by the mail's id."""
    taken: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in it.mailbox:
        if entry["status"] == 202:
            taken[entry["request"]["custom_args"]["mail_id"]].append(entry)
    return taken


def _killed_between(it: Evidence, earlier: dict[str, Any], later: dict[str, Any]) -> bool:
    first, second = (datetime.fromisoformat(entry["received_at"]) for entry in (earlier, later))
    return any(kill.function in _SENDERS and kill.before >= first and kill.after <= second for kill in it.story.kills)


def _address(entry: dict[str, Any]) -> str:
    return str(entry["request"]["personalizations"][0]["to"][0]["email"])
