"""What WebVTT and SRT have in common: from captions with markup to cues, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline import timecode
from pipeline.cues.caption_blocks import CaptionBlock, CaptionLines, about_lines, read_captions
from pipeline.cues.draft_cue import DraftCue
from pipeline.cues.line_layouts import names_among
from pipeline.cues.markup import VOICE_TAG, highlight, plain_lines, plain_text, split_at_speaker_changes
from pipeline.cues.timing import frame_rate, read_clock
from pipeline.records import Segment, Transcript, Word

_INLINE_TIME = re.compile(r"<(\d+:[\d:.,]+)>")
_NAME_IN_IDENTIFIER = re.compile(r'\d{1,9} "(?P<name>[^"]{1,200})" \(\d{1,20}\)')  # as Webex has it
_DEFAULT_CUE_SECONDS = 2.0  # before the first cue, for one whose start cannot be read
_MIN_CUE_SECONDS = 0.001  # browsers ignore a shorter cue
_CHARS_PER_SECOND = 15  # of speech, for a cue of which the end is all that can be read
_USUAL_FRAME_RATE = 25  # where no time has frames it is not needed


@dataclass(frozen=True, slots=True)
class CaptionCues:
    """The cues of a WebVTT or SRT file in its order, and what people should know of it."""

    cues: tuple[DraftCue, ...]
    has_voices: bool  # whether it says who speaks by tags
    warnings: tuple[str, ...]


def read_cues(lines: CaptionLines, *, source: str, blank_line_ends: bool) -> CaptionCues:
    """The cues in these lines, one a voice. One whose start cannot be read is put between its neighbours.

    `blank_line_ends` is WebVTT's rule: an empty line ends a cue (a space does not). In SRT only the next cue does.

    Raises:
        TranscriptError: no timing can be read, or there are too many.
    """
    found = read_captions(lines, source=source, blank_line_ends=blank_line_ends)
    rate = frame_rate(block.timing for block in found.blocks)
    times = _times(found.blocks, rate or _USUAL_FRAME_RATE)
    cues = [cue for block, (start, end) in zip(found.blocks, times, strict=True) for cue in _voices(block, start, end)]
    has_voices = any(VOICE_TAG.search(line) for block in found.blocks for line in block.lines)
    return CaptionCues(
        tuple(cues if has_voices else _with_names_above(cues)),
        has_voices,
        (*_about_times(found.blocks, rate), *found.warnings),
    )


def _with_names_above(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """The same with the first line of a cue as its speaker, where all cues have a name there."""
    parts = [cue.text.split("\n", 1) for cue in cues]
    first = [
        part[0] if len(part) > 1 and not cue.words and part[0][0] not in "[(" else None  # `speakers` reads [Ann]
        for cue, part in zip(cues, parts, strict=True)
    ]
    names = names_among(first, [line for part in parts for line in part[-1].split("\n")])
    return [
        replace(cue, speaker=name, text=part[1]) if name in names and cue.speaker is None else cue
        for cue, part, name in zip(cues, parts, first, strict=True)
    ]


def _about_times(blocks: Sequence[CaptionBlock], rate: int | None) -> Iterator[str]:
    broken = [(block.number, block.timing_line) for block in blocks if not block.timing.is_whole]
    if broken:
        yield about_lines(
            broken,
            "is not a valid timing, so its text was put between its neighbours",
            "are not valid timings, so their text was put between their neighbours",
        )
    if rate:
        first = next(block for block in blocks if block.timing.frames)
        yield f"times as in line {first.number} ({first.timing_line}) were taken to count {rate} frames a second"


def _times(blocks: Sequence[CaptionBlock], rate: int) -> list[tuple[float, float | None]]:
    """Start and end of each cue; those whose start cannot be read share the time between their neighbours."""
    times: list[tuple[float, float | None]] = []
    runs = [(has_start, list(run)) for has_start, run in groupby(blocks, lambda block: block.timing.start is not None)]
    for place, (has_start, run) in enumerate(runs):
        if has_start:
            times.extend(_known(block, rate) for block in run)
        else:
            after = _known(runs[place + 1][1][0], rate)[0] if place + 1 < len(runs) else None
            times.extend(_guessed(run, times[-1] if times else None, after, rate))
    return times


def _known(block: CaptionBlock, rate: int) -> tuple[float, float | None]:
    start, end = block.timing.start, block.timing.end
    assert start is not None
    return start.at(rate), end.at(rate) if end else None


def _guessed(
    run: Sequence[CaptionBlock], before: tuple[float, float | None] | None, after: float | None, rate: int
) -> Iterator[tuple[float, float]]:
    """Times for these cues, which follow the one before and precede the start of the one after."""
    if before is None:
        low = max((after or 0.0) - len(run) * _DEFAULT_CUE_SECONDS, 0.0)
    else:
        low = max(before[0], before[1] or 0.0)
        low = before[0] if after is not None and before[0] <= after <= low else low
    high = after if after is not None and after > low else low + len(run) * _DEFAULT_CUE_SECONDS
    for place, block in enumerate(run):
        end = block.timing.end.at(rate) if block.timing.end else None
        if end is not None and low < end <= high:
            start = max(low, end - sum(map(len, block.lines)) / _CHARS_PER_SECOND)
        else:
            start, end = low, low + (high - low) / (len(run) - place)
        yield round(start, 3), round(end, 3)
        low = end


def _voices(block: CaptionBlock, start: float, end: float | None) -> Iterator[DraftCue]:
    """One cue a voice. Voices in one cue share its times, those that only `>>` tells apart divide them."""
    first, *voices = VOICE_TAG.split("\n".join(block.lines))
    named = _NAME_IN_IDENTIFIER.fullmatch(block.identifier)
    speakers = [plain_text(named["name"]) if named else None, *(plain_text(name) or None for name in voices[::2])]
    for speaker, marked in zip(speakers, [first, *voices[1::2]], strict=True):
        parts = split_at_speaker_changes(marked)
        if len(parts) == 1:
            if text := plain_lines(marked):
                words = _words(marked, start, end)
                yield DraftCue(start, end, text, words, speaker, block.first_number, block.is_first, highlight(marked))
        else:
            yield from _changing_speakers(parts, start, end, speaker, block)


def _changing_speakers(
    parts: Sequence[str], start: float, end: float | None, speaker: str | None, block: CaptionBlock
) -> Iterator[DraftCue]:
    """One cue a part. Each has the time of its words or, without any, as much as it has of the text."""
    texts = [plain_lines(part) for part in parts]
    pace = max((end or start) - start, 0.0) / max(sum(map(len, texts)), 1)
    place = 0
    for part, text in zip(parts, texts, strict=True):
        at = round(start + place * pace, 3)
        place += len(text)
        till = end if end is None else round(start + place * pace, 3)
        if found := _INLINE_TIME.search(part):
            at = max(at, min(_seconds(found[1]) or at, till or at))
        if text:
            yield DraftCue(at, till, text, _words(part, at, till), speaker, block.first_number, block.is_first)
        speaker = None


def _words(marked: str, start: float, end: float | None) -> tuple[Word, ...]:
    """Words where the cue gives their times. All text of a line between two times is one word."""
    parts = _INLINE_TIME.split(marked)
    times = [_seconds(part) for part in parts[1::2]]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times) or known != sorted(known):
        return ()
    bounds = [start, *known, max(end or start, known[-1])]
    words: list[Word] = []
    for (begin, stop), part in zip(pairwise(bounds), parts[::2], strict=True):
        lines = plain_lines(part).split("\n")
        # A line without times above one with times was said before it: captions that scroll leave it there.
        words.extend(Word(begin, begin, line) for line in lines[:-1])
        words.append(Word(begin, max(begin, stop), lines[-1]))
    return tuple(word for word in words if word.text)


def _seconds(text: str) -> float | None:
    time = read_clock(text)
    return time.seconds if time else None


def segments_with_text(transcript: Transcript) -> Iterator[tuple[Segment, str]]:
    """What is written to a caption file: each segment and its text on one line.

    Empty segments are left out, and those the speech model probably invented.
    """
    for segment in transcript.heard:
        if text := " ".join(segment.text.split()):
            yield segment, text


def timing_line(segment: Segment, *, comma: bool = False) -> str:
    """`00:00:01.000 --> 00:00:02.000`, with a comma as in SRT. Lasts at least a millisecond, as browsers demand."""
    end = max(segment.end, segment.start + _MIN_CUE_SECONDS)
    return f"{timecode.stamp(segment.start, comma=comma)} --> {timecode.stamp(end, comma=comma)}"
