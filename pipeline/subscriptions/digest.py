"""Everybody is told, once, what is new to them. What goes wrong for one goes on with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pipeline import webhooks
from pipeline.config import Settings
from pipeline.errors import Busy, ConfigError, MailRefused, WebhookRefused
from pipeline.mail_addresses import server_address
from pipeline.meeting_locks import meeting_lock
from pipeline.records import JobFailure, Subscription, SubscriptionChannel, SubscriptionKind, TellingState
from pipeline.refresh import Archive
from pipeline.store import FORGOTTEN
from pipeline.subscriptions import events, mails
from pipeline.subscriptions.finding import NewsFinder
from pipeline.subscriptions.mail_server import MailServer
from pipeline.subscriptions.messages import Message, Receiver, messages, receivers

_LOCK = ".digest"  # no meeting has such a name
_MAX_LOOKS = 5  # at an archive that changes while a message is written
_NEW_SECRET = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe())'"  # noqa: S105 - a hint


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message, and why it was not taken; None: it was."""

    message: Message
    failure: JobFailure | None = None


def check(settings: Settings, *, private: bool) -> None:
    """Raises ConfigError: nobody can be told, or is to be."""
    if not settings.site_url:
        hint = "Set JUMPNOTES_SITE_URL to where the pages are served, such as https://meetings.example.org."
        raise ConfigError("nobody knows where the pages are served, so there are no links to send", hint=hint)
    if settings.private and not private:
        hint = "If all who are subscribed may know what is in it: jumpnotes digest --private"
        raise ConfigError("the archive is private, and what is sent is read elsewhere", hint=hint)


def plan(archive: Archive) -> Iterator[Message]:
    """What would be sent now."""
    finder = NewsFinder.of(archive)
    for receiver in receivers(archive.store.subscriptions.all()):
        yield from _messages(finder, receiver)


def send(archive: Archive, settings: Settings, tell: Callable[[Delivery], None]) -> int:
    """Send everything that is new, and `tell` of each message how that ended. Returns how many were not taken.

    Raises:
        Busy: another digest is on its way.
        StoreError: the database or the index cannot be used.
    """
    with _alone(archive, settings), ExitStack() as stack:
        digest = _Digest(archive, settings, stack)
        failed = 0
        for receiver in receivers(archive.store.subscriptions.all()):
            for delivery in digest.deliveries(receiver):
                failed += delivery.failure is not None
                tell(delivery)
        return failed


def remarks(archive: Archive) -> Iterator[str]:
    """Why somebody may be told nothing, in sentences."""
    finder, table = NewsFinder.of(archive), archive.store.subscriptions
    if finder.waiting:
        wait = (
            "1 meeting waits until it has" if finder.waiting == 1 else f"{finder.waiting} meetings wait until they have"
        )
        yield f"{wait} been run: jumpnotes run"
    for each in table.all():
        if remark := nameless(finder, each):
            yield f"{each.id}: {each.about}: {remark}"


def nameless(finder: NewsFinder, subscription: Subscription) -> str | None:
    """That no notes name what a subscription follows; None: they do, or it follows something else."""
    if subscription.kind is not SubscriptionKind.TOPIC or finder.topic(subscription.about):
        return None
    was_there = finder.archive.store.subscriptions.tellings([subscription.id])
    return f"No notes name this {'any more' if was_there else 'yet'}."


@contextmanager
def _alone(archive: Archive, settings: Settings) -> Iterator[None]:
    with meeting_lock(archive.store, settings, _LOCK) as is_ours:
        if not is_ours:
            raise Busy(
                archive.store.place, "another digest is being sent", hint="It tells what is new. Try again later."
            )
        yield


def _messages(finder: NewsFinder, receiver: Receiver) -> Iterator[Message]:
    tellings = finder.archive.store.subscriptions.tellings([each.id for each in receiver.subscriptions])
    return messages(finder, receiver, tellings)


class _Digest:
    """One digest under way."""

    def __init__(self, archive: Archive, settings: Settings, stack: ExitStack) -> None:
        self._archive = archive
        self._table = archive.store.subscriptions
        self._settings = settings
        self._stack = stack
        self._finder = NewsFinder.of(archive)

    def deliveries(self, receiver: Receiver) -> Iterator[Delivery]:
        """Send what one receiver is to be told. After something was not taken, the rest waits for the next digest."""
        for planned in tuple(_messages(self._finder, receiver)):
            message = self._begun(planned)
            if message is None:
                continue
            delivery = self._delivery(message)
            yield delivery
            if delivery.failure:
                return

    def _delivery(self, message: Message) -> Delivery:
        try:
            self._send(message)
        except (ConfigError, MailRefused, WebhookRefused) as error:
            hint = "Check the program that listens there." if isinstance(error, WebhookRefused) else error.hint
            failure = JobFailure(error.reason, str(error), hint)
            may_be_there = message.is_repeated or (not isinstance(error, ConfigError) and error.is_uncertain)
            state = TellingState.SENDING if may_be_there else TellingState.WAITING
            self._table.end(message.id, state, failure, message.numbers)
            return Delivery(message, failure)
        self._table.end(message.id, TellingState.TOLD, None, message.numbers)
        return Delivery(message)

    def _begun(self, planned: Message) -> Message | None:
        """The message as it is to be sent right now; None: nothing of it is left, or the archive does not stand still.

        What it is about is noted first. Then it is made sure that nothing of it was taken out, hidden or forgotten
        since it was written; if it was, it is written anew.
        """
        message = planned
        for _ in range(_MAX_LOOKS):
            message = message.of(self._table.begin(message.id, message.pairs))
            if not message.pairs:
                return None
            if not self._has_changed(message):
                return message
            self._finder = NewsFinder.of(self._archive)
            pairs = message.pairs
            again = (each for each in _messages(self._finder, message.receiver) if each.id == message.id)
            message = next((replace(planned, news=each.of(pairs).news) for each in again), message.of(()))
        state = TellingState.SENDING if planned.is_repeated else TellingState.WAITING
        self._table.end(message.id, state, None, message.numbers)
        return None

    def _has_changed(self, message: Message) -> bool:
        changed = set(self._archive.store.news(since=self._finder.change).slugs)
        is_gone = FORGOTTEN in changed and not message.slugs <= self._archive.store.notes_paths().keys()
        return is_gone or bool(changed & message.slugs)

    def _send(self, message: Message) -> None:
        if message.receiver.channel is SubscriptionChannel.MAIL:
            server = self._server
            written = mails.written(message, self._settings, datetime.now(UTC))
            server.send(written, mails.sender_of(self._settings).address, message.receiver.address)
            return
        if not self._settings.webhook_secret:
            raise ConfigError("JUMPNOTES_WEBHOOK_SECRET is not set, with which requests are signed", hint=_NEW_SECRET)
        body = events.event(message, self._settings.site_url or "")
        webhooks.send(message.receiver.address, self._settings.webhook_secret, f"msg_{message.id}", body)

    @cached_property
    def _server(self) -> MailServer:
        address = server_address(self._settings.smtp or "")
        if address is None:
            hint = "Set JUMPNOTES_SMTP, such as smtp://USER:PASSWORD@mail.example.org:587."
            raise ConfigError("no mail server is set", hint=hint)
        if not self._settings.mail_from:
            hint = "Set JUMPNOTES_MAIL_FROM, such as Garden club <meetings@example.org>."
            raise ConfigError("nobody knows who mails are from", hint=hint)
        return self._stack.enter_context(MailServer(address))


def outcome_json(message: Message, site: str, failure: JobFailure | None = None) -> dict[str, Any]:
    """A message for programs."""
    return {
        "id": message.id,
        "channel": message.receiver.channel.value,
        "subscriptions": sorted(message.numbers),
        "meetings": sorted(message.slugs),
        "news": [
            {
                "subscription": news.subscription.id,
                "name": news.name,
                "meetings": [
                    {"slug": each.slug, "moments": [events.moment_json(hit, site) for hit in each.moments]}
                    for each in news.meetings
                ],
            }
            for news in message.news
        ],
        "more": message.more,
        "failure": failure and {"reason": failure.reason, "message": failure.message, "hint": failure.hint},
    }
