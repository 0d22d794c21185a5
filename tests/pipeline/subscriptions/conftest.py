"""A club whose digests go to a mail server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from pipeline.config import Settings
from pipeline.refresh import Archive
from tests.pipeline.subscriptions.club import SECRET, SITE, Club, Inbox


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox(port=free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def club(archive: Archive, inbox: Inbox) -> Club:
    settings = Settings(
        data_dir=archive.store.folder,
        site_url=SITE,
        site_title="Garden club",
        smtp=f"smtp://127.0.0.1:{inbox.port}",
        mail_from="club@garden.example",
        webhook_secret=SECRET,
    )
    return Club(archive, settings)
