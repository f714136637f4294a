"""Makes the zip with the source that is deployed: the files that bundle.json allows, and nothing else.

    python3 infra/bundle.py

writes infra/build/source-<digest>.zip. The digest is computed from the names and contents of the files. Terraform
computes it too (bundle.tf), and refuses a plan if there is no zip with that digest, so that what is deployed is what is
checked out. The same files give the same zip, byte for byte, so that nothing is built again if nothing has changed. For
that reason the zip is not compressed: the result of compression depends on the version of zlib.

This uses only Python's standard library, because it runs before anything is installed.
"""

import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

INFRA = Path(__file__).resolve().parent
ROOT = INFRA.parent

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def files(root: Path = ROOT) -> list[str]:
    """The sorted paths, relative to `root`, of the files that bundle.json allows.

    Symbolic links are left out, because they may lead to a file outside `root`.
    """
    rules = json.loads((INFRA / "bundle.json").read_text())
    excluded = re.compile(rules["exclude"])
    # Before Python 3.13, a pattern that ends in ** matches only folders; in Terraform's fileset it matches files.
    patterns = [f"{pattern}/*" if pattern.endswith("**") else pattern for pattern in rules["include"]]
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file() and not path.is_symlink()}
    names = (path.relative_to(root).as_posix() for path in found)
    return sorted(name for name in names if not excluded.search(name))


def digest(root: Path = ROOT) -> str:
    """16 hexadecimal digits that depend on the name and content of every file; bundle.tf computes the same."""
    lines = (f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\n" for name in files(root))
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def build(folder: Path = INFRA / "build", root: Path = ROOT) -> Path:
    """Write the zip into `folder`, remove older ones there, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / f"source-{digest(root)}.zip"
    for old in folder.glob("source-*.zip"):
        old.unlink()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for name in files(root):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, (root / name).read_bytes())
    return bundle


if __name__ == "__main__":
    bundle = build()
    sys.stdout.write(f"{bundle.relative_to(ROOT)}: {len(files())} files, {bundle.stat().st_size // 1024} KiB\n")
