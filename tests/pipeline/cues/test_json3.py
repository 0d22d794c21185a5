from __future__ import annotations

import json
from itertools import pairwise

import pytest

from pipeline import cues
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word


def parse_events(*events: dict[str, object]) -> Transcript:
    return cues.parse(json.dumps({"wireMagic": "pb3", "events": events}), source="captions")


def segs(*pieces: tuple[str, int]) -> list[dict[str, object]]:
    return [{"utf8": text} | ({"tOffsetMs": offset} if offset else {}) for text, offset in pieces]


def test_json3_automatic_captions() -> None:
    """Words have their own times, end before the next begins, and fillers, sounds and marks are gone."""
    found = parse_events(
        {"tStartMs": 0, "dDurationMs": 600000, "id": 1, "wpWinPosId": 1},
        {"tStartMs": 160, "dDurationMs": 4000, "wWinId": 1, "segs": segs(("hello", 0), (" everyone", 320))},
        {"tStartMs": 2389, "dDurationMs": 1771, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {
            "tStartMs": 2400,
            "dDurationMs": 3000,
            "wWinId": 1,
            "segs": segs(("[Music]", 0), ("so\u00a0", 100), (" today", 400)),
        },
        {"tStartMs": 60000, "dDurationMs": 900, "segs": segs((">> yes", 0), (" &gt;&gt; no", 500))},
    )
    assert found.origin is Origin.CAPTIONS
    assert found.language == "und"
    assert [segment.text for segment in found.segments] == ["hello everyone so today", "yes", "no"]
    assert found.segments[0].words == (
        Word(0.16, 0.48, "hello"),
        Word(0.48, 2.5, "everyone"),
        Word(2.5, 2.8, "so"),
        Word(2.8, 5.4, "today"),
    )
    assert found.segments[2].words == (Word(60.5, 60.9, "no"),)
    assert found.duration == 60.9


def test_json3_typed_captions() -> None:
    """Captions a person typed keep their lines and have no word times to claim."""
    found = parse_events(
        {"tStartMs": 1000, "dDurationMs": 2000, "segs": [{"utf8": "Good morning\nall"}]},
        {"tStartMs": 3500, "dDurationMs": 1000, "segs": [{"utf8": "Let us start."}]},
    )
    assert found.segments == (Segment(1.0, 3.0, "Good morning all"), Segment(3.5, 4.5, "Let us start."))


def test_json3_long_speech_is_cut() -> None:
    """A monologue without pauses still becomes segments a reader can click."""
    events = [{"tStartMs": n * 2000, "dDurationMs": 4000, "segs": segs(("a", 0), ("b", 900))} for n in range(60)]
    assert all(segment.end - segment.start <= 12.0 for segment in parse_events(*events).segments)


@pytest.mark.parametrize(
    "events", [3, [3], [{"segs": 3}], [{"segs": ["x"]}], [{"tStartMs": "x", "segs": segs(("a", 0))}]]
)
def test_json3_of_another_shape(events: object) -> None:
    """JSON that merely has `events` is refused, not half read."""
    with pytest.raises(TranscriptError, match=r"json3|events\[0\]"):
        cues.parse(json.dumps({"events": events}), source="x")


def test_json3_times_in_any_order() -> None:
    """Parts of an event may be out of order, and an event may end after the next: no segment ends before it starts."""
    found = parse_events(
        {"tStartMs": 0, "dDurationMs": 9000, "segs": segs(("late", 8000), ("early", 100), (">> me", 8500))},
        {"tStartMs": 500, "dDurationMs": 400, "segs": segs(("short", 0), ("one", 200))},
    )
    assert [segment.text for segment in found.segments] == ["early late", "me short one"]
    for segment in found.segments:
        assert segment.start <= segment.end
        assert all(segment.start <= word.start <= word.end <= segment.end for word in segment.words)


@pytest.mark.parametrize(
    ("pieces", "text", "words"),
    [
        (
            ["下花园的", "水泵", "坏了", "，", "密封圈"],
            "下花园的水泵坏了，密封圈",
            ["下花园的", "水泵", "坏了，", "密封圈"],
        ),
        (["ポンプ", "が", "壊れ", "まし", "た"], "ポンプが壊れました", ["ポンプ", "が", "壊れ", "まし", "た"]),
        (["ปั๊ม", "น้ำ", "เสีย"], "ปั๊มน้ำเสีย", ["ปั๊ม", "น้ำ", "เสีย"]),
        (["we", " don", "'t", " know"], "we don't know", ["we", "don't", "know"]),
        (["don", "'t"], "don't", ["don't"]),
        (["co", "-", "op", " shop", "."], "co-op shop.", ["co-op", "shop."]),
        (["so", "\n", "we ", "go"], "so we go", ["so", "we", "go"]),
        (["so", "[Music]", "we"], "so we", ["so", "we"]),
        (["so", "we", "go"], "so we go", ["so", "we", "go"]),
    ],
)
def test_json3_pieces_are_joined_as_they_are(pieces: list[str], text: str, words: list[str]) -> None:
    """With their own spaces; a word in several pieces is one, from the first to the end of the last."""
    event = {"tStartMs": 1000, "dDurationMs": 9000, "segs": segs(*((p, 1000 * i) for i, p in enumerate(pieces)))}
    (segment,) = parse_events(event).segments

    assert segment.text == text
    assert [word.text for word in segment.words] == words
    assert segment.words[-1].end == segment.end == 10.0
    assert all(word.end == after.start for word, after in pairwise(segment.words) if "[Music]" not in pieces)


def test_json3_lines_of_a_script_without_spaces() -> None:
    """Lines follow each other as the words do."""
    events = [
        {"tStartMs": 1000 * i, "dDurationMs": 1000, "segs": segs((a, 0), (b, 500))} for i, (a, b) in enumerate(PARTS)
    ]

    assert [segment.text for segment in parse_events(*events).segments] == ["水泵坏了密封圈磨损"]


PARTS = (("水泵", "坏了"), ("密封圈", "磨损"))


@pytest.mark.parametrize(
    "events", [[], [{}], [{"segs": []}], [{"segs": [{"utf8": "\n"}]}], [{"segs": [{"utf8": "[Music]"}]}]]
)
def test_json3_without_text(events: list[object]) -> None:
    """What YouTube sends for a video in which nobody speaks."""
    with pytest.raises(TranscriptError, match="x: has no captions with text"):
        cues.parse(json.dumps({"events": events}), source="x")


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "\\ud83d\\ud83d"])
def test_json3_half_an_emoji(half: str) -> None:
    """It is shown as what cannot be shown, and whole ones as they are."""
    text = f'{{"events": [{{"tStartMs": 0, "segs": [{{"utf8": "well \\ud83d\\ude00 then {half}"}}]}}]}}'
    (segment,) = cues.parse(text, source="x").segments

    assert segment.text == "well \U0001f600 then " + "\ufffd" * half.count("\\u")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_json3_times_that_are_no_numbers(value: str) -> None:
    with pytest.raises(TranscriptError, match=f"x: has {value}, which is not a number in JSON"):
        cues.parse(f'{{"events": [{{"tStartMs": {value}, "segs": [{{"utf8": "a"}}]}}]}}', source="x")


def test_json3_songs_are_no_speech() -> None:
    """Whoever wrote them: they are kept, and neither shown nor matched."""
    found = parse_events(
        {"tStartMs": 0, "dDurationMs": 1000, "segs": [{"utf8": "♪ row, row your boat ♪"}]},
        {"tStartMs": 2000, "dDurationMs": 1000, "segs": [{"utf8": "(laughs) good morning all"}]},
    )

    assert [(segment.text, segment.suspect) for segment in found.segments] == [
        ("♪ row, row your boat ♪", True),
        ("good morning all", False),
    ]
