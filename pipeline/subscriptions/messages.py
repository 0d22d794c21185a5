"""What is told to one receiver at once, and what of it was begun to be told before."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Subscription, SubscriptionChannel, Telling, TellingState
from pipeline.subscriptions.finding import News, NewsFinder

MAX_TOLD = 100
"""Meetings in one message, counted for each subscription; the rest is told by the next digest."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told at once what they follow: all of it by mail, each subscription of a webhook apart."""

    channel: SubscriptionChannel
    address: str
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What is told at once. Whoever gets an `id` twice had it before.

    `is_repeated`: somebody may have it already. `more`: meetings that are left for later.
    """

    id: str
    receiver: Receiver
    news: tuple[News, ...]
    is_repeated: bool = False
    more: int = 0

    @property
    def pairs(self) -> tuple[tuple[int, str], ...]:
        """Subscriptions and meetings."""
        return tuple((each.subscription.id, meeting.slug) for each in self.news for meeting in each.meetings)

    @property
    def slugs(self) -> frozenset[str]:
        return frozenset(slug for _, slug in self.pairs)

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(number for number, _ in self.pairs)

    def of(self, pairs: Collection[tuple[int, str]]) -> Message:
        """What it says of these."""
        return replace(self, news=_only(self.news, pairs))


def receivers(subscriptions: Sequence[Subscription]) -> tuple[Receiver, ...]:
    """Who is told, in the order of their first subscriptions."""
    gathered: dict[tuple[str, object], list[Subscription]] = defaultdict(list)
    for each in subscriptions:
        is_mail = each.channel is SubscriptionChannel.MAIL
        gathered[each.address, None if is_mail else each.id].append(each)
    return tuple(Receiver(found[0].channel, found[0].address, tuple(found)) for found in gathered.values())


def messages(finder: NewsFinder, receiver: Receiver, tellings: Sequence[Telling]) -> Iterator[Message]:
    """What there is to tell, and what to tell again as it may not have arrived, which comes first.

    A message that was surely not taken is one with what is new by now, and keeps its name: nobody has it. One that may
    have been taken says again what it said, and nothing else, so that whoever has it knows it by its name.
    """
    states: dict[int, dict[str, Telling]] = defaultdict(dict)
    for each in tellings:
        states[each.subscription][each.slug] = each
    untold = tuple(finder.news(each, _in(states[each.id], TellingState.TOLD)) for each in receiver.subscriptions)
    unsure: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for each in tellings:
        if each.state is TellingState.SENDING:
            unsure[each.message].add((each.subscription, each.slug))
    for name, pairs in unsure.items():
        yield Message(name, receiver, _only(untold, pairs), is_repeated=True)
    begun = {pair for pairs in unsure.values() for pair in pairs}
    fresh = [
        (news.subscription.id, meeting.slug)
        for news in untold
        for meeting in news.meetings
        if (news.subscription.id, meeting.slug) not in begun
    ]
    if fresh:
        waiting = sorted(each.message for each in tellings if each.state is TellingState.WAITING)
        name = waiting[0] if waiting else f"digest-{secrets.token_hex(12)}"
        yield Message(name, receiver, _only(untold, frozenset(fresh[:MAX_TOLD])), more=len(fresh[MAX_TOLD:]))


def _in(tellings: Mapping[str, Telling], state: TellingState) -> frozenset[str]:
    return frozenset(slug for slug, each in tellings.items() if each.state is state)


def _only(news: Sequence[News], pairs: Collection[tuple[int, str]]) -> tuple[News, ...]:
    kept = (
        replace(each, meetings=tuple(one for one in each.meetings if (each.subscription.id, one.slug) in pairs))
        for each in news
    )
    return tuple(each for each in kept if each.meetings)
