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
from tests.conftest import ROOT
from tests.pipeline.cues.transcripts import spoken


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", "is empty", None),
        ("Dear all,\nsee you", "tried: .*WebVTT", None),
        ("WEBVTT\n\nNOTE nothing here\n", "no cues", None),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "no cues", None),
        ("WEBVTT\n\n00:0x.000 --> 00:02.000\nhello", "timing", 3),
        ("1\n00:61:99,000 --> 00:02:00,000\nhello", "timing", 2),
        ('{"events": [\n', "broken JSON", 2),
        ('{"a": 1}', "known transcript format .*jumpnotes JSON", None),
    ],
)
def test_files_that_are_no_transcript(text: str, problem: str, line: int | None) -> None:
    """Each is refused with what is wrong, where it is known with the line, and with what would be right."""
    with pytest.raises(TranscriptError, match=problem) as caught:
        cues.parse(text, source="talk.vtt")
    assert caught.value.line == line
    assert str(caught.value).startswith("talk.vtt")
    assert caught.value.hint


def test_read_looks_at_the_content(tmp_path: Path) -> None:
    """The extension may lie; a byte order mark may be there."""
    file = tmp_path / "talk.txt"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nhä\n", encoding=encoding)
        assert spoken(cues.read(file)) == [(None, "hä")]


def test_read_says_why_it_cannot(tmp_path: Path) -> None:
    """A missing file, a folder and a recording are one clear sentence each."""
    recording = tmp_path / "call.srt"
    recording.write_bytes(b"\0\0\0\x20ftypisom")
    for path, problem in [
        (tmp_path / "no.vtt", "No such file"),
        (tmp_path, "directory"),
        (recording, "call.srt: is a recording"),
    ]:
        with pytest.raises(TranscriptError, match=problem):
            cues.read(path)


def test_read_tells_of_a_guessed_encoding(tmp_path: Path) -> None:
    """A file from before Unicode is read, with a warning that says as what."""
    file = tmp_path / "call.srt"
    file.write_bytes("1\n00:00:01,000 --> 00:00:02,000\nDas wäre für uns zu teuer.\n".encode("cp1252"))

    found = cues.read(file)

    assert spoken(found) == [(None, "Das wäre für uns zu teuer.")]
    assert found.warnings == ("the file is not UTF-8; it was read as Windows-1252",)


def test_every_format_is_named_where_people_look() -> None:
    """The reference and the error for a file of none have all formats that are read, `--format` all written ones."""
    export = main.get_command(click.Context(main), "export")
    assert export
    (choice,) = (option.type for option in export.params if "--format" in option.opts)

    assert isinstance(choice, click.Choice)
    assert set(choice.choices) >= set(cues.EXPORT_NAMES)
    (page,) = (word for word in TranscriptError.hint.split() if word.endswith(".md"))
    for known in cues.FORMATS:
        assert f"| {known.name} |" in (ROOT / page).read_text()
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


@pytest.mark.parametrize("known", [known for known in cues.FORMATS if known.example], ids=lambda known: known.name)
def test_the_example_of_a_format_is_in_it(known: cues.Format) -> None:
    """What the documentation shows is read, by this format and none before it, and says the same in all of them."""
    found = cues.parse(known.example, source="x")

    assert next(each for each in cues.FORMATS if each.matches(known.example)) is known
    assert [(segment.start, segment.text) for segment in found.segments] == [
        (2.0, "Welcome to everybody."),
        (5.0, "Who begins today?"),
    ]
