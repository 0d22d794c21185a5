"""Forgotten means forgotten: nothing of a meeting is in any file of the data folder, and nothing of others is lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import Busy, MeetingNotFound
from pipeline.forget import belongings, forget
from pipeline.records import Alignment, Basis, Origin, Recording, Segment, Transcript, Verdict
from pipeline.refresh import Archive
from pipeline.search import SearchIndex, search
from pipeline.store import AlignmentInputs
from tests.pipeline.search.contents import all_terms, contents

SECRETS = ("zirbelkiefer", "murmeltier", "vogelwarte", "ottokar", "bergfahrt", "edelweiss")
"""Words of the notes, of what was said, of the title and the path, of a speaker, of who corrected, and of the media."""

NOTES = """# Vogelwarte 2024-06-01

Recording: https://example.org/Bergfahrt.mp3

## Zirbelkiefer

They grow slowly.
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def opened(settings: Settings) -> Archive:
    """An archive in an SQLite that leaves what is deleted where it was; some builds overwrite it at once."""
    archive = Archive.open(settings)
    with archive.store._read() as db:
        db.exec_driver_sql("PRAGMA secure_delete=OFF")
    return archive


def store_meeting(archive: Archive, slug: str, notes: str, said: str, *, media: str | None = None) -> None:
    """Notes in two versions, a recording, a transcript, a link and a correction."""
    store = archive.store
    store.claim(f"/notes/{slug}.md", slug, slug)
    read = replace(reader.parse(notes, name=f"{slug}.md"), slug=slug)
    store.save_notes(replace(read, title=f"{read.title}, draft"))
    run = store.save_notes(read)
    store.save_recording(slug, Recording("https://example.org/Bergfahrt.mp3", slug, 60.0, media), key="k")
    heard = Transcript("en", Origin.ASR, "tiny.en", (Segment(0.0, 5.0, said, (), f"{slug.title()} Ottokar"),), 60.0)
    spoken = store.save_transcript(slug, heard, key=slug)
    block = [block for block in read.blocks if block.text][-1]
    store.save_alignments(
        slug, (Alignment(block.id, 1.0, 4.0, 0.9, Basis.MATCH, (said,)),), AlignmentInputs(run, spoken, "4")
    )
    first = store.correct(slug, block.id, Verdict.TIME, 2.0, f"Edelweiss {slug}", seen=None)
    store.undo(slug, first.id, f"Edelweiss {slug}")


def fill(archive: Archive, settings: Settings) -> None:
    settings.media_dir.mkdir()
    for name in ("secret", "shared"):
        (settings.media_dir / f"{name}-bergfahrt.mp3").write_bytes(b"bergfahrt sounds")
        (settings.media_dir / f"{name}-bergfahrt.json").write_text('{"title": "bergfahrt"}')
    settings.checkpoint_dir.mkdir()
    for name in ("vogelwarte.lock", "vogelwarte.jsonl", "vogelwarte.5f1c.jsonl"):
        (settings.checkpoint_dir / name).write_text("murmeltier")
    settings.vector_dir.mkdir()
    (settings.vector_dir / "vogelwarte.vectors").write_text("zirbelkiefer")
    media = str(settings.media_dir / "secret-bergfahrt.mp3")
    store_meeting(archive, "vogelwarte", NOTES, "the murmeltier whistles", media=media)
    long = " ".join(f"word{number}" for number in range(3_000))
    store_meeting(archive, "long", f"# Long\n\n## Talk\n\n{long}\n", long)
    for number in range(8):  # so that pages are shared
        plain = f"# Plain {number}\n\n## Topic {number}\n\nNothing of note number {number}.\n"
        store_meeting(archive, f"plain-{number}", plain.replace("Edelweiss", ""), f"plain words {number} are said")


def found(settings: Settings, words: tuple[str, ...]) -> set[str]:
    """The words that are in a file of the data folder, or in the name of one."""
    files = [file for file in settings.data_dir.rglob("*") if file.is_file()]
    assert files
    content = b"\n".join([*(file.read_bytes() for file in files), *(bytes(file) for file in files)]).lower()
    return {word for word in words if word.encode() in content or word in indexed(settings)}


def indexed(settings: Settings) -> str:
    """What is in the search index, whose files are compressed: stored, in a term, or left of what was deleted."""
    folders = [folder for folder in settings.search_index.iterdir() if folder.is_dir()]
    assert len(folders) == 1
    index = SearchIndex(settings.search_index)
    with index.reading() as snapshot:
        terms = {term for _, term in all_terms(snapshot)}
    stored = [stored.decode("utf-8", "replace") for stored, *_ in contents(index).documents]
    return " ".join([*terms, *stored, *contents(index).entries]).lower()


def test_nothing_is_left_in_any_file(settings: Settings) -> None:
    """Not in a free page, the log, an index or its stems, which are those of German, a checkpoint, a medium, a lock."""
    archive = opened(replace(settings, language="german"))
    fill(archive, settings)
    words = (*SECRETS[:3], "vogelwarte ottokar", "bergfahrt", "edelweiss vogelwarte")
    assert found(settings, words) == set(words)
    before = archive.store.meeting("plain-7")

    (meeting,) = belongings(archive, settings, ["vogelwarte"])
    forget(archive, settings, [meeting])

    assert (meeting.title, meeting.corrections, meeting.transcripts) == ("Vogelwarte 2024-06-01", 2, 1)
    assert [file.name for file in meeting.media] == ["secret-bergfahrt.mp3"]
    left = found(settings, words)
    assert left == {"bergfahrt"}  # of the other recording
    assert archive.store.meeting("plain-7") == before
    assert len(archive.store.meetings()) == 9
    assert search(archive.index, "murmeltier") == ()
    assert len(search(archive.index, '"number 7"')) == 1
    assert archive.store.find_damage() is None
    assert archive.index.find_damage() is None
    with pytest.raises(MeetingNotFound):
        belongings(archive, settings, ["vogelwarte"])
    archive.close()
    assert found(settings, words) == left


def test_media_that_only_forgotten_meetings_use_go_with_them(settings: Settings) -> None:
    """Also those that came after somebody was told what would be deleted."""
    archive = Archive.open(settings)
    settings.media_dir.mkdir()
    shared, late = settings.media_dir / "shared.mp3", settings.media_dir / "late.mp3"
    for file in (shared, late):
        file.write_bytes(b"sound")
    for slug in ("one", "two"):
        store_meeting(archive, slug, NOTES, "words", media=str(shared))
    store_meeting(archive, "three", NOTES, "words")
    slugs = ("one", "two", "three")

    told = belongings(archive, settings, slugs)
    archive.store.save_recording("three", Recording("https://example.org/l.mp3", "L", 60.0, str(late)), key="l")
    forget(archive, settings, told)

    assert [meeting.media for meeting in told] == [(shared,), (shared,), ()]
    assert not shared.exists()
    assert not late.exists()


def test_media_of_another_meeting_and_peoples_own_files_stay(settings: Settings, tmp_path: Path) -> None:
    """A file goes with the last meeting that uses it, and one outside the data folder is not ours."""
    archive = Archive.open(settings)
    settings.media_dir.mkdir()
    shared, own = settings.media_dir / "shared.mp3", tmp_path / "own.mp3"
    for file in (shared, own):
        file.write_bytes(b"sound")
    for slug, media in (("one", shared), ("two", shared), ("three", own)):
        store_meeting(archive, slug, NOTES, "words", media=str(media))

    (one,) = belongings(archive, settings, ["one"])
    forget(archive, settings, belongings(archive, settings, ["one", "three"]))
    stayed = shared.exists()
    (last,) = belongings(archive, settings, ["two"])
    forget(archive, settings, [last])

    assert (one.media, one.other_media) == ((), (shared,))
    assert (last.media, last.media_bytes) == ((shared,), 0)
    assert stayed
    assert not shared.exists()
    assert own.exists()
    archive.close()


def test_a_file_of_two_meetings_goes_with_both_at_once(settings: Settings) -> None:
    """Though each of them, alone, would leave it to the other."""
    archive = Archive.open(settings)
    settings.media_dir.mkdir()
    shared = settings.media_dir / "shared.mp3"
    shared.write_bytes(b"sound")
    slugs = ("one", "two")
    for slug in slugs:
        store_meeting(archive, slug, NOTES, "words", media=str(shared))

    forget(archive, settings, belongings(archive, settings, slugs))

    assert not shared.exists()
    archive.close()


def test_a_meeting_is_known_until_its_files_are_gone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is interrupted, or may not delete a file, says the same again; nobody else would know of the files."""
    archive = Archive.open(settings)
    fill(archive, settings)

    def refused(_media: Path) -> None:
        raise PermissionError(13, "Permission denied")

    meetings = belongings(archive, settings, ["vogelwarte"])
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.forget._delete_media", refused)
        with pytest.raises(PermissionError):
            forget(archive, settings, meetings)
    forget(archive, settings, belongings(archive, settings, ["vogelwarte"]))

    assert found(settings, SECRETS[:3]) == set()
    archive.close()


def test_what_an_interrupted_download_left_goes_too(settings: Settings) -> None:
    """Though no recording was ever stored."""
    from pipeline.fetch.sources import RemoteSource, parse_source

    archive = Archive.open(settings)
    source = parse_source("https://example.org/Bergfahrt.mp3")
    assert isinstance(source, RemoteSource)
    unfinished, lock = settings.media_dir / f".{source.file_stem}", settings.media_dir / ".locks"
    unfinished.mkdir(parents=True)
    lock.mkdir()
    (lock / f"{source.file_stem}.lock").touch()
    (unfinished / "part").write_bytes(b"half")
    archive.store.claim("/notes/a.md", "vogelwarte", "a")
    archive.store.save_notes(replace(reader.parse(NOTES, name="a.md"), slug="vogelwarte"))

    forget(archive, settings, belongings(archive, settings, ["vogelwarte"]))

    assert found(settings, SECRETS) == set()
    assert list(lock.iterdir()) == []
    archive.close()


def test_a_meeting_that_is_worked_on_is_not_forgotten(settings: Settings) -> None:
    """Nothing is deleted of any that were named."""
    archive = Archive.open(settings)
    fill(archive, settings)
    meetings = belongings(archive, settings, ("plain-1", "vogelwarte"))

    with filelock.FileLock(settings.checkpoint_dir / "vogelwarte.lock"), pytest.raises(Busy):
        forget(archive, settings, meetings)

    assert len(archive.store.meetings()) == 10
    archive.close()


def test_a_reader_in_the_way_is_told_of_and_the_rest_is_done_later(settings: Settings) -> None:
    """The meeting is gone at once; what is left of it in the file goes once nobody reads an older state."""
    archive = Archive.open(settings, timeout_seconds=0.1)
    fill(archive, settings)
    other = sqlite3.connect(settings.database_file, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM meetings").fetchone()

    with pytest.raises(Busy, match="reading"):
        forget(archive, settings, belongings(archive, settings, ["vogelwarte"]))
    gone = {summary.slug for summary in archive.store.meetings()}
    other.close()
    archive.scrub()

    assert "vogelwarte" not in gone
    assert found(settings, SECRETS[:3]) == set()
    archive.close()


def test_another_process_hears_of_it_and_its_index_forgets_as_well(settings: Settings) -> None:
    """Though the name of the meeting is told to nobody."""
    archive, other = Archive.open(settings), Archive.open(settings)
    store_meeting(archive, "vogelwarte", NOTES, "the murmeltier whistles")
    before = other.store.last_change()
    archive.store._listeners.clear()

    archive.forget("vogelwarte")
    told = other.store.changes(before)
    other.refresh()

    assert told == (before + 1, ("",))
    assert search(other.index, "murmeltier") == ()
    assert other.store.last_change("vogelwarte") == 0
    archive.close()
    other.close()
