"""Invites people and lets them answer, by the same workflows as in the cloud, until their answers are opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from nacl.public import PrivateKey

from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.waves import invitation_id, invite
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.sealing import Opener, Seal
from werkplaats.store import Store
from werkplaats.workflows.survey.answer import Standing, answer_survey, find
from werkplaats.workflows.survey.open import open_answers

KEY = PrivateKey.generate()


def answered(
    store: Store, workshop: Workshop, wave: Wave, invited: Sequence[str], given: Sequence[Answers]
) -> datetime:
    """Invite the registrations `invited` when `wave` opens, and let as many of them answer as there are in `given`.

    Returns the close of the wave (UTC), at which all answers that may be opened are opened.
    """
    opens, closes = workshop.wave_opens_at(wave), workshop.wave_closes_at(wave)
    seal, opener = Seal(bytes(KEY.public_key)), Opener((bytes(KEY),))
    registrations = [one for id in invited if (one := store.seats.registration(id))]
    for start in range(0, len(registrations), 20):
        some = tuple(registrations[start : start + 20])
        store.surveys.invite(invite(workshop, wave, some, opens + timedelta(hours=9)))
    for number, (id, answers) in enumerate(zip(invited, given, strict=False)):
        at = opens + timedelta(hours=10 + 14 * (number // 2))
        asked = find(store, invitation_id(workshop.id, wave.id, id), at)
        assert asked is not None
        assert answer_survey(store, seal, asked, answers, at) is Standing.ANSWERED
    open_answers(store, opener, closes)
    return closes
