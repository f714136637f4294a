"""Every function that is deployed. infra/functions.yaml says what calls each of them, and which settings it gets.

Imports are inside the functions, so that a cold start imports only what its function uses.
"""

import gc
import os

import functions_framework
from cloudevents.http import CloudEvent
from flask import Request, Response, current_app

from werkplaats.runtime import Runtime
from werkplaats.triggers import document_of, event_triggered, refuse_what_is_no_event, scheduled
from werkplaats.web.http.languages import desk_words
from werkplaats.web.http.requests import LARGEST_WEBHOOK, desk_limit, public
from werkplaats.web.http.site import take_over

runtime = Runtime.from_environment()
runtime.settings.check_for(os.environ.get("FUNCTION_TARGET", ""))
take_over(current_app)
refuse_what_is_no_event(current_app)

# Imported objects live as long as the process, and requests leave little garbage, so collecting less often saves time.
gc.freeze()
gc.set_threshold(10_000)


@functions_framework.http
@public()
def signup(request: Request) -> Response:
    """The public pages of workshops, and signing up."""
    from werkplaats.web.public import sign_up

    return sign_up.handle(runtime, request)


@functions_framework.http
@public()
def manage(request: Request) -> Response:
    """The page of one registration: its state, and the buttons to cancel, accept, decline and rejoin."""
    from werkplaats.web.public import manage

    return manage.handle(runtime, request)


@functions_framework.http
@public()
def survey(request: Request) -> Response:
    """The survey after the workshop."""
    from werkplaats.web.public import survey

    return survey.handle(runtime, request)


@functions_framework.http
@public(desk_limit, speaks=desk_words)
def organiser(request: Request) -> Response:
    """The desk, which is the organisers' pages: numbers, people, attendance, results."""
    from werkplaats.web.organisers import desk

    return desk.handle(runtime, request)


@functions_framework.http
@public(limit=LARGEST_WEBHOOK)
def mail_events(request: Request) -> Response:
    """The mail provider's webhook, which reports what happened to mails."""
    from werkplaats.web import hooks

    return hooks.handle(runtime, request)


@functions_framework.cloud_event
@event_triggered
def deliver_mail(event: CloudEvent) -> None:
    """Sends a mail that was written to the outbox."""
    from werkplaats.store.events import mail_in
    from werkplaats.workflows.mail.deliver import deliver_in_turn

    if named := document_of(event, "mails/{mail}"):
        deliver_in_turn(runtime.postman, named["mail"], runtime.now(), hint=mail_in(event.data))


@functions_framework.cloud_event
@event_triggered
def promote_waitlist(event: CloudEvent) -> None:
    """Gives free seats to the waitlist after a ledger has changed."""
    from werkplaats.workflows.seats.promote import promote_waitlist

    if named := document_of(event, "ledgers/{workshop}"):
        promote_waitlist(runtime.store, runtime.seat_queue, named["workshop"], runtime.now())


@functions_framework.cloud_event
@event_triggered
def notify_organisers(event: CloudEvent) -> None:
    """Queues the notices to organisers about a new journal entry."""
    from werkplaats.workflows.mail.notify import notify_organisers

    if named := document_of(event, "workshops/{workshop}/journal/{entry}"):
        notify_organisers(runtime.store, runtime.seat_queue, named["workshop"], named["entry"], runtime.now())


@functions_framework.http
@scheduled
def retry_mail() -> int:
    """Sends mails whose next attempt is due, handles what lost its event, and tells organisers of what is folded."""
    from werkplaats.workflows.mail.retry import look_after_mail

    return look_after_mail(runtime.postman, runtime.seat_queue, runtime.now())


@functions_framework.http
@scheduled
def expire_offers() -> int:
    """Ends holds that are over, reminds of offers half-way, and promotes waitlists whose event was lost."""
    from werkplaats.workflows.seats.expire import expire_offers

    return expire_offers(runtime.store, runtime.seat_queue, runtime.now())


@functions_framework.http
@scheduled
def send_reminders() -> int:
    """Queues reminders before the workshop, and mails about changed days or a changed place."""
    from werkplaats.workflows.remind import send_reminders

    return send_reminders(runtime.store, runtime.now())


@functions_framework.http
@scheduled
def send_surveys() -> int:
    """Queues invitations to open waves of the survey, and reminders of them."""
    from werkplaats.workflows.survey.invite import send_surveys

    return send_surveys(runtime.store, runtime.now())


@functions_framework.http
@scheduled
def open_answers() -> int:
    """Opens sealed answers in lots."""
    from werkplaats.workflows.survey.open import open_answers

    return open_answers(runtime.store, runtime.opener, runtime.now())


@functions_framework.http
@scheduled
def erase_personal_data() -> int:
    """Erases personal data that has been kept for as long as the privacy statement says."""
    from werkplaats.workflows.erase import erase_personal_data

    return erase_personal_data(runtime.store, runtime.seat_queue, runtime.now())
