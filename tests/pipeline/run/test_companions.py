"""Which recording and which transcript belong to which notes, by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import cues
from pipeline.records import Origin, Segment, Transcript
from pipeline.run.companions import (
    MEDIA_SUFFIXES,
    TRANSCRIPT_SUFFIXES,
    CompanionFinder,
    Companions,
    resolve_recording,
)
from service.web.media_files import MEDIA_TYPES

OURS = cues.write(Transcript("en", Origin.ASR, None, (Segment(0.0, 1.0, "hello"),)), "transcript-json")


def find_companions(path: Path, media_dir: Path | None = None) -> Companions:
    """Of the only notes of a run."""
    return CompanionFinder((path,), media_dir).find(path)


def put(folder: Path, *names: str, text: str = "") -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.mark.parametrize(
    ("notes", "others", "media", "transcript"),
    [
        ("call.md", ["call.m4a", "call.vtt"], "call.m4a", "call.vtt"),
        ("Call.md", ["CALL.MP4", "call.SRT"], "CALL.MP4", "call.SRT"),
        ("call.md", ["other.m4a", "other.vtt"], None, None),
        ("call.md", ["call.en.vtt"], None, "call.en.vtt"),
        ("call.md", ["call.pt-BR.srt"], None, "call.pt-BR.srt"),
        ("call.md", ["call.json3", "call.vtt", "call.srt"], None, "call.json3"),
        ("call.md", ["call.vtt", "call.de.vtt", "call.en.vtt"], None, "call.vtt"),
        ("call.md", ["call.m4a", "call.mp4"], "call.mp4", None),
        ("call.md", ["call.pdf", "call.md.bak", ".call.mp4"], None, None),
        ("call.md", ["call.slides.mp4"], None, None),
        ("re\u0301union.md", ["r\u00e9union.ogg"], "r\u00e9union.ogg", None),
        ("2024-03-05.md", ["GMT20240305-170000_Recording.m4a"], "GMT20240305-170000_Recording.m4a", None),
        (
            "2024-03-05.md",
            [
                "GMT20240305-170000_Recording.m4a",
                "GMT20240305-170000_Recording_1920x1080.mp4",
                "GMT20240305-170000_Recording.transcript.vtt",
                "GMT20240305-170000_Recording.cc.vtt",
            ],
            "GMT20240305-170000_Recording_1920x1080.mp4",
            "GMT20240305-170000_Recording.transcript.vtt",
        ),
        ("2024-03-05.md", ["2024-03-12.m4a", "20240304.m4a", "120240305.m4a"], None, None),
        ("2024-03-05.md", ["Weekly sync 2024.03.05.mp3"], "Weekly sync 2024.03.05.mp3", None),
        ("2024-03-05.md", ["Weekly sync, March 5th 2024.mp3"], "Weekly sync, March 5th 2024.mp3", None),
        ("2024-03-05.md", ["2024-03-05.mkv", "2024-03-05-demo.mp4"], "2024-03-05.mkv", None),
        ("2024-03-05-docs-team.md", ["2024-03-05-build-team.mp4"], None, None),
        ("2024-03-05-docs-team.md", ["20240305-docs-team_recording.mp4", "20240305-build-team.mp4"], 0, None),
        ("2024-03-05/README.md", ["2024-03-05/Recording 2024-03-05.mp4"], 0, None),
        ("2024-03-05/README.md", ["2024-03-05/readme.mp4"], "2024-03-05/readme.mp4", None),
        ("2024-03-05 to 2024-03-12.md", ["2024-03-05.mp4", "2024-03-12.mp4"], None, None),
    ],
)
def test_companions_beside_the_notes(
    tmp_path: Path, notes: str, others: list[str], media: str | int | None, transcript: str | None
) -> None:
    """The same name, or the same day where one recording has it; 0 is the first of the others."""
    put(tmp_path, notes, *others)
    expected = others[media] if isinstance(media, int) else media

    found = find_companions(tmp_path / notes)

    assert found.media == (tmp_path / expected if expected else None)
    assert found.transcript == (tmp_path / transcript if transcript else None)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (["2024-03-05 am.mp4", "2024-03-05 pm.mp4"], "which recording belongs to these notes is not clear: 2024-03-05"),
        (["GMT20240305-170000_Recording.mp4", "GMT20240305-190000_Recording.mp4"], "which recording"),
        (["2024-03-05.de.vtt", "2024-03-05.en.vtt"], "which transcript"),
        (["2024-03-05-docs.md", "20240305.mp4"], "20240305.mp4 may be the recording of 2 notes"),
        ([f"2024-03-05 {letter * 3}.mp4" for letter in "abcdef"], "and 2 more"),
    ],
)
def test_what_is_not_clear_is_told_and_not_taken(tmp_path: Path, others: list[str], told: str) -> None:
    """Two recordings of a day, two languages, two notes of a day: a person decides."""
    put(tmp_path, "2024-03-05.md", *others)

    found = find_companions(tmp_path / "2024-03-05.md")

    assert (found.media, found.transcript) == (None, None)
    assert told in found.warnings[0]


def test_companions_in_folders_that_were_named(tmp_path: Path) -> None:
    """They come before those beside the notes."""
    put(tmp_path, "notes/a.md", "notes/a.mp4", "notes/b.md", "media/a.m4a", "text/B.vtt")

    finder = CompanionFinder((), tmp_path / "media", tmp_path / "text")

    assert finder.find(tmp_path / "notes/a.md") == Companions(tmp_path / "media/a.m4a")
    assert finder.find(tmp_path / "notes/b.md") == Companions(None, tmp_path / "text/B.vtt")
    assert find_companions(tmp_path / "notes/a.md", tmp_path / "nowhere").media == tmp_path / "notes/a.mp4"


def test_one_recording_is_not_that_of_two_notes(tmp_path: Path) -> None:
    """Notes of the same name in two folders, of which one has a recording: which one cannot be known."""
    notes = [tmp_path / "2023/01-05.md", tmp_path / "2024/01-05.md"]
    put(tmp_path, "2023/01-05.md", "2024/01-05.md", "media/01-05.mp4")

    finder = CompanionFinder(notes, tmp_path / "media")

    for each in notes:
        found = finder.find(each)
        assert found.media is None
        assert "01-05.mp4 may be the recording of 2 notes" in found.warnings[0]


def test_a_hundred_recordings_of_a_day_are_told_of_and_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at all of them for each of as many notes takes minutes."""
    put(tmp_path, "2024-03-05.md", *(f"2024-03-05 call {number}.mp4" for number in range(101)))
    monkeypatch.setattr("pipeline.run.companions.is_inside", None)

    found = find_companions(tmp_path / "2024-03-05.md")

    assert found.media is None
    assert "and 97 more" in found.warnings[0]


def test_json_is_a_transcript_only_where_it_reads_like_one(tmp_path: Path) -> None:
    """Metadata of the notes, of the same name, is none."""
    put(tmp_path, "a.md", "b.md", "c.md")
    put(tmp_path, "a.json", text='{"title": "A", "speakers": []}')
    put(tmp_path, "b.json", text=OURS)
    put(tmp_path, "c.json", text='{"wireMagic": "pb3", "events": []}')

    found = [find_companions(tmp_path / f"{name}.md").transcript for name in "abc"]

    assert found == [None, tmp_path / "b.json", tmp_path / "c.json"]


def test_symlinks_lead_nowhere_else(tmp_path: Path) -> None:
    """A file of the notes' folder that is somewhere else is not served; one within the work tree is."""
    put(tmp_path, "secret.mp4", "repo/notes/a.md", "repo/notes/b.md", "repo/notes/c.md", "repo/annex/x.mp4", "repo/key")
    (tmp_path / "repo/.git").mkdir()
    (tmp_path / "repo/notes/a.mp4").symlink_to(tmp_path / "secret.mp4")
    (tmp_path / "repo/notes/b.mp4").symlink_to("../annex/x.mp4")
    (tmp_path / "repo/notes/c.mp4").symlink_to("../key")

    found = [find_companions(tmp_path / f"repo/notes/{name}.md").media for name in "abc"]

    assert found == [None, tmp_path / "repo/notes/b.mp4", None]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("recording.mp4", "repo/notes/recording.mp4"),
        ("./audio/the%20call.ogg", "repo/notes/audio/the call.ogg"),
        ("../recordings/call.mp4#t=10", "repo/recordings/call.mp4"),
        ("recording.mp4?raw=true", "repo/notes/recording.mp4"),
    ],
)
def test_a_relative_address_is_a_file_beside_the_notes(tmp_path: Path, address: str, file: str) -> None:
    put(tmp_path, "repo/notes/a.md", file)
    (tmp_path / "repo/.git").mkdir()

    assert resolve_recording(tmp_path / "repo/notes/a.md", address) == Companions(tmp_path / file)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("gone.mp4", "not there: gone.mp4"),
        ("../../outside.mp4", "leads out of the folder"),
        ("out.mp4", "leads out of the folder"),
        ("loop.mp4", "not there"),
        ("../recordings/%2e%2e/../outside.mp4", "leads out of the folder"),
        ("{outside}", "name a file with --media"),
        ("file://{outside}", "name a file with --media"),
        ("file:a.mp4", "name a file with --media"),
        ("//host/share.mp4", "name a file with --media"),
        ("//[host/share.mp4", "name a file with --media"),
        ("a%00.mp4", "not there"),
        ("x" * 5000 + ".mp4", "not there"),
        ("", "name a file with --media"),
        ("notes.txt", "does not look like a recording"),
        ("folder.mp4", "not there"),
        ("secret.mp4", "leads out of the folder"),
    ],
)
def test_what_notes_may_not_name(tmp_path: Path, address: str, told: str) -> None:
    """Whoever writes notes could otherwise have any file of the machine served."""
    put(tmp_path, "outside.mp4", "repo/recordings/y")
    put(tmp_path / "repo/notes", "a.md", "a.mp4", "notes.txt", "folder.mp4/x")
    (tmp_path / "repo/.git").mkdir()
    (tmp_path / "repo/notes/out.mp4").symlink_to(tmp_path / "outside.mp4")
    (tmp_path / "repo/notes/loop.mp4").symlink_to("loop.mp4")
    (tmp_path / "repo/notes/secret.mp4").symlink_to("notes.txt")

    found = resolve_recording(tmp_path / "repo/notes/a.md", address.format(outside=tmp_path / "outside.mp4"))

    assert found.media is None
    assert told in found.warnings[0]


def test_a_folder_given_to_the_run_is_a_root(tmp_path: Path) -> None:
    """Without git, too, recordings may be in a folder beside that of the notes."""
    put(tmp_path, "archive/notes/a.md", "archive/recordings/a.mp4")
    notes = tmp_path / "archive/notes/a.md"

    assert resolve_recording(notes, "../recordings/a.mp4").media is None
    assert resolve_recording(notes, "../recordings/a.mp4", [tmp_path / "archive"]).media is not None


def test_every_recording_that_is_found_can_be_played() -> None:
    assert set(MEDIA_SUFFIXES) == set(MEDIA_TYPES)
    assert TRANSCRIPT_SUFFIXES.index(".json") < TRANSCRIPT_SUFFIXES.index(".vtt") < TRANSCRIPT_SUFFIXES.index(".txt")


def test_a_text_beside_notes_is_a_transcript_only_if_it_reads_as_one(tmp_path: Path) -> None:
    """Other files have the names of the notes, too: an export to HTML, an agenda, a table."""
    put(tmp_path, "a.md")
    for name in ("a.txt", "a.html", "a.csv", "a.docx"):
        (tmp_path / name).write_text("10:00 Welcome\n10:30 Budget for the year\n", "utf-8")
    assert find_companions(tmp_path / "a.md").transcript is None

    (tmp_path / "a.txt").write_text("Ann  0:02\nfrost again this night\n\nBob  0:05\ncover the beds then\n", "utf-8")
    assert find_companions(tmp_path / "a.md").transcript == tmp_path / "a.txt"
