"""Everybody is told once what is new to them, whatever goes wrong in between."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import Busy, ConfigError, MailRefused, WebhookRefused
from pipeline.meeting_locks import meeting_lock
from pipeline.records import Failure, RemovedPassage
from pipeline.refresh import Archive
from pipeline.subscriptions import digest, mail_text
from pipeline.subscriptions.mail_server import MailServer
from tests.pipeline.subscriptions.club import ABOUT_ISSUE, ANA, BEN, Club, Inbox, told, weeks


def test_what_is_new_is_told_once(club: Club, inbox: Inbox) -> None:
    """Of what there was before, nothing; one mail has all that somebody follows."""
    club.meets("one", ABOUT_ISSUE)
    club.follow()
    club.follow("pallets")
    club.follow("hose", BEN)
    assert club.digest() == []
    club.meets("two", ABOUT_ISSUE, "Two pallets are broken")
    club.meets("three", "Buy pallets and a hose")

    assert told(club.digest()) == [(ANA, {"two", "three"}), (BEN, {"three"})]
    assert club.digest() == []
    assert [mail["To"] for mail in inbox.mails] == [ANA, BEN]
    assert len(set(inbox.ids())) == 2


def test_from_the_start_means_all_of_it(club: Club) -> None:
    club.meets("one", ABOUT_ISSUE)
    club.follow(from_start=True)
    assert told(club.digest()) == [(ANA, {"one"})]


def test_a_meeting_waits_until_it_was_run(club: Club) -> None:
    """Or until that failed: then there are no times, and it is told all the same."""
    club.follow()
    club.meets("one", ABOUT_ISSUE, ready=False)
    club.meets("two", ABOUT_ISSUE, ready=False)
    club.follow("leak", BEN)  # what is not ready now is no old news later
    assert club.digest() == []
    club.archive.store.fail("one", Failure("fetching", "no", "hint", False, datetime(2024, 3, 6, tzinfo=UTC)))
    assert told(club.digest()) == [(ANA, {"one"}), (BEN, {"one"})]
    club.meets("two", ABOUT_ISSUE)
    assert told(club.digest()) == [(ANA, {"two"}), (BEN, {"two"})]


def test_what_is_not_published_is_not_told(club: Club, inbox: Inbox) -> None:
    """Until it is. A topic that it alone names is not even called by its name."""
    club.follow()
    club.follow("")
    club.meets("one", ABOUT_ISSUE, "Decision: sell the shed", published=False)
    assert club.digest() == []
    club.meets("one", ABOUT_ISSUE, "Decision: sell the shed")
    assert told(club.digest()) == [(ANA, {"one"})]


def test_a_private_archive_tells_only_where_that_is_wanted(club: Club) -> None:
    private = replace(club.settings, private=True)
    with pytest.raises(ConfigError) as refused:
        digest.check(private, private=False)
    assert "--private" in refused.value.hint
    digest.check(private, private=True)
    with pytest.raises(ConfigError) as refused:
        digest.check(replace(club.settings, site_url=None), private=False)
    assert "JUMPNOTES_SITE_URL" in refused.value.hint


@pytest.mark.parametrize("missing", ["smtp", "mail_from"])
def test_without_a_mail_server_that_is_said(club: Club, inbox: Inbox, missing: str) -> None:
    """Nothing is lost by it: once it is set, what was left is told."""
    club.follow()
    club.meets("one", ABOUT_ISSUE)
    whole, club.settings = club.settings, replace(club.settings, **{missing: None})  # type: ignore[arg-type]
    (delivery,) = club.digest()
    assert delivery.failure
    assert f"JUMPNOTES_{missing.upper()}" in delivery.failure.hint
    club.settings = whole
    assert told(club.digest()) == [(ANA, {"one"})]


def test_who_is_not_reached_harms_nobody_else_and_is_told_later(club: Club, inbox: Inbox) -> None:
    """What is new by then is in the same mail, under the name of the first: nobody has that."""
    club.follow()
    club.follow(address=BEN)
    club.meets("one", ABOUT_ISSUE)
    inbox.refused[ANA] = "450 greylisted"
    first = club.digest()
    assert told(first) == [(BEN, {"one"})]
    assert [each.failure is None for each in first] == [False, True]
    failure = club.archive.store.subscriptions.all()[0].failure
    assert failure is not None
    assert "450 greylisted" in failure.message
    club.meets("two", ABOUT_ISSUE)
    del inbox.refused[ANA]
    second = club.digest()

    assert told(second) == [(ANA, {"one", "two"}), (BEN, {"two"})]
    assert second[0].message.id == first[0].message.id
    assert club.archive.store.subscriptions.all()[0].failure is None
    assert len(set(inbox.ids())) == len(inbox.mails) == 3


def test_what_no_mail_can_say_harms_nobody_else(club: Club, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a message that was not taken."""
    club.follow()
    club.follow(address=BEN)
    club.meets("one", ABOUT_ISSUE)
    subject = mail_text.subject
    monkeypatch.setattr(mail_text, "subject", lambda made: "\ud800" if made.receiver.address == ANA else subject(made))
    deliveries = club.digest()
    assert told(deliveries) == [(BEN, {"one"})]
    assert [each.failure is None for each in deliveries] == [False, True]


def test_what_may_have_arrived_is_sent_again_as_it_was(club: Club, inbox: Inbox) -> None:
    """The connection is lost after the mail: the same comes again, by its name, and what is new apart."""
    club.follow()
    club.meets("one", ABOUT_ISSUE)
    inbox.hangs_up = True
    assert told(club.digest()) == []
    club.meets("two", ABOUT_ISSUE)
    inbox.hangs_up = False

    assert told(club.digest()) == [(ANA, {"one"}), (ANA, {"two"})]
    first, again, other = inbox.ids()
    assert first == again != other


def test_after_something_was_not_taken_the_rest_waits(club: Club, inbox: Inbox) -> None:
    """A server that is away is asked once, and not for every message."""
    club.follow()
    club.meets("one", ABOUT_ISSUE)
    inbox.hangs_up = True
    club.digest()
    club.meets("two", ABOUT_ISSUE)
    again = club.digest()
    assert [set(each.message.slugs) for each in again] == [{"one"}]
    assert len(set(inbox.ids())) == 1


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.store.subscriptions import SubscriptionTable
from pipeline.subscriptions import digest
SubscriptionTable.end = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(data_dir=Path(sys.argv[1]), smtp=sys.argv[2], mail_from="club@garden.example",
    site_url="https://meetings.garden.example", site_title="Garden club")
digest.send(Archive.open(settings), settings, print)
"""


def test_who_is_killed_after_sending_tells_it_twice_under_one_name(club: Club, inbox: Inbox) -> None:
    club.follow()
    club.meets("one", ABOUT_ISSUE)
    data, smtp = club.settings.data_dir, str(club.settings.smtp)
    done = subprocess.run([sys.executable, "-c", KILLED, data, smtp], check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == -signal.SIGKILL
    club.meets("two", ABOUT_ISSUE)

    assert told(club.digest()) == [(ANA, {"one"}), (ANA, {"two"})]
    assert club.digest() == []
    assert [count for _, count in Counter(inbox.ids()).most_common()] == [2, 1]


def test_two_digests_are_one_after_the_other(club: Club) -> None:
    club.follow()
    club.meets("one", ABOUT_ISSUE)
    with meeting_lock(club.archive.store, club.settings, ".digest"), pytest.raises(Busy, match="another digest"):
        club.digest()
    assert told(club.digest()) == [(ANA, {"one"})]


def test_nothing_is_sent_of_what_went_meanwhile(club: Club, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between being found and being sent: forgotten, hidden, or a passage taken out."""
    club.follow("leak")
    for slug in ("forgotten", "hidden", "redacted", "kept"):
        club.meets(slug, "The leak is back", "Ana's leak: 555 0100")
    store, begin = club.archive.store, type(club.archive.store.subscriptions).begin
    todo: list[Callable[[], object]] = [
        lambda: store.forget("forgotten"),
        lambda: club.meets("hidden", "The leak is back", published=False),
        lambda: store.redact("redacted", [RemovedPassage(110.0, 160.0, "a number")], "Ana"),
    ]

    def begun(*arguments: object) -> object:
        found = begin(*arguments)  # type: ignore[arg-type]
        if todo:
            todo.pop(0)()
        return found

    monkeypatch.setattr(type(store.subscriptions), "begin", begun)
    assert told(club.digest()) == [(ANA, {"redacted", "kept"})]
    assert todo == []
    (mail,) = inbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    redacted = body.get_content().partition("meetings/redacted")[2].partition("meetings/kept")[0]
    assert "transcript" not in redacted
    assert club.digest() == []


def test_much_is_told_in_several_mails(club: Club, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.subscriptions.messages.MAX_TOLD", 2)
    club.follow()
    for slug, day in zip(("a", "b", "c"), weeks(3), strict=True):
        club.meets(slug, ABOUT_ISSUE, day=day)
    assert told(club.digest()) == [(ANA, {"a", "b"})]
    assert told(club.digest()) == [(ANA, {"c"})]
    first = inbox.mails[0].get_body(("plain",))
    assert first is not None
    assert "1 meeting more will follow" in first.get_content()


def test_half_a_year_of_digests_tells_everything_and_nothing_twice(
    club: Club, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meetings, some of them late, some forgotten; servers that are away, full, or hang up after they took a mail."""
    chance, posted, wanted = random.Random(7), defaultdict[str, list[bytes]](list), set[str]()
    hook, sent = "https://hooks.example/in", MailServer.send

    def post(_url: str, _secret: str, identity: str, body: bytes) -> None:
        outcome = chance.random()
        if outcome < 0.8:
            posted[identity].append(body)
        if outcome > 0.7:
            raise WebhookRefused("https://hooks.example", "is away", is_uncertain=True)

    def send(*arguments: object) -> None:
        outcome = chance.random()
        if outcome < 0.2:
            raise MailRefused("away", hint="Wait.")
        sent(*arguments)  # type: ignore[arg-type]
        if outcome > 0.8:
            raise MailRefused("hung up", hint="Wait.", is_uncertain=True)

    monkeypatch.setattr("pipeline.webhooks.send", post)
    monkeypatch.setattr(MailServer, "send", send)
    club.follow()
    club.follow(address=hook)
    for week, day in enumerate(weeks(22)):  # every other week there is no meeting, and what was left is told
        if week % 2 == 0:
            club.meets(f"w{week}", ABOUT_ISSUE, day=day, ready=week % 5 != 0)
            wanted.add(f"w{week}")
        if week % 10 == 3:
            club.meets(f"w{week - 3}", ABOUT_ISSUE, day=day)
        if week % 12 == 6:
            club.archive.store.forget(f"w{week}")
            wanted.discard(f"w{week}")
        club.digest()
    chance.random = lambda: 0.5  # type: ignore[method-assign]
    club.digest()
    club.meets("w20", ABOUT_ISSUE)
    club.digest()
    club.meets("w2", ABOUT_ISSUE)  # run again, which is nothing new

    assert club.digest() == []
    mailed: dict[str, set[str]] = {}
    for mail in inbox.mails:
        body = mail.get_body(("plain",))
        assert body is not None
        found = slugs_in(body.get_content())
        assert mailed.setdefault(str(mail["Message-ID"]), found) >= found
    for messages in (list(mailed.values()), [slugs_in(bodies[-1].decode()) for bodies in posted.values()]):
        counts = Counter(slug for slugs in messages for slug in slugs)
        assert counts.keys() >= wanted
        assert set(counts.values()) == {1}


def slugs_in(text: str) -> set[str]:
    return set(re.findall(r"meetings/(w\d+)", text))


def test_decisions_are_told_with_their_words(club: Club, inbox: Inbox) -> None:
    """Other lines of the same notes are not."""
    club.follow("")
    club.meets("one", "Decision: sell the shed", "The hose leaks")
    assert told(club.digest()) == [(ANA, {"one"})]
    body = inbox.mails[0].get_body(("plain",))
    assert body is not None
    assert "1:00, Tools:" in body.get_content()
    assert "sell the shed" in body.get_content()
    assert "hose" not in body.get_content()


def test_several_machines_tell_one_after_the_other(
    postgresql_url: str, tmp_path: Path, inbox: Inbox, club: Club
) -> None:
    """In PostgreSQL, whose lock is for all of them; else all is as in a file."""
    settings = replace(club.settings, data_dir=tmp_path / "shared", database=postgresql_url)
    with closing(Archive.open(settings)) as archive, closing(Archive.open(settings)) as other:
        shared = Club(archive, settings)
        shared.follow()
        shared.meets("one", ABOUT_ISSUE)
        shared.follow("leak", BEN, from_start=True)
        with meeting_lock(other.store, settings, ".digest"), pytest.raises(Busy, match="another digest"):
            shared.digest()
        inbox.refused[BEN] = "450 greylisted"
        assert told(shared.digest()) == [(ANA, {"one"})]
        del inbox.refused[BEN]
        assert told(Club(other, settings).digest()) == [(BEN, {"one"})]
        assert shared.digest() == []
