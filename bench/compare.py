"""`make bench-compare A=before.json B=after.json`: the figures of two runs side by side.

Compare ratios, and times only if both runs were made on the same quiet machine within the hour.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.rows import Result, Row


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the comparison of the two files named in `arguments`. Returns 2 if one of them cannot be read."""
    files = sys.argv[1:] if arguments is None else arguments
    if len(files) != 2:
        print("Name two files that `make bench JSON=file` wrote: make bench-compare A=file B=file", file=sys.stderr)
        return 2
    results = []
    for file in files:
        try:
            results.append(msgspec.json.decode(Path(file).read_bytes(), type=Result))
        except (OSError, msgspec.DecodeError) as error:
            print(f"{file} cannot be read: {error}. Make it with: make bench JSON={file}", file=sys.stderr)
            return 2
    print(comparison(*results))
    return 0


def comparison(before: Result, after: Result) -> str:
    """A Markdown table with a line for each figure of either run."""
    first = {(row.part, row.name): row for row in before.rows}
    second = {(row.part, row.name): row for row in after.rows}
    lines = [
        ["part", "what", before.commit, after.commit, "factor", "ratio before", "ratio after"],
        ["---", "---", "---:", "---:", "---:", "---:", "---:"],
    ]
    for part, name in first | second:
        old, new = first.get((part, name)), second.get((part, name))
        lines.append([part, name, _value(old), _value(new), _factor(old, new), _ratio(old), _ratio(new)])
    busy = f"Other things kept the machine busy for {before.busy:.0%} before and {after.busy:.0%} after."
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{busy}"


def _value(row: Row | None) -> str:
    return "" if row is None else f"{row.value:.4g} {row.unit}"


def _factor(old: Row | None, new: Row | None) -> str:
    if old is None or new is None or old.unit != new.unit or not old.value:
        return ""
    return f"{new.value / old.value:.2f}"


def _ratio(row: Row | None) -> str:
    if row is None or row.ratio is None:
        return ""
    return f"{row.ratio:.2f}" + {True: "", False: " (not met)", None: ""}[row.met]


if __name__ == "__main__":
    sys.exit(main())
