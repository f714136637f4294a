"""The last line of `make check`: whether every file in workshops/ can be published. Nothing is asked of Firestore."""

import sys

from werkplaats.workshop_files import WorkshopFileError, load_all


def main() -> int:
    """The exit code; 1 after naming file, field and what was expected of the first file with mistakes."""
    try:
        load_all()
    except WorkshopFileError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
