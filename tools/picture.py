"""Draw templates/pages/beeld.png, the picture that others show with a link to a workshop.

It is the neighbourhood of templates/pages/_plan.html in 16 steps of one colour; `wording/picture.py` fills in which.
Run it after that drawing has changed: `python tools/picture.py`. It needs Chromium.
"""

import base64
import re
import shutil
import struct
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT = 1200, 630
"""Pixels. The shape that LinkedIn, Teams and the like show whole."""

STEPS = 16

_FILLS = {"plein": 1, "huis": 3, "eigen": 15}
"""How far each part of the drawing is from the ground (0) to the colour of text (15)."""

_READ = """svg => new Promise((done, fail) => {
  const image = new Image(); image.onerror = fail;
  image.onload = () => {
    const canvas = document.createElement("canvas"); canvas.width = WIDTH; canvas.height = HEIGHT;
    const to = canvas.getContext("2d"); to.drawImage(image, 0, 0, canvas.width, canvas.height);
    const all = to.getImageData(0, 0, canvas.width, canvas.height).data;
    let red = ""; for (let at = 0; at < all.length; at += 4) red += String.fromCharCode(all[at]);
    done(btoa(red));
  };
  image.src = "data:image/svg+xml;base64," + btoa(svg);
})""".replace("WIDTH", str(WIDTH)).replace("HEIGHT", str(HEIGHT))


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        grey = base64.b64decode(browser.new_page().evaluate(_READ, _svg()))
        browser.close()
    (ROOT / "templates" / "pages" / "beeld.png").write_bytes(_png(grey))


def _svg() -> str:
    """The drawing, as a grey that is lighter the further it is from the ground."""
    drawn = (ROOT / "templates" / "pages" / "_plan.html").read_text()
    paths = {name: "".join(re.findall(rf'<path class="{name}" d="([^"]+)"', drawn)) for name in _FILLS}
    if not all(paths.values()):
        sys.exit("templates/pages/_plan.html has other parts than this knows")
    shapes = "".join(f'<path fill="rgb({17 * fill},0,0)" d="{paths[name]}"/>' for name, fill in _FILLS.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="46 28 200 105">'
        f'<rect x="-100" y="-100" width="600" height="400" fill="#000"/>'
        f'<g transform="rotate(-8 150 75) translate(-6 -4) scale(1.06)">{shapes}</g></svg>'
    )


def _png(grey: bytes) -> bytes:
    """A PNG of four bits a pixel, whose palette is filled in when it is served."""
    steps = bytes((value + 8) // 17 for value in grey)
    rows = (steps[at : at + WIDTH] for at in range(0, len(steps), WIDTH))
    packed = b"".join(
        b"\0" + bytes(high << 4 | low for high, low in zip(row[::2], row[1::2], strict=True)) for row in rows
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 4, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", bytes(3 * STEPS)), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


if __name__ == "__main__":
    main()
