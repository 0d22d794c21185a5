"""The subscriptions, as their page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from pipeline.records import Subscription, SubscriptionKind
from pipeline.subscriptions.following import shown_address
from pipeline.topics.archive import ArchiveTopics
from service.views.formatting import day
from service.web.auth import author_in_words
from service.web.language import _

_COMMAND_LINE = "command line"
"""As whoever subscribes people with `jumpnotes subscribe` is called."""


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """Who is told of what. `problem` says why the last message was not taken."""

    id: int
    address: str
    followed: str
    href: str
    author: str
    since: str
    problem: str
    hint: str


def subscription_rows(subscriptions: Sequence[Subscription], topics: ArchiveTopics) -> tuple[SubscriptionRow, ...]:
    """In the order in which they were made; `topics` have names, as far as notes name them."""
    return tuple(
        SubscriptionRow(
            each.id,
            shown_address(each),
            _followed(each, topics),
            _href(each),
            _author(each.author),
            day(each.created_at.date()),
            each.failure.message if each.failure else "",
            each.failure.hint if each.failure else "",
        )
        for each in subscriptions
    )


def _author(author: str) -> str:
    name = _("the command line") if author == _COMMAND_LINE else author_in_words(author)
    return _("set up by %(name)s", name=name) if author else ""


def _followed(subscription: Subscription, topics: ArchiveTopics) -> str:
    match subscription.kind:
        case SubscriptionKind.TOPIC:
            topic = topics.named(subscription.about)
            return topic.name if topic else subscription.about.partition("/")[2]
        case SubscriptionKind.QUERY:
            return _("Search: %(query)s", query=subscription.about)
        case SubscriptionKind.DECISIONS:
            return _("Decisions")


def _href(subscription: Subscription) -> str:
    """The page of what is followed."""
    match subscription.kind:
        case SubscriptionKind.TOPIC:
            return url_for("topics.topic", topic_id=subscription.about)
        case SubscriptionKind.QUERY:
            return url_for("pages.search", q=subscription.about)
        case SubscriptionKind.DECISIONS:
            return url_for("decisions.decisions")
