"""What a run remembers for later ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.run.memory import FILE_NAME, RunMemory


def test_a_pace_is_remembered_by_its_model(tmp_path: Path) -> None:
    """The newest counts."""
    RunMemory.of(tmp_path).note_pace("base", 0.2)
    RunMemory.of(tmp_path).note_pace("base", 0.1)

    assert RunMemory.of(tmp_path).pace("base") == 0.1
    assert RunMemory.of(tmp_path).pace("small") is None


def test_what_was_told_is_told_once(tmp_path: Path) -> None:
    """In this run and in later ones; another data folder hears it, too. The file does not repeat it."""
    memory = RunMemory.of(tmp_path)

    assert [memory.note_told(text) for text in ("no model", "no model", "no disk")] == [True, False, True]
    assert not RunMemory.of(tmp_path).note_told("no model")
    assert RunMemory.of(tmp_path / "other").note_told("no model")
    assert "no model" not in (tmp_path / FILE_NAME).read_text()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b'{"pace": {"base": -1}}', b'{"pace": {"base": 1e999}}', b'{"told": [1]}', b"x" * 100_000],
)
def test_a_damaged_file_is_done_without(content: bytes, tmp_path: Path) -> None:
    """And replaced by the next thing to remember."""
    (tmp_path / FILE_NAME).write_bytes(content)

    assert RunMemory.of(tmp_path).pace("base") is None
    assert RunMemory.of(tmp_path).note_told("no model")
    assert not RunMemory.of(tmp_path).note_told("no model")


@pytest.mark.parametrize("pace", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_pace_is_not_remembered(pace: float, tmp_path: Path) -> None:
    """A clock may be set while a run is on."""
    RunMemory.of(tmp_path).note_pace("base", pace)

    assert not (tmp_path / FILE_NAME).exists()


def test_the_file_stays_small(tmp_path: Path) -> None:
    """Whatever happens in years; the newest are kept."""
    memory = RunMemory.of(tmp_path)
    for number in range(150):
        memory.note_pace(f"model {number}", 0.1)
        memory.note_told(f"text {number}")

    assert (tmp_path / FILE_NAME).stat().st_size < 10_000
    assert RunMemory.of(tmp_path).pace("model 149") == 0.1
    assert list(tmp_path.iterdir()) == [tmp_path / FILE_NAME]
