"""Taken out means taken out: no file of the data folder has the words of a passage, and nothing else is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import filelock
import pytest

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import Busy, InvalidPassage
from pipeline.forget import belongings, forget
from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    Keyword,
    Mishearing,
    Origin,
    Recording,
    RemovedPassage,
    Segment,
    Transcript,
    UncoveredSpan,
    Word,
)
from pipeline.redact import finish, finish_all, redact, unfinished
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.spelling import suggest
from pipeline.store import AlignmentInputs
from pipeline.store.transcripts import replace_segments
from tests.pipeline.store.old_databases import load
from tests.pipeline.test_audio import write
from tests.pipeline.test_forget import found, opened

SLUG = "call"
SECRETS = ("murmeltier", "zirbelkiefer", "ottokar", "vogelwarte")
"""Two words that are said in the passage, who alone says them, and what others call him."""

NOTES = """# Call

Recording: https://example.org/call.mp3

## Trees

They grow slowly.

## Transcript

00:00:01 Nora: The meadow is green.

00:00:02 Ottokar: A murmeltier under the zirbelkiefer.

00:00:03 Nora: The meadow is dry.

00:00:04 Nora: So much for the meadow.
"""

PASSAGE = RemovedPassage(2.1, 2.4, "a private matter")


def spoken(text: str, start: float, speaker: str) -> Segment:
    pieces = text.split()
    length = 0.9 / len(pieces)
    words = tuple(Word(start + at * length, start + (at + 1) * length, piece) for at, piece in enumerate(pieces))
    return Segment(start, start + 0.9, text, words, speaker)


SAID = Transcript(
    "en",
    Origin.ASR,
    "tiny.en",
    (
        spoken("The meadow is green", 1.0, "Nora"),
        replace(spoken("murmeltier zirbelkiefer", 2.0, "Ottokar"), words=()),
        spoken("The meadow is dry", 3.0, "Nora"),
    ),
    6.0,
)


def later(seconds: float) -> Transcript:
    """The same, at other times: in a part of the recording, in another one, or by another clock."""
    moved = (replace(each, start=each.start + seconds, end=each.end + seconds, words=()) for each in SAID.segments)
    return replace(SAID, segments=tuple(moved))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    """A meeting that has said the secrets wherever something can be kept."""
    archive = opened(settings)
    fill(archive, settings)
    yield archive
    archive.close()


def fill(archive: Archive, settings: Settings) -> None:
    store = archive.store
    store.claim("/notes/trees.md", SLUG)
    read = replace(reader.parse(NOTES, name="call.md"), slug=SLUG)
    assert read.transcript is not None
    run = store.save_notes(read)
    store.save_recording(SLUG, Recording("https://example.org/other.mp3", "Other", 50.0), key="other")
    store.save_transcript(SLUG, later(2.5), key="other's")
    settings.media_dir.mkdir()
    media = write(settings.media_dir / "call.mp3", codec="mp3", rate=16_000)
    description = {"source": "https://example.org/call.mp3", "title": "Call", "bytes": media.stat().st_size}
    media.with_suffix(".json").write_text(json.dumps(description))
    store.save_recording(SLUG, Recording("https://example.org/call.mp3", "Call", 6.0, str(media)), key="k")
    store.save_transcript(SLUG, later(2.5), key="part", of_part=True)
    store.save_transcript(SLUG, replace(later(1.5), origin=Origin.IMPORT), key="file")  # by a clock that was wrong
    doubtful = replace(
        SAID, warnings=("line 2: “murmeltier” is odd", "no speakers in line 9"), doubts=("zirbelkiefer",)
    )
    heard = store.save_transcript(SLUG, doubtful, key="sound")
    block = next(block for block in read.blocks if block.text == "Trees")
    store.save_alignments(
        SLUG,
        (Alignment(block.id, 2.0, 3.5, 0.9, Basis.MATCH, ("murmeltier", "green")),),
        AlignmentInputs(run, heard, "9"),
        (Mishearing(2.1, 2.3, "Trees", "zirbelkiefer", 0.9), Mishearing(1.0, 1.2, "Trees", "meadow", 0.9)),
        (UncoveredSpan(1.0, 4.0, (Keyword("murmeltier", 2.1), Keyword("meadow", 1.3))),),
    )
    store.name_speakers(SLUG, {"Ottokar": "Vogelwarte", "Nora": "Nora Feld"}, "Ana")
    store.fail(SLUG, Failure("aligning", "odd: murmeltier", "", False, datetime(2024, 1, 1, tzinfo=UTC)))
    for folder, name in ((settings.checkpoint_dir, "call.jsonl"), (settings.vector_dir, "call.vectors")):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("murmeltier ottokar")


def take_out(archive: Archive, settings: Settings) -> None:
    redact(archive, settings, SLUG, [PASSAGE], "Ana")
    assert finish(archive, settings) == ()


def test_nothing_of_it_is_left_in_any_file(archive: Archive, settings: Settings) -> None:
    """Not in a row, a free page, the log, an index or its stems, a checkpoint, a vector; the rest is all there."""
    assert found(settings, SECRETS) == set(SECRETS)

    take_out(archive, settings)

    assert found(settings, (*SECRETS, "meadow", "nora feld", "private matter")) == {
        *("meadow", "nora feld", "private matter"),
    }
    meeting = archive.store.meeting(SLUG)
    assert meeting.transcript is not None
    assert [each.text for each in meeting.transcript.segments] == ["The meadow is green", "The meadow is dry"]
    assert meeting.transcript.removed == (RemovedPassage(2.0, 2.9, "a private matter"),)
    assert meeting.transcript.warnings == ("no speakers in line 9",)
    (link,) = meeting.alignments.values()
    assert (link.start, link.end, link.evidence) == (2.0, 3.5, ())
    assert [each.heard for each in meeting.mishearings] == ["meadow"]
    assert [word.text for each in meeting.uncovered for word in each.keywords] == ["meadow"]
    assert meeting.failure is not None
    assert meeting.failure.stage == "aligning"
    assert "Trees" in [block.text for block in meeting.notes.blocks]
    assert meeting.notes.source.count("\n") == NOTES.count("\n")


def test_nothing_is_left_in_a_database_that_was_upgraded(settings: Settings) -> None:
    """Whichever version began it."""
    load(settings.database_file, "0001")
    archive = opened(settings)
    fill(archive, settings)
    assert found(settings, SECRETS) == set(SECRETS)
    take_out(archive, settings)
    assert found(settings, SECRETS) == set()
    archive.close()


def test_no_search_finds_or_suggests_it(archive: Archive, settings: Settings) -> None:
    """At once, before any file is rewritten."""
    archive.store.name_speakers(SLUG, {"Vogelwarte": "", "Nora Feld": ""}, "Ana")
    assert search(archive.index, "murmeltier")
    assert suggest(archive.index, "murmeltir") == "murmeltier"
    redact(archive, settings, SLUG, [PASSAGE], "Ana")
    for _ in range(2):
        assert not [hit for hit in search(archive.index, "murmeltier") if not hit.missing]
        assert suggest(archive.index, "murmeltir") is None
        assert search(archive.index, "meadow")
        finish(archive, settings)


def test_what_is_stored_later_loses_it_as_it_is_stored(archive: Archive, settings: Settings) -> None:
    """Another transcript, links that were made before, the notes with their transcript, a part of the recording."""
    take_out(archive, settings)
    store = archive.store
    read = replace(reader.parse(NOTES + "\nMore.\n", name="call.md"), slug=SLUG)
    run = store.save_notes(read)
    heard = store.save_transcript(SLUG, replace(SAID, model="base.en"), key="again")
    store.save_transcript(SLUG, later(2.5), key="part", of_part=True)
    block = next(store.meeting(SLUG).notes.blocks)
    link = Alignment(block.id, 2.0, 3.0, 0.9, Basis.MATCH, ("murmeltier",))
    misheard = Mishearing(2.1, 2.3, "x", "zirbelkiefer", 0.9)
    store.save_alignments(SLUG, (link,), AlignmentInputs(run, heard, "9"), (misheard,))

    assert found(settings, SECRETS) == set()
    assert len(store.meeting(SLUG).alignments) == 1
    assert store.save_notes(read) == run


def test_it_holds_for_the_recording(archive: Archive, settings: Settings) -> None:
    """Under its key, with parts added to it, from elsewhere and as long; not for another one.

    Where only the transcript tells how long a recording is, that is known before the transcript is stored.
    """
    redact(archive, settings, SLUG, [PASSAGE], "Ana")
    kept = [("k", 6.0, False), ("k + more", 60.0, False), ("elsewhere", 7.0, False), ("another", 50.0, True)]
    for key, duration, is_in_it in [*kept, ("of unknown length", None, False)]:
        archive.store.save_recording(SLUG, Recording("https://example.org/x.mp3", "Call", duration), key=key)
        archive.store.save_transcript(SLUG, SAID, key="again")
        stored = archive.store.transcript(SLUG)
        assert stored is not None
        assert any("murmeltier" in each.text for each in stored.record.segments) is is_in_it
        assert bool(stored.record.removed) is not is_in_it
        assert [each.applies for each in archive.store.redactions(SLUG)] == [not is_in_it]


def test_parts_in_another_order_are_another_recording(archive: Archive, settings: Settings) -> None:
    """Though they are as long together: the passage would take out other words, and leave its own."""
    store = archive.store
    for order in (("youtube a", "youtube b"), ("youtube b", "youtube a")):
        store.save_recording(SLUG, Recording("x", "Call", 6.0), key=" + ".join(order))
        store.save_transcript(SLUG, SAID, key="k")
        if order[0].endswith("a"):
            redact(archive, settings, SLUG, [PASSAGE], "Ana")
    stored = store.transcript(SLUG)
    assert stored is not None
    assert (len(stored.record.segments), stored.record.removed) == (3, ())
    assert [each.applies for each in store.redactions(SLUG)] == [False]


def test_words_that_are_in_a_row_again_are_taken_out_again(archive: Archive, settings: Settings) -> None:
    """Whatever brought them there: whoever finishes what is left looks at rows as well as at files."""
    take_out(archive, settings)
    with archive.store._write(SLUG) as meeting:
        replace_segments(meeting.db, meeting.transcript_row.id, SAID)  # type: ignore[union-attr]
    assert SECRETS[0] in found(settings, SECRETS)
    assert unfinished(archive.store, settings) == (SLUG,)

    assert finish(archive, settings) == ()

    assert found(settings, SECRETS) == set()
    assert unfinished(archive.store, settings) == ()


def test_a_recording_under_another_key_keeps_it(archive: Archive, settings: Settings) -> None:
    """A file that has moved."""
    take_out(archive, settings)
    stored = archive.store.recording(SLUG, audible=False)
    assert stored is not None
    archive.store.move_recording(SLUG, stored.record, "k", "moved")
    archive.store.save_recording(SLUG, replace(stored.record, duration=60.0), key="moved")
    assert [each.applies for each in archive.store.redactions(SLUG)] == [True]


@pytest.mark.parametrize(
    "place", ["pipeline.redact._clean_files", "pipeline.refresh.Archive.scrub", "pipeline.redact.mute"]
)
def test_who_is_killed_leaves_it_to_the_next(
    archive: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Nothing shows the words, the recording is not played, and what is left in files goes with the next command."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, die)
        with pytest.raises(KeyboardInterrupt):
            take_out(archive, settings)
    stored = archive.store.recording(SLUG)
    assert stored is not None
    assert stored.record.withheld is place.startswith("pipeline.redact")
    assert unfinished(archive.store, settings) == (SLUG,)

    assert finish(archive, settings) == ()

    assert found(settings, SECRETS) == set()
    assert unfinished(archive.store, settings) == ()
    again = archive.store.recording(SLUG)
    assert again is not None
    assert not again.record.withheld


def test_a_meeting_that_is_being_run_is_left_alone(archive: Archive, settings: Settings) -> None:
    """As it is when it is to be forgotten; where a run begins afterwards, the rest waits for it."""
    with filelock.FileLock(settings.checkpoint_dir / f"{SLUG}.lock"):
        with pytest.raises(Busy, match="nothing was taken out"):
            redact(archive, settings, SLUG, [PASSAGE], "Ana")
        archive.store.redact(SLUG, [PASSAGE], "Ana")
        (left,) = finish(archive, settings)
        assert (left.slug, type(left.error)) == (SLUG, Busy)
    assert finish(archive, settings) == ()


def test_two_who_finish_at_once_do_not_complain(
    archive: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits a little, and finds that the first has done it all."""
    archive.store.redact(SLUG, [PASSAGE], "Ana")
    lock = filelock.FileLock(settings.checkpoint_dir / f"{SLUG}.lock")
    waited: list[float] = []

    def finish_it(seconds: float) -> None:
        waited.append(seconds)
        lock.release()
        assert finish(archive, settings) == ()

    monkeypatch.setattr("pipeline.redact.time.sleep", finish_it)
    with lock:
        assert finish_all(archive, settings) == ()
    assert len(waited) == 1


def test_what_is_no_passage_takes_nothing_out(archive: Archive) -> None:
    """Nor do those beside it."""
    for start, end in [(3.0, 2.0), (2.0, 2.0), (-1.0, 2.0), (6.0, 7.0), (float("nan"), 2.0)]:
        with pytest.raises(InvalidPassage):
            archive.store.redact(SLUG, [PASSAGE, RemovedPassage(start, end)], "Ana")
    assert archive.store.redactions(SLUG) == ()


def test_a_meeting_that_is_forgotten_takes_what_was_taken_out_along(archive: Archive, settings: Settings) -> None:
    """What is noted of it, and of its muted recording."""
    take_out(archive, settings)
    forget(archive, settings, belongings(archive, settings, [SLUG]))
    assert archive.store.redacted_slugs() == ()
    assert list(settings.media_dir.rglob("*call*")) == []
    assert found(settings, ("private matter",)) == set()
