"""What the benchmark says about several processes."""

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from bench.cell import Cell, Measured
from bench.load import Answer, Burst, Visitors
from bench.machine import processor_seconds
from bench.processes import Burst as OfProcesses
from bench.processes import rows_of


def burst(processes: int, seconds: float, *waits: float, processor: float | None = 1.0) -> OfProcesses:
    """A burst in which each of `waits` is how long a sign-up took, all together in `seconds`."""
    cell = Cell(processes=processes, capacity=24, at_once=32, sign_ups=len(waits), warm_up=0)
    answers = tuple(Answer(number, 303, "/aanmelding/x", wait) for number, wait in enumerate(waits))
    return OfProcesses(Measured(cell, Burst(answers, seconds, 0.0), ()), processor)


def test_several_processes_are_compared_with_one_in_the_same_round() -> None:
    """A ratio is the median of the rounds' own ratios, so that a slow round does not count against either."""
    bursts = {
        (1, 32): [burst(1, 1.0, 0.1, 0.1), burst(1, 4.0, 0.1, 0.1), burst(1, 1.0, 0.1, 0.1)],
        (2, 32): [burst(2, 2.0, 0.1, 0.7), burst(2, 4.0, 0.1, 0.1), burst(2, 1.0, 0.1, 0.1)],
    }
    rows = {row.name: row for row in rows_of(bursts, [4.0, 1.0, 4.0])}
    two = rows["sign-ups, 2 processes, 32 at once"]
    assert (two.value, two.floor, two.ratio, two.met) == (1.0, 2.0, 1.0, True)
    assert rows["sign-ups, 1 process, 32 at once, beside bare creates"].ratio == 0.5
    assert rows["99 of 100 within, 2 processes, 32 at once"].ratio == 1.0
    assert rows["processor time, 2 processes, 32 at once"].value == 500.0


def test_a_machine_that_does_not_tell_its_processor_time_gets_no_row_about_it() -> None:
    """Without processor times, the other rows are there."""
    rows = list(rows_of({(1, 32): [burst(1, 1.0, 0.1, processor=None)]}, [1.0]))
    assert len(rows) == 3


def test_processor_time_includes_that_of_children() -> None:
    """The processor time of a process includes that of the processes it has started and that still run."""
    busy = "import time; began = time.process_time()\nwhile time.process_time() < began + 0.3: pass"
    child = f"{busy}\nprint(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with_child = processor_seconds(os.getpid())
        of_child = processor_seconds(process.pid)
        process.communicate(b"\n")
    without = processor_seconds(os.getpid())
    assert None not in (with_child, of_child, without)
    assert (of_child or 0.0) >= 0.25
    assert (with_child or 0.0) >= (without or 0.0) + 0.15


def test_a_connection_that_the_server_has_closed_is_opened_again() -> None:
    """A visitor whose connection was closed while it was idle is not counted as one without an answer."""
    closed = threading.Event()
    answer = b"HTTP/1.1 303 SEE OTHER\r\nLocation: /aanmelding/x\r\nContent-Length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        server.settimeout(10)

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(answer)
                closed.set()

        serving = pool.submit(serve)
        with Visitors.at(server.getsockname(), 1) as visitors:
            first = visitors.send([b"POST / HTTP/1.1\r\n\r\n"])
            assert closed.wait(10)
            second = visitors.send([b"POST / HTTP/1.1\r\n\r\n"])
        serving.result()
    assert [burst.answers[0].status for burst in (first, second)] == [303, 303]
