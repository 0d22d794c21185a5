"""What a run uses for each of its notes: what was asked for, what they link to, and what lies beside them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import notes as reader
from pipeline.errors import NotesError
from pipeline.records import RunKey
from pipeline.run.given import GivenFiles, GivenForNotes
from pipeline.run.inputs import digest, source
from pipeline.run.plan import ALIGNER, RunOptions, Source, is_up_to_date, plan
from tests.conftest import CALL

LINK = "https://youtu.be/gArDenCall0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days of notes, the first with a link, and recordings elsewhere."""
    (tmp_path / "2024-03-05.md").write_text(f"# Linked\n\nRecording: {LINK}\n\n- Compost\n")
    (tmp_path / "2024-03-12.md").write_text("# Bare\n\n- Pallets\n")
    (tmp_path / "tapes").mkdir()
    return tmp_path


def put(path: Path) -> Path:
    """A recording, or a transcript."""
    if path.suffix == ".vtt":
        return Path(shutil.copy(CALL / "garden.vtt", path))
    path.write_bytes(b"sound")
    return path


def given(path: Path, key: RunKey | None = None, *, alone: bool = True, **options: object) -> GivenForNotes:
    files = GivenFiles(RunOptions(**options), [path])  # type: ignore[arg-type]
    return files.of(path, reader.read(path), key, read_from=digest(path), alone=alone)


def test_a_recording_of_the_same_name_is_that_of_notes_that_link_none(folder: Path) -> None:
    """As if they linked it; a link counts for more, and what the user names for most."""
    bare, linked = put(folder / "2024-03-12.m4a"), folder / "2024-03-05.md"
    put(folder / "2024-03-05.m4a")

    assert given(folder / "2024-03-12.md").asked.link == source(str(bare))
    assert given(folder / "2024-03-12.md").asked.media is None
    assert given(linked).asked.link == source(LINK)
    assert given(linked).asked.media is None
    named = given(folder / "2024-03-12.md", media="https://media.example/a.m4a").asked
    assert (named.link, named.media) == (None, source("https://media.example/a.m4a"))


def test_a_recording_in_a_folder_that_the_user_names_counts_for_more_than_a_link(folder: Path) -> None:
    """It was asked for; notes of which there is none there keep their link."""
    tape = put(folder / "tapes" / "2024-03-05.mp4")
    put(folder / "2024-03-12.m4a")

    asked = given(folder / "2024-03-05.md", media_dir=folder / "tapes").asked
    assert (asked.media, asked.link, asked.options.media) == (source(str(tape)), source(LINK), str(tape))
    other = given(folder / "2024-03-12.md", media_dir=folder / "tapes").asked
    assert (other.media, other.link) == (None, source(str(folder / "2024-03-12.m4a")))


def test_a_transcript_of_the_same_name_is_used(folder: Path) -> None:
    """With a link or without; one that was asked for counts for more, and so do captions that were."""
    written, path = put(folder / "2024-03-05.vtt"), folder / "2024-03-05.md"

    asked = given(path).asked
    assert (asked.options.transcript, asked.transcript) == (str(written), digest(written))
    assert given(path, transcript="captions").asked.transcript == "captions"
    assert given(path, RunKey(transcript="captions")).asked.transcript is None
    other = put(folder / "tapes" / "2024-03-05.vtt")
    other.write_text(other.read_text() + "\n")
    assert given(path, transcript_dir=folder / "tapes").asked.transcript == digest(other)


def test_only_recordings_without_a_transcript_have_to_be_heard(folder: Path) -> None:
    """How many there are is known before the run; what lies beside notes of several meetings is none of theirs."""
    linked, unlinked = folder / "2024-03-05.md", folder / "2024-03-12.md"

    def count(path: Path, times: int = 1) -> int:
        return GivenFiles(RunOptions(), [path]).count_recordings(path, times * (reader.read(path),))

    assert (count(linked), count(linked, 3), count(unlinked)) == (1, 3, 0)
    put(folder / "2024-03-12.m4a")
    put(folder / "2024-03-05.vtt")
    assert (count(linked), count(linked, 3), count(unlinked), count(unlinked, 3)) == (0, 3, 1, 0)


def test_notes_may_name_a_file_beside_them(folder: Path) -> None:
    """And are told of one that is not there, or that they may not name."""
    path, tape = folder / "2024-03-12.md", put(folder / "tapes" / "pallets.m4a")

    def named(address: str) -> GivenForNotes:
        notes = reader.read(folder / "2024-03-05.md")
        assert notes.video
        video = replace(notes.video, url=address, id=None)
        return GivenFiles(RunOptions(), [path]).of(path, replace(notes, video=video), None, read_from="")

    assert named("tapes/pallets.m4a").asked.link == source(str(tape))
    assert named("tapes/pallets.m4a").warnings == ()
    put(folder.parent / "outside.m4a")
    put(folder / "tapes" / "notes.txt")
    for address in ("/etc/passwd", "../outside.m4a", "tapes/notes.txt"):
        assert named(address).asked.link is None
        assert address in named(address).warnings[0]
    gone = named("tapes/gone.m4a")
    assert gone.asked.link == Source(str(folder / "tapes/gone.m4a"), str(folder / "tapes/gone.m4a"), missing=True)
    assert "tapes/gone.m4a" in gone.warnings[0]


def test_one_recording_is_not_that_of_several_meetings(folder: Path) -> None:
    """Neither one that is given nor one of the file's name; captions are each meeting's own."""
    path = folder / "2024-03-12.md"
    put(folder / "2024-03-12.m4a")

    assert given(path, alone=False).asked.link is None
    assert given(path, alone=False, transcript="captions").asked.transcript == "captions"
    with pytest.raises(NotesError, match="holds several meetings"):
        given(path, alone=False, media="a.m4a")
    with pytest.raises(NotesError, match="holds several meetings"):
        given(path, alone=False, transcript="a.vtt")


# -- later runs --------------------------------------------------------------------------------------------------------


def after(path: Path, known: RunKey | None = None) -> RunKey:
    """What a complete run is remembered by."""
    from pipeline.run.plan import Known

    return plan(Known(key=known), given(path, known).asked).key


def is_done(path: Path, key: RunKey) -> bool:
    return is_up_to_date(key, GivenFiles(RunOptions(), [path]).again(path, key))


def test_a_file_that_comes_later_is_noticed(folder: Path) -> None:
    """And one that changes; one that goes is not missed, as what was heard is kept."""
    path = folder / "2024-03-12.md"
    key = after(path)
    assert is_done(path, key)
    tape = put(folder / "2024-03-12.m4a")
    assert not is_done(path, key)
    key = after(path, key)
    assert is_done(path, key)
    tape.write_bytes(b"another sound")
    assert not is_done(path, key)
    key = after(path, key)
    written = put(folder / "2024-03-12.vtt")
    assert not is_done(path, key)
    key = after(path, key)
    for file in (tape, written):
        assert is_done(path, key)
        file.unlink()
    assert is_done(path, key)


def test_a_file_that_notes_name_is_noticed_when_it_comes(folder: Path) -> None:
    """Though the notes are as they were; and when it is another. One that goes is not missed."""
    path, tape = folder / "2024-03-12.md", folder / "tapes" / "pallets.m4a"
    key = RunKey(digest(path), ALIGNER, link=str(tape))
    assert is_done(path, key)
    put(tape)
    assert not is_done(path, key)
    key = replace(key, link=source(str(tape)).key)
    assert is_done(path, key)
    tape.write_bytes(b"another sound")
    assert not is_done(path, key)
    tape.unlink()
    assert is_done(path, key)


def test_what_the_user_chose_before_is_not_replaced_by_what_lies_there(folder: Path) -> None:
    """Until the notes link something else."""
    path = folder / "2024-03-12.md"
    key = RunKey(digest(path), ALIGNER, source="/tapes/a.m4a", media="/tapes/a.m4a 5 1")
    put(folder / "2024-03-12.m4a")

    assert is_done(path, key)
    assert given(path, key).asked.link is None
    assert given(path, replace(key, link="an earlier link")).asked.link is not None


def test_a_link_in_unchanged_notes_is_not_compared_with_what_lies_there(folder: Path) -> None:
    """Nothing has to be read to know that there is nothing to do."""
    path = folder / "2024-03-05.md"
    key = after(path)
    put(folder / "2024-03-05.m4a")

    assert is_done(path, key)
