"""From the frames of any format to blocks of one channel at 16 kHz."""

from __future__ import annotations

from typing import Any

import av
import av.audio.fifo
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

SAMPLE_RATE = 16_000  # per second

_BLOCK_SAMPLES = 500_000  # of the source, converted at a time: large enough that Python's share is small

# Two channels of which one is the other's inverse are silent when mixed: a balanced microphone in a stereo jack.
_MAX_CANCELLED_SHARE = 1 / 8  # of the louder channel's energy that is left in the mix; half the amplitude is a quarter
_COMPARED_SAMPLES = 256  # in a row, of every _COMPARED_EVERY: comparing all takes longer and tells no more
_COMPARED_EVERY = 4096  # a quarter of a second at 16 kHz: no word is missed
_COMPARED_RATE = 4_000  # samples per second that are compared, each the mean of some: in them speech is, not hiss
_SAMPLE_TYPES: dict[str, Any] = {  # of NumPy, by FFmpeg's names
    "u8": np.uint8,
    "s16": np.int16,
    "s32": np.int32,
    "s64": np.int64,
    "flt": np.float32,
    "dbl": np.float64,
}


class MonoConverter:
    """Frames of one format in, blocks of mono 16 kHz out."""

    def __init__(self, frame: Any) -> None:
        self._format = _format(frame)
        self._frames = av.audio.fifo.AudioFifo()
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)

    def fits(self, frame: Any) -> bool:
        """Whether `frame` has this converter's format; some recordings change it half-way."""
        return self._format == _format(frame)

    def add(self, frame: Any) -> None:
        frame.pts = None  # gaps are filled already; the queue would refuse the small ones
        self._frames.write(frame)

    @property
    def full(self) -> bool:
        return bool(self._frames.samples >= _BLOCK_SAMPLES)

    def convert(self, *, end: bool = False) -> Samples:
        """All that was added so far; with `end` also what the resampler still has in its buffer."""
        frames = [] if self._frames.samples == 0 else self._resampler.resample(_audible(self._frames.read()))
        if end:
            frames += self._resampler.resample(None)
        parts = [frame.to_ndarray().reshape(-1) for frame in frames]
        return np.concatenate([np.zeros(0, np.int16), *parts]).astype(np.float32) / np.float32(32768)


def silence(seconds: float) -> list[int]:
    """How many samples of silence there are in each block of `seconds`."""
    whole, rest = divmod(round(seconds * SAMPLE_RATE), _BLOCK_SAMPLES)
    return [_BLOCK_SAMPLES] * whole + [rest] * bool(rest)


def _format(frame: Any) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _audible(frame: Any) -> Any:
    """The frame; where its two channels would cancel each other, the louder one is in the place of both."""
    type_ = _SAMPLE_TYPES.get(frame.format.name.removesuffix("p"))
    if len(frame.layout.channels) != 2 or type_ is None:
        return frame
    left, right = _channels(frame, type_)
    energies = _energies(left, right, max(frame.sample_rate // _COMPARED_RATE, 1))
    loudest = max(energies[:2])
    if loudest > 0 and energies[2] < _MAX_CANCELLED_SHARE * loudest:
        if energies[0] >= energies[1]:
            right[:] = left
        else:
            left[:] = right
    return frame


def _channels(frame: Any, type_: Any) -> tuple[Any, Any]:
    """The samples of both channels, where the frame has them: what is written there is in the frame."""
    if frame.format.is_planar:
        left, right = (np.frombuffer(plane, type_)[: frame.samples] for plane in frame.planes)
    else:
        left, right = np.frombuffer(frame.planes[0], type_)[: 2 * frame.samples].reshape(-1, 2).T
    return left, right


def _energies(left: Any, right: Any, width: int) -> tuple[float, float, float]:
    """Of the left channel, the right one, and their mix, by means of `width` samples taken all over.

    Measured on the differences between neighbours, so that hum and an offset, which may be inverted where the speech is
    not, count for little.
    """
    with np.errstate(all="ignore"):  # a file may hold infinite samples; no comparison holds for what comes of them
        first, second = (np.diff(_compared(channel, width), axis=-1) for channel in (left, right))
        mixed = (first + second) / 2
        return _energy(first), _energy(second), _energy(mixed)


def _energy(samples: Any) -> float:
    return float(np.einsum("ij,ij->", samples, samples))


def _compared(channel: Any, width: int) -> Any:
    """Stretches of a channel, one a row."""
    whole = len(channel) // _COMPARED_EVERY
    rows = channel[: whole * _COMPARED_EVERY].reshape(whole, -1)[:, :_COMPARED_SAMPLES] if whole else channel[None, :]
    width = max(min(width, rows.shape[1] // 2), 1)
    count = rows.shape[1] // width
    return rows[:, : count * width].reshape(len(rows), count, width).mean(axis=2, dtype=np.float32)
