"""A stand-in for SendGrid that accepts every mail, in a process of its own, so that its work is not measured.

`python -m bench.accepting` prints its port and serves until its standard input ends.
"""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web


@contextmanager
def accepting_mail() -> Iterator[str]:
    """Run the stand-in, and give its base address. It ends with the `with` block."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.accepting"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


async def _serve() -> None:
    numbers = itertools.count(1)

    async def accept(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=202, headers={"X-Message-Id": f"message-{next(numbers)}"})

    app = web.Application(client_max_size=30 * 1024**2)
    app.router.add_post("/v3/mail/send", accept)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
