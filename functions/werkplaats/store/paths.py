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
JOURNAL = "journal"
"""Under each workshop: see `journal`."""


def of(collection: str, id: str) -> str:
    """The document `id` of one of the collections above, but for JOURNAL."""
    return f"{collection}/{id}"


def journal(workshop: str) -> str:
    """The collection of the entries of one workshop."""
    return f"{WORKSHOPS}/{workshop}/{JOURNAL}"


def entry(workshop: str, id: str) -> str:
    return f"{journal(workshop)}/{id}"
