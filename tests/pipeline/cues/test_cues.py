from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import cues
from pipeline.cli import main
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript
from tests.pipeline.cues.transcripts import spoken


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", "is empty", None),
        ("Dear all,\nsee you", "tried: .*WebVTT", None),
        ("WEBVTT\n\nNOTE nothing here\n", "no cues", None),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "no cues", None),
        ("WEBVTT\n\n00:01.000 --> \nhello", "timing", 3),
        ("1\n00:61:99,000 --> 00:02:00,000\nhello", "timing", 2),
        ('{"events": [\n', "broken JSON", 2),
        ('{"a": 1}', "no format .*jumpnotes JSON", None),
    ],
)
def test_files_that_are_no_transcript(text: str, problem: str, line: int | None) -> None:
    """Each is refused with what is wrong, where it is known with the line, and with what would be right."""
    with pytest.raises(TranscriptError, match=problem) as caught:
        cues.parse(text, source="talk.vtt")
    assert caught.value.line == line
    assert str(caught.value).startswith("talk.vtt")
    assert "WebVTT" in caught.value.hint


def test_read_looks_at_the_content(tmp_path: Path) -> None:
    """The extension may lie; a byte order mark may be there."""
    file = tmp_path / "talk.txt"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nhä\n", encoding=encoding)
        assert spoken(cues.read(file)) == [(None, "hä")]


def test_read_says_why_it_cannot(tmp_path: Path) -> None:
    """A missing file, a folder and another encoding are one clear sentence each."""
    binary = tmp_path / "latin.srt"
    binary.write_bytes(b"1\n00:00:01,000 --> 00:00:02,000\nh\xe4\n")
    for path, problem in [
        (tmp_path / "no.vtt", "No such file"),
        (tmp_path, "directory"),
        (binary, "latin.srt:3.*UTF-8"),
    ]:
        with pytest.raises(TranscriptError, match=problem):
            cues.read(path)


def test_every_format_is_named_where_people_look() -> None:
    """The error for a file of none names all formats that are read, `export --format` all that are written."""
    export = main.get_command(click.Context(main), "export")
    assert export
    (choice,) = (option.type for option in export.params if "--format" in option.opts)

    assert isinstance(choice, click.Choice)
    assert set(choice.choices) == {*cues.EXPORT_NAMES, "json"}
    with pytest.raises(TranscriptError) as caught:
        cues.parse("?", source="x")
    assert all(known.name in str(caught.value) for known in cues.FORMATS)


@pytest.mark.parametrize("name", cues.EXPORT_NAMES)
def test_what_is_written_is_recognised(name: str) -> None:
    """A file is read by the format that wrote it, whatever its text looks like."""
    text = 'WEBVTT 00:01.000 --> 00:02.000 {"events": []}'
    original = Transcript("und", Origin.IMPORT, None, (Segment(1.0, 2.0, text),), 2.0)

    assert cues.parse(cues.write(original, name), source="x") == original


@pytest.mark.parametrize("start", ["WEBVTT\n\n", "", '{"events": ', '{"format": "jumpnotes transcript", ', "{"])
def test_any_text_is_read_or_refused(start: str) -> None:
    """Whatever a file contains, the answer is a transcript or a TranscriptError."""

    @given(
        st.lists(
            st.sampled_from(["00:01.000 --> 00:02.000", "1", "", "<v A>x", "Tim: x", "-->", "{}", "]"]) | st.text()
        )
    )
    def check(lines: list[str]) -> None:
        read_or_refused(lambda: cues.parse(start + "\n".join(lines), source="x"))

    check()


def read_or_refused(read: Callable[[], Transcript]) -> None:
    try:
        found = read()
    except TranscriptError:
        return
    assert found.segments
    assert all(segment.end > segment.start for segment in found.segments)
