"""A run does what is missing, leaves what is done, and goes on after a failure."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import filelock
import numpy as np
import pytest
import sqlalchemy as sa

from pipeline import fetch, untrusted
from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.cli.loopback import serve_folder
from pipeline.config import Settings
from pipeline.errors import NotesError, RateLimited
from pipeline.notes.files import find_notes
from pipeline.records import Meeting, Origin, Recording
from pipeline.refresh import Archive
from pipeline.run import plan
from pipeline.run.plan import RunOptions, Stage
from pipeline.run.runner import Runner, RunOutcome, RunState
from pipeline.search import search
from pipeline.store import Store
from tests.conftest import CALL, ROOT
from tests.pipeline.garden import QuietReporter

VTT = str(CALL / "garden.vtt")


def go(store: Store, settings: Settings, *paths: Path, **options: object) -> tuple[list[RunOutcome], QuietReporter]:
    heard = QuietReporter()
    runner = Runner(store, settings, RunOptions(**options), heard)  # type: ignore[arg-type]
    return list(runner.run(paths)), heard


def meeting(outcome: RunOutcome) -> Meeting:
    assert outcome.meeting is not None, outcome.failure
    return outcome.meeting


def runs(store: Store, table: str) -> int:
    with store._read() as db:
        return int(db.scalar(sa.text(f"SELECT count(*) FROM {table}")))


def test_notes_and_a_transcript_become_links(store: Store, settings: Settings, notes: Path) -> None:
    """The sections open where they were talked about; what nobody spoke of has no link."""
    ((outcome,), _) = go(store, settings, notes, transcript=VTT)

    stored = meeting(outcome)
    starts = {b.text: stored.alignments[b.id].start for b in stored.notes.blocks if b.id in stored.alignments}
    confident = {b.text for b in stored.notes.blocks if (a := stored.alignments.get(b.id)) and a.confidence >= 0.5}
    assert outcome.state is RunState.LINKED
    assert starts["Watering rota"] == pytest.approx(16.45, abs=10)
    assert starts["Compost heap"] == pytest.approx(66.25, abs=10)
    assert starts["Seed swap"] == pytest.approx(114.98, abs=10)
    assert "Insurance renewal" not in confident
    assert stored.recording is not None
    assert stored.recording.video_id == "gArDenCall0"


def test_a_second_run_does_nothing(store: Store, settings: Settings, notes: Path) -> None:
    """No stage runs again, and no row is added."""
    go(store, settings, notes, transcript=VTT)
    before = [runs(store, table) for table in ("notes", "recordings", "transcripts", "alignment_runs")]

    ((outcome,), heard) = go(store, settings, notes)
    ((named,), _) = go(store, settings, notes, transcript=VTT)

    assert (outcome.state, named.state) == (RunState.UNCHANGED, RunState.UNCHANGED)
    assert heard.stages == []
    assert [runs(store, table) for table in ("notes", "recordings", "transcripts", "alignment_runs")] == before


def test_edited_notes_are_aligned_again_with_the_transcript_that_is_there(
    store: Store, settings: Settings, notes: Path
) -> None:
    """Nothing is fetched or transcribed for an edit, and the links of unchanged blocks keep their ids."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    notes.write_text(notes.read_text() + "\n## Fox\n\nSleeps behind the bean poles.\n")

    ((second,), heard) = go(store, settings, notes)

    assert heard.stages == ["aligning"]
    assert second.state is RunState.LINKED
    assert second.slug == first.slug
    assert {b.id for b in meeting(first).notes.blocks} < {b.id for b in meeting(second).notes.blocks}
    assert runs(store, "transcripts") == 1


def test_a_changed_title_keeps_the_meetings_address(store: Store, settings: Settings, notes: Path) -> None:
    """Links to the page go on working."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    notes.write_text(notes.read_text().replace("# Community garden call", "# Allotment call"))

    ((second,), _) = go(store, settings, notes)

    assert second.slug == first.slug
    assert meeting(second).notes.title == "Allotment call"


def test_force_redoes_a_stage(store: Store, settings: Settings, notes: Path) -> None:
    """--force align adds an alignment run and nothing else."""
    go(store, settings, notes, transcript=VTT)

    ((outcome,), heard) = go(store, settings, notes, force=Stage.ALIGN)

    assert outcome.state is RunState.LINKED
    assert heard.stages == ["aligning"]
    assert runs(store, "alignment_runs") == 2
    assert runs(store, "transcripts") == 1


def test_a_better_aligner_reaches_stored_meetings(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update of the aligner the next run aligns again by itself."""
    go(store, settings, notes, transcript=VTT)
    monkeypatch.setattr(plan, "ALIGNER", "next")

    ((outcome,), heard) = go(store, settings, notes)

    assert outcome.state is RunState.LINKED
    assert heard.stages == ["aligning"]


def test_one_bad_meeting_does_not_stop_the_others(store: Store, settings: Settings, notes: Path) -> None:
    """The bad one says why, the rest is done."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"# Caf\xe9\n")
    silent = notes.with_name("silent.md")
    silent.write_text("# Planning\n\nNo link here.\n")

    (outcomes, _) = go(store, settings, bad, silent)

    assert [outcome.state for outcome in outcomes] == [RunState.FAILED, RunState.NO_RECORDING]
    assert outcomes[0].failure is not None
    assert "bad.md:1" in outcomes[0].failure.message
    assert outcomes[0].failure.hint


def test_notes_without_a_recording_are_kept_and_left_in_peace(store: Store, settings: Settings, notes: Path) -> None:
    """They are no failure: they can be read and searched, and the next run skips them."""
    notes.write_text("# Planning\n\nNo link here.\n")

    ((first,), _) = go(store, settings, notes)
    ((second,), _) = go(store, settings, notes)

    assert first.state is RunState.NO_RECORDING
    assert second.state is RunState.UNCHANGED
    assert store.meeting(first.slug or "").notes.title == "Planning"


def test_a_failure_is_stored_beside_what_earlier_runs_found(store: Store, settings: Settings, notes: Path) -> None:
    """The page can show both; a good run clears it."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    broken = notes.with_name("broken.vtt")
    broken.write_text("WEBVTT\n")

    ((failed,), _) = go(store, settings, notes, transcript=str(broken))
    stored = store.meeting(first.slug or "")
    ((again,), _) = go(store, settings, notes, transcript=VTT)

    assert failed.state is RunState.FAILED
    assert stored.failure is not None
    assert stored.alignments == meeting(first).alignments
    assert meeting(again).failure is None


def test_two_runs_never_work_on_the_same_notes(store: Store, settings: Settings, notes: Path) -> None:
    """The second is told to come back, and the checkpoint of the first is safe."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    with filelock.FileLock(settings.checkpoint_dir / f"{first.slug}.lock"):
        ((second,), _) = go(store, settings, notes, force=Stage.ALIGN)

    assert second.failure is not None
    assert second.failure.retryable


def test_a_lock_that_is_held_for_a_moment_is_waited_for(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `jumpnotes list` holds it."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    lock = filelock.FileLock(settings.checkpoint_dir / f"{first.slug}.lock")
    lock.acquire()
    monkeypatch.setattr("filelock._api.time.sleep", lambda _seconds: lock.release())
    ((second,), _) = go(store, settings, notes, force=Stage.ALIGN)

    assert second.state is RunState.LINKED


def test_once_youtube_says_stop_the_rest_of_the_run_leaves_it_alone(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """YouTube stands in for itself here: one refusal, and no second request is made."""
    other = notes.with_name("other.md")
    other.write_text(notes.read_text().replace("gArDenCall0", "gArDenCall1"))
    asked: list[str] = []

    def refuse(source: str, **_options: object) -> None:
        asked.append(source)
        raise RateLimited(source, "rate-limited by YouTube")

    monkeypatch.setattr(fetch, "recording", refuse)

    (outcomes, _) = go(store, settings, notes, other)

    assert [outcome.state for outcome in outcomes] == [RunState.FAILED, RunState.FAILED]
    assert asked == ["https://youtu.be/gArDenCall0"]
    assert all(outcome.failure and outcome.failure.retryable for outcome in outcomes)


def test_a_new_recording_never_shows_the_links_of_the_old_one(
    archive: Archive, store: Store, settings: Settings, notes: Path
) -> None:
    """While the video of a changed link is not transcribed, the meeting has no transcript and no links."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    slug = first.slug or ""
    store.save_recording(
        slug, Recording("https://youtu.be/gArDenCall1", "New", 99.0, video_id="gArDenCall1"), key="youtube gArDenCall1"
    )
    between = store.meeting(slug)
    hits = search(archive.index, "compost heap", slug=slug)

    notes.write_text(notes.read_text().replace("gArDenCall0", "gArDenCall1"))
    ((second,), _) = go(store, settings, notes, transcript=VTT)

    assert (between.transcript, between.alignments) == (None, {})
    assert {hit.source for hit in hits} == {"notes"}
    assert all(hit.start is None for hit in hits)
    assert meeting(second).recording is not None
    assert meeting(second).recording.video_id == "gArDenCall1"  # type: ignore[union-attr]
    assert meeting(second).alignments


def test_a_recording_given_once_holds_for_later_runs(store: Store, settings: Settings, notes: Path, tone: Path) -> None:
    """Edited notes are aligned again without --media; a changed link asks for the new video."""
    go(store, settings, notes, transcript=VTT, media=str(tone))
    notes.write_text(notes.read_text() + "\n## Fox\n\nSleeps behind the bean poles.\n")

    ((edited,), heard) = go(store, settings, notes)
    tone.unlink()
    notes.write_text(notes.read_text() + "\nStill there.\n")
    ((gone,), _) = go(store, settings, notes)
    notes.write_text(notes.read_text().replace("gArDenCall0", "gArDenCall1"))
    ((moved,), _) = go(store, settings, notes)

    assert heard.stages == ["aligning"]
    assert meeting(edited).recording is not None
    assert meeting(edited).recording.media == str(tone)  # type: ignore[union-attr]
    assert gone.state is RunState.LINKED
    assert moved.failure is not None
    assert "gArDenCall1" in moved.failure.message


def test_what_is_asked_is_done_though_the_recording_given_before_is_gone(
    store: Store, settings: Settings, notes: Path, tone: Path
) -> None:
    """A new transcript is taken; what needs the sound says that it is gone; neither loses what is stored."""
    go(store, settings, notes, transcript=VTT, media=str(tone))
    tone.unlink()
    other = notes.with_name("other.vtt")
    other.write_text(Path(VTT).read_text().replace("compost heap", "compost bin"))

    ((imported,), _) = go(store, settings, notes, transcript=str(other))
    ((forced,), _) = go(store, settings, notes, force=Stage.TRANSCRIBE)
    ((another,), _) = go(store, settings, notes, model="tiny.en")

    transcript = meeting(imported).transcript
    assert transcript is not None
    assert any("compost bin" in segment.text for segment in transcript.segments)
    for outcome in (forced, another):
        assert outcome.failure is not None
        assert tone.name in outcome.failure.message
    assert store.meeting(imported.slug or "").transcript == transcript


def test_notes_that_can_no_longer_be_read_fail_alone(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished notes whose file lost its rights do not end the run of the others."""
    other = notes.with_name("other.md")
    other.write_text("# Planning\n\nNo link here.\n")
    go(store, settings, notes, transcript=VTT)
    read_bytes = untrusted.read_bytes

    def refused(path: Path, *, limit: int) -> bytes:
        if path.name == notes.name:
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path, limit=limit)

    monkeypatch.setattr(untrusted, "read_bytes", refused)

    (outcomes, _) = go(store, settings, notes, other)

    assert [outcome.state for outcome in outcomes] == [RunState.FAILED, RunState.NO_RECORDING]
    assert outcomes[0].failure is not None


@pytest.mark.model
def test_without_usable_captions_the_speech_is_recognised_once(
    store: Store, settings: Settings, notes: Path, speech: str
) -> None:
    """The fall-back is said, and an edit of the notes does not pay for it again."""
    local = replace(settings, allow_hosts=frozenset({"127.0.0.1"}))

    ((first,), told) = go(store, local, notes, media=speech, transcript="captions", model="tiny.en")
    notes.write_text(notes.read_text() + "\n## Fox\n\nSleeps behind the bean poles.\n")
    ((second,), heard) = go(store, local, notes, transcript="captions")

    transcript = meeting(first).transcript
    assert transcript is not None
    assert transcript.origin is Origin.ASR
    assert any("no usable captions" in text for text in told.said)
    assert "transcribing" in told.stages
    assert "transcribing" not in heard.stages
    assert second.state is RunState.LINKED


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A short recording of its own."""
    file = tmp_path / "call.wav"
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, 8000, 0, "NONE", ""))
        opened.writeframes(bytes(2 * 8000 * 3))
    return file


@pytest.fixture
def speech(tmp_path: Path) -> Iterator[str]:
    """The address of twenty seconds of the re-enactment, on a server on loopback."""
    folder = tmp_path / "served"
    folder.mkdir()
    with open_sound(ROOT / "seeds" / "reenactment.m4a") as sound, wave.open(str(folder / "call.wav"), "wb") as opened:
        opened.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        samples = np.concatenate(list(islice(sound.blocks, 40)))[: 20 * SAMPLE_RATE]
        opened.writeframes((samples * 32767).astype("<i2").tobytes())
    with serve_folder(folder) as base:
        yield f"{base}/call.wav"


def test_an_unreadable_neighbour_does_not_stop_a_run(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notes beside it are read for what recurs; one that cannot be read is left out."""
    secret = notes.with_name("secret.md")
    secret.write_text("# Secret\n")
    read_text = Path.read_text

    def refused(self: Path, *args: str, **options: str) -> str:
        if self.name == secret.name:
            raise PermissionError(13, "Permission denied", str(self))
        return read_text(self, *args, **options)

    monkeypatch.setattr(Path, "read_text", refused)

    ((outcome,), _) = go(store, settings, notes, transcript=VTT)

    assert outcome.state is RunState.LINKED


def test_folders_are_searched_for_notes(tmp_path: Path) -> None:
    """Markdown files below the folder, but no README, no hidden folder, and text files only if they are notes."""
    for name in ("a.md", "sub/b.markdown", "README.md", ".git/c.md", "d.txt", "e.txt", "f.vtt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("# A call\n" if name != "e.txt" else "a shopping list\n")

    found = [file.relative_to(tmp_path).as_posix() for file in find_notes([tmp_path])]

    assert found == ["a.md", "d.txt", "sub/b.markdown"]


def test_a_path_that_is_not_there_and_a_folder_without_notes_are_said(tmp_path: Path) -> None:
    """Both are the user's to fix."""
    with pytest.raises(NotesError, match="no such file"):
        list(find_notes([tmp_path / "nowhere"]))
    with pytest.raises(NotesError, match="no notes"):
        list(find_notes([tmp_path]))
