"""`make survey-key`: prints a new pair of keys for survey answers, each with the name of its setting."""

import sys
from base64 import b64encode

from nacl.public import PrivateKey


def main() -> None:
    """Print a new pair of keys. They are not stored; docs/settings.md says where to put them."""
    new = PrivateKey.generate()
    sys.stdout.write(
        f"SURVEY_PUBLIC_KEY (a setting): {_as_text(bytes(new.public_key))}\n"
        f"SURVEY_PRIVATE_KEYS (a secret, for open_answers only): {_as_text(bytes(new))}\n"
    )


def _as_text(key: bytes) -> str:
    return b64encode(key).decode()


if __name__ == "__main__":
    main()
