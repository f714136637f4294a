"""The names of the collections and the paths of documents. They are spelled out only here."""

LEDGERS = "ledgers"
REGISTRATIONS = "registrations"
MAILBOXES = "mailboxes"
WORKSHOPS = "workshops"
MAILS = "mails"
CHANGES = "changes"
ATTENDANCE = "attendance"
INVITATIONS = "invitations"
SURVEY_VERSIONS = "survey_versions"
SEALED_ANSWERS = "sealed_answers"
ANSWERS = "answers"
CHORES = "chores"
SIGN_INS = "sign_ins"
SESSIONS = "sessions"
DRAFTS = "drafts"
LOGOS = "logos"
ERASED = "erased"
MESSAGES = "messages"
JOURNAL = "journal"
"""Each workshop has a collection of this name: see `journal`."""

REVISIONS = "revisions"
"""Each workshop has a collection of this name: see `revisions`."""


def of(collection: str, id: str) -> str:
    """The path of the document `id` in one of the collections above, except those that each workshop has."""
    return f"{collection}/{id}"


def journal(workshop: str) -> str:
    """The path of the collection of journal entries of one workshop."""
    return f"{WORKSHOPS}/{workshop}/{JOURNAL}"


def entry(workshop: str, id: str) -> str:
    return f"{journal(workshop)}/{id}"


def revisions(workshop: str) -> str:
    """The collection of all that was published of one workshop."""
    return f"{WORKSHOPS}/{workshop}/{REVISIONS}"


def revision(workshop: str, number: int) -> str:
    return f"{revisions(workshop)}/{number:010d}"
