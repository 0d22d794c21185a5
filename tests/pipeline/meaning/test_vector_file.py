"""What is written is read again; what is not whole, or of something else, is not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.meaning import vector_file
from pipeline.meaning.vectors import NEXT_30, NEXT_120, PREVIOUS_60, WINDOWS, SpeechVectors
from tests.pipeline.meaning.speech import CONTENT, ENCODER, random_speech

HEADER_BYTES = vector_file._HEADER.size
MOMENTS = 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a-meeting.vectors"
    vector_file.write(path, random_speech(MOMENTS), CONTENT, ENCODER)
    return path


def test_what_is_written_is_read_again(path: Path) -> None:
    """Mapped into memory rather than loaded, and nobody can write to the file by it."""
    written = random_speech(MOMENTS)

    read = vector_file.read(path, CONTENT, ENCODER)

    assert read is not None
    assert np.array_equal(read.start, written.start)
    assert np.array_equal(read.levels, written.levels)
    assert isinstance(read.levels, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        read.levels[0, 0, 0] = 1


@pytest.mark.parametrize("window", [NEXT_30, NEXT_120, PREVIOUS_60])
def test_one_window_is_read_alone(path: Path, window: tuple[float, float]) -> None:
    """Its own matrix, and the moments."""
    number = [tuple(each) for each in WINDOWS].index(tuple(window))
    written = random_speech(MOMENTS)

    found = vector_file.read_window(path, WINDOWS[number], ENCODER)

    assert found is not None
    assert np.array_equal(found[0], written.start)
    assert np.array_equal(found[1], written.levels[number])


def test_a_recording_in_which_nothing_was_said(tmp_path: Path) -> None:
    """Has a file, so that it is not read again."""
    path = tmp_path / "silence.vectors"
    vector_file.write(path, random_speech(0), CONTENT, ENCODER)

    read = vector_file.read(path, CONTENT, ENCODER)

    assert read is not None
    assert read.window(NEXT_30).shape == (0, 512)
    assert vector_file.read_window(path, NEXT_30, ENCODER) is not None


def test_the_vectors_of_something_else_are_not_taken(path: Path) -> None:
    """Other words or times, or another encoder."""
    assert vector_file.read(path, bytes(32), ENCODER) is None
    assert vector_file.read(path, CONTENT, "some-encoder 1.1") is None
    assert vector_file.read_window(path, NEXT_30, "some-encoder 1.1") is None
    assert vector_file.read(path.with_name("missing.vectors"), CONTENT, ENCODER) is None
    assert vector_file.read_window(path.with_name("missing.vectors"), NEXT_30, ENCODER) is None
    assert vector_file.read(path.parent, CONTENT, ENCODER) is None


@pytest.mark.parametrize("size", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 8 * MOMENTS + 5000])
@pytest.mark.parametrize("tail", [b"", b"more than there was " * 2000])
def test_a_file_of_another_size_is_not_taken(path: Path, size: int, tail: bytes) -> None:
    """Torn by a power cut, or grown."""
    path.write_bytes(path.read_bytes()[:size] + tail)

    assert vector_file.read(path, CONTENT, ENCODER) is None
    assert vector_file.read_window(path, NEXT_30, ENCODER) is None


@pytest.mark.parametrize("place", [3, 20, 50, HEADER_BYTES - 20, HEADER_BYTES - 1, HEADER_BYTES + 7, -1])
def test_a_file_with_a_wrong_byte_is_not_taken(path: Path, place: int) -> None:
    """Wherever it is: in the header, a moment or a vector."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)

    assert vector_file.read(path, CONTENT, ENCODER) is None


def test_a_wrong_moment_is_no_answer_to_a_search(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[HEADER_BYTES + 7] = 0x7F
    path.write_bytes(content)

    assert vector_file.read_window(path, NEXT_30, ENCODER) is None


def test_a_file_is_replaced_at_once(path: Path) -> None:
    """Whoever has mapped the old one keeps it, and nothing else is left in the folder, even when writing fails."""
    old = vector_file.read(path, CONTENT, ENCODER)
    assert old is not None

    vector_file.write(path, SpeechVectors(np.zeros(1), np.zeros((5, 1, 512), np.int8)), CONTENT, ENCODER)
    (path.parent / "folder.vectors").mkdir()
    with pytest.raises(OSError, match="directory"):
        vector_file.write(path.parent / "folder.vectors", random_speech(3), CONTENT, ENCODER)

    assert np.array_equal(old.levels, random_speech(MOMENTS).levels)
    assert sorted(file.name for file in path.parent.iterdir()) == ["a-meeting.vectors", "folder.vectors"]
