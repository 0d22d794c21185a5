"""What people want to be told of, and what they were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.records.jobs import JobFailure


class SubscriptionKind(StrEnum):
    """What is followed."""

    TOPIC = "topic"
    QUERY = "query"
    DECISIONS = "decisions"  # everything that notes mark as one


class SubscriptionChannel(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody follows something."""

    id: int
    kind: SubscriptionKind
    about: str  # the id of a topic, such as issue/osquery/osquery/6280, or a query; "" of decisions
    channel: SubscriptionChannel
    address: str  # of mail, or a URL, which may be a secret of its receiver
    author: str  # who made it
    created_at: datetime  # UTC
    failure: JobFailure | None = None  # why the last message for it was not taken


class TellingState(StrEnum):
    """How far somebody was told of a meeting."""

    WAITING = "waiting"  # a message was surely not taken
    SENDING = "sending"  # a message may have been taken: nobody noted how that ended
    TOLD = "told"  # or known from the start


@dataclass(frozen=True, slots=True)
class Telling:
    """What of a meeting was told to whom. `message` names the message that says it, however often it is sent."""

    subscription: int
    slug: str
    state: TellingState
    message: str = ""
