"""What people follow, in the database, and what they were told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pipeline.errors import SubscriptionNotFound
from pipeline.records import JobFailure, Subscription, SubscriptionChannel, SubscriptionKind, Telling, TellingState
from pipeline.refresh import Archive
from pipeline.store import Store, tables
from tests.pipeline.store.meetings import notes

ANA = "ana@example.org"
ISSUE = "issue/osquery/osquery/6280"


@pytest.fixture
def store(archive: Archive) -> Store:
    for slug in ("call-1", "call-2", "call-3"):
        archive.store.claim(f"/{slug}.md", slug)
        archive.store.save_notes(notes(slug))
    return archive.store


def follow(store: Store, about: str = ISSUE, **options: list[str]) -> Subscription:
    kind, channel = SubscriptionKind.TOPIC, SubscriptionChannel.MAIL
    return store.subscriptions.add(kind, about, channel, ANA, "Ben", **options)[0]


def test_something_is_followed_once(store: Store) -> None:
    """Who asks again keeps what they were told; who follows something else is told of it apart."""
    first = follow(store, known=["call-1"])
    again = follow(store, known=["call-2"])
    other = follow(store, "term/ebpf")

    assert again == first
    assert (first.about, first.address, first.author, first.failure) == (ISSUE, ANA, "Ben", None)
    assert store.subscriptions.all() == (first, other)
    assert store.subscriptions.tellings([first.id]) == (Telling(first.id, "call-1", TellingState.TOLD),)


def test_what_is_removed_takes_along_what_was_told(store: Store) -> None:
    gone, kept = follow(store, known=["call-1"]), follow(store, "term/ebpf", known=["call-1"])
    store.subscriptions.remove(gone.id)

    for number in (gone.id, -1, 2**80):
        with pytest.raises(SubscriptionNotFound):
            store.subscriptions.remove(number)
        with pytest.raises(SubscriptionNotFound):
            store.subscriptions.subscription(number)
    assert [each.subscription for each in store.subscriptions.tellings([gone.id, kept.id])] == [kept.id]


def test_a_message_is_begun_and_ends(store: Store) -> None:
    """As it goes: sent, not taken, taken; of what it did not say, nothing is noted."""
    table, made = store.subscriptions, follow(store, known=["call-1"])
    assert table.begin("m1", [(made.id, "call-2"), (made.id, "call-3")]) == ((made.id, "call-2"), (made.id, "call-3"))
    assert states(store, made) == {"call-1": "told", "call-2": "sending m1", "call-3": "sending m1"}
    failure = JobFailure("mail-refused", "mailbox full", "Wait.")
    table.end("m1", TellingState.WAITING, failure, [made.id])
    assert states(store, made) == {"call-1": "told", "call-2": "waiting m1", "call-3": "waiting m1"}
    assert table.subscription(made.id).failure == failure
    table.begin("m1", [(made.id, "call-3")])
    table.end("m1", TellingState.TOLD, None, [made.id])

    assert states(store, made) == {"call-1": "told", "call-3": "told m1"}
    assert table.begin("m1", []) == ()
    assert states(store, made) == {"call-1": "told", "call-3": "told m1"}
    assert table.subscription(made.id).failure is None


def test_nothing_is_begun_of_what_is_gone(store: Store) -> None:
    """A meeting that was forgotten meanwhile, or a subscription that was removed."""
    table, made = store.subscriptions, follow(store)
    table.begin("m1", [(made.id, "call-2")])
    store.forget("call-2")

    assert states(store, made) == {}
    assert table.begin("m1", [(made.id, "call-2"), (made.id, "call-3"), (99, "call-3")]) == ((made.id, "call-3"),)


def states(store: Store, subscription: Subscription) -> dict[str, str]:
    found = store.subscriptions.tellings([subscription.id])
    return {each.slug: f"{each.state} {each.message}".strip() for each in found}


def test_what_cannot_be_understood_is_left_out(store: Store) -> None:
    """Of a later version, or damaged: the others are told all the same."""
    odd, kept = follow(store), follow(store, "term/ebpf", known=["call-1"])
    failed = follow(store, "term/x")
    store.subscriptions.begin("m", [(kept.id, "call-2")])
    with store._transaction() as db:
        db.execute(sa.update(tables.subscriptions).where(tables.subscriptions.c.id == odd.id).values(kind="dream"))
        broken = sa.update(tables.subscriptions).where(tables.subscriptions.c.id == failed.id)
        db.execute(broken.values(failure="{"))
        db.execute(sa.update(tables.tellings).where(tables.tellings.c.slug == "call-2").values(state="dreamt"))

    assert store.subscriptions.all() == (kept, failed)
    assert states(store, kept) == {"call-1": "told"}
    with pytest.raises(SubscriptionNotFound):
        store.subscriptions.subscription(odd.id)
