"""Who is told of what, as JSON: for those who may write alone."""

from __future__ import annotations

from typing import Annotated, TypedDict

import msgspec
from flask import Blueprint, current_app
from msgspec import Meta

from pipeline.export.subscriptions import FollowedKind, SubscriptionJson, subscription_json
from pipeline.records import SubscriptionKind
from pipeline.subscriptions.following import MAX_ABOUT_CHARS, MAX_ADDRESS_CHARS, follow
from service.web import auth
from service.web.caching import conditional
from service.web.openapi import Operation, described
from service.web.request_data import Author, body_as
from service.web.store import archive_of, store, writing

blueprint = Blueprint("subscriptions_api", __name__, url_prefix="/api/v1/subscriptions")

_REFUSALS = (400, 401, 403, 413, 415, 422, 429)


class SubscriptionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be followed, and who is to be told."""

    kind: Annotated[FollowedKind, Meta(description="What is followed.")]
    address: Annotated[
        str,
        Meta(max_length=MAX_ADDRESS_CHARS, description="An e-mail address, or the URL of a webhook outside of here."),
    ]
    about: Annotated[
        str, Meta(max_length=MAX_ABOUT_CHARS, description="The id of the topic, or the query; nothing for decisions.")
    ] = ""
    from_start: Annotated[bool, Meta(description="Whether to tell of the meetings that there are already.")] = False
    author: Author = None


class SubscriptionsJson(TypedDict):
    """Everybody who follows something."""

    subscriptions: Annotated[list[SubscriptionJson], Meta(description="In the order in which they were made.")]


@blueprint.get("")
@conditional
@described(Operation(problems=(401, 403, 429), restricted=True))
def subscriptions() -> SubscriptionsJson:
    """Who is told of what."""
    auth.require_access()
    return {"subscriptions": [subscription_json(each) for each in store().subscriptions.all()]}


@blueprint.post("")
@described(Operation(201, _REFUSALS, body=SubscriptionRequest))
def subscribe() -> tuple[SubscriptionJson, int]:
    """Have somebody told of what comes up from now on, by the next `jumpnotes digest`. Whoever is, stays so."""
    access = auth.require_write()
    asked = body_as(SubscriptionRequest)
    author, kind = auth.author_of(access, asked.author), SubscriptionKind(asked.kind)
    with writing():
        made, _ = follow(archive_of(current_app), kind, asked.about, asked.address, author, from_start=asked.from_start)
    return subscription_json(made), 201


@blueprint.delete("/<int:subscription>")
@described(Operation(problems=(401, 403, 404, 429), restricted=True))
def unsubscribe(subscription: int) -> SubscriptionJson:
    """Tell them no more."""
    auth.require_write()
    with writing() as archive:
        gone = archive.subscriptions.subscription(subscription)
        archive.subscriptions.remove(subscription)
    return subscription_json(gone)
