"""`python -m local` runs the whole system on this machine until Ctrl-C.

Environment variables: PORT is the port of the front door (default 8080). DATA is a folder that keeps what is stored; if
it is not set, a temporary folder is used and removed at the end.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from local import prerequisites
from local.emulator import PROJECT, EmulatorError
from local.mail_pages import dutch_moment
from local.prerequisites import MissingPrerequisiteError
from local.system import FolderTakenError, PortTakenError, System
from local.workers import WorkerError

_WORKSHOP = "werken-aan-wijkontwikkeling"


def main() -> int:
    port = os.environ.get("PORT") or "8080"
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        return _give_up(f"PORT moet een getal van 1 tot en met 65535 zijn, niet {port!r}.")
    data = os.environ.get("DATA")
    try:
        folder = Path(data).absolute() if data else Path(tempfile.mkdtemp(prefix="werkplaats-"))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _give_up(f"De map voor de gegevens (DATA) kan niet worden gebruikt: {error}")
    try:
        return asyncio.run(_run(int(port), folder, keep=bool(data)))
    except PortTakenError as error:
        return _give_up(f"{error} Kies een andere: make run PORT={_other_port(int(port))}")
    except (FolderTakenError, MissingPrerequisiteError) as error:
        return _give_up(str(error))
    except (EmulatorError, WorkerError) as error:
        return _give_up(str(error), code=1)
    finally:
        if not data:
            shutil.rmtree(folder, ignore_errors=True)


async def _run(port: int, folder: Path, *, keep: bool) -> int:
    stopped = asyncio.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(end, stopped.set)
    _say("Werkplaats start op deze machine:")
    system = System(port=port, folder=folder, keep=keep, prerequisites=prerequisites.find(), say=_say)
    work = asyncio.create_task(_run_until(stopped, system, folder if keep else None))
    interrupted = asyncio.create_task(stopped.wait())
    await asyncio.wait({work, interrupted}, return_when=asyncio.FIRST_COMPLETED)
    if not work.done() and not system.started:
        work.cancel()  # Ctrl-C came while the system was still starting
    interrupted.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    _say("Gestopt.")
    return 0


async def _run_until(stopped: asyncio.Event, system: System, data: Path | None) -> None:
    async with system.running():
        _say(_addresses(system, data))
        await stopped.wait()
        _say("Stoppen …")


def _addresses(system: System, data: Path | None) -> str:
    kept = f"blijven in {data}" if data else "verdwijnen bij het stoppen (bewaren: make run DATA=map)"
    return f"""
Werkplaats draait: {system.url}

  Aanmelden   {system.url}/werkplaats/{_WORKSHOP}
  Organisatie {system.url}/_local/organiser
  Postbus     {system.url}/_local/mail
  Klok        {system.url}/_local/clock (het is nu {dutch_moment(system.clock.now())})
  Logboeken   {system.logs}
  Firestore   {system.firestore} (project {PROJECT})
  Gegevens    {kept}

Stoppen: Ctrl-C
"""


def _other_port(port: int) -> int:
    return port + 1 if port < 65535 else 8080


def _say(line: str) -> None:
    print(line, flush=True)


def _give_up(problem: str, code: int = 2) -> int:
    print(problem, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
