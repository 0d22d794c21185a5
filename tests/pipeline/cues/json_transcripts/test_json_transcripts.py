from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import cues
from pipeline.cues import json_transcripts
from pipeline.cues.json_transcripts.head import HEAD_CHARS
from pipeline.errors import TranscriptError

CUE = {"start": 2.0, "end": 3.5, "text": "The pump is broken."}

OTHER_JSON: dict[str, object] = {
    "package": {"name": "x", "version": "1.0.0", "scripts": {"start": "node index.js", "test": "jest"}},
    "error of a service": {"error": {"message": "Invalid key", "type": "invalid_request_error", "code": 401}},
    "map": {"type": "FeatureCollection", "features": [{"geometry": {"coordinates": [1.0, 2.0]}, "text": "a b c"}]},
    "notebook": {"cells": [{"source": ["x = 1"], "outputs": [{"text": ["1"]}]}], "nbformat": 4},
    "names in a text": [{"entity": "I-ORG", "score": 0.99, "index": 1, "word": "Example", "start": 0, "end": 9}],
    "places in a text": [{"text": "Apples", "start": 0, "end": 6}, {"text": "grow", "start": 7, "end": 11}],
    "labels in a text": {"text": "Apples grow", "ents": [{"text": "Apples are", "start": 0, "end": 9, "label": "F"}]},
    "syntax tree": {"tokens": [{"value": "let it be so", "start": 0, "end": 3}, {"value": "x", "start": 4, "end": 5}]},
    "syntax tree of text": [{"value": "hello to you all", "position": {"start": {"line": 1, "offset": 0}}}],
    "chat": [{"type": "message", "text": "hello to you all", "ts": "1512085950.000216"}],
    "chat with dates": [{"content": "hello to you all", "timestamp": "2024-01-01T10:00:00"}],
    "comments on a video": {"comments": [{"text": "so nice to see", "timestamp": 1700000000, "author": "x"}]},
    "log": [{"time": 1700000000, "level": "info", "text": "something was said"}],
    "calendar": [{"text": "a call about the pump", "start": "2024-01-01", "end": "2024-01-02"}],
    "facts of a video": {"chapters": [{"start_time": 0, "title": "Intro", "end_time": 10}], "description": "a b c"},
    "links of ours": {"blocks": [{"text": "The pump is broken", "start": 1.0, "end": 3.0, "basis": "words"}]},
    "hits of ours": {"hits": [{"slug": "call", "start": 1.0, "text": "The pump is broken", "block": None}]},
    "corrections of ours": [{"text": "The pump is broken", "verdict": "time", "start": 3.0}],
    "gold times of ours": {"items": [{"line": 12, "start": "12:34"}]},
    "numbers": [[1, 2, 3], [4, 5, 6]],
    "nothing": {},
}


@pytest.mark.parametrize("name", OTHER_JSON)
def test_other_json_is_no_transcript(name: str, tmp_path: Path) -> None:
    """JSON of another kind is not taken for a transcript, neither when it is given nor when it is looked for."""
    file = tmp_path / "call.json"
    file.write_text(json.dumps(OTHER_JSON[name]), encoding="utf-8")

    assert not cues.is_transcript(file)
    with pytest.raises(TranscriptError, match=r"error message|known transcript format"):
        cues.read(file)


@pytest.mark.parametrize("key", ["text", "transcript"])
def test_a_transcript_is_known_by_its_beginning(key: str, tmp_path: Path) -> None:
    """A beginning that is all prose, or all metadata, is no reason to refuse what comes after it."""
    prose = {key: "Many said much about the pump. " * 4000, "segments": [CUE]}
    file = tmp_path / "call.json"
    file.write_text(json.dumps(prose), encoding="utf-8")
    assert cues.is_transcript(file)
    assert len(cues.read(file).segments) == 1

    metadata = {"parameters": [str(number) for number in range(HEAD_CHARS // 4)], "segments": [CUE]}
    assert len(cues.parse(json.dumps(metadata), source="x").segments) == 1


def test_the_beginning_is_prose_only_where_people_speak() -> None:
    """A long text without spaces is a picture."""
    assert not json_transcripts.matches(json.dumps({"text": "iVBORw0KGgo" * 8000})[:HEAD_CHARS])


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ([{**CUE, "start": -7}], r"segments\[0\] begins at -7, not within a week"),
        ([{**CUE, "start": 1e9}], r"segments\[0\] begins at 1e\+09"),
        ([{**CUE, "start": float("nan")}, {**CUE, "start": float("inf")}], r"segments\[0\] begins at nan"),
        ([{**CUE, "start": 10**400}], r"segments\[0\] begins at inf"),
    ],
)
def test_a_file_without_a_usable_time_is_refused(items: list[dict[str, object]], problem: str) -> None:
    """The error names the place and the value."""
    with pytest.raises(TranscriptError, match=problem):
        cues.parse(json.dumps({"segments": items}), source="x")


def test_what_has_no_usable_time_is_left_out() -> None:
    """The rest is read, and people are told; NaN where nobody looks does not matter."""
    items = [
        {**CUE, "start": float("nan")},
        {**CUE, "avg_logprob": float("nan")},
        *({**CUE, "start": value} for value in (-5, 1e9, None, "soon")),
        {"start": 5.0, "end": float("inf"), "text": "Who mends it, then?"},
    ]

    found = cues.parse(json.dumps({"segments": items}), source="x")

    assert [(segment.start, segment.end) for segment in found.segments] == [(2.0, 3.5), (5.0, 7.0)]
    assert found.warnings == (
        "segments[0] begins at nan, not within a week, so it was left out",
        "segments[2] begins at -5, not within a week, so it was left out",
        "segments[3] begins at 1e+09, not within a week, so it was left out",
        "2 more like that were left out",
    )


def test_rounding_below_zero_is_the_beginning() -> None:
    assert cues.parse(json.dumps([{**CUE, "start": -0.02}]), source="x").segments[0].start == 0.0


def test_half_an_emoji_is_replaced() -> None:
    """What cannot be stored is told apart from what was said, which stays."""
    text = json.dumps([{**CUE, "text": "The pump \ud83d is broken.", "speaker": "A\ud83d"}])

    (segment,) = cues.parse(text, source="x").segments

    assert (segment.text, segment.speaker) == ("The pump � is broken.", "A�")


def test_json_lines_and_documents_in_a_row() -> None:
    """Vosk's tools print one object after another, on one line each or on many."""
    lines = [{"result": [{"word": word, "start": at, "end": at + 0.5}]} for at, word in enumerate(("well", "yes"))]

    for indent in (None, 1):
        text = "\n".join(json.dumps(line, indent=indent) for line in lines)
        assert [segment.text for segment in cues.parse(text, source="x").segments] == ["well", "yes"]


def test_broken_json_is_named_with_its_line() -> None:
    with pytest.raises(TranscriptError, match="broken JSON") as caught:
        cues.parse(json.dumps([CUE, CUE], indent=1)[:-5], source="x")
    assert caught.value.line == 10


HOSTILE: dict[str, Callable[[], str]] = {
    "nested lists": lambda: "[" * 2_500_000 + "]" * 2_500_000,
    "nested objects": lambda: '{"segments":' * 300_000,
    "nested alternatives": lambda: '{"start":1,"text":"a b c","alternatives":[' * 400 + "{}" + "]}" * 400,
    "nested texts": lambda: '{"text":"a b c","start":1,"end":9,"x":' * 400 + "1" + "}" * 400,
    "many names": lambda: json.dumps({f"name{number}": number for number in range(100_000)}),
    "one long name": lambda: json.dumps({"a" * 5_000_000: 1}),
    "a string that does not end": lambda: '{"text": "' + '\\"' * 2_500_000,
    "commas": lambda: "[" + "," * 5_000_000,
    "long numbers": lambda: "[" + ",".join('{"start":' + "9" * 4000 + ',"text":"a b c"}' for _ in range(300)) + "]",
    "spaces": lambda: " " * 5_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_or_read(name: str) -> None:
    """Five megabytes of anything are dealt with at once, and end in a transcript or in a TranscriptError."""
    text = HOSTILE[name]()
    json_transcripts.matches(text[:HEAD_CHARS])
    try:
        cues.parse(text, source="x")
    except TranscriptError:
        return


FIELDS = """
    text start end words word speaker alternatives type timestamp speakers offsets duration case value ts offset from
    resultEndTime
"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**10) | st.floats() | st.sampled_from(["a b c", "00:01", "1.2s", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(FIELDS.split()),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_json_is_read_or_refused(value: object) -> None:
    """Whatever the fields hold, the answer is a transcript in order or a TranscriptError."""
    try:
        found = json_transcripts.parse(json.dumps(value), source="x")
    except TranscriptError:
        return
    assert found.segments
    assert all(0 <= segment.start < segment.end for segment in found.segments)
    assert all(word.start <= word.end for segment in found.segments for word in segment.words)


@pytest.mark.parametrize("unit", [1, 1000])
def test_a_long_pause_does_not_change_the_unit(unit: int) -> None:
    """Starts alone, most of them close together, one an hour later."""
    starts = (0, 4, 11, 60, 3725)
    told = [{"start": start * unit, "text": f"We talk about point {start} now."} for start in starts]

    assert [each.start for each in cues.parse(json.dumps(told), source="x").segments] == list(starts)


def test_few_words_in_long_parts_are_milliseconds_and_not_microseconds() -> None:
    told = [{"start": at * 65_000, "end": at * 65_000 + 60_000, "text": f"Topic {at}, please."} for at in range(5)]

    assert [each.start for each in cues.parse(json.dumps(told), source="x").segments] == [0, 65, 130, 195, 260]


def test_who_speaks_need_not_be_sure() -> None:
    """IBM says `final: false` of all speakers but the last; and a word may look like a time."""
    words = [["we", 1.0, 1.2], ["meet", 1.2, 1.5], ["10:30", 1.5, 2.0]]
    document = {
        "results": [{"final": True, "alternatives": [{"transcript": "we meet 10:30 ", "timestamps": words}]}],
        "speaker_labels": [
            {"from": start, "to": end, "speaker": 1, "confidence": 0.5, "final": False} for _, start, end in words
        ],
    }

    found = cues.parse(json.dumps(document), source="x").segments

    assert [(each.speaker, each.text) for each in found] == [("1", "we meet 10:30")]


@pytest.mark.parametrize(
    "cue",
    [
        {"Content": "We begin now, all of us.", "BeginOffsetMillis": 2000, "EndOffsetMillis": 4000},
        {"DisplayText": "We begin now, all of us.", "Offset": 20_000_000, "Duration": 20_000_000},
        {"segment": "We begin now, all of us.", "start": 2.0, "end": 4.0},
        {"time": 2, "speaker": "Ada", "text": "We begin now, all of us."},
    ],
)
def test_names_of_fields(cue: dict[str, object]) -> None:
    found = cues.parse(json.dumps([cue]), source="x").segments

    assert [(each.start, each.text) for each in found] == [(2.0, "We begin now, all of us.")]


def test_a_programme_of_talks_is_no_transcript() -> None:
    talks = [
        {"speaker": "Ada", "time": "09:30", "text": "The church"},
        {"speaker": "Ben", "time": "10:15", "text": "Us"},
    ]

    assert not json_transcripts.matches(json.dumps(talks))


def test_the_language_that_was_heard_and_not_that_it_was_to_be_found() -> None:
    document = {"params": {"language": "auto"}, "result": {"language": "de"}, "segments": [CUE]}

    assert cues.parse(json.dumps(document), source="x").language == "de"
