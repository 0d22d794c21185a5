"""Whatever is run again, it hears nothing of what was taken out, and brings none of it back."""

from __future__ import annotations

import shutil
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline import cues
from pipeline.audio import SAMPLE_RATE
from pipeline.config import Settings
from pipeline.fetch.files import find_fetched, keep
from pipeline.fetch.sources import RemoteSource, parse_source
from pipeline.records import Meeting, Recording, RemovedPassage
from pipeline.redact import finish, redact
from pipeline.refresh import Archive
from pipeline.run.plan import Stage
from pipeline.run.runner import RunState
from tests.conftest import CALL
from tests.pipeline.run.own_transcripts import GARDEN, Stand, go, said, whole
from tests.pipeline.test_audio import listen

WORD = "umbrella"  # of what Tomasz says from 0:10.85 to 0:15.85
PASSAGE = RemovedPassage(12.0, 13.0, "weather")
VTT = str(CALL / "garden.vtt")


def take_out(archive: Archive, settings: Settings, meeting: Meeting) -> None:
    assert WORD in text_of(meeting)
    redact(archive, settings, meeting.notes.slug, [PASSAGE], "Ana")
    assert finish(archive, settings) == ()


def text_of(meeting: Meeting) -> str:
    return " ".join(each.text for each in said(meeting).segments)


def noisy(path: str, loudness: int = 9000) -> None:
    """Let a recording of 170 seconds be full of sound."""
    with wave.open(path, "wb") as opened:
        opened.setparams((1, 2, 8000, 0, "NONE", ""))
        opened.writeframes((np.sin(np.arange(8000 * 170)) * loudness).astype("<i2").tobytes())


def is_silent(file: str | Path) -> bool:
    sound = listen(Path(file))
    beside, within = sound[9 * SAMPLE_RATE : 10 * SAMPLE_RATE], sound[11 * SAMPLE_RATE : 15 * SAMPLE_RATE]
    return bool(np.abs(beside).max() > 0.1 and np.abs(within).max() < 0.01)


def test_a_passage_goes_where_its_words_are_by_another_clock(
    archive: Archive, settings: Settings, notes: Path, tape: str
) -> None:
    """A transcript of somebody's own, read by other offsets, or anew: the same words are out, and no others go."""
    ((first,), _) = go(archive.store, settings, notes, media=tape, transcript=VTT, offset="0")
    take_out(archive, settings, whole(first))
    rest = [each.text for each in said(whole(first)).segments if WORD not in each.text]
    steps = [("10", None, 20.85), ("-60", Stage.TRANSCRIBE, None), ("-5", Stage.TRANSCRIBE, 5.85), ("0", None, 10.85)]
    for offset, force, start in steps:
        again = {"transcript": VTT, "force": force} if force else {}
        ((outcome,), _) = go(archive.store, settings, notes, offset=offset, **again)
        given = archive.store.transcript(whole(outcome).notes.slug, as_given=True)
        assert given is not None
        assert [each.text for each in given.record.segments] == rest
        assert [each.start for each in said(whole(outcome)).removed] == (
            [] if start is None else [pytest.approx(start)]
        )


def test_a_run_warns_where_the_recording_is_another(archive: Archive, settings: Settings, notes: Path) -> None:
    """What was taken out is in it, as nobody can say where."""
    one, other = (str(notes.parent / name) for name in ("one.wav", "other.wav"))
    for path, seconds in ((one, 170), (other, 300)):
        with wave.open(path, "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(2 * 8000 * seconds))
    ((first,), _) = go(archive.store, settings, notes, media=one, transcript=VTT, offset="0")
    take_out(archive, settings, whole(first))
    ((second,), told) = go(archive.store, settings, notes, media=other, transcript=VTT, offset="0")
    assert WORD in text_of(whole(second))
    assert any("1 passage that was taken out is of another recording" in each for each in told.said)


def test_speech_recognition_hears_a_muted_copy_of_a_file_that_is_somebodys_own(
    archive: Archive, settings: Settings, notes: Path, tape: str, recogniser: Stand
) -> None:
    """Also another model, and after the file has moved. The file stays as it is."""
    noisy(tape)
    ((first,), _) = go(archive.store, settings, notes, media=tape)
    before = Path(tape).read_bytes()
    take_out(archive, settings, whole(first))
    ((settled,), _) = go(archive.store, settings, notes)
    ((anew,), _) = go(archive.store, settings, notes, force=Stage.TRANSCRIBE)
    ((other,), _) = go(archive.store, settings, notes, model="base.en")
    moved = str(shutil.move(tape, notes.parent / "moved.wav"))
    ((last,), _) = go(archive.store, settings, notes, media=moved, force=Stage.TRANSCRIBE)

    assert settled.state is RunState.UNCHANGED
    assert recogniser.asked[0] == tape
    assert len(recogniser.asked) == 4
    assert all(is_silent(file) for file in recogniser.asked[1:])
    for meeting in map(whole, (anew, other, last)):
        assert WORD not in text_of(meeting)
        assert [each.reason for each in said(meeting).removed] == ["weather"]
        assert meeting.recording is not None
        assert is_silent(str(meeting.recording.media))
    assert Path(moved).read_bytes() == before


def test_links_are_found_by_what_is_left(
    archive: Archive, settings: Settings, notes: Path, tape: str, recogniser: Stand
) -> None:
    """Not by what the speech model of this run has heard, if the recording could not be muted for it."""
    ((first,), _) = go(archive.store, settings, notes, media=tape)
    redact(archive, settings, whole(first).notes.slug, [RemovedPassage(66.0, 100.0)], "Ana")
    ((heard,), _) = go(archive.store, settings, notes, force=Stage.TRANSCRIBE)
    ((aligned,), _) = go(archive.store, settings, notes, force=Stage.ALIGN)
    assert whole(heard).alignments == whole(aligned).alignments != whole(first).alignments


def test_a_transcript_that_is_given_again_loses_it_again(
    archive: Archive, settings: Settings, notes: Path, tmp_path: Path
) -> None:
    """Also one in another format, or of another clock."""
    ((first,), _) = go(archive.store, settings, notes, transcript=VTT)
    take_out(archive, settings, whole(first))
    later = tmp_path / "later.srt"
    moved = (replace(each, start=each.start + 60, end=each.end + 60) for each in GARDEN.segments)
    later.write_text(cues.write(replace(GARDEN, segments=tuple(moved)), "srt"))

    ((same,), _) = go(archive.store, settings, notes, transcript=VTT, force=Stage.TRANSCRIBE)
    ((other,), _) = go(archive.store, settings, notes, transcript=str(later), offset="-60")

    for meeting in map(whole, (same, other)):
        assert WORD not in text_of(meeting)
        assert "everybody hear me" in text_of(meeting)
        assert cues.write(said(meeting), "vtt").count("[removed: weather]") == 1


def test_another_recording_has_all_of_its_own(
    archive: Archive, settings: Settings, notes: Path, tape: str, recogniser: Stand, tmp_path: Path
) -> None:
    """Nobody knows where in it the same is said."""
    ((first,), _) = go(archive.store, settings, notes, media=tape)
    take_out(archive, settings, whole(first))
    other = tmp_path / "other.wav"
    with wave.open(str(other), "wb") as opened:
        opened.setparams((1, 2, 8000, 0, "NONE", ""))
        opened.writeframes(bytes(2 * 8000 * 300))
    ((outcome,), _) = go(archive.store, settings, notes, media=str(other))

    assert WORD in text_of(whole(outcome))
    assert recogniser.asked[-1] == str(other)


def test_a_recording_that_is_fetched_again_is_muted_again(
    archive: Archive, settings: Settings, notes: Path, recogniser: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fetched file itself is: it still counts as whole, and is withheld from players until it is done."""
    address = "https://media.example/call.wav"
    notes.write_text(notes.read_text().replace("https://youtu.be/gArDenCall0", address))
    remote = parse_source(address)
    assert isinstance(remote, RemoteSource)

    def fetched(_source: str, *, into: Path, **_options: object) -> Recording:
        into.mkdir(exist_ok=True)
        file = into / "download.wav"
        noisy(str(file))
        return keep(Recording(address, "Call", 170.0), file, into, remote.file_stem)

    monkeypatch.setattr("pipeline.fetch.recording", fetched)
    ((first,), _) = go(archive.store, settings, notes)
    take_out(archive, settings, whole(first))
    media = Path(recogniser.asked[0])
    assert is_silent(media)
    assert find_fetched(remote, settings.media_dir) is not None
    fetched(address, into=settings.media_dir)
    between = archive.store.recording(whole(first).notes.slug)
    assert between is not None
    assert between.record.withheld

    ((again,), _) = go(archive.store, settings, notes, force=Stage.FETCH)

    assert is_silent(media)
    assert WORD not in text_of(whole(again))
    assert find_fetched(remote, settings.media_dir) is not None


def test_each_part_of_a_recording_is_muted_where_the_passage_is_in_it(
    archive: Archive, settings: Settings, notes: Path, recogniser: Stand
) -> None:
    """By its own clock; what was heard in the parts is not kept by itself any more."""
    files = [notes.parent / f"{number}.wav" for number in (1, 2)]
    for number, file in enumerate(files):
        noisy(str(file), loudness=9000 - number)
    lines = "".join(f"Recording part {number}: {file.name}\n\n" for number, file in enumerate(files, 1))
    notes.write_text(notes.read_text().replace("Recording: https://youtu.be/gArDenCall0", lines))
    ((first,), _) = go(archive.store, settings, notes)
    meeting = whole(first)
    assert len(meeting.part_starts) == 2
    passage = RemovedPassage(170.0 + 12.0, 170.0 + 13.0)
    redact(archive, settings, meeting.notes.slug, [passage], "Ana")
    assert finish(archive, settings) == ()
    ((again,), _) = go(archive.store, settings, notes, force=Stage.TRANSCRIBE)

    assert recogniser.asked[:2] == [str(file) for file in files]
    assert recogniser.asked[2] == str(files[0])
    assert is_silent(recogniser.asked[3])
    assert text_of(whole(again)).count(WORD) == 1
    assert [each.start for each in said(whole(again)).removed] == [pytest.approx(180.85)]
