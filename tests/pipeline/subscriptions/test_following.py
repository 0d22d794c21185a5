"""What can be followed, and where somebody can be told."""

from __future__ import annotations

import pytest

from pipeline.errors import InvalidSubscription
from pipeline.records import SubscriptionChannel, SubscriptionKind
from pipeline.refresh import Archive
from pipeline.subscriptions.following import (
    checked_about,
    checked_address,
    follow,
    shown_address,
)
from tests.pipeline.subscriptions.club import ABOUT_ISSUE, ANA, BEN, ISSUE, Club, told


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (" ana@Example.ORG ", "ana@example.org"),
        ("a.n+notes@bücher.example", "a.n+notes@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_of_mail_is_as_servers_know_it(given: str, stored: str) -> None:
    assert checked_address(given) == (SubscriptionChannel.MAIL, stored)


@pytest.mark.parametrize(
    "given",
    ["", "ana", "@example.org", "ana@", "a b@example.org", "ana@example.org\nBcc: x@example.org", "<ana@example.org>",
     "ana@exa_mple.org", ".ana@example.org", "a..b@example.org", "ana@-x.org", "ana@a..b", "ä@example.org",
     "x" * 65 + "@example.org", "ana@" + "x" * 64 + ".org", "ana@" + "x." * 130 + "org", "a@b@example.org"],
)  # fmt: skip
def test_no_other_text_is_an_address(given: str) -> None:
    """Least of all one that would begin another header of a mail."""
    with pytest.raises(InvalidSubscription, match=r"^this is no e-mail address$"):
        checked_address(given)


@pytest.mark.parametrize(
    "given",
    [
        "ftp://example.org/",
        "https://ana:x@example.org",
        "https:///in",
        "https://ex ample/",
        "https://hooks..example/x",
        f"https://{'h' * 64}.example/",
        "https://.example/",
        f"https://{'h.' * 127}example/",
        "http://127.0.0.1/in",
        "http://[::1]:8000/",
        "http://2130706433/",
        "http://0x7f.1/in",
        "http://localhost/",
        "http://a.localhost./",
    ],
)
def test_a_webhook_is_at_an_address_of_the_web(given: str) -> None:
    with pytest.raises(InvalidSubscription) as caught:
        checked_address(given)
    assert given not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "topic", ["6280", "issue/", "bug/6280", "issue/?6280", "term", "term/\u202ex", "term/" + "x" * 500]
)
def test_a_topic_is_a_kind_and_a_key(topic: str) -> None:
    assert checked_about(SubscriptionKind.TOPIC, " issue/osquery/osquery/6280") == "issue/osquery/osquery/6280"
    with pytest.raises(InvalidSubscription):
        checked_about(SubscriptionKind.TOPIC, topic)


@pytest.mark.parametrize("query", ["...", "speaker:", "speaker:Ana", 'in: series:"garden club"', "before:2024 -"])
def test_a_query_has_a_word_beside_its_filters(query: str) -> None:
    assert checked_about(SubscriptionKind.QUERY, " seed \n swap") == "seed swap"
    assert checked_about(SubscriptionKind.QUERY, "speaker:Ana hose") == "speaker:Ana hose"
    with pytest.raises(InvalidSubscription, match="no word"):
        checked_about(SubscriptionKind.QUERY, query)


def test_what_was_found_so_far_is_known(garden_archive: Archive) -> None:
    """Unless all is to be told; and what is not to be published is neither known nor told."""
    query, store = SubscriptionKind.QUERY, garden_archive.store
    known, is_new = follow(garden_archive, query, "envelopes", "ana@example.org", "Ben")
    told, _ = follow(garden_archive, query, "envelopes", "https://hooks.example/secret", "Ben", from_start=True)
    (slug,) = store.notes_paths()

    assert is_new
    assert not follow(garden_archive, query, "envelopes", "ANA@example.org".lower(), "Tom")[1]
    assert [each.slug for each in store.subscriptions.tellings([known.id])] == [slug]
    assert store.subscriptions.tellings([told.id]) == ()
    assert [shown_address(each) for each in (known, told)] == ["ana@example.org", "https://hooks.example"]


def test_what_is_not_in_the_index_yet_is_known(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is made anew, say; but not what will be news once it has been run, or is published."""
    club.meets("old", ABOUT_ISSUE)
    club.meets("running", ABOUT_ISSUE, ready=False)
    club.meets("hidden", ABOUT_ISSUE, published=False)
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "missing", lambda _: frozenset({"old", "running", "hidden"}))
        club.follow()
        club.follow("leak", BEN)
    assert club.digest() == []
    for slug in ("running", "hidden"):
        club.meets(slug, ABOUT_ISSUE)
    assert told(club.digest()) == [(ANA, {"running", "hidden"}), (BEN, {"running", "hidden"})]


def test_a_topic_is_followed_by_its_name_too(club: Club) -> None:
    """Where notes name it; the id is stored, which stays when people write it otherwise."""
    club.meets("one", ABOUT_ISSUE)
    named, _ = follow(club.archive, SubscriptionKind.TOPIC, " tools#4711", "ana@example.org", "Ben")
    assert named.about == ISSUE
    with pytest.raises(InvalidSubscription, match="is no topic"):
        follow(club.archive, SubscriptionKind.TOPIC, "tools#4712", "ana@example.org", "Ben")
