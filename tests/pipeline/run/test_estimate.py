"""How long a run will take, as well as it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Recording
from pipeline.refresh import Archive
from pipeline.run.estimate import DEFAULT_PACE, DEFAULT_RECORDING_SECONDS, Pacemeter, Workload, workload
from tests.pipeline.garden import SLUG


def one_recording(_path: Path) -> int:
    return 1


def test_nothing_is_known_of_a_new_archive(tmp_path: Path) -> None:
    """A meeting lasts as long as most do, and this machine is as fast as most are."""
    archive = Archive.open(Settings(data_dir=tmp_path))

    work = workload(archive.store, [tmp_path / "a.md", tmp_path / "b.md"], one_recording, anew=False, pace=None)

    assert work.recorded == 2 * DEFAULT_RECORDING_SECONDS
    assert work.pace == DEFAULT_PACE
    assert str(work) == "2 to do, about 2.0 h of recordings; this takes about 18 min"


def test_new_notes_are_as_long_as_those_of_the_archive(folder: Path, garden_archive: Archive) -> None:
    """What was heard is heard again only on request; and the measured pace counts."""
    heard, new = folder / "2024-03-05-garden.md", folder / "new.md"

    once = workload(garden_archive.store, [heard, new], one_recording, anew=False, pace=0.5)
    anew = workload(garden_archive.store, [heard, new], one_recording, anew=True, pace=0.5)

    assert once.seconds == {heard: 0.0, new: pytest.approx(165, abs=1)}
    assert anew.seconds == {heard: once.seconds[new], new: once.seconds[new]}
    assert str(workload(garden_archive.store, [heard], one_recording, anew=False, pace=0.5)) == "1 to do"


def test_a_recording_that_was_fetched_is_as_long_as_it_is(folder: Path, garden_archive: Archive) -> None:
    """Though it was not heard: the last run ended before."""
    store = garden_archive.store
    store.save_recording(SLUG, Recording("https://media.example/a.m4a", "Call", 9_000.0), key="another")

    work = workload(store, [folder / "2024-03-05-garden.md"], one_recording, anew=False, pace=None)

    assert list(work.seconds.values()) == [9_000.0]


def test_only_recordings_take_time(tmp_path: Path) -> None:
    """Notes without one do not; a file of several meetings takes as much as they do."""
    archive = Archive.open(Settings(data_dir=tmp_path))
    counts = {tmp_path / "none.md": 0, tmp_path / "year.md": 12}

    work = workload(archive.store, list(counts), counts.__getitem__, anew=False, pace=None)

    assert list(work.seconds.values()) == [0.0, 12 * DEFAULT_RECORDING_SECONDS]


def test_of_many_notes_only_some_are_read(tmp_path: Path) -> None:
    """And the others are taken to be like them."""
    archive = Archive.open(Settings(data_dir=tmp_path))
    paths, read = [tmp_path / f"{number}.md" for number in range(1_000)], []

    def every_other_has_one(path: Path) -> int:
        read.append(path)
        return len(read) % 2

    work = workload(archive.store, paths, every_other_has_one, anew=False, pace=None)

    assert len(read) == 40
    assert work.recorded == pytest.approx(500 * DEFAULT_RECORDING_SECONDS)


def test_the_pace_is_measured_while_something_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading the model and what an earlier run had heard do not count; less than a minute says nothing."""
    now = 0.0
    monkeypatch.setattr("pipeline.run.estimate.time.monotonic", lambda: now)
    meter = Pacemeter()
    for clock, done in ((100.0, 1_800.0), (104.0, 1_840.0)):  # resumed in the middle
        now = clock
        meter.note(done)
    assert meter.pace is None
    meter.begin()
    for clock, done in ((500.0, 30.0), (510.0, 90.0)):  # the next meeting
        now = clock
        meter.note(done)

    assert meter.pace == pytest.approx(14 / 100)


def test_how_much_is_left_is_said_by_the_pace(tmp_path: Path) -> None:
    """In words that claim no more than is known."""
    assert str(Workload({tmp_path: 111_000.0}, 0.1)) == "1 to do, about 31 h of recordings; this takes about 3.1 h"
