"""Who speaks when: a strip under the timeline, and those who speak, by how long they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from pipeline.records import Transcript
from pipeline.speaking_time import SpeakingTime, in_one_spelling, speaking_times
from pipeline.timecode import clock
from service.views.formatting import percent
from service.views.moment_links import MomentLinks
from service.views.speaker_rows import speaker_href
from service.views.timeline import DRAWING_WIDTH, part_borders
from service.web.language import ngettext

SPEAKER_COLOURS = 8
"""Those who speak longest have a colour of their own; all others share one."""

MAX_TURNS = 150
"""Of a strip. Where there are more, it is drawn in coarser steps: more could be neither told apart nor hit."""

_FINEST_STEPS = 500  # of the drawing, each about a pixel on a telephone
_MAX_PAUSE_SECONDS = 3.0  # that somebody makes within a turn


@dataclass(frozen=True, slots=True)
class StripTurn:
    """A stretch in which somebody speaks, by `name`. `voice` is their place in the legend, which others share.

    `x` and `width` are in units of the drawing, `start` in seconds: that is where it plays from.
    """

    x: str
    width: str
    start: str
    clock: str
    href: str
    name: str
    voice: int


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who speaks, or all `others` together. `share` is that of what is said by anybody in the legend."""

    name: str
    length: str
    share: str
    href: str = ""  # of the page of somebody with a name
    others: bool = False


@dataclass(frozen=True, slots=True)
class SpeakerStrip:
    """The turns in time order, and the voices: who speaks longest first, the others last."""

    turns: tuple[StripTurn, ...]
    voices: tuple[Voice, ...]
    length: str  # of the recording, in seconds
    borders: tuple[str, ...] = ()  # as those of the timeline


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: float
    end: float
    voice: int
    plays_from: float = 0.0
    last_step: int = 0


@dataclass(slots=True)
class _Step:
    """A step of the drawing: how long each voice is heard in it, and where it first begins to speak."""

    seconds: dict[int, float]
    starts: dict[int, float]


def speaker_strip(transcript: Transcript | None, length: float | None, links: MomentLinks) -> SpeakerStrip | None:
    """The strip of a meeting; None where its transcript does not tell at least two people apart.

    Args:
        length: of the recording, in seconds, as far as it is known.
    """
    transcript = transcript and in_one_spelling(transcript)
    times = speaking_times(transcript) if transcript else ()
    if transcript is None or len(times) < 2:
        return None
    names = [each.speaker for each in times]
    stretches = _stretches(transcript, {name: at for at, name in enumerate(names)})
    whole = max(length or 0.0, *(each.end for each in stretches))
    if not whole:
        return None
    return SpeakerStrip(
        turns=tuple(_drawn(each, names[each.voice], whole, links) for each in _visible(stretches, whole)),
        voices=tuple(_voices(times)),
        length=f"{whole:.2f}",
        borders=part_borders(links.part_starts, whole),
    )


def _voices(times: Sequence[SpeakingTime]) -> Iterator[Voice]:
    total = sum(each.seconds for each in times)
    for each in times[:SPEAKER_COLOURS]:
        yield Voice(each.speaker, clock(each.seconds), _share(each.seconds, total), speaker_href(each.speaker))
    if others := times[SPEAKER_COLOURS:]:
        seconds = sum(each.seconds for each in others)
        name = ngettext("%(num)s other", "%(num)s others", len(others))
        yield Voice(name, clock(seconds), _share(seconds, total), others=True)


def _share(seconds: float, total: float) -> str:
    return percent(seconds / total) if total else ""


def _stretches(transcript: Transcript, voices: Mapping[str, int]) -> list[_Stretch]:
    """The turns of the transcript, each until somebody else speaks or nobody does."""
    found: list[_Stretch] = []
    last: int | None = None
    for segment in transcript.heard:
        voice = voices[segment.speaker] if segment.speaker is not None else None
        if voice is not None and voice == last and segment.start - found[-1].end <= _MAX_PAUSE_SECONDS:
            found[-1] = replace(found[-1], end=max(found[-1].end, segment.end))
        elif voice is not None:
            found.append(_Stretch(segment.start, max(segment.end, segment.start), voice))
        last = voice
    return found


def _visible(stretches: Sequence[_Stretch], length: float) -> list[_Stretch]:
    """What can be told apart on the strip: whole steps of the drawing, few enough for a page to have."""
    steps = _FINEST_STEPS
    while len(found := _in_steps(stretches, length / steps)) > MAX_TURNS:
        steps //= 2
    return found


def _in_steps(stretches: Iterable[_Stretch], seconds: float) -> list[_Stretch]:
    """Steps of so many seconds, those of one voice that follow each other joined. Each begins to play where the voice
    begins to speak.
    """
    steps: dict[int, _Step] = defaultdict(lambda: _Step({}, {}))
    for each in stretches:
        for at in range(int(each.start / seconds), max(ceil(each.end / seconds), int(each.start / seconds) + 1)):
            within = min(each.end, (at + 1) * seconds) - max(each.start, at * seconds)
            steps[at].seconds[each.voice] = steps[at].seconds.get(each.voice, 0.0) + within
            steps[at].starts.setdefault(each.voice, max(each.start, at * seconds))
    shown = _shown(steps)
    found: list[_Stretch] = []
    for at in sorted(shown):
        voice = shown[at]
        if found and found[-1].voice == voice and found[-1].last_step == at - 1:
            found[-1] = replace(found[-1], end=(at + 1) * seconds, last_step=at)
        else:
            found.append(_Stretch(at * seconds, (at + 1) * seconds, voice, steps[at].starts[voice], at))
    return found


def _shown(steps: Mapping[int, _Step]) -> dict[int, int]:
    """The voice that each step shows: one that is heard in it, so that all of them are seen as long as they speak.

    Where turns are shorter than steps, whoever speaks longest in each would hide everybody else.
    """
    shown: dict[int, int] = {}
    unseen: dict[int, float] = defaultdict(float)  # seconds in which they spoke and somebody else was shown
    for at, step in sorted(steps.items()):
        for voice, seconds in step.seconds.items():
            unseen[voice] += seconds
        shown[at] = max(step.seconds, key=lambda voice: (unseen[voice], -voice))
        unseen[shown[at]] -= sum(step.seconds.values())
    for voice in unseen.keys() - set(shown.values()):  # says next to nothing, and is seen where that is
        at = max(steps, key=lambda at: (steps[at].seconds.get(voice, -1.0), -at))
        if list(shown.values()).count(shown[at]) > 1:
            shown[at] = voice
    return shown


def _drawn(stretch: _Stretch, name: str, length: float, links: MomentLinks) -> StripTurn:
    scale = DRAWING_WIDTH / length
    x = min(stretch.start, length) * scale
    return StripTurn(
        x=f"{x:.1f}",
        width=f"{min(stretch.end, length) * scale - x:.1f}",
        start=f"{stretch.plays_from:.2f}",
        clock=links.clock(stretch.plays_from),
        href=links.to(stretch.plays_from),
        name=name,
        voice=min(stretch.voice, SPEAKER_COLOURS),
    )
