"""Hosts are treated with manners."""

from __future__ import annotations

import pytest

from pipeline.errors import CaptionsRateLimited, FetchError, NoNetwork, RateLimited, ServerFailing, TimedOut, Truncated
from pipeline.run.politeness import PAUSE_SECONDS, PoliteFetcher

VIDEO, OTHER, TAPE = "https://youtu.be/gArDenCall0", "https://youtu.be/gArDenCall1", "https://example.org/call.m4a"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were slept instead of sleeping."""
    slept: list[float] = []
    monkeypatch.setattr("pipeline.run.politeness.time.sleep", slept.append)
    return slept


def downloading(fetcher: PoliteFetcher, address: str) -> None:
    fetcher.fetch(address, lambda: fetcher.note_progress(1.0, 2.0))


def refuse(address: str, error: type[FetchError] = RateLimited, problem: str = "too many requests") -> None:
    raise error(address, problem)


def test_there_is_a_pause_between_two_downloads_from_youtube(pauses: list[float]) -> None:
    """None before the first, and none for a host that the user chose."""
    seen: list[float] = []
    fetcher = PoliteFetcher(lambda done, total: seen.append(done))
    for address in (VIDEO, TAPE, OTHER, VIDEO):
        downloading(fetcher, address)

    assert len(pauses) == 2
    assert all(PAUSE_SECONDS[0] <= pause <= PAUSE_SECONDS[1] for pause in pauses)
    assert seen == [1.0, 1.0, 1.0, 1.0]


def test_what_came_from_the_disk_needs_no_pause(pauses: list[float]) -> None:
    """Nothing was asked of anybody."""
    fetcher = PoliteFetcher(lambda done, total: None)
    for address in (VIDEO, OTHER):
        fetcher.fetch(address, lambda: None)

    assert pauses == []


def test_once_youtube_asks_to_slow_down_it_is_asked_no_more(pauses: list[float]) -> None:
    """Other hosts are; captions alone that are refused say nothing about the sound."""
    fetcher = PoliteFetcher(lambda done, total: None)
    with pytest.raises(CaptionsRateLimited):
        fetcher.fetch(VIDEO, lambda: refuse(VIDEO, CaptionsRateLimited))
    downloading(fetcher, VIDEO)
    with pytest.raises(RateLimited, match="too many requests"):
        fetcher.fetch(VIDEO, lambda: refuse(VIDEO))
    with pytest.raises(RateLimited, match="skipped"):
        fetcher.fetch(OTHER, lambda: pytest.fail("YouTube was asked"))

    downloading(fetcher, TAPE)


def test_a_host_that_is_not_there_is_asked_once(pauses: list[float]) -> None:
    """The others of the run have the same reason, under their own address; other hosts are asked."""
    fetcher = PoliteFetcher(lambda done, total: None)
    with pytest.raises(NoNetwork, match=f"^{VIDEO}: cannot find it$"):
        fetcher.fetch(VIDEO, lambda: refuse(VIDEO, NoNetwork, "cannot find it"))
    with pytest.raises(NoNetwork, match=f"^{OTHER}: cannot find it$"):
        fetcher.fetch(OTHER, lambda: pytest.fail("YouTube was asked"))

    downloading(fetcher, TAPE)
    with pytest.raises(NoNetwork):
        fetcher.fetch(TAPE, lambda: refuse(TAPE, NoNetwork))
    with pytest.raises(NoNetwork):
        fetcher.fetch("https://example.org/other.m4a", lambda: pytest.fail("the host was asked"))
    downloading(fetcher, "https://tapes.example.org/call.m4a")


@pytest.mark.parametrize("error", [TimedOut, Truncated, ServerFailing])
def test_what_may_be_about_one_recording_stops_no_other(error: type[NoNetwork], pauses: list[float]) -> None:
    """A host that is slow or fails for one of them, and a connection that was lost while bytes came."""
    fetcher = PoliteFetcher(lambda done, total: None)
    with pytest.raises(error):
        fetcher.fetch(VIDEO, lambda: refuse(VIDEO, error))
    downloading(fetcher, OTHER)

    def lose() -> None:
        fetcher.note_progress(1.0, 2.0)
        raise NoNetwork(VIDEO, "the connection was lost")

    with pytest.raises(NoNetwork):
        fetcher.fetch(VIDEO, lose)
    downloading(fetcher, OTHER)
