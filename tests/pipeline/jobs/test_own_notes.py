"""Notes of the data folder can be edited; each version is kept, and no file elsewhere is ever written."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread

import pytest

from pipeline.config import Settings
from pipeline.errors import NotesChanged, NotesElsewhere, NotesError, VersionNotFound
from pipeline.jobs import adopting, own_notes
from tests.pipeline.jobs.sent import GARDEN, below, data_folder, send

FIRST = GARDEN.decode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path)


@pytest.fixture
def notes(settings: Settings) -> Path:
    """Notes that were sent by Ana."""
    return adopting.adopt(settings, send(settings, notes=("n.md", GARDEN)).id)


def test_each_version_is_kept(settings: Settings, notes: Path) -> None:
    """From the one that was sent on, and also what was edited in the file itself."""
    first = own_notes.read(settings, notes)
    second = own_notes.write(settings, notes, "# Two\n", seen=first.digest, author="Ben")
    assert own_notes.write(settings, notes, "# Two\n", seen=second.digest, author="Eve") == second
    notes.write_text("# Three\n")
    third = own_notes.read(settings, notes)
    own_notes.write(settings, notes, "# Four\n", seen=third.digest, author="Ben")
    kept = own_notes.versions(settings, notes)
    assert [(each.number, each.author) for each in kept] == [(1, "Ana"), (2, "Ben"), (3, ""), (4, "Ben")]
    texts = [own_notes.version(settings, notes, each.number) for each in kept]
    assert texts == [FIRST, "# Two\n", "# Three\n", "# Four\n"]
    assert [sha256(text.encode()).hexdigest() for text in texts] == [each.digest for each in kept]
    assert notes.read_text() == "# Four\n"
    for number in (0, 5, -1, 10**20):
        with pytest.raises(VersionNotFound):
            own_notes.version(settings, notes, number)


def test_what_somebody_else_wrote_is_not_replaced_unseen(settings: Settings, notes: Path) -> None:
    """Of those who save at once, one does, and the others are told."""
    seen = own_notes.read(settings, notes).digest
    together, told = Barrier(4), list[str]()

    def save(name: str) -> None:
        together.wait()
        try:
            own_notes.write(settings, notes, f"# {name}\n", seen=seen, author=name)
        except NotesChanged as error:
            told.append(error.digest)

    threads = [Thread(target=save, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [own_notes.read(settings, notes).digest] * 3
    assert len(own_notes.versions(settings, notes)) == 2


@pytest.mark.parametrize("text", ["", " \n", "a\0b", "\ud800", "x" * 4_000_001])
def test_what_are_no_notes_is_not_saved(settings: Settings, notes: Path, text: str) -> None:
    with pytest.raises(NotesError):
        own_notes.write(settings, notes, text, seen=own_notes.read(settings, notes).digest)
    assert notes.read_bytes() == GARDEN


def test_line_ends_and_the_mark_of_the_encoding_stay(settings: Settings) -> None:
    """A browser sends lines that end with LF."""
    notes = adopting.adopt(settings, send(settings, notes=("n.md", b"\xef\xbb\xbf# One\r\n\r\n- x\r\n")).id)
    shown = own_notes.read(settings, notes)
    assert shown.text == "# One\r\n\r\n- x\r\n"
    own_notes.write(settings, notes, "# One\n\n- y\n", seen=shown.digest)
    assert notes.read_bytes() == b"\xef\xbb\xbf# One\r\n\r\n- y\r\n"


def test_files_elsewhere_are_never_written(settings: Settings, notes: Path, tmp_path: Path) -> None:
    """Nor are those that a symlink leads to, or a folder that is one."""
    folder, other = notes.parent, tmp_path / "other.md"
    other.write_text("# Mine\n")
    (folder / "linked.md").symlink_to(other)
    (folder / "below").mkdir()
    (folder / "below" / "x.md").write_text("# Mine\n")
    os.mkfifo(folder / "pipe.md")
    (folder / "x.mp4").write_bytes(b"")
    elsewhere = [
        *(other, folder / "linked.md", folder / "below" / "x.md", folder / "pipe.md", folder / "x.mp4"),
        *(folder / ".." / "jumpnotes.db", folder / "missing.md", Path("/etc/passwd"), Path("\0.md"), folder),
    ]
    for path in elsewhere:
        assert not own_notes.is_own(settings, path)
        with pytest.raises(NotesElsewhere):
            own_notes.read(settings, path)
        with pytest.raises(NotesElsewhere):
            own_notes.write(settings, path, "# x\n", seen=sha256(b"# Mine\n").hexdigest())
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert not own_notes.is_own(settings, notes)
    assert own_notes.belongings(settings, notes) == ()
    assert (other.read_text(), (tmp_path / "moved" / notes.name).read_bytes()) == ("# Mine\n", GARDEN)


def test_a_data_folder_behind_a_symlink_is_ours(settings: Settings, tmp_path: Path) -> None:
    behind = Settings(data_dir=tmp_path / "link")
    settings.data_dir.mkdir()
    behind.data_dir.symlink_to(settings.data_dir)
    notes = adopting.adopt(behind, send(behind, notes=("n.md", GARDEN)).id)
    assert own_notes.is_own(settings, notes)
    assert own_notes.is_own(behind, notes)


def test_removed_notes_leave_nothing(settings: Settings, notes: Path) -> None:
    """Neither their versions, nor what was sent with them, nor the draft they were; others stay."""
    other = adopting.adopt(settings, send(settings, notes=("n.md", GARDEN)).id)
    (notes.parent / f"{notes.stem}.en.vtt").write_text("x")
    own_notes.remove(settings, notes)
    left = below(settings.data_dir)
    assert {name for name in left if "garden-club" in name} == {
        *(f"notes/{other.name}", f"notes-versions/{other.stem}/1.md", f"notes-versions/{other.stem}/1.json")
    }
    assert not any(notes.name.encode() in data for data in left.values())
    own_notes.remove(settings, Path("/etc/hosts"))
    assert Path("/etc/hosts").exists()
