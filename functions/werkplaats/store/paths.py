"""Where each kind of document lies: the one place that spells collections and paths."""

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
JOURNAL = "journal"
"""Under each workshop: see `journal`."""

REVISIONS = "revisions"
"""Under each workshop: see `revisions`."""


def of(collection: str, id: str) -> str:
    """The document `id` of one of the collections above, but for those under each workshop."""
    return f"{collection}/{id}"


def journal(workshop: str) -> str:
    """The collection of the entries of one workshop."""
    return f"{WORKSHOPS}/{workshop}/{JOURNAL}"


def entry(workshop: str, id: str) -> str:
    return f"{journal(workshop)}/{id}"


def revisions(workshop: str) -> str:
    """The collection of all that was published of one workshop."""
    return f"{WORKSHOPS}/{workshop}/{REVISIONS}"


def revision(workshop: str, number: int) -> str:
    return f"{revisions(workshop)}/{number:010d}"
