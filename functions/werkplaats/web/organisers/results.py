"""Results of a wave of the survey: on screen and paper, beside those of another wave, and as files."""

from flask import Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.registration import Answers
from werkplaats.domain.roles import Permission
from werkplaats.domain.survey.results import Day, Summary, pairs, response, summarise
from werkplaats.domain.survey.waves import SurveyVersion, phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.runtime import Runtime
from werkplaats.web.http.downloads import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file
from werkplaats.web.http.responses import download
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, no_such_page
from werkplaats.wording.tables import answer_table, response_table, summary_table


class Given(Struct, frozen=True, kw_only=True):
    """The opened answers to one version of the questions."""

    version: SurveyVersion
    answers: tuple[Answers, ...]

    @property
    def summaries(self) -> tuple[Summary, ...]:
        return summarise(self.version.questions, self.answers)


class WaveResults(Struct, frozen=True, kw_only=True):
    """All that is shown of a wave of the survey. `given` has the newest version of the questions first."""

    workshop: Workshop
    wave: Wave
    phase: str
    days: tuple[Day, ...]
    invited: int
    answered: int
    given: tuple[Given, ...]

    @property
    def opened(self) -> int:
        return sum(len(one.answers) for one in self.given)

    @property
    def name(self) -> str:
        return f"{self.workshop.id}.{self.wave.id}"


def show(visit: Visit, workshop: Workshop, wave: Wave) -> Response:
    """The results of `wave`, alone or beside those of another wave that this organiser may see."""
    runtime = visit.runtime
    mine = [one for one in runtime.store.workshops.all() if visit.may(one, Permission.READ_RESULTS)]
    others = [(one, other) for one in mine for other in one.waves if (one.id, other.id) != (workshop.id, wave.id)]
    beside = visit.request.args.get("naast", "")
    chosen = next(((one, other) for one, other in others if f"{one.id}.{other.id}" == beside), None)
    if beside and chosen is None:
        raise no_such_page()
    left = _results_of(runtime, workshop, wave)
    right = _results_of(runtime, *chosen) if chosen else None
    shown = [one for one in (left, right) if one and one.days]
    longest = max((len(one.days) for one in shown), default=0)
    return desk_page(
        visit.words,
        "results",
        email=visit.email,
        workshop=workshop,
        wave=wave,
        results=left,
        other=right,
        pairs=pairs(_newest(left), _newest(right)) if right else (),
        curves=[(one, _curve(one.days, longest)) for one in shown],
        others=others,
    )


def csv(visit: Visit, workshop: Workshop, wave: Wave) -> Response:
    """The answers to the newest version of the questions, or to the version that the address names."""
    given = _results_of(visit.runtime, workshop, wave).given
    asked = visit.request.args.get("versie")
    one = next((one for one in given if asked in (None, one.version.id)), None)
    if one is None and asked is not None:
        raise no_such_page()
    questions, answers = (one.version.questions, one.answers) if one else (wave.questions, ())
    log.event("results.exported", workshop=workshop.id, wave=wave.id, answers=len(answers))
    rows = answer_table(visit.words, questions, answers)
    return download(csv_file(rows), CSV_TYPE, f"{workshop.id}-{wave.id}.csv")


def xlsx(visit: Visit, workshop: Workshop, wave: Wave) -> Response:
    """A workbook with a sheet for the response, and for each version of the questions two: totals and answers."""
    words = visit.words
    results = _results_of(visit.runtime, workshop, wave)
    sheets = [(words.gettext("Respons"), response_table(words, results.days))]
    for number, one in enumerate(results.given, 1):
        which = f" {len(results.given) + 1 - number}" if len(results.given) > 1 else ""
        sheets.append((words.gettext("Per vraag") + which, summary_table(words, one.summaries)))
        answers = answer_table(words, one.version.questions, one.answers)
        sheets.append((words.gettext("Antwoorden") + which, answers))
    log.event("results.exported", workshop=workshop.id, wave=wave.id, answers=results.opened)
    return download(xlsx_file(sheets), XLSX_TYPE, f"{workshop.id}-{wave.id}.xlsx")


def _results_of(runtime: Runtime, workshop: Workshop, wave: Wave) -> WaveResults:
    store = runtime.store
    invitations = store.surveys.invitations(workshop.id, wave.id)
    # Sorted by their random ids, so that their order does not tell when an answer came.
    opened = sorted(store.surveys.opened(workshop.id, wave.id), key=lambda answer: answer.id)
    given = [
        Given(version=version, answers=tuple(one.answers for one in opened if one.version == version.id))
        for version in store.surveys.versions(workshop.id, wave.id)
    ]
    return WaveResults(
        workshop=workshop,
        wave=wave,
        phase=phase(workshop, wave, runtime.now()).value,
        days=response(invitations),
        invited=len(invitations),
        answered=sum(invitation.answered for invitation in invitations),
        given=tuple(one for one in given if one.answers),
    )


def _newest(results: WaveResults) -> tuple[Summary, ...]:
    return results.given[0].summaries if results.given else ()


def _curve(days: tuple[Day, ...], longest: int) -> str:
    """The response as points of a line in a box of 100 by 100, which is `longest` days wide and 100% high.

    Two waves that are compared have the same scale, and each begins with its own first day.
    """
    across = max(longest - 1, 1)
    points = [(100 * number / across, 100 - 100 * day.rate) for number, day in enumerate(days)]
    if len(points) == 1:
        points.append((100.0, points[0][1]))
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
