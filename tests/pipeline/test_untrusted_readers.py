"""Whatever a reader is given, it gives back finite times and valid text, or refuses with the place and the value."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import cues, evaluate, notes, untrusted
from pipeline.corrections import toml_file
from pipeline.corrections.validate import validated_start
from pipeline.cues import caption_blocks
from pipeline.errors import JumpnotesError
from pipeline.fetch.facts import choose_captions, recording_from, why_not_ready
from pipeline.links import time_in_url
from pipeline.records import Verdict
from pipeline.transcribe.checkpoint import resume
from tests.pipeline.fetch.host import REMOTE

NO_TIMES = ("NaN", "Infinity", "-Infinity", "-1", "1e300", "1e999", "9" * 400, "9" * 5000, '"x"', "true", "[1]", "{}")
"""What JSON may have where a time should be."""

JSON3 = '{"events": [{"tStartMs": 0, "dDurationMs": 9, "segs": [{"utf8": "a", "tOffsetMs": 1}]}]}'
NATIVE = (
    '{"format": "jumpnotes transcript", "version": 1, "language": "en", "origin": "asr", "model": "m", "duration": 5,'
    ' "segments": [{"start": 3, "end": 4, "text": "a", "speaker": "s",'
    ' "words": [{"start": 13, "end": 14, "text": "w", "probability": 0.5}]}]}'
)
GOLD = '{"items": [{"line": 3, "start": 7, "spans": [[8, 9]]}]}'
TOML = 'notes = "a.md"\n[[correction]]\nline = "x"\nnth = 2\nverdict = "time"\nstart = "1:00"\nauthor = "A"\nat = 2024-01-01T00:00:00Z\n'  # noqa: E501


def read_cues(text: str, _folder: Path) -> object:
    return cues.parse(text, source="call.json")


def read_gold(text: str, folder: Path) -> object:
    (folder / "gold.json").write_text(text)
    return evaluate.read_gold(folder / "gold.json")


def read_toml(text: str, folder: Path) -> object:
    (folder / "a.toml").write_text(text)
    return toml_file.read(folder / "a.toml")


@pytest.mark.parametrize("value", NO_TIMES, ids=lambda value: value[:12])
@pytest.mark.parametrize(
    ("read", "document", "field"),
    [
        (read_cues, JSON3, '"tStartMs": 0'),
        (read_cues, JSON3, '"dDurationMs": 9'),
        (read_cues, JSON3, '"tOffsetMs": 1'),
        (read_cues, NATIVE, '"duration": 5'),
        (read_cues, NATIVE, '"start": 3'),
        (read_cues, NATIVE, '"end": 4'),
        (read_cues, NATIVE, '"start": 13'),
        (read_cues, NATIVE, '"end": 14'),
        (read_cues, NATIVE, '"probability": 0.5'),
        (read_gold, GOLD, '"start": 7'),
        (read_gold, GOLD, '"line": 3'),
    ],
)
def test_a_number_that_is_none_is_refused(
    tmp_path: Path, read: Callable[[str, Path], object], document: str, field: str, value: str
) -> None:
    """Infinite, negative, huge, of another kind: one short sentence that can be printed anywhere."""
    read(document, tmp_path)
    name = field.partition(":")[0]
    if (name, value) == ('"line"', "9" * 400):
        return  # no line of any notes, which is all there is to say
    with pytest.raises(JumpnotesError) as caught:
        read(document.replace(field, f"{name}: {value}"), tmp_path)
    assert len(str(caught.value).encode("ascii")) < 300 + len(str(tmp_path))
    assert caught.value.hint


@pytest.mark.parametrize("name", ['"a"', '"en"', '"asr"', '"m"', '"s"', '"w"'])
def test_text_in_json_is_valid_unicode(tmp_path: Path, name: str) -> None:
    """Half of a surrogate pair, which JSON can spell, is refused in our own; so is anything that is no text."""
    with pytest.raises(JumpnotesError, match=r"ud800|none of"):
        read_cues(NATIVE.replace(name, '"x \\ud800 y"'), tmp_path)
    with pytest.raises(JumpnotesError):
        read_cues(NATIVE.replace(name, "7"), tmp_path)


@pytest.mark.parametrize("at", ["99999999:00:00", "9999:00:00", "168:00:01", "9" * 400 + ":00", "0:00:99"])
def test_times_in_text_end_with_the_week(tmp_path: Path, at: str) -> None:
    """Captions and corrections refuse them with the line, links and notes do not take them for times."""
    for text in (f"WEBVTT\n\n{at} --> {at}\na\n", f"1\n{at},000 --> 0:09\na\n", f"WEBVTT\n\n0:01 --> {at}\na\n"):
        with pytest.raises(JumpnotesError, match=r"call\.json:(2|3): .*timing"):
            read_cues(text, tmp_path)
    with pytest.raises(JumpnotesError, match=r"a\.toml:6: start is"):
        read_toml(TOML.replace("1:00", at), tmp_path)
    assert time_in_url(f"https://youtu.be/dQw4w9WgXcQ?t={at}") is None
    read = notes.parse(f"# T\n\n[Video](https://youtu.be/dQw4w9WgXcQ?t={at})\n\n- [{at}](#t={at}) a\n", name="a.md")
    assert not any(block.hint for block in read.blocks)


def test_words_keep_no_time_beyond_the_week(tmp_path: Path) -> None:
    """A time within a cue that is none leaves the cue without times for its words."""
    found = cues.parse("WEBVTT\n\n0:01 --> 0:09\na <9999:00:00.000>b\n", source="x")
    assert found.segments[0].words == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("2024-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", 8),
        ("2024-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", 8),
        ("nth = 2", f"nth = {10**30}", 4),
        ("nth = 2", "nth = true", 4),
        ("nth = 2", f"nth = {'9' * 5000}", None),
        ('line = "x"', "line = " + "[" * 5000, None),
        ('line = "x"', "line = " + "{a=" * 5000, None),
        ('line = "x"', "line = " + "[" * 300 + "1", None),
        ('line = "x"', ".".join(["a"] * 8000) + " = 1", 3),
        ('line = "x"', "x = {" + " . ".join(["'a b'", '"c"'] * 4000) + " = 1}", 3),
        ("[[correction]]", f"[{'.'.join(['a'] * 8000)}]", 2),
    ],
)
def test_toml_is_read_or_refused(tmp_path: Path, old: str, new: str, line: int | None) -> None:
    """Dates that cannot be converted, numbers no database holds, and nesting that would exhaust the memory."""
    with pytest.raises(JumpnotesError, match=rf"a\.toml:{line}: " if line else r"a\.toml"):
        read_toml(TOML.replace(old, new), tmp_path)


def test_ordinary_toml_has_no_long_names(tmp_path: Path) -> None:
    """Dots in a line of the notes are no name of many parts."""
    line = "v1.2.3 and so on... " * 20 + "https://a.b.c.d/e.f.g" + "." * 100
    assert tomllib.loads(TOML)
    ((correction,),) = [toml_file.read(_written(tmp_path, TOML.replace('"x"', json.dumps(line)))).corrections]
    assert correction.locator.text == line


def _written(folder: Path, text: str) -> Path:
    (folder / "a.toml").write_text(text)
    return folder / "a.toml"


@pytest.mark.parametrize("start", [math.nan, math.inf, -math.inf, -0.01, 1e308, 1e30, 604_800.0])
def test_a_correction_lies_within_a_week_where_no_length_is_known(start: float) -> None:
    with pytest.raises(JumpnotesError, match="not within the recording"):
        validated_start(Verdict.TIME, start, None)


ODD: tuple[object, ...] = (
    "x",
    "",
    -1,
    -0.5,
    math.nan,
    math.inf,
    1e300,
    10**400,
    10**5000,
    True,
    [],
    [1],
    {},
    {"a": 1},
    b"x",
    "\ud800",
    {1: 2},
)
"""What a host may say instead of what yt-dlp promises."""


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "name",
    [
        "title",
        "duration",
        "language",
        "chapters",
        "release_timestamp",
        "live_status",
        "subtitles",
        "automatic_captions",
    ],
)
def test_facts_that_cannot_be_used_are_not_known(name: str, value: object) -> None:
    """No fact of a host stops a recording from being fetched."""
    info = {"title": "Call", "duration": 60, "live_status": "is_upcoming"} | {name: value}

    found = recording_from(info, REMOTE)
    reason = why_not_ready(info, REMOTE)
    choose_captions(info)

    json.dumps([found.title, found.language], ensure_ascii=False).encode()
    assert found.duration is None or 0 <= found.duration <= 604_800
    assert found.title
    assert reason is None or str(reason).encode()


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_parts_of_facts_that_cannot_be_used_are_not_known(value: object) -> None:
    """A chapter without a time, captions without an address: as if they were not there."""
    whole = {"start_time": 1, "end_time": 2, "title": "One"}
    for name in whole:
        chapters = recording_from({"duration": 60, "chapters": [whole | {name: value}, value]}, REMOTE).chapters
        assert all(0 <= each.start < each.end <= 604_800 and each.title.encode() for each in chapters)
    for track in (value, [value], [{"ext": "vtt", "url": value}], [{"ext": value, "url": "https://a.org/x"}]):
        assert choose_captions({"language": "en", "subtitles": {"en": track}}) in (None, ("en", "x"))
    assert choose_captions({"language": "en", "subtitles": {"en": [{"ext": "vtt", "url": "https://[x"}]}}) is None


def test_the_largest_moment_is_not_a_traceback() -> None:
    """A start that no calendar has is not known."""
    for timestamp in (1e18, -1e18, 10**30, 253_402_300_800):
        reason = why_not_ready({"live_status": "is_upcoming", "release_timestamp": timestamp}, REMOTE)
        assert str(reason).endswith("has not begun yet")


def test_a_transcript_file_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which the error tells."""
    monkeypatch.setattr(cues, "MAX_TRANSCRIPT_BYTES", 1000)
    (tmp_path / "long.vtt").write_text("WEBVTT\n\n" + "x" * 1000)
    with pytest.raises(JumpnotesError, match=r"long\.vtt: is larger than 0\.001 MB, the limit"):
        cues.read(tmp_path / "long.vtt")


def test_a_transcript_has_a_limit_of_lines_and_of_cues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes memory, however short."""
    monkeypatch.setattr(cues, "MAX_TRANSCRIPT_LINES", 20)
    monkeypatch.setattr(caption_blocks, "_MAX_CUES", 2)
    with pytest.raises(JumpnotesError, match="x: has more than 20 lines"):
        cues.parse("WEBVTT" + "\r" * 30, source="x")
    with pytest.raises(JumpnotesError, match="x: has more than 2 cues"):
        cues.parse("WEBVTT\n\n" + "0:01 --> 0:02\na\n\n" * 3, source="x")


@pytest.mark.parametrize("before", ["[", "{"])
def test_json_has_a_limit_of_objects_and_lists(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """Each takes more memory than it has characters."""
    monkeypatch.setattr(untrusted, "MAX_JSON_ITEMS", 10)
    with pytest.raises(JumpnotesError, match="x: has more than 10 objects and lists"):
        cues.parse('{"events": ' + before * 20, source="x")


def test_a_line_of_a_checkpoint_that_is_not_whole_is_done_again(tmp_path: Path) -> None:
    """It, and all after it."""
    from pipeline.transcribe.lines import is_whole

    segment = {"text": "a", "suspect": False, "words": [[0.0, 1.0, "a", 0.9]]}
    good = {"end": 16_000, "language": None, "segments": [segment]}
    bad = [
        good | {"end": -1},
        good | {"end": 10**30},
        good | {"segments": [segment | {"words": []}]},
        good | {"segments": [segment | {"words": [[-1.0, 1.0, "a", 0.9]]}]},
        good | {"segments": None},
        good | {"language": {"code": "en"}},
        {},
    ]
    for line in bad:
        path = tmp_path / "call.jsonl"
        path.write_text("\n".join(map(json.dumps, [{"job": 1}, good, line, good])) + "\n")
        assert resume(path, {"job": 1}, is_whole) == [good]
    path.write_text('{"job": 1}\n' + "[" * 100_000 + "\n")
    assert resume(path, {"job": 1}) == []
