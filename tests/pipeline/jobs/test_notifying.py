"""Other programs are told how a job ended: signed, where a setting says, and nowhere inside this network."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from pipeline import webhooks
from pipeline.config import Settings
from pipeline.errors import WebhookRefused
from pipeline.jobs import notifying
from pipeline.jobs.queue import Queue
from pipeline.records import Claim, Job, JobDone, JobFailed, JobFailure, JobKind, JobRequest
from pipeline.refresh import Archive
from tests.pipeline.dripping import dripping, no_name
from tests.pipeline.garden import SLUG

OUTSIDE = "93.184.215.14"
SECRET = "trowel-and-rain-barrel"


@dataclass
class Receiver:
    """A program that is told, and keeps what it got."""

    port: int = 0
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """It is on this machine, and the name hooks.example is said to be that of an address outside."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers.items()) | {"path": self.path}, body))
            self.send_response(receiver.status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        assert address[0] == OUTSIDE, "only where the name led when it was looked at"
        connected = socket.socket()
        connected.connect(("127.0.0.1", address[1]))
        return connected

    monkeypatch.setattr(socket, "create_connection", connect)
    resolve(monkeypatch, OUTSIDE)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Whatever is looked up has these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)


@contextmanager
def claimed(queue: Queue, kind: JobKind, request: JobRequest) -> Iterator[Claim]:
    queue.put(kind, "Garden club", request, "Ana")
    claim = queue.take((kind,))
    assert claim
    yield claim


def send(archive: Archive, settings: Settings, url: str, event: str = "{}") -> JobDone:
    with claimed(archive.store.jobs, JobKind.NOTIFY, JobRequest(url=url, event=event)) as claim:
        return notifying.perform(claim, archive, settings, lambda _: None)


def asked(archive: Archive, *urls: str, secret: str = SECRET) -> Settings:
    return Settings(data_dir=archive.store.folder, webhooks=frozenset(urls), webhook_secret=secret)


@pytest.mark.parametrize(
    ("secret", "key"), [(SECRET, SECRET.encode()), (f"whsec_{base64.b64encode(b'12345678').decode()}", b"12345678")]
)
def test_the_request_can_be_told_from_anybody_elses(
    archive: Archive, receiver: Receiver, secret: str, key: bytes
) -> None:
    """Id, time and body are signed, as the specification's own libraries check it."""
    url = f"http://hooks.example:{receiver.port}/in?room=1"
    send(archive, asked(archive, url, secret=secret), url, '{"type": "meeting.ready"}')
    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, sha256)).decode()

    assert headers["path"] == "/in?room=1"
    assert headers["Host"] == f"hooks.example:{receiver.port}"
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    assert json.loads(body) == {"type": "meeting.ready"}


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1", "fe80::1",
     "::ffff:127.0.0.1", "224.0.0.1", "64:ff9b::10.0.0.7", "64:ff9b:1::a00:7", "2002:a00:7::1", "2001:0:a00:7::1",
     "::10.0.0.7", "::ffff:0:10.0.0.7", "192.0.0.8", "192.88.99.1", "3fff::1", "5f00::1", "fec0::1"],
)  # fmt: skip
def test_nothing_inside_is_reached(archive: Archive, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Whatever its name, and also if only one of its addresses is inside; that is no passing trouble."""
    url = "http://hooks.example/in"
    for addresses in ((address,), (OUTSIDE, address)):
        resolve(monkeypatch, *addresses)
        with pytest.raises(WebhookRefused, match=r"^http://hooks\.example leads to .* inside this network") as caught:
            send(archive, asked(archive, url), url)
        assert not caught.value.retryable


def test_only_what_the_setting_names_is_told(archive: Archive, receiver: Receiver) -> None:
    """A job that was put before the setting changed is not sent."""
    url = f"http://hooks.example:{receiver.port}/"
    with pytest.raises(WebhookRefused, match="not among") as caught:
        send(archive, asked(archive, "https://other.example/"), url)

    assert not caught.value.retryable
    assert receiver.got == []


@pytest.mark.parametrize(("status", "retryable"), [(500, True), (404, True), (302, True), (410, False)])
def test_what_was_not_taken_is_sent_again(archive: Archive, receiver: Receiver, status: int, retryable: bool) -> None:
    """Unless the receiver says that it is gone; a redirect is not followed."""
    receiver.status = status
    url = f"http://hooks.example:{receiver.port}/"
    with pytest.raises(WebhookRefused, match=str(status)) as caught:
        send(archive, asked(archive, url), url)

    assert caught.value.retryable is retryable
    assert len(receiver.got) == 1


@pytest.mark.parametrize(("answer", "taken"), [(b"HTTP/1.1 2", False), (b"HTTP/1.1 204 OK\r\n\r\n", True)])
def test_nobody_is_listened_to_without_end(
    archive: Archive, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, answer: bytes, taken: bool
) -> None:
    """Whatever stands below its headers is not read."""
    monkeypatch.setattr(webhooks, "_MAX_EXCHANGE_SECONDS", 0.3)
    before = time.monotonic()
    with dripping(answer, b"0") as port:
        url = f"http://hooks.example:{port}/"
        with nullcontext() if taken else pytest.raises(WebhookRefused) as caught:
            send(archive, asked(archive, url), url)
    assert time.monotonic() - before < 5
    assert taken or (caught and caught.value.is_uncertain)


def test_a_name_that_there_cannot_be_is_not_reached(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    for url in ("https://hooks..example/x", f"https://{'h' * 64}.example/"):
        with pytest.raises(WebhookRefused, match="no such host"):
            send(archive, asked(archive, url), url)


def ended(queue: Queue, report: JobDone | JobFailed) -> Job:
    with claimed(queue, JobKind.RUN, JobRequest(notes="/garden.md")) as claim:
        queue.report(claim, report)
    return queue.job(claim.job.id)


def test_each_end_is_told_once(garden_archive: Archive) -> None:
    """Also if the worker is killed after it put what tells of it, and does the same again; another end is another."""
    settings = asked(garden_archive, "https://a.example/", "https://b.example/")
    settings = replace(settings, site_url="https://garden.example")
    store, queue = garden_archive.store, garden_archive.store.jobs
    job = ended(queue, JobDone((SLUG,)))
    for _ in range(2):
        notifying.announce(job, store, settings)
    told = queue.jobs(kinds=(JobKind.NOTIFY,))
    event = json.loads(told[0].request.event or "")

    assert sorted(job.request.url or "" for job in told) == ["https://a.example/", "https://b.example/"]
    assert sorted(job.title for job in told) == ["Notify a.example: Garden club", "Notify b.example: Garden club"]
    assert event["type"] == "meeting.ready"
    (meeting,) = event["data"]["meetings"]
    assert meeting["url"] == f"https://garden.example/meetings/{SLUG}"
    assert meeting["title"].startswith("Community garden call")
    notifying.announce(ended(queue, JobDone((SLUG,))), store, settings)
    assert len(queue.jobs(kinds=(JobKind.NOTIFY,))) == 4


def test_a_failure_is_told_when_it_is_final(archive: Archive) -> None:
    """With its reason; not while it is tried again, and nothing of a job that was cancelled."""
    settings, queue = asked(archive, "https://a.example/"), archive.store.jobs
    failure = JobFailure("removed", "it was taken down", "Give a file.")
    waiting = ended(queue, JobFailed(failure, datetime(2100, 1, 1, tzinfo=UTC)))
    for job in (waiting, queue.cancel(waiting.id)):
        notifying.announce(job, archive.store, settings)
    assert queue.jobs(kinds=(JobKind.NOTIFY,)) == []
    notifying.announce(ended(queue, JobFailed(failure)), archive.store, settings)
    (told,) = queue.jobs(kinds=(JobKind.NOTIFY,))

    assert json.loads(told.request.event or "")["data"]["reason"] == "removed"
