"""Which sound track of a file is heard, where it has several: screen recorders keep one for each source of sound.

The one a player plays, unless hardly anything is to be heard in it and more in another one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from pipeline.audio.containers import open_container
from pipeline.errors import AudioUnreadable
from pipeline.file_names import printable
from pipeline.language.codes import language_code, language_name

_PROBES = 12  # stretches that are listened to, spread over the recording
_PROBE_SECONDS = 1.5
_MAX_SEARCHED_SECONDS = 10.0  # in which a track has to go on after the place of a probe
_SILENT = 10 ** (-60 / 20)  # of full scale: what is never louder is silence
_MIN_RANGE = 2.0  # between loud and soft frames (6 dB): what varies less is a hum, or the noise of an open microphone
_MIN_SHARE = 0.1  # of the sound in the fullest track: less is a chime or a click
_MAX_LOUD_FRAMES = 2_000  # after which a file is not listened to any longer: half a minute or more
_MAX_TITLE_CHARS = 40
_MAX_LISTED_TRACKS = 12  # by an error

_Levels = dict[int, list[tuple[float, float]]]  # of the frames of each stream, by its index


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """A sound track of a file. `number` is 1-based."""

    number: int
    language: str | None  # as the file has it
    title: str
    is_default: bool

    def __str__(self) -> str:
        told = (language_name(self.language), self.title and f"“{self.title}”", "default" if self.is_default else "")
        known = ", ".join(filter(None, told))
        return f"{self.number} ({known})" if known else str(self.number)


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """The track that is heard. `told` says so for people; None: there is only one."""

    track: SoundTrack
    told: str | None = None


def choose_track(container: Any, media: Path, wanted: str | None) -> TrackChoice:
    """The track that is `wanted`, by its number or its language, or else the one to be heard.

    Raises:
        AudioUnreadable: there is no such track.
    """
    tracks = tuple(_described(stream, number) for number, stream in enumerate(container.streams.audio, 1))
    candidates = _asked_for(tracks, media, wanted) if wanted else tracks
    chosen, silent = candidates[0], ""
    if len(candidates) > 1:
        played = next((track for track in candidates if track.is_default), candidates[0])
        full = _full_tracks(media, {track.number for track in candidates})
        chosen = played if played.number in full else next(t for t in candidates if t.number in full)
        silent = "" if chosen is played else f", as hardly anything is to be heard in number {played}"
    if len(tracks) == 1:
        return TrackChoice(chosen)
    return TrackChoice(chosen, f"{len(tracks)} sound tracks; number {chosen} is heard{silent}; --track chooses another")


def _described(stream: Any, number: int) -> SoundTrack:
    is_default = bool(stream.disposition & av.stream.Disposition.default)
    title = printable(stream.metadata.get("title", "").strip())
    title = title if len(title) <= _MAX_TITLE_CHARS else title[: _MAX_TITLE_CHARS - 1] + "…"
    language = stream.metadata.get("language", "")[:_MAX_TITLE_CHARS]
    return SoundTrack(number, language if language_code(language) else None, title, is_default)


def _asked_for(tracks: Sequence[SoundTrack], media: Path, wanted: str) -> Sequence[SoundTrack]:
    """The tracks that `wanted` may mean: one by its number, or all of a language.

    Raises:
        AudioUnreadable: there are none.
    """
    wanted = wanted.strip()
    if wanted.isdecimal():
        found = [track for track in tracks if track.number == int(wanted[:9])]
    elif len(tracks) == 1 and tracks[0].language is None:
        found = list(tracks)  # it may well be the one
    else:
        found = [track for track in tracks if language_code(track.language) == language_code(wanted) is not None]
    if found:
        return found
    listed = ", ".join(map(printable, map(str, tracks[:_MAX_LISTED_TRACKS])))
    listed += ", …" if len(tracks) > _MAX_LISTED_TRACKS else ""
    problem = f"has no sound track {printable(wanted[:_MAX_TITLE_CHARS])}"
    have = f"Its sound tracks are {listed}" if len(tracks) > 1 else f"Its only sound track is {listed}"
    raise AudioUnreadable(
        media, problem, hint=f"{have}. Give --track a number or a language of these, or leave it out."
    )


def _full_tracks(media: Path, numbers: set[int]) -> set[int]:
    """Those of the tracks in which there is something to hear, or all."""
    places = _places(media)
    heard = _heard(media, numbers, places) if places else {}
    if not any(heard.values()):  # little is said, or it is not known how long the recording is
        heard = _heard(media, numbers, None)
    most = max(heard.values(), default=0.0)
    return {number for number, share in heard.items() if share > 0 and share >= _MIN_SHARE * most} or numbers


def _places(media: Path) -> tuple[float, ...]:
    """Where to listen, in seconds; nowhere in a file that does not say how long it is."""
    with open_container(media) as container:
        seconds = (container.duration or 0) / av.time_base
        first = (container.start_time or 0) / av.time_base
    if not 0 < seconds < math.inf:
        return ()
    return tuple(first + seconds * (place + 0.5) / _PROBES for place in range(_PROBES))


def _heard(media: Path, numbers: set[int], places: Sequence[float] | None) -> dict[int, float]:
    """How much of each track is sound, 0..1, around some places, in seconds; None: all of it."""
    with open_container(media) as container:
        streams = [stream for number, stream in enumerate(container.streams.audio, 1) if number in numbers]
        levels: _Levels = {stream.index: [] for stream in streams}
        with suppress(av.error.FFmpegError):  # what cannot be reached is not heard
            if places is None or not _seek(container, places):
                _read_through(container, streams, levels, places)
            for place in (places or ()) if not any(levels.values()) else ():
                container.seek(round(place * av.time_base))
                _listen(container, streams, levels, place)
        return {number: _share(levels[container.streams.audio[number - 1].index]) for number in numbers}


def _seek(container: Any, places: Sequence[float]) -> bool:
    """Whether there is jumping about in the file; a recording that broke off may have no index."""
    try:
        container.seek(round(places[0] * av.time_base) if places else 0)
    except av.error.FFmpegError:
        return False
    return True


def _listen(container: Any, streams: Sequence[Any], levels: _Levels, place: float) -> None:
    """Add the levels of the frames from here on, as far as a probe reaches."""
    left = {stream.index: _PROBE_SECONDS for stream in streams}
    for packet in container.demux(streams):
        index = packet.stream.index
        if not left or _time(packet) > place + _MAX_SEARCHED_SECONDS:
            return
        for frame in _decoded(packet) if index in left else ():
            levels[index].append(_level(frame))
            left[index] -= frame.samples / frame.sample_rate
        if left.get(index, 1.0) <= 0:
            del left[index]


def _read_through(container: Any, streams: Sequence[Any], levels: _Levels, places: Sequence[float] | None) -> None:
    """Add the levels of all frames, or of those around the places, until something is heard for long enough."""
    loud = 0
    for packet in container.demux(streams):
        time = _time(packet)
        if places and not any(place <= time < place + _PROBE_SECONDS for place in places):
            continue
        for frame in _decoded(packet):
            levels[packet.stream.index].append(_level(frame))
            loud += levels[packet.stream.index][-1][0] > _SILENT
        if loud > _MAX_LOUD_FRAMES and not places:
            return


def _time(packet: Any) -> float:
    return (packet.pts or 0) * float(packet.time_base or 0)


def _decoded(packet: Any) -> Sequence[Any]:
    try:
        return packet.decode()  # type: ignore[no-any-return]
    except av.error.InvalidDataError:
        return ()


def _level(frame: Any) -> tuple[float, float]:
    """The highest sample of a frame, and the root of the mean square; 1 is full scale."""
    samples = frame.to_ndarray()
    if samples.dtype.kind == "u":
        samples = samples.astype(np.int16) - 128
    scale = 1.0 if samples.dtype.kind == "f" else float(2 ** (8 * frame.format.bytes - 1))
    samples = samples.astype(np.float64) / scale
    samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0).clip(-1, 1)
    return (float(np.abs(samples).max()), float(np.sqrt(np.mean(samples**2)))) if samples.size else (0.0, 0.0)


def _share(levels: Sequence[tuple[float, float]]) -> float:
    """Of how many of the frames something is to be heard; of none where all sound alike."""
    loud = [peak > _SILENT for peak, _ in levels]
    if not any(loud):
        return 0.0
    soft, strong = np.quantile([root for _, root in levels], (0.05, 0.95))
    varies = strong > _MIN_RANGE * soft
    return sum(loud) / len(loud) if varies or not all(loud) else 0.0
