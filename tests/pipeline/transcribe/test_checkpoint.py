"""What is left of an interrupted run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DiskFull, TranscribeError
from pipeline.transcribe import checkpoint

JOB = {"media": "a", "hotwords": ["eBPF"]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A checkpoint with two finished lines, in a folder that did not exist."""
    path = tmp_path / "checkpoints" / "meeting.jsonl"
    checkpoint.resume(path, JOB)
    checkpoint.append(path, {"end": 1})
    checkpoint.append(path, {"end": 2, "text": "é"})
    return path


def test_finished_lines_come_back(path: Path) -> None:
    """The same job resumes where it was."""
    assert checkpoint.resume(path, JOB) == [{"end": 1}, {"end": 2, "text": "é"}]


@pytest.mark.parametrize("torn", [b'{"end": 3, "te', b'{"end": 3}', b"\x00\x00\x00\n", b"[1]\n", b"\xc3\n"])
def test_a_torn_last_line_is_removed(path: Path, torn: bytes) -> None:
    """Whatever a crash left at the end is gone, and the next line is whole."""
    with path.open("ab") as file:
        file.write(torn)

    finished = checkpoint.resume(path, JOB)
    checkpoint.append(path, {"end": 3})

    assert [line["end"] for line in finished] == [1, 2]
    assert [line["end"] for line in checkpoint.resume(path, JOB)] == [1, 2, 3]


@pytest.mark.parametrize("size", [0, 1, 20])
def test_a_torn_header_starts_afresh(path: Path, size: int) -> None:
    """Without a whole header nothing can be trusted."""
    path.write_bytes(path.read_bytes()[:size])

    assert checkpoint.resume(path, JOB) == []
    assert checkpoint.resume(path, JOB) == []


def test_another_job_starts_afresh(path: Path) -> None:
    """Other hotwords would have given other words."""
    assert checkpoint.resume(path, {**JOB, "hotwords": []}) == []
    assert checkpoint.resume(path, JOB) == []


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(TranscribeError, match="cannot be saved") as caught:
        checkpoint.resume(blocked / "meeting.jsonl", JOB)

    assert "writable" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_called_by_its_name() -> None:
    """As in every stage: what to do is to free some space."""
    with pytest.raises(DiskFull):
        checkpoint.append(Path("/dev/full"), {"end": 3})
