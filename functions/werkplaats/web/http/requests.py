"""Requests: their bodies are read once, up to a limit, and errors become pages of ours."""

import io
import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import IO
from urllib.parse import parse_qsl

from flask import Request, Response
from msgspec import Struct
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from werkplaats import log
from werkplaats.settings import SettingError
from werkplaats.store.errors import ConflictError, OutcomeUnknownError, StoreUnavailableError
from werkplaats.web.http.deadlines import BodyDeadlines
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.responses import Problem, busy, not_found
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.workflows.seats.commit import SeatsBusyError, UnknownWorkshopError

LARGEST_BODY = 64 * 1024
"""Bytes. All answers of a form together are at most 20,000 characters (domain.questions.LONGEST_FORM)."""

LARGEST_EDIT = 4 * 1024 * 1024
"""Bytes. The editor sends all texts of a workshop at once, up to nine bytes a letter, and perhaps a logo."""

LARGEST_WEBHOOK = 2 * 1024 * 1024
"""Bytes. SendGrid sends up to a thousand events at once."""

LARGEST_UPLOAD = 1_000_000 + 16 * 1024
"""Bytes. A workshop's file (workshop_files.LARGEST_FILE), and what a form has around it."""

_DRAINED = 32 * 1024 * 1024
"""Bytes of a body that is too large which we still read. A sender whose connection is closed before it is done sees an
error and not our answer. Cloud Run passes on no larger request."""

_PIECE = 64 * 1024

_MOST_FIELDS = 500

_deadlines = BodyDeadlines(crowd=int(os.environ.get("THREADS", 8)) // 2)
"""While more than half of the threads are waiting for bodies, each waits for a shorter time."""

Handler = Callable[[Request], Response]


def desk_limit(request: Request) -> int:
    """The most bytes that a request to the desk may have."""
    path = request.path.rstrip("/")
    if path.endswith("/werkplaats.yaml"):
        return LARGEST_UPLOAD
    return LARGEST_EDIT if path.endswith("/bewerken") else LARGEST_BODY


def public(
    limit: int | Callable[[Request], int] = LARGEST_BODY, *, speaks: Callable[[Request], Words] = words_for
) -> Callable[[Handler], Handler]:
    """The boundary of a public function: it reads bodies up to `limit` bytes, and answers an error with a page of ours,
    in the words that the function `speaks`.

    Without it, functions-framework would show the text of an exception to the visitor.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def bounded(request: Request) -> Response:
            try:
                _take_body(request, limit if isinstance(limit, int) else limit(request))
                return handler(request)
            except Problem as problem:
                return problem.response(speaks(request))
            except (SeatsBusyError, StoreUnavailableError, OutcomeUnknownError, ConflictError) as error:
                log.event("request.busy", severity="WARNING", error=type(error).__name__)
                return busy().response(speaks(request))
            except UnknownWorkshopError:
                return not_found().response(speaks(request))
            except HTTPException as error:
                return _problem_of(error).response(speaks(request))
            except SettingError as error:
                log.event("setting.missing", severity="ERROR", reason=str(error))
                return _broken().response(speaks(request))
            except Exception as error:
                log.crash("request.crashed", error, function=handler.__name__)
                return _broken().response(speaks(request))

        return bounded

    return decorate


class SentFile(Struct, frozen=True):
    """A file that was sent with a form, and the form's other `fields`."""

    name: str
    content: bytes
    fields: MultiDict[str, str]


def sent_file(request: Request, name: str) -> SentFile:
    """The file in the field `name` of a form sent as multipart/form-data; empty if none was chosen. Raises Problem."""
    if request.mimetype != "multipart/form-data":
        raise _unknown_kind()
    file = request.files.get(name)
    if file is None:
        return SentFile("", b"", request.form)
    return SentFile(file.filename or "", file.read(), request.form)


def form_data(request: Request, most_fields: int = _MOST_FIELDS) -> MultiDict[str, str]:
    """The fields of a form sent as application/x-www-form-urlencoded.

    Raises Problem if they cannot be read, or if there are more than `most_fields`.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        raise _unknown_kind()
    try:
        text = request.get_data().decode("ascii")
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most_fields)
    except ValueError as error:
        raise Problem(
            400,
            Phrase("Dit formulier kunnen we niet lezen"),
            Phrase("Er is onderweg iets misgegaan met wat je hebt ingevuld."),
            Phrase("Ga terug, open het formulier opnieuw en verstuur het nog een keer."),
        ) from error
    return MultiDict(fields)


def _take_body(request: Request, limit: int) -> None:
    """Read the body, up to `limit` bytes, whatever length its headers give. Raises Problem if that fails.

    It is read to its end, because functions-framework would read the rest after the answer, without a deadline.
    """
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        return
    stream, request.stream = request.stream, io.BytesIO()
    body, too_large, complete = b"", False, False
    with _deadlines.reading(request.environ.get("gunicorn.socket")) as reading:
        with suppress(Exception):  # whatever the server raises here, the body cannot be read
            body = stream.read(limit + 1)
            too_large = len(body) > limit
            complete = _drained(stream) if too_large else len(body) >= (request.content_length or 0)
        complete = complete and not reading.too_late
        if not complete:
            reading.end()
    if too_large:
        raise _too_large(limit, close=not complete)
    if reading.too_late:
        raise _too_slow()
    if not complete:
        raise _unreadable(close=True)
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise _unknown_kind()
    request.stream = io.BytesIO(body)


def _drained(stream: IO[bytes]) -> bool:
    """Read on in a body that is too large, up to a bound. Whether its end was reached."""
    return any(not stream.read(_PIECE) for _ in range(_DRAINED // _PIECE))


def _too_large(limit: int, *, close: bool) -> Problem:
    return Problem(
        413,
        Phrase("Dit is te veel tekst"),
        Phrase("We kunnen hooguit %(size)d kB in één keer ontvangen.", {"size": limit // 1024}),
        Phrase("Ga terug, maak je tekst korter en verstuur het formulier opnieuw."),
        close=close,
    )


def _too_slow() -> Problem:
    return Problem(
        408,
        Phrase("Het versturen duurde te lang"),
        Phrase("We hebben niet op tijd alles ontvangen wat je verstuurde. Er is niets vastgelegd."),
        Phrase("Kijk of je een goede verbinding hebt, ga terug en verstuur het formulier opnieuw."),
        close=True,
    )


def _unknown_kind() -> Problem:
    return Problem(
        415,
        Phrase("Dit formulier kunnen we niet lezen"),
        Phrase("Het is op een manier verstuurd die we niet kennen."),
        Phrase("Ga terug, open het formulier opnieuw en verstuur het met de knop op de pagina."),
        Accept_Encoding="identity",  # says that we take no compressed bodies: RFC 9110, section 15.5.16
    )


def _unreadable(*, close: bool = False) -> Problem:
    return Problem(
        400,
        Phrase("Dit verzoek kunnen we niet lezen"),
        Phrase("Er is onderweg iets misgegaan."),
        Phrase("Open de pagina opnieuw en probeer het nog een keer."),
        close=close,
    )


def _problem_of(error: HTTPException) -> Problem:
    if isinstance(error, MethodNotAllowed):
        return Problem(
            405,
            Phrase("Zo werkt deze pagina niet"),
            Phrase("Deze pagina kan niet op deze manier worden gebruikt."),
            Phrase("Open de pagina gewoon in je browser."),
            Allow=", ".join(sorted(error.valid_methods or ())),
        )
    if error.code == 404:
        return not_found()
    return _unreadable()


def _broken() -> Problem:
    return Problem(
        500,
        Phrase("Er ging bij ons iets mis"),
        Phrase("Dat ligt niet aan jou. We hebben een melding gekregen."),
        Phrase("Probeer het over een paar minuten opnieuw. Wat je verstuurde, mag je gerust nog een keer versturen."),
    )
