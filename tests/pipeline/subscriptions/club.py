"""The garden club, whose meetings come up one after the other, and a mail server that takes what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.records import (
    Alignment,
    Basis,
    Origin,
    Recording,
    RunKey,
    Segment,
    Subscription,
    SubscriptionKind,
    Transcript,
)
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs
from pipeline.subscriptions import digest
from pipeline.subscriptions.digest import Delivery
from pipeline.subscriptions.following import follow

ANA, BEN = "ana@example.org", "ben@example.org"
ISSUE = "issue/club/tools/4711"
SITE = "https://meetings.garden.example"
SECRET = "trowel-and-rain-barrel"
ABOUT_ISSUE = "The leak of club/tools#4711 is back"


@dataclass
class Club:
    """An archive, and what is said there."""

    archive: Archive
    settings: Settings

    def meets(
        self, slug: str, *lines: str, day: date = date(2024, 3, 5), ready: bool = True, published: bool = True
    ) -> None:
        """A meeting with these lines in its notes, each a minute after the other; or not heard yet."""
        front = "" if published else "---\npublish: false\n---\n"
        items = "\n".join(f"- {line}" for line in lines)
        source = f"{front}# Garden club {day.isoformat()}\n\n## Tools\n\n{items}\n"
        store = self.archive.store
        notes = reader.parse(source, name=f"{slug}.md")
        notes = replace(notes, slug=store.claim(f"/notes/{slug}.md", slug))
        with store.telling_once():
            number = store.save_notes(notes)
            if ready:
                blocks = [block for block in notes.blocks if block.text in lines]
                said = [Segment(60.0 * at, 60.0 * at + 30, line) for at, line in enumerate(lines, 1)]
                store.save_recording(slug, Recording("x.wav", "x", 600.0, "x.wav"), key="x")
                run = store.save_transcript(slug, Transcript("en", Origin.ASR, "t", tuple(said), 600.0), key="k")
                links = [
                    Alignment(block.id, 60.0 * at, 60.0 * at + 30, 0.95, Basis.MATCH)
                    for at, block in enumerate(blocks, 1)
                ]
                store.save_alignments(slug, tuple(links), AlignmentInputs(number, run, "1"))
                store.finish(slug, RunKey(notes="n"))

    def follow(self, about: str = ISSUE, address: str = ANA, *, from_start: bool = False) -> Subscription:
        """Somebody follows a topic, a query, or (nothing said) decisions."""
        kind = SubscriptionKind.TOPIC if "/" in about else SubscriptionKind.QUERY if about else None
        return follow(
            self.archive, kind or SubscriptionKind.DECISIONS, about, address, "Tomasz", from_start=from_start
        )[0]

    def digest(self) -> list[Delivery]:
        """Send one."""
        deliveries: list[Delivery] = []
        digest.send(self.archive, self.settings, deliveries.append)
        return deliveries


def told(deliveries: Iterable[Delivery]) -> list[tuple[str, set[str]]]:
    """To whom something was told, and of which meetings."""
    return [(each.message.receiver.address, set(each.message.slugs)) for each in deliveries if each.failure is None]


@dataclass
class Inbox:
    """What a mail server got, and how it answers; it may hang up after it took something."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # by recipient
    answer: str = "250 OK"
    hangs_up: bool = False

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refused.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            assert max(map(len, envelope.content.split(b"\r\n"))) <= 998
            found = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(found, EmailMessage)
            assert found["To"] == envelope.rcpt_tos[0]
            self.mails.append(found)
            self.senders.append(envelope.mail_from or "")
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.answer

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


def weeks(count: int) -> list[date]:
    return [date(2024, 1, 2) + timedelta(weeks=week) for week in range(count)]
