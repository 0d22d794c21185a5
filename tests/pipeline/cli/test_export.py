"""`jumpnotes export`: what is stored, for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import cues
from pipeline.cli import export
from pipeline.records import Recording, RecordingPart, Verdict
from pipeline.store import Store
from tests.pipeline.cli.conftest import SLUG, cli


def test_export_writes_what_players_read(stored: Path, tmp_path: Path) -> None:
    """WebVTT and SRT of the transcript, JSON of the links."""
    vtt = cli("export", SLUG, "--data-dir", stored).stdout
    srt = cli("export", SLUG, "--format", "srt", "--data-dir", stored).stdout
    cli("export", SLUG, "--format", "json", "--data-dir", stored, "-o", tmp_path / "links.json")

    assert vtt.startswith("WEBVTT\n\n")
    assert "The compost heap." in vtt
    assert "00:01:06,250 --> 00:01:08,750" in srt
    assert json.loads((tmp_path / "links.json").read_text())["slug"] == SLUG


def test_addresses_are_those_of_the_site(stored: Path) -> None:
    """Absolute where the settings say where the pages are served, and otherwise from its root."""
    asked = ("export", SLUG, "--format", "json", "--data-dir", stored)
    here = json.loads(cli(*asked).stdout)
    there = json.loads(cli(*asked, env={"JUMPNOTES_SITE_URL": "https://garden.example"}).stdout)

    assert here["url"] == f"/meetings/{SLUG}"
    assert there["url"] == f"https://garden.example/meetings/{SLUG}"
    assert [each["url"] for each in there["blocks"]] == [
        f"https://garden.example{each['url']}" for each in here["blocks"]
    ]
    assert any("?t=66#" in each["url"] for each in here["blocks"])


def test_an_exported_transcript_is_read_back_whole(stored: Path, tmp_path: Path) -> None:
    """As jumpnotes JSON, every field of the stored transcript comes back equal."""
    file = tmp_path / "transcript.json"
    result = cli("export", SLUG, "--format", "transcript-json", "--data-dir", stored, "-o", file)
    store = Store.open(stored / "jumpnotes.db")
    transcript = store.meeting(SLUG).transcript
    store.close()

    assert result.exit_code == 0
    assert transcript is not None
    assert cues.read(file) == transcript
    assert file.read_text().endswith("}\n")


def test_export_of_an_unknown_meeting(stored: Path) -> None:
    """An unknown meeting is one line and a hint, no traceback."""
    result = cli("export", "nowhere", "--data-dir", stored)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == 'error: no meeting "nowhere"'
    assert result.stderr.splitlines()[1].startswith("hint: ")


def test_export_into_a_missing_folder(stored: Path, tmp_path: Path) -> None:
    """Is an error that the user can fix, with a hint."""
    result = cli("export", SLUG, "--data-dir", stored, "-o", tmp_path / "nowhere" / "a.vtt")

    assert result.exit_code == 1
    assert "hint: " in result.stderr


def test_every_format_that_is_written_can_be_asked_for() -> None:
    assert set(cues.EXPORT_NAMES) == set(export.TRANSCRIPT_FORMATS) <= set(export.FORMATS)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("youtube", "0:00 Introduction\n0:10 Watering rota\n1:06 Compost heap\n1:49 Seed swap\n"),
        ("podcast-chapters", '"title": "Compost heap",\n   "url": "https://garden.example/meetings/'),
        ("webvtt-chapters", "00:01:06.250 --> 00:01:49.800\nCompost heap\n"),
        ("psc", 'start="00:01:06.250" title="Compost heap" href="https://garden.example/meetings/'),
        ("markdown", "\n## Seed swap\n\n[1:49](https://youtu.be/gArDenCall0?t=109)\n\n- Saturday 23 March"),
        ("obsidian", "\n> [!quote]- 1:06–1:49\n> [1:06]("),
    ],
)
def test_chapters_and_notes_are_exported(stored: Path, asked: str, written: str) -> None:
    """With the links that the page has."""
    env = {"JUMPNOTES_SITE_URL": "https://garden.example"}
    result = cli("export", SLUG, "--format", asked, "--data-dir", stored, env=env)

    assert result.exit_code == 0, result.stderr
    assert written in result.stdout


def test_into_a_folder_the_file_is_named_for_meeting_and_format(stored: Path, tmp_path: Path) -> None:
    """So that the exports of an archive stand side by side."""
    for each in export.FORMATS:
        assert cli("export", SLUG, "--format", each, "--data-dir", stored, "-o", tmp_path).exit_code == 0

    names = {path.name for path in tmp_path.glob(f"{SLUG}*")}
    assert {f"{SLUG}.vtt", f"{SLUG}.md", f"{SLUG}.chapters.json", f"{SLUG}.chapters.txt"} <= names
    assert len(names) == len(export.FORMATS) - 1  # Markdown and Obsidian's are of one name


def test_chapters_that_youtube_would_not_show_are_refused(stored: Path) -> None:
    """With the reason: it would show none at all, and not say why."""
    store = Store.open(stored / "jumpnotes.db")
    for topic in store.meeting(SLUG).notes.topics[:2]:
        store.correct(SLUG, topic.id, Verdict.NOT_DISCUSSED, None, "Ana", seen=None)
    store.close()
    result = cli("export", SLUG, "--format", "youtube", "--data-dir", stored)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[0].startswith("error: YouTube wants three chapters or more")
    assert result.stderr.splitlines()[1].startswith("hint: Chapters are the headings")


@pytest.fixture
def in_parts(stored: Path) -> Path:
    """The data folder of a meeting whose recording is in two parts: the second begins with the compost."""
    store = Store.open(stored / "jumpnotes.db")
    found = store.recording(SLUG)
    assert found is not None
    parts = tuple(RecordingPart(start, 66.0, f"https://host.example/{start}", "") for start in (0.0, 66.0))
    store.save_recording(SLUG, Recording(parts[0].source, "", 132.0, parts=parts), key=found.key)
    store.close()
    return stored


def test_a_part_is_exported_on_its_own_clock(in_parts: Path) -> None:
    """For the host that plays it; without asking for one, all of them are on the common clock."""
    whole = cli("export", SLUG, "--data-dir", in_parts).stdout
    part = cli("export", SLUG, "--part", "2", "--data-dir", in_parts).stdout
    links = json.loads(cli("export", SLUG, "--format", "json", "--data-dir", in_parts).stdout)

    chapters = cli("export", SLUG, "--format", "webvtt-chapters", "--part", "2", "--data-dir", in_parts).stdout

    assert "00:01:06.250 --> 00:01:08.750" in whole
    assert chapters.splitlines()[2] == "00:00:00.250 --> 00:00:43.800"
    assert part.splitlines()[2] == "00:00:00.250 --> 00:00:02.750"
    assert "watering" not in part
    assert [(each["number"], each["start"]) for each in links["recording"]["parts"]] == [(1, 0.0), (2, 66.0)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [(("--part", "3"), "in 2 parts"), (("--part", "1", "--format", "json"), "for transcripts")],
)
def test_a_part_that_cannot_be_exported_is_wrong_usage(in_parts: Path, asked: tuple[str, ...], said: str) -> None:
    """There is none, or the links of all belong together."""
    result = cli("export", SLUG, *asked, "--data-dir", in_parts)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_recording_in_one_piece_has_no_part(stored: Path) -> None:
    """Not even a first."""
    assert "in one piece" in cli("export", SLUG, "--part", "1", "--data-dir", stored).stderr


def test_a_folder_that_is_not_there_does_not_become_a_file(stored: Path, tmp_path: Path) -> None:
    """Which Obsidian would not show, and the next meeting would overwrite."""
    result = cli("export", SLUG, "--format", "obsidian", "-o", tmp_path / "vault", "--data-dir", stored)
    assert (result.exit_code, "make the folder, or name a file" in result.stderr) == (2, True)
    assert not (tmp_path / "vault").exists()
