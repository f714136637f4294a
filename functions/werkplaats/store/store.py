"""The store as a whole. It has one part for each kind of thing that is stored."""

from werkplaats.settings import Settings
from werkplaats.store.attendance import AttendanceMarks
from werkplaats.store.changes import Changes
from werkplaats.store.chores import Chores
from werkplaats.store.drafts import Drafts
from werkplaats.store.erasures import Erasures
from werkplaats.store.inspection import Inspection
from werkplaats.store.journal import Journal
from werkplaats.store.logos import Logos
from werkplaats.store.messages import Messages
from werkplaats.store.outbox import Outbox
from werkplaats.store.people import People
from werkplaats.store.seats import Seats
from werkplaats.store.signing_in import SigningIn
from werkplaats.store.surveys import Surveys
from werkplaats.store.wire import Wire
from werkplaats.store.workshops import Workshops


class Store:
    """Everything that is stored in the database of one wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.workshops = Workshops(wire)
        self.drafts = Drafts(wire)
        self.logos = Logos(wire)
        self.seats = Seats(wire, self.workshops)
        self.people = People(wire)
        self.outbox = Outbox(wire)
        self.messages = Messages(wire)
        self.journal = Journal(wire)
        self.changes = Changes(wire)
        self.surveys = Surveys(wire)
        self.attendance = AttendanceMarks(wire)
        self.chores = Chores(wire)
        self.erasures = Erasures(wire)
        self.signing_in = SigningIn(wire)
        self.inspection = Inspection(wire)

    @classmethod
    def connect(cls, settings: Settings) -> "Store":
        """The store in the database that `settings` name.

        It connects when it is first used. Make it in the process that uses it, because its connection does not survive
        a fork.
        """
        from werkplaats.store.firestore import FirestoreWire  # here, because Google's library is slow to import

        return cls(FirestoreWire(settings.google_cloud_project, settings.firestore_database))
