"""Subscriptions, for programs."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from pipeline import export
from pipeline.export import schema
from pipeline.records import Subscription
from pipeline.subscriptions.following import shown_address

FollowedKind = Literal["topic", "query", "decisions"]


class RefusalJson(TypedDict):
    """Why a message was not taken."""

    reason: Annotated[str, Meta(description="The kind of failure.")]
    message: Annotated[str, Meta(description="What went wrong, for people.")]
    hint: Annotated[str, Meta(description="What can be done about it.")]


class SubscriptionJson(TypedDict):
    """Somebody follows something."""

    id: Annotated[int, Meta(description="The number of the subscription.")]
    kind: Annotated[FollowedKind, Meta(description="What is followed.")]
    about: Annotated[str, Meta(description="The id of the topic, or the query.")]
    channel: Annotated[Literal["mail", "webhook"], Meta(description="How they are told.")]
    address: Annotated[str, Meta(description="Where they are told; of a webhook, whose rest is a secret, the host.")]
    author: Annotated[str, Meta(description="Who set it up.")]
    created_at: Annotated[schema.Instant, Meta(description="When.")]
    failure: Annotated[RefusalJson | None, Meta(description="Why the last message was not taken; null: it was.")]


def subscription_json(subscription: Subscription) -> SubscriptionJson:
    """One of them."""
    failure, at = subscription.failure, export.instant(subscription.created_at)
    assert at is not None
    return {
        "id": subscription.id,
        "kind": subscription.kind.value,
        "about": subscription.about,
        "channel": subscription.channel.value,
        "address": shown_address(subscription),
        "author": subscription.author,
        "created_at": at,
        "failure": {"reason": failure.reason, "message": failure.message, "hint": failure.hint} if failure else None,
    }
