"""What the body of an event of Firestore says of the document that it is about.

The document may have changed since, so this is good only for knowing what to read together with it.
"""

import msgspec

from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.records import ready
from werkplaats.store.protobuf import fields_in_event


def mail_in(body: object) -> Mail | None:
    """The mail as it was at the event with this `body`, or None if that cannot be read."""
    if not isinstance(body, bytes):
        return None
    try:
        return msgspec.convert(fields_in_event(body), ready(Mail))
    except msgspec.ValidationError:
        return None
