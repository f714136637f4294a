"""`make gallery`: pictures of every page and mail in every state, on one page.

    python -m tests.gallery [--to FOLDER] [--only WORD]

Each is shown on a phone and on a desk, in light and in dark, in every language. `--only` takes those whose name has
that word; the organisers' pages are taken only if the word begins with `desk` (`desk-organiser-share`). The folder
(`gallery`, which git ignores) then has `index.html`.
"""

import argparse
import sys
from itertools import groupby, product
from pathlib import Path

from markupsafe import Markup
from playwright.sync_api import Page

from tests.gallery.browser import browser, show
from tests.gallery.checks import SCHEMES
from tests.gallery.renders import Render, renders, title

SIZES = {"phone": (360, 780), "desktop": (1280, 800)}
WAYS = list(product(SIZES, SCHEMES))

_KINDS = {"public": "Pages for participants", "mail": "Mails", "desk": "Pages for organisers"}

_STYLE = """
:root { color-scheme: light dark; } body { margin: 2rem; font: 16px/1.4 system-ui, sans-serif; }
nav ul { columns: 14rem; } figure { margin: 0; } figcaption { font-size: 0.85rem; opacity: 0.7; }
.state { margin: 2rem 0; padding-top: 1rem; border-top: 1px solid #8886; }
.shots { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }
.phone img { width: 12rem; } .desktop img { width: 28rem; } img { border: 1px solid #8886; vertical-align: top; }
"""


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.gallery", description="Pictures of every page and mail.")
    asked.add_argument("--to", type=Path, default=Path("gallery"), help="the folder for the pictures")
    asked.add_argument("--only", default="", help="take only what has this word in its name")
    wanted = asked.parse_args()
    shown = [
        one for one in renders() if wanted.only in one.id and (wanted.only.startswith("desk") or one.kind != "desk")
    ]
    if not shown:
        print(f"Nothing has {wanted.only!r} in its name.")
        return 1
    wanted.to.mkdir(exist_ok=True)
    with browser() as running:
        page = running.new_page()
        for number, render in enumerate(shown, 1):
            print(f"\r{number} of {len(shown)}  {render.id:60.60}", end="", flush=True)
            _shoot(page, render, wanted.to)
    index = wanted.to / "index.html"
    index.write_text(_index(shown))
    print(f"\n{len(shown) * len(WAYS)} pictures: open {index}")
    return 0


def _shoot(page: Page, render: Render, folder: Path) -> None:
    show(page, render)
    for size, scheme in WAYS:
        width, height = SIZES[size]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / _file(render, size, scheme), full_page=True, type="jpeg", quality=80)


def _file(render: Render, size: str, scheme: str) -> str:
    return f"{render.id}-{size}-{scheme}.jpg"


def _index(shown: list[Render]) -> str:
    """The page with all pictures, by kind and name."""
    by_name = sorted(shown, key=lambda one: (list(_KINDS).index(one.kind), one.name, one.language, one.number))
    parts = [Markup("<!doctype html><html lang=en><meta charset=utf-8><title>Gallery</title><style>"), _STYLE]
    parts.append(Markup("</style><h1>Every page and mail, in every state</h1><nav><ul>"))
    names = [(kind, name, len(list(of))) for (kind, name), of in groupby(by_name, lambda one: (one.kind, one.name))]
    parts += [Markup('<li><a href="#{0}-{1}">{1}</a> ({2})</li>').format(*each) for each in names]
    parts.append(Markup("</ul></nav>"))
    for (kind, name), of in groupby(by_name, lambda one: (one.kind, one.name)):
        parts.append(Markup('<h2 id="{0}-{1}">{2}: {1}</h2>').format(kind, name, _KINDS[kind]))
        parts += map(_state, of)
    return "\n".join(map(str, parts)) + "\n"


def _state(render: Render) -> Markup:
    shots = Markup("").join(
        Markup('<figure class="{1}"><a href="{0}"><img src="{0}" alt="" loading="lazy"></a>'
               "<figcaption>{1}, {2}</figcaption></figure>").format(_file(render, size, scheme), size, scheme)
        for size, scheme in WAYS
    )  # fmt: skip
    return Markup('<section class="state" id="{}"><h3>{} {} ({}): {}</h3><div class="shots">{}</div></section>').format(
        render.id, render.name, render.number, render.language, title(render.html), shots
    )


if __name__ == "__main__":
    sys.exit(main())
