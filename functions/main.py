"""Every function that is deployed: infra/functions.yaml says what calls each, and with which settings.

Imports stand inside the functions, so that a cold start pays only for what its function uses.
"""

import gc
import os

import functions_framework
from cloudevents.http import CloudEvent
from flask import Request, Response, current_app

from werkplaats.runtime import Runtime
from werkplaats.triggers import document_of, event_triggered, scheduled
from werkplaats.web.http.requests import LARGEST_WEBHOOK, public
from werkplaats.web.http.site import take_over

runtime = Runtime.from_environment()
runtime.settings.check_for(os.environ.get("FUNCTION_TARGET", ""))
take_over(current_app)

gc.freeze()
gc.set_threshold(10_000)
"""What was imported stays, and a request leaves little behind: the collector need not look at it all so often."""


@functions_framework.http
@public()
def signup(request: Request) -> Response:
    """The public pages of workshops, and signing up."""
    from werkplaats.web.public import sign_up

    return sign_up.handle(runtime, request)


@functions_framework.http
@public()
def manage(request: Request) -> Response:
    """My registration: where I stand; cancel, accept, decline, join again."""
    from werkplaats.web.public import manage

    return manage.handle(runtime, request)


@functions_framework.http
@public()
def survey(request: Request) -> Response:
    """The survey afterwards."""
    from werkplaats.web.public import survey

    return survey.handle(runtime, request)


@functions_framework.http
@public()
def organiser(request: Request) -> Response:
    """The organisers' desk: numbers, people, attendance, results."""
    from werkplaats.web.organisers import desk

    return desk.handle(runtime, request)


@functions_framework.http
@public(limit=LARGEST_WEBHOOK)
def mail_events(request: Request) -> Response:
    """What the mail provider tells of the mails it took."""
    from werkplaats.web import hooks

    return hooks.handle(runtime, request)


@functions_framework.cloud_event
@event_triggered
def deliver_mail(event: CloudEvent) -> None:
    """A mail was written to the outbox: send it."""
    from werkplaats.workflows.mail.deliver import deliver_in_turn

    if named := document_of(event, "mails/{mail}"):
        deliver_in_turn(runtime.postman, named["mail"], runtime.now())


@functions_framework.cloud_event
@event_triggered
def promote_waitlist(event: CloudEvent) -> None:
    """A ledger changed: give free seats to the head of the waitlist."""
    from werkplaats.workflows.seats.promote import promote_waitlist

    if named := document_of(event, "ledgers/{workshop}"):
        promote_waitlist(runtime.store, runtime.seat_queue, named["workshop"], runtime.now())


@functions_framework.cloud_event
@event_triggered
def notify_organisers(event: CloudEvent) -> None:
    """Something happened: queue the mails that tell organisers."""
    from werkplaats.workflows.mail.notify import notify_organisers

    if named := document_of(event, "workshops/{workshop}/journal/{entry}"):
        notify_organisers(runtime.store, named["workshop"], named["entry"], runtime.now())


@functions_framework.http
@scheduled
def retry_mail() -> int:
    """Mails to try again, and notices to organisers whose event was lost."""
    from werkplaats.workflows.mail.retry import look_after_mail

    return look_after_mail(runtime.postman, runtime.now())


@functions_framework.http
@scheduled
def expire_offers() -> int:
    """Offers whose time is over, and waitlists whose event was lost."""
    from werkplaats.workflows.seats.expire import expire_offers

    return expire_offers(runtime.store, runtime.seat_queue, runtime.now())


@functions_framework.http
@scheduled
def send_reminders() -> int:
    """Reminders before the workshop, and mails about what has changed."""
    from werkplaats.workflows.remind import send_reminders

    return send_reminders(runtime.store, runtime.now())


@functions_framework.http
@scheduled
def send_surveys() -> int:
    """Invitations to survey waves that have fallen due, and reminders of them."""
    from werkplaats.workflows.survey.invite import send_surveys

    return send_surveys(runtime.store, runtime.now())


@functions_framework.http
@scheduled
def open_answers() -> int:
    """Sealed answers, opened in lots."""
    from werkplaats.workflows.survey.open import open_answers

    return open_answers(runtime.store, runtime.opener, runtime.now())


@functions_framework.http
@scheduled
def erase_personal_data() -> int:
    """Personal data whose time is over."""
    from werkplaats.workflows.erase import erase_personal_data

    return erase_personal_data(runtime.store, runtime.seat_queue, runtime.now())
