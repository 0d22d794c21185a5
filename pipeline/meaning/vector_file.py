"""The file that keeps the vectors of one transcript: a header, the moments, then the matrix of each window.

Little-endian numbers that can be used where they are: nothing is decoded. The header says of which words and times and
by which encoder the vectors are, and has checksums of what follows. What is not as it says is no file for the reader.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np

from pipeline.arrays import FloatArray
from pipeline.meaning.encoder import DIMENSIONS
from pipeline.meaning.vectors import WINDOWS, Int8Array, SpeechVectors, SpeechWindow

_MAGIC = b"jumpnotes vec 1\n"  # another number for other windows, levels or layout
_HEADER = struct.Struct("<16s 32s 64s Q I I")  # magic, content, encoder, moments, checksums of the moments and vectors
_SECONDS, _LEVELS = np.dtype("<f8"), np.dtype("i1")


def write(path: Path, vectors: SpeechVectors, content: bytes, encoder: str) -> None:
    """Replace the file at `path`, at once or not at all. `content` is a hash of 32 bytes.

    Raises:
        OSError: it cannot be written.
    """
    moments, levels = vectors.start.astype(_SECONDS).tobytes(), vectors.levels.tobytes()
    checksums = zlib.crc32(moments), zlib.crc32(levels)
    header = _HEADER.pack(_MAGIC, content, _padded(encoder), len(vectors.start), *checksums)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(header + moments + levels)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path, content: bytes, encoder: str) -> SpeechVectors | None:
    """The vectors of that content by that encoder, memory-mapped; None if they are not there, or not whole."""
    try:
        file = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError):  # the file is not there, or empty
        return None
    head = bytes(file[: _HEADER.size])
    if not _is_of(head, file.size, encoder) or _HEADER.unpack(head)[1] != content:
        return None
    *_, number, moments_checksum, levels_checksum = _HEADER.unpack(head)
    moments, levels = np.split(file[_HEADER.size :], [number * _SECONDS.itemsize])
    if (zlib.crc32(moments.data), zlib.crc32(levels.data)) != (moments_checksum, levels_checksum):
        return None
    return SpeechVectors(moments.view(_SECONDS), levels.view(_LEVELS).reshape(len(WINDOWS), number, DIMENSIONS))


def read_window(path: Path, window: SpeechWindow, encoder: str) -> tuple[FloatArray, Int8Array] | None:
    """The moments and the vectors of one window, whatever content they are of; None if they are not that encoder's.

    Read rather than mapped: a mapped file stays open, and an archive has more files than a process may have open.
    """
    try:
        with path.open("rb", buffering=0) as file:
            head = file.read(_HEADER.size)
            if not _is_of(head, os.fstat(file.fileno()).st_size, encoder):
                return None
            *_, number, checksum, _ = _HEADER.unpack(head)
            moments = file.read(number * _SECONDS.itemsize)
            size = number * DIMENSIONS
            file.seek(WINDOWS.index(window) * size, os.SEEK_CUR)
            levels = file.read(size)
    except OSError:  # it has gone meanwhile
        return None
    if len(levels) != size or zlib.crc32(moments) != checksum:
        return None
    return np.frombuffer(moments, _SECONDS), np.frombuffer(levels, _LEVELS).reshape(number, DIMENSIONS)


def _is_of(head: bytes, size: int, encoder: str) -> bool:
    """Whether a file of `size` bytes that begins like this has vectors of this encoder, and all of them."""
    if len(head) < _HEADER.size:
        return False
    magic, _, found, number, *_ = _HEADER.unpack(head)
    per_moment = _SECONDS.itemsize + len(WINDOWS) * DIMENSIONS
    return bool(magic == _MAGIC and found == _padded(encoder)) and size == _HEADER.size + number * per_moment


def _padded(encoder: str) -> bytes:
    return encoder.encode()[:64].ljust(64, b"\0")
