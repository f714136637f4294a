"""Checks, as part of `make check`, that every file in workshops/ can be published. It does not use Firestore."""

import sys

from werkplaats.workshop_files import WorkshopFileError, load_all


def main() -> int:
    """Check the files. Returns the exit code.

    It is 1 if a file has mistakes. Those of the first such file are written to stderr.
    """
    try:
        load_all()
    except WorkshopFileError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
