"""Whatever is wrong with one meeting, the others are run, and nobody sees a traceback."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from pipeline import align
from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunOutcome, RunState
from tests.conftest import CALL
from tests.pipeline.garden import QuietReporter

TEXT = (CALL / "2024-03-05-garden.md").read_text()


def go(archive: Archive, settings: Settings, *paths: Path, **options: object) -> list[RunOutcome]:
    runner = Runner(archive.store, settings, RunOptions(**options), QuietReporter())  # type: ignore[arg-type]
    return list(runner.run(paths))


def written(path: Path, text: str = "# Budget\n\n- the roof\n") -> Path:
    path.write_text(text)
    return path


def test_a_bug_harms_one_meeting(
    archive: Archive,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told in one line that says so, and where it was is in the log of -vv alone."""

    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(align, "align", broken)
    caplog.set_level(logging.DEBUG, "pipeline.run.runner")
    paths = [written(tmp_path / "a.md", TEXT), written(tmp_path / "b.md")]
    (first,) = go(archive, settings, paths[0], transcript=str(CALL / "garden.vtt"))
    (second,) = go(archive, settings, paths[1])

    assert first.failure is not None
    assert (first.failure.message, first.failure.stage) == ("ZeroDivisionError: by zero", "aligning")
    assert "bug" in first.failure.hint
    assert archive.store.meeting(first.slug or "").failure == first.failure
    assert second.state is RunState.NO_RECORDING
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.levelno == logging.DEBUG


def test_what_is_not_installed_is_no_bug(
    archive: Archive, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The base install reads and serves; what aligns is an extra, and the failure names it."""

    def missing(*_args: object, **_options: object) -> None:
        raise ModuleNotFoundError("No module named 'rapidfuzz'", name="rapidfuzz.distance")

    monkeypatch.setattr(align, "align", missing)
    (outcome,) = go(archive, settings, written(tmp_path / "a.md", TEXT), transcript=str(CALL / "garden.vtt"))
    assert outcome.failure
    assert outcome.failure.message == "this needs rapidfuzz, which is not installed"
    assert outcome.failure.hint == "pip install 'jumpnotes[pipeline]'"


def test_files_that_changed_since_they_were_found(archive: Archive, settings: Settings, tmp_path: Path) -> None:
    """Gone, a folder, a pipe, a symlink to itself, too large: each fails by itself, though it was run before."""
    paths = [tmp_path / f"{name}.md" for name in ("gone", "folder", "pipe", "loop", "huge", "good")]
    assert {outcome.state for outcome in go(archive, settings, *map(written, paths))} == {RunState.NO_RECORDING}
    for path in paths[:-1]:
        path.unlink()
    paths[1].mkdir()
    os.mkfifo(paths[2])
    paths[3].symlink_to(paths[3])
    with paths[4].open("wb") as huge:
        huge.truncate(2_000_000_000)

    outcomes = go(archive, settings, *paths)

    assert [outcome.state for outcome in outcomes] == [RunState.FAILED] * 5 + [RunState.UNCHANGED]
    problems = ("does not exist", "is a folder", "not a regular file", "symlink", "larger than 4 MB")
    for outcome, problem in zip(outcomes, problems, strict=False):
        assert outcome.failure is not None
        assert problem in outcome.failure.message
        assert "bug" not in outcome.failure.hint


def test_a_name_that_is_no_text_is_a_meeting_like_any_other(
    archive: Archive, settings: Settings, tmp_path: Path
) -> None:
    """An old Latin-1 name is read, stored, found again, and linked; what sorts after it as well."""
    odd = tmp_path / os.fsdecode(b"r\xe9union 2020-01-02.md")
    paths = [odd, written(tmp_path / "zz.md")]
    written(odd, "- the roof\n")

    (first, second) = go(archive, settings, *paths)
    assert [first.state, second.state] == [RunState.NO_RECORDING] * 2
    assert first.meeting is not None
    assert first.meeting.notes.title == "r\\xe9union 2020-01-02"
    json.dumps(archive.store.notes_paths(), ensure_ascii=False).encode()
    again = go(archive, settings, *paths)
    assert [(outcome.state, outcome.slug) for outcome in again] == [
        (RunState.UNCHANGED, first.slug),
        (RunState.UNCHANGED, second.slug),
    ]


@pytest.mark.parametrize("spoiled", ["file", "lock"])
def test_checkpoints_that_cannot_be_written(archive: Archive, settings: Settings, tmp_path: Path, spoiled: str) -> None:
    """The folder is named, and what to do."""
    if spoiled == "file":
        settings.checkpoint_dir.touch()
    else:
        (settings.checkpoint_dir / "budget.lock").mkdir(parents=True)

    (outcome,) = go(archive, settings, written(tmp_path / "a.md"))

    assert outcome.failure is not None
    assert str(settings.checkpoint_dir) in outcome.failure.message
    assert "--data-dir" in outcome.failure.hint
