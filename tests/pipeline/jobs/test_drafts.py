"""What somebody sends is there when they go on, and nothing else gets onto the disk."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import DiskFull, DraftError, DraftNotFound, JumpnotesError, UploadOffset
from pipeline.jobs import drafts
from pipeline.jobs.drafts import DraftCorrections
from pipeline.notes.files import MAX_NOTES_BYTES
from pipeline.run.companions import MEDIA_SUFFIXES
from pipeline.whole_files import unfinished_of
from tests.pipeline.jobs.sent import below, data_folder, send

LINK = "https://media.example/call"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path)


def test_a_file_goes_on_where_it_broke_off(settings: Settings) -> None:
    """Whoever sends another piece is told which one is the next, and nothing is written twice."""
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 6)])
    drafts.receive(settings, draft.id, "recording", 0, b"abc")
    for offset in (0, 2, 4, 10**30):
        with pytest.raises(UploadOffset) as told:
            drafts.receive(settings, draft.id, "recording", offset, b"xxx")
        assert told.value.received == 3
    with pytest.raises(DraftError, match="3 of 6 bytes"):
        drafts.submit(settings, draft.id)
    assert drafts.receive(settings, draft.id, "recording", 3, b"def").files[0].is_whole
    assert drafts.path_of(settings, draft, "recording").read_bytes() == b"abcdef"


def test_what_arrived_before_the_process_was_killed_counts(settings: Settings) -> None:
    """Even half a piece."""
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 6)])
    drafts.path_of(settings, draft, "recording").write_bytes(b"ab")
    assert drafts.load(settings, draft.id).files[0].received == 2


def test_no_file_becomes_longer_than_announced(settings: Settings) -> None:
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 3)])
    with pytest.raises(DraftError, match="longer than the 3 bytes"):
        drafts.receive(settings, draft.id, "recording", 0, b"abcd")
    assert not drafts.path_of(settings, draft, "recording").read_bytes()


@pytest.mark.parametrize(
    "file",
    [
        ("movie", "call.mp4", 3),
        ("../../notes", "call.md", 3),
        ("recording", "call.exe", 3),
        ("notes", "call.docx", 3),
        ("recording", "call.mp3", 0),
        ("recording", "call.mp3", -1),
        ("recording", "call.mp3", 4_000_000_001),
        ("recording", "call.mp3", 10**40),
        ("notes", "call.md", 4_000_001),
        ("notes", "x" * 4_096 + ".md", 3),
        ("notes", "call\0.md", 3),
        ("notes", "", 3),
        ("notes", ".md", 3),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(settings: Settings, file: tuple[str, str, int]) -> None:
    with pytest.raises(DraftError):
        drafts.create(settings, "Ana", files=[file])
    assert not settings.draft_dir.exists() or not list(settings.draft_dir.iterdir())


@pytest.mark.parametrize("name", ["../../etc/x.md", "C:\\notes\\x.md", "/etc/x.md", "a\udcff/x.md"])
def test_a_name_is_only_shown(settings: Settings, name: str) -> None:
    """Of the name of a file, nothing but an ending that is known is used on the disk."""
    draft = send(settings, notes=(name, b"- x\n"))
    assert draft.files[0].name == "x.md"
    assert below(settings.data_dir).keys() == {f"drafts/{draft.id}/draft.json", f"drafts/{draft.id}/notes.md"}


@pytest.mark.parametrize("draft_id", ["", ".", "..", "../drafts", "a" * 22, "a" * 21 + "/", "\0" * 22, "é" * 22])
def test_an_id_that_is_none(settings: Settings, draft_id: str) -> None:
    drafts.create(settings, "Ana", link=LINK)
    assert not drafts.exists(settings, draft_id)
    for act in (drafts.load, drafts.discard, drafts.submit):
        with pytest.raises(DraftNotFound):
            act(settings, draft_id)
    with pytest.raises(DraftNotFound):
        drafts.receive(settings, draft_id, "notes", 0, b"x")


def test_a_symlink_is_not_written_through(settings: Settings, tmp_path: Path) -> None:
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 3)])
    other = tmp_path / "other"
    other.write_bytes(b"")
    drafts.path_of(settings, draft, "recording").symlink_to(other)
    with pytest.raises(JumpnotesError):
        drafts.receive(settings, draft.id, "recording", 0, b"abc")
    unfinished_of(settings.draft_dir / draft.id / "draft.json").symlink_to(other)
    drafts.correct(settings, draft.id, DraftCorrections(title="x"))
    assert other.read_bytes() == b""


@pytest.mark.parametrize(
    "link", ["", "call", "file:///etc/passwd", "https://", "https://youtube.com/@garden", "https://a\\b", "x" * 9_999]
)
def test_a_link_that_is_none(settings: Settings, link: str) -> None:
    with pytest.raises(DraftError):
        drafts.create(settings, "Ana", link=link)


def test_nothing_two_notes_and_notes_without_words_are_no_draft(settings: Settings) -> None:
    for text in (" \n", "a\0b", "\ud800", "x" * 4_000_001):
        with pytest.raises(DraftError):
            drafts.create(settings, "Ana", text=text)
    with pytest.raises(DraftError):
        drafts.create(settings, "Ana")
    with pytest.raises(DraftError, match="more than one"):
        drafts.create(settings, "Ana", text="- x", files=[("notes", "x.md", 3)])


def test_notes_can_be_written_where_no_files_are_taken(settings: Settings) -> None:
    without = replace(settings, upload_mb=0.0)
    assert drafts.create(without, "Ana", text="- x").files[0].is_whole
    with pytest.raises(DraftError, match="no files"):
        drafts.create(without, "Ana", files=[("notes", "x.md", 3)])


def test_the_disk_keeps_its_reserve(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the room is gone when a file is announced, or later."""
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 6)])
    free = shutil.disk_usage("/")._replace(total=10**12, free=1_000_000_002)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)
    drafts.receive(settings, draft.id, "recording", 0, b"ab")
    with pytest.raises(DiskFull):
        drafts.receive(settings, draft.id, "recording", 2, b"cde")
    with pytest.raises(DiskFull):
        drafts.create(settings, "Ana", files=[("recording", "call.mp3", 3)])
    assert [each.name for each in settings.draft_dir.iterdir()] == [draft.id]


def test_what_others_are_sending_has_its_room(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was announced and has not arrived; an hour after its last piece, nobody waits for the rest."""
    first = drafts.create(settings, "Ana", files=[("recording", "call.mp3", 6)])
    drafts.receive(settings, first.id, "recording", 0, b"ab")
    free = shutil.disk_usage("/")._replace(total=10**12, free=1_000_000_006)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)
    with pytest.raises(DiskFull):
        drafts.create(settings, "Ana", files=[("recording", "call.mp3", 3)])
    assert drafts.create(settings, "Ana", files=[("recording", "call.mp3", 2)])
    _age(settings, timedelta(hours=1))
    assert drafts.create(settings, "Ana", files=[("recording", "call.mp3", 6)])


def _age(settings: Settings, lifetime: timedelta) -> None:
    """Let nobody have gone on with any draft for so long."""
    past = time.time() - (lifetime + timedelta(minutes=1)).total_seconds()
    for file in settings.draft_dir.rglob("*"):
        os.utime(file, (past, past))


@pytest.mark.parametrize("stem", ["../../x", "/etc/x", ".x", "a\0b"])
def test_a_damaged_draft_leads_nowhere(settings: Settings, stem: str) -> None:
    """Nothing outside of the folder of notes is taken for what it became."""
    draft = send(settings, notes=("x.md", b"- x\n"))
    drafts.begin_adopting(settings, draft.id, stem)
    with pytest.raises(DraftNotFound):
        drafts.load(settings, draft.id)


def test_corrections_are_checked_and_replaced_as_a_whole(settings: Settings) -> None:
    draft = drafts.create(settings, "Ana", text="- x")
    for wrong in (
        *(DraftCorrections(title=" "), DraftCorrections(title="a\u202eb"), DraftCorrections(title="x" * 301)),
        *(
            DraftCorrections(date="5 March"),
            DraftCorrections(date="2024-02-30"),
            DraftCorrections(recording="call.mp4"),
        ),
    ):
        with pytest.raises(DraftError):
            drafts.correct(settings, draft.id, wrong)
    drafts.correct(settings, draft.id, DraftCorrections(title=" Garden \n club ", date="2024-03-05"))
    assert drafts.load(settings, draft.id).corrections == DraftCorrections("Garden club", "2024-03-05")
    assert drafts.correct(settings, draft.id, DraftCorrections()).corrections == DraftCorrections()


def test_a_draft_that_was_discarded_is_gone(settings: Settings) -> None:
    draft = send(settings, notes=("x.md", b"- x\n"))
    drafts.discard(settings, draft.id)
    assert not below(settings.data_dir)


def test_what_is_taken_is_what_runs_take(settings: Settings) -> None:
    assert drafts.RECORDING_SUFFIXES == MEDIA_SUFFIXES
    assert drafts.MAX_NOTES_BYTES == MAX_NOTES_BYTES
