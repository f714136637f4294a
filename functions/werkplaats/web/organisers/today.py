"""The part of the overview that answers: what do I have to do, and what happens next?"""

from typing import Any

from werkplaats.domain.history import may_be_sent_again
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.confirming import is_busy
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.timeline import timeline
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.wording.labels import mail_name, planned
from werkplaats.workflows.today import list_kept, mails_in_trouble, offers_running_out, sign_ups_per_day

FIRST_SHOWN = 6
"""How many things of the timeline are shown without a click."""


def today(visit: Visit, workshop: Workshop, ledger: Ledger) -> dict[str, Any]:
    """What the template needs for it.

    At most 20 offers and 30 mails with their people are read, however many there are, and of the sign-ups only numbers.
    Whoever may not see people is shown none of them.
    """
    store = visit.runtime.store
    now, words = visit.runtime.now(), visit.words
    sees_people = visit.may(workshop, Permission.READ_PEOPLE)
    offers = offers_running_out(store, workshop, ledger, now) if sees_people else ()
    trouble = mails_in_trouble(store, workshop, now) if sees_people else ()
    per_day = sign_ups_per_day(store, ledger, now)
    return {
        "offers": offers,
        "busy_until": ledger.busy_until if is_busy(ledger, now) else None,
        "trouble": [(one, mail_name(words, one.mail.kind.value), may_be_sent_again(one.mail)) for one in trouble],
        "can_resend": visit.may(workshop, Permission.CHANGE_PEOPLE),
        "kept": list_kept(store, workshop, ledger, now),
        "coming": [(one.at, planned(words, one)) for one in timeline(workshop, now)],
        "first_shown": FIRST_SHOWN,
        "per_day": per_day if any(one.number for one in per_day) else (),
    }
