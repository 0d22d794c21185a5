"""What can be followed, and where somebody can be told of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline import webhooks
from pipeline.corrections.validate import validated_author
from pipeline.errors import InvalidQuery, InvalidSubscription
from pipeline.file_names import is_text
from pipeline.mail_addresses import mail_address
from pipeline.records import Subscription, SubscriptionChannel, SubscriptionKind, TopicKind
from pipeline.refresh import Archive
from pipeline.search.query import filter_words, parse_words
from pipeline.setting_values import is_web_address
from pipeline.subscriptions.finding import NewsFinder

MAX_ABOUT_CHARS = 500
MAX_ADDRESS_CHARS = 2_000
_BARE_KEY = re.compile(r"\b(?:meeting|series|year|before|after|in|speaker):(?!\S)", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def follow(
    archive: Archive, kind: SubscriptionKind, about: str, address: str, author: str, *, from_start: bool = False
) -> tuple[Subscription, bool]:
    """Follow something from now on. What was said about it so far counts as known.

    Args:
        about: the id of a topic, or its name; a query; nothing for decisions.
        address: of mail, or the URL of a webhook.
        from_start: nothing is known: the next digest tells all of it.

    Returns:
        The subscription, and whether it is new: who is told already stays as they are.

    Raises:
        InvalidSubscription: it cannot be followed, or nobody can be told there.
        InvalidCorrection: the author has no name.
        StoreError: the index cannot be read.
    """
    author = validated_author(author)
    finder = NewsFinder.of(archive)
    named = finder.topics.named(about.strip()) if kind is SubscriptionKind.TOPIC else None
    about = named.id if named else checked_about(kind, about)
    channel, address = checked_address(address)
    known = frozenset() if from_start else finder.meetings(kind, about) | _unread(finder)
    return archive.store.subscriptions.add(kind, about, channel, address, author, known=known)


def _unread(finder: NewsFinder) -> frozenset[str]:
    """The meetings that could be told if the index had them by now. What they say was said before, whatever it is."""
    store = finder.archive.store
    unread, run = finder.without - store.unpublished(), store.run_keys()
    return frozenset(
        each.slug for each in store.meetings() if each.slug in unread and (each.slug in run or each.failure is not None)
    )


def checked_about(kind: SubscriptionKind, about: str) -> str:
    """What is followed, as it is stored.

    Raises:
        InvalidSubscription: it cannot be.
    """
    about = " ".join(about.split())
    if len(about) > MAX_ABOUT_CHARS or not is_text(about) or _UNSEEN.search(about):
        problem = f"what is to be followed has more than {MAX_ABOUT_CHARS} characters, or some that cannot be seen"
        raise InvalidSubscription(problem, hint="Give a topic or a query.")
    match kind:
        case SubscriptionKind.DECISIONS:
            return ""
        case SubscriptionKind.TOPIC:
            name, _, key = about.partition("/")
            if name not in set(TopicKind) or not key or key.startswith("?"):
                kinds = ", ".join(TopicKind)
                hint = f"It is the end of the address of the topic's page: its kind ({kinds}), a slash and its key."
                raise InvalidSubscription(f"{about!r} is no topic", hint=hint)
            return about
        case SubscriptionKind.QUERY:
            if not _has_words(about):
                hint = "Give at least one word beside its filters."
                raise InvalidSubscription("there is no word in the query", hint=hint)
            try:
                parse_words(about)
            except InvalidQuery as error:
                raise InvalidSubscription(f"the query cannot be followed: {error}", hint=error.hint) from error
            return about


def _has_words(query: str) -> bool:
    for each in reversed(tuple(filter_words(query))):
        query = f"{query[: each.start]} {query[each.end :]}"
    return any(map(str.isalnum, _BARE_KEY.sub(" ", query)))


def checked_address(address: str) -> tuple[SubscriptionChannel, str]:
    """Where somebody is told, as it is stored: the domain of mail in small letters.

    Raises:
        InvalidSubscription: it is no address.
    """
    address = address.strip()
    if "://" in address:
        if len(address) > MAX_ADDRESS_CHARS or not is_web_address(address) or not address.isascii():
            raise InvalidSubscription("the URL cannot be used", hint="Give one that begins with https://, in ASCII.")
        if "@" in urlsplit(address).netloc:
            raise InvalidSubscription("the URL has a user in it", hint="Give one without user and password.")
        if problem := webhooks.problem_of(address):
            raise InvalidSubscription(f"the URL {problem}", hint="Give one that leads out of this network.")
        return SubscriptionChannel.WEBHOOK, address
    if (found := mail_address(address)) is None:
        hint = "Write it as ana@example.org, without a name; or give the URL of a webhook."
        raise InvalidSubscription("this is no e-mail address", hint=hint)
    return SubscriptionChannel.MAIL, found


def shown_address(subscription: Subscription) -> str:
    """Where somebody is told, without what is a secret of a webhook."""
    if subscription.channel is SubscriptionChannel.WEBHOOK:
        return webhooks.shown(subscription.address)
    return subscription.address
