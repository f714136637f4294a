"""The store as a whole: one client, one part for each thing that is kept."""

from google.cloud import firestore

from werkplaats.settings import Settings
from werkplaats.store.attendance import AttendanceBook
from werkplaats.store.changes import Changes
from werkplaats.store.journal import Journal
from werkplaats.store.outbox import Outbox
from werkplaats.store.seats import Seats
from werkplaats.store.surveys import Surveys
from werkplaats.store.workshops import Workshops


class Store:
    """Everything that is kept, in one Firestore database.

    Make it in the process that uses it, never before a fork: its channel does not survive one.
    """

    def __init__(self, client: firestore.Client) -> None:
        self.client = client
        self.workshops = Workshops(client)
        self.seats = Seats(client)
        self.outbox = Outbox(client)
        self.journal = Journal(client)
        self.changes = Changes(client)
        self.surveys = Surveys(client)
        self.attendance = AttendanceBook(client)

    @classmethod
    def connect(cls, settings: Settings) -> "Store":
        """The store that `settings` name. It connects when it is first used."""
        return cls(firestore.Client(project=settings.google_cloud_project, database=settings.firestore_database))
