"""A webhook is told everything that a chat needs, signed, under a name that stays."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import WebhookRefused
from pipeline.records import TellingState
from tests.pipeline.jobs.test_notifying import Receiver, receiver, resolve  # noqa: F401 - a fixture
from tests.pipeline.subscriptions.club import ABOUT_ISSUE, SITE, Club, told


@pytest.fixture
def hooked(club: Club, receiver: Receiver) -> Club:  # noqa: F811
    club.follow(address=f"http://hooks.example:{receiver.port}/in/s3cret")
    club.meets("one", ABOUT_ISSUE)
    return club


def test_everything_is_there(hooked: Club, receiver: Receiver) -> None:  # noqa: F811
    hooked.digest()
    ((headers, body),) = receiver.got
    event = json.loads(body)
    (meeting,) = event["data"]["meetings"]
    (moment,) = meeting["moments"]

    assert headers["webhook-id"].startswith("msg_digest-")
    assert headers["webhook-signature"].startswith("v1,")
    assert event["type"] == "topic.discussed"
    assert event["data"]["subscription"] == {
        "id": 1,
        "kind": "topic",
        "about": "issue/club/tools/4711",
        "name": "tools#4711",
    }
    assert (meeting["slug"], meeting["date"]) == ("one", "2024-03-05")
    assert meeting["url"] == f"{SITE}/meetings/one"
    assert (moment["start"], moment["time"], moment["section"]) == (60.0, "1:00", "Tools")
    assert moment["text"] == ABOUT_ISSUE
    assert moment["url"].startswith(f"{SITE}/meetings/one?t=60#")


def test_who_does_not_take_it_gets_it_again(hooked: Club, receiver: Receiver) -> None:  # noqa: F811
    """By the same name, with what is new by then; its secret is not told."""
    receiver.status = 503
    (failed,) = hooked.digest()
    receiver.status = 204
    assert failed.failure is not None
    assert "503" in failed.failure.message
    assert "s3cret" not in f"{failed.failure}"
    hooked.meets("two", ABOUT_ISSUE)
    assert [slugs for _, slugs in told(hooked.digest())] == [{"one", "two"}]

    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_nothing_inside_is_asked(hooked: Club, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    resolve(monkeypatch, "169.254.169.254")
    (delivery,) = hooked.digest()
    assert delivery.failure is not None
    assert "inside this network" in delivery.failure.message
    assert receiver.got == []


def test_a_connection_that_is_lost_may_have_told(hooked: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the same again, until it is sure; one that never was is sure."""
    for is_uncertain, state in (
        (False, TellingState.WAITING),
        (True, TellingState.SENDING),
        (False, TellingState.SENDING),
    ):
        error = WebhookRefused("http://hooks.example", "is away", is_uncertain=is_uncertain)
        monkeypatch.setattr("pipeline.webhooks._post", lambda *_, error=error: (_ for _ in ()).throw(error))
        hooked.digest()
        (telling,) = hooked.archive.store.subscriptions.tellings([1])
        assert telling.state is state
