"""A run does what is missing, leaves what is done, and goes on after a failure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest
import sqlalchemy as sa

from pipeline import fetch, run
from pipeline.config import Settings
from pipeline.errors import NotesError, RateLimited
from pipeline.records import Meeting
from pipeline.run import Options, Outcome, Runner, Stage, State, find_notes
from pipeline.store import Store
from tests.conftest import CALL

VTT = str(CALL / "garden.vtt")


class Quiet:
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.said: list[str] = []

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        self.stages.append(stage)

    def progress(self, done: float, total: float) -> None: ...

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", timeout=2)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings.database)
    yield opened
    opened.close()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return Path(shutil.copy(CALL / "2024-03-05-garden.md", folder))


def go(store: Store, settings: Settings, *paths: Path, **options: object) -> tuple[list[Outcome], Quiet]:
    heard = Quiet()
    runner = Runner(store, settings, Options(**options), heard)  # type: ignore[arg-type]
    return list(runner.run(paths)), heard


def meeting(outcome: Outcome) -> Meeting:
    assert outcome.meeting is not None, outcome.failure
    return outcome.meeting


def runs(store: Store, table: str) -> int:
    with store.reading() as db:
        return int(db.scalar(sa.text(f"SELECT count(*) FROM {table}")))


def test_notes_and_a_transcript_become_links(store: Store, settings: Settings, notes: Path) -> None:
    """The sections open where they were talked about; what nobody spoke of has no link."""
    ((outcome,), _) = go(store, settings, notes, transcript=VTT)

    stored = meeting(outcome)
    starts = {b.text: stored.alignments[b.id].start for b in stored.notes.blocks if b.id in stored.alignments}
    confident = {b.text for b in stored.notes.blocks if (a := stored.alignments.get(b.id)) and a.confidence >= 0.5}
    assert outcome.state is State.LINKED
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

    assert (outcome.state, named.state) == (State.UNCHANGED, State.UNCHANGED)
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
    assert second.state is State.LINKED
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

    assert outcome.state is State.LINKED
    assert heard.stages == ["aligning"]
    assert runs(store, "alignment_runs") == 2
    assert runs(store, "transcripts") == 1


def test_a_better_aligner_reaches_stored_meetings(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update of the aligner the next run aligns again by itself."""
    go(store, settings, notes, transcript=VTT)
    monkeypatch.setattr(run, "ALIGNER", "next")

    ((outcome,), heard) = go(store, settings, notes)

    assert outcome.state is State.LINKED
    assert heard.stages == ["aligning"]


def test_one_bad_meeting_does_not_stop_the_others(store: Store, settings: Settings, notes: Path) -> None:
    """The bad one says why, the rest is done."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"# Caf\xe9\n")
    silent = notes.with_name("silent.md")
    silent.write_text("# Planning\n\nNo link here.\n")

    (outcomes, _) = go(store, settings, bad, silent)

    assert [outcome.state for outcome in outcomes] == [State.FAILED, State.NO_RECORDING]
    assert outcomes[0].failure is not None
    assert "bad.md:1" in outcomes[0].failure.message
    assert outcomes[0].failure.hint


def test_notes_without_a_recording_are_kept_and_left_in_peace(store: Store, settings: Settings, notes: Path) -> None:
    """They are no failure: they can be read and searched, and the next run skips them."""
    notes.write_text("# Planning\n\nNo link here.\n")

    ((first,), _) = go(store, settings, notes)
    ((second,), _) = go(store, settings, notes)

    assert first.state is State.NO_RECORDING
    assert second.state is State.UNCHANGED
    assert store.meeting(first.slug or "").notes.title == "Planning"


def test_a_failure_is_stored_beside_what_earlier_runs_found(store: Store, settings: Settings, notes: Path) -> None:
    """The page can show both; a good run clears it."""
    ((first,), _) = go(store, settings, notes, transcript=VTT)
    broken = notes.with_name("broken.vtt")
    broken.write_text("WEBVTT\n")

    ((failed,), _) = go(store, settings, notes, transcript=str(broken))
    stored = store.meeting(first.slug or "")
    ((again,), _) = go(store, settings, notes, transcript=VTT)

    assert failed.state is State.FAILED
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

    assert [outcome.state for outcome in outcomes] == [State.FAILED, State.FAILED]
    assert asked == ["https://youtu.be/gArDenCall0"]
    assert all(outcome.failure and outcome.failure.retryable for outcome in outcomes)


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
