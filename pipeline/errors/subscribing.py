"""Somebody cannot follow something, or cannot be told of it."""

from __future__ import annotations

from pipeline.errors.base import JumpnotesError


class SubscriptionError(JumpnotesError):
    """A subscription, or a message for one."""


class InvalidSubscription(SubscriptionError):
    """What was given cannot be followed, or nobody can be told there."""

    def __init__(self, problem: str, *, hint: str | None = None) -> None:
        super().__init__(problem, hint=hint)


class SubscriptionNotFound(SubscriptionError):
    hint = "`jumpnotes subscribe list` lists them all."

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no subscription {number}")
        self.number = number


class MailRefused(SubscriptionError):
    """A mail server did not take a mail.

    `is_uncertain`: the connection was lost after the mail had been handed over, so it may have been taken.
    """

    retryable = True

    def __init__(self, problem: str, *, hint: str, retryable: bool = True, is_uncertain: bool = False) -> None:
        super().__init__(problem, hint=hint, retryable=retryable)
        self.is_uncertain = is_uncertain
