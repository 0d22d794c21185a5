from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline import errors
from pipeline.fetch.facts import choose_captions, covers_recording, day_from, recording_from, why_not_ready
from pipeline.records import Chapter, Origin, Recording, Segment, Transcript
from tests.pipeline.fetch.host import REMOTE, WATCH


def track(lang: str, *, auto: bool = True, tlang: str | None = None) -> list[dict[str, str]]:
    kind = "&kind=asr" if auto else ""
    address = f"https://www.youtube.com/api/timedtext?v=gArDenCall0{kind}&lang={lang}"
    address += f"&tlang={tlang}" if tlang else ""
    return [
        {"ext": ext, "url": f"{address}&fmt={ext}", "name": lang} for ext in ("json3", "srv1", "ttml", "srt", "vtt")
    ]


AUTOMATIC = {
    "de": track("en", tlang="de"),
    "en": track("en"),
    "en-orig": track("en"),
    "fr": track("en", tlang="fr"),
}


EN_GB = {"en-GB": track("en-GB", auto=False)}
GERMAN = {"de": track("de", auto=False)}
CHAT = {"live_chat": [{"ext": "json", "url": "https://www.youtube.com/live_chat_replay"}]}


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param({"language": "en", "automatic_captions": AUTOMATIC}, ("en", "kind=asr"), id="heard"),
        pytest.param({"automatic_captions": AUTOMATIC}, ("en", "kind=asr"), id="heard, language unknown"),
        pytest.param(
            {"language": "en", "subtitles": EN_GB, "automatic_captions": AUTOMATIC},
            ("en-GB", "lang=en-GB"),
            id="written",
        ),
        pytest.param(
            {"language": "en", "subtitles": GERMAN, "automatic_captions": AUTOMATIC},
            ("en", "kind=asr"),
            id="written in translation",
        ),
        pytest.param({"subtitles": GERMAN | CHAT}, ("de", "lang=de"), id="only written"),
        pytest.param(
            {"language": "de", "automatic_captions": {"de": track("en", tlang="de"), "en": track("en")}},
            None,
            id="only translated",
        ),
        pytest.param({"language": "en", "subtitles": CHAT}, None, id="only chat"),
        pytest.param({"language": "yue", "automatic_captions": {"yue": track("yue")}}, ("yue", "lang=yue"), id="plain"),
        pytest.param({}, None, id="none"),
    ],
)
def test_which_captions(info: dict[str, object], expected: tuple[str, str] | None) -> None:
    """Written in the spoken language before heard, never a translation, never the chat, always with word times."""
    chosen = choose_captions(info)
    if expected is None:
        assert chosen is None
    else:
        assert chosen is not None
        assert chosen[0] == expected[0]
        assert expected[1] in chosen[1]
        assert "fmt=json3" in chosen[1]
        assert "tlang" not in chosen[1]


def test_facts_of_a_video() -> None:
    """Title, length, language and chapters come with the video; what is malformed is left out."""
    info = {
        "id": "gArDenCall0",
        "title": "Office hours",
        "duration": 3601,
        "live_status": "was_live",
        "language": "en",
        "chapters": [
            {"start_time": 0, "end_time": 60.5, "title": "Intro"},
            {"start_time": 60.5, "title": "Rest"},
            {"start_time": 70, "end_time": 60, "title": "Odd"},
        ],
    }
    found = recording_from(info, REMOTE, media="a.webm")
    assert found.source == WATCH
    assert (found.title, found.duration, found.language) == ("Office hours", 3601.0, "en")
    assert found.chapters == (Chapter(0.0, 60.5, "Intro"), Chapter(60.5, 3601.0, "Rest"))
    assert recording_from({"title": None, "chapters": None}, REMOTE).title == "gArDenCall0"


def test_what_is_not_ready() -> None:
    """An upcoming broadcast says when it starts; one that is running, or just over, is another error."""
    coming = why_not_ready({"live_status": "is_upcoming", "release_timestamp": 1893456000}, REMOTE)
    assert isinstance(coming, errors.Upcoming)
    assert coming.at == datetime(2030, 1, 1, tzinfo=UTC)
    assert "2030-01-01 00:00 UTC" in str(coming)
    assert isinstance(why_not_ready({"live_status": "is_live"}, REMOTE), errors.Live)
    assert isinstance(why_not_ready({"live_status": "post_live"}, REMOTE), errors.Processing)
    assert why_not_ready({"live_status": "was_live"}, REMOTE) is None
    assert why_not_ready({}, REMOTE) is None


@pytest.mark.parametrize(("last", "complete"), [(3.0, False), (2000.0, False), (3300.0, True), (3650.0, True)])
def test_captions_have_to_reach_the_end(last: float, complete: bool) -> None:
    """Captions that stop long before the recording would leave the rest of the notes without a place."""
    transcript = Transcript("en", Origin.CAPTIONS, None, (Segment(0.0, last, "x"),), last)
    known = Recording(WATCH, "Office hours", 3600.0)
    assert covers_recording(transcript, known) is complete
    assert covers_recording(transcript, replace(known, duration=None))


@pytest.mark.parametrize(
    ("info", "day"),
    [
        ({"release_timestamp": 1_709_665_200, "upload_date": "20240309"}, date(2024, 3, 5)),
        ({"timestamp": 1_709_665_200, "upload_date": "20240309"}, date(2024, 3, 5)),
        ({"release_date": "20240305", "upload_date": "20240309"}, date(2024, 3, 5)),
        ({"release_timestamp": float("nan"), "upload_date": "20240309"}, date(2024, 3, 9)),
        ({"release_timestamp": 10**30, "upload_date": 20240309}, None),
        ({"upload_date": "20241399"}, None),
        ({}, None),
    ],
)
def test_the_day_is_that_of_the_broadcast_or_else_of_the_upload(info: dict[str, object], day: date | None) -> None:
    """What the host says of it that makes no sense is not known."""
    assert day_from(info) == day
