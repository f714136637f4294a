"""`make bench-follow-up`: sends 1,000 survey invitations through the outbox, and counts reads and writes for each."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from msgspec.structs import replace
from nacl.public import PrivateKey

from local.testing import PROJECT, running_emulator
from werkplaats.domain.registration import Person
from werkplaats.domain.seats.commands import SignUp
from werkplaats.domain.survey.waves import invitation_id
from werkplaats.machine import surroundings
from werkplaats.mailing.sendgrid.client import SendGrid
from werkplaats.security.links import Links
from werkplaats.security.sealing import Seal
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire
from werkplaats.store.wire import Delete, Found, Query, Revision, Write
from werkplaats.workflows.mail.deliver import Postman, deliver_mail
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.answer import answer_survey, find
from werkplaats.workflows.survey.invite import send_surveys
from werkplaats.workshop_files import load_all

PEOPLE = 1_000
THREADS = 16
"""How many mails are sent at once: the concurrency of one instance of deliver_mail (infra/functions.yaml)."""


class CountingWire(FirestoreWire):
    """A wire that counts the documents read, written and deleted, as Firestore bills them, in the keys of `counts`."""

    def __init__(self, counts: Counter[str]) -> None:
        super().__init__(PROJECT, "(default)")
        self._counts = counts

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        wanted = tuple(paths)
        self._counts["reads"] += len(set(wanted))
        return super().get(wanted)

    def query(self, query: Query) -> list[Found]:
        found = super().query(query)
        self._counts["reads"] += len(found)
        return found

    def count(self, query: Query) -> int:
        self._counts["reads"] += 1
        return super().count(query)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        deletes = sum(isinstance(write, Delete) for write in writes)
        self._counts["deletes"] += deletes
        self._counts["writes"] += len(writes) - deletes
        return super().commit(writes)


def main() -> None:
    with running_emulator() as emulator, taking_mail() as (sendgrid, taken):
        os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
        counts: Counter[str] = Counter()
        store = Store(CountingWire(counts))
        workshop = replace(load_all()[0], capacity=PEOPLE, confirm_address="never")
        wave = workshop.waves[0]
        now = workshop.wave_opens_at(wave) + timedelta(hours=9)
        early = workshop.begins_at - timedelta(days=90)
        queue = SeatQueue(store, surroundings(lambda: early))
        publish_workshop(store, queue, workshop, early)
        queue.do_all(workshop.id, [_sign_up(number) for number in range(PEOPLE)])
        print(f"{PEOPLE} registrations: {_each(counts, PEOPLE)}", flush=True)

        counts.clear()
        began = time.perf_counter()
        invited = send_surveys(store, now)
        queued = time.perf_counter() - began
        print(f"{invited} invitations queued in {queued:.1f} s: {_each(counts, PEOPLE)}", flush=True)

        counts.clear()
        links = Links(("k" * 32,), "https://werkplaats.example.org")
        postman = Postman(store, SendGrid("SG.bench", sendgrid), links, surroundings())
        mails = [f"r{number}-survey_invitation-{wave.id}" for number in range(PEOPLE)]
        began = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            states = Counter(pool.map(lambda mail: deliver_mail(postman, mail, now), mails))
        took = time.perf_counter() - began
        assert taken[0] == PEOPLE, f"{taken[0]} mails arrived, {states}"
        print(f"{PEOPLE} mails sent in {took:.1f} s by {THREADS} threads: {_each(counts, PEOPLE)}", flush=True)

        counts.clear()
        seal = Seal(bytes(PrivateKey.generate().public_key))
        for number in range(100):
            asked = find(store, invitation_id(workshop.id, wave.id, f"r{number}"), now)
            assert asked is not None
            answer_survey(store, seal, asked, {"opbrengst": 4, "aanraden": 9}, now)
        print(f"100 answers: {_each(counts, 100)}")


def _sign_up(number: int) -> SignUp:
    return SignUp(
        registration=f"r{number}",
        person=Person(given_name="Naam", family_name=f"Achter{number}", email=f"p{number}@example.org"),
        answers={"opgave": "iets"},
        mailbox=f"m{number}",
        address=f"m{number}",
        identity=f"i{number}",
        form=f"f{number}",
    )


def _each(counts: Counter[str], number: int) -> str:
    return ", ".join(f"{counts[what] / number:.2f} {what} each" for what in ("reads", "writes", "deletes"))


@contextmanager
def taking_mail() -> Iterator[tuple[str, list[int]]]:
    """Run a server that accepts every mail; gives its address, and a list with the number of mails accepted so far."""
    taken = [0]
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                taken[0] += 1
            self.send_response(202)
            self.send_header("X-Message-Id", str(taken[0]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    main()
