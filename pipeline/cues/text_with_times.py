"""Text with times as people read it: Otter, Teams, Google Meet, Tactiq, Descript, Riverside, Rev, YouTube's panel, what
Whisper prints, SBV, and whatever else has a time at what is said.

One tolerant reader instead of one for each: where the time and the name stand is found out from the whole file, since a
line alone may be a name, a chapter or something said. What is said without a time of its own gets its share of the time
up to the next one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf

from pipeline.cues import coarse, furniture, speech_evidence
from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.cues.line_layouts import with_names, without_titles
from pipeline.cues.markup import plain_text
from pipeline.cues.spoken_lines import (
    SpokenLine,
    label_of,
    labelled_line,
    line_with_spelled_time,
    lower_case_name,
    plain,
    spelled_time,
    timed_line,
)
from pipeline.errors import TranscriptError
from pipeline.records import Transcript

_HEAD_CHARS = 65_536  # of a file, that tell whether it is one
_NEWLINE = re.compile(r"\r\n|\n|\r")
_TIME_INSIDE = re.compile(r"(?<=\S)\s+(?=\[\d{1,3}:\d\d(?::\d\d)?(?:\.\d{1,3})?\]\s)")
_UNPADDED = re.compile(r"\s*\d{1,2}:\d:\d{1,2}(?:\.\d{1,7})?\s*-->\s*\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,7})?\s*")

_MAX_CUES = 1_000_000
_WORDS_PER_SECOND = 2.5
_MAX_PACE = 4.0  # times as long as its words take
_MIN_TIMES = 2
_MAX_BACK_SHARE = 0.05  # of the times are before the one above: more, and they are no clock
_MIN_TIMES_OF_TWO_PARTS = 8  # of which the second one begins at 0 again
_MIN_SPIKE_SECONDS = 60.0  # by which a time is off both its neighbours: it is none, as the hour in a title
_MIN_DAY_SECONDS = 5 * 3600.0  # at which a clock of the day begins that does not say AM or PM; recordings are shorter
_DAY_SECONDS = 24 * 3600.0
_MIN_MIDNIGHT_SECONDS = 20 * 3600.0  # by which a clock of the day falls at midnight
_MIN_OWN_NAMES_SHARE = 0.5  # of the times have a name beside them: then a colon in the text is no label
_MIN_BARE_SHARE = 0.3  # of the lines begin with a time and go on: fewer, and they are sentences


def matches(text: str) -> bool:
    """Whether the text reads as something said, with the times of a recording or of the day."""
    if not speech_evidence.may_be_text(text):
        return False
    head = split_lines(text[:_HEAD_CHARS])
    spoken = read_lines(head)
    return spoken is not None and speech_evidence.is_speech(spoken, head)


def matches_unpadded(text: str) -> bool:
    """Whether its first timing is `0:0:2.43 --> 0:0:5.1`, as in the documents of Teams of old: SRT it is not quite."""
    first = next((line for line in _NEWLINE.split(text[:_HEAD_CHARS]) if "-->" in line), "")
    return _UNPADDED.fullmatch(first) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a text with times. Times of the day are counted from the first one.

    Raises:
        TranscriptError: it has no times that follow each other, or no text.
    """
    spoken = read_lines(split_lines(text))
    if spoken is None:
        raise TranscriptError(source, "has no times that follow each other as in a recording")
    return transcript_of(spoken, source=source)


def transcript_of(spoken: Sequence[SpokenLine], *, source: str) -> Transcript:
    """The transcript of what `read_lines` found. Times of the day are counted from the first one.

    Raises:
        TranscriptError: it has no text, or too many lines with it.
    """
    if len(spoken) > _MAX_CUES:
        raise TranscriptError(source, f"has more than {_MAX_CUES:,} lines of speech, the limit for a transcript")
    warnings = []
    if is_time_of_day(spoken):
        spoken = counted_from_first(spoken)
        warnings.append("its times are times of the day, so they were counted from the first one")
    starts = [each.start for each in spoken if each.start is not None]
    if coarse.are_coarse(starts):
        warnings.append(coarse.WARNING)
    own_names = has_own_names(spoken)
    cues = cues_of(_in_turns(spoken) if own_names else spoken)
    return to_transcript(cues, source=source, labels=not own_names, warnings=warnings)


def split_lines(text: str) -> list[str]:
    """The lines of a text, a new one at each time in brackets within one."""
    return [
        part
        for line in _NEWLINE.split(text)
        for part in (_TIME_INSIDE.split(line) if line.lstrip().startswith("[") else (line,))
    ]


def read_lines(lines: Sequence[str]) -> list[SpokenLine] | None:
    """What was said, in the order of the lines; None where there are no times that follow each other.

    The first one has a time. Times of the day are as they were written.
    """
    counts = Counter(name for line in lines if (name := lower_case_name(line)))
    names = {name for name, count in counts.items() if count > 1}
    found = _times(lines, names)
    spoken = list(_spoken(lines, found, names))
    if spoken and not has_own_names(spoken):
        spoken = [*_above(lines, spoken, names), *spoken]
    spoken = with_names(spoken, furniture.line_above(lines, spoken[0].line) if spoken else None)
    if not any(each.texts for each in found.values()):
        spoken = without_titles(spoken)
    starts = [each.start for each in spoken if each.start is not None]
    back = sum(one > other for one, other in pairwise(starts))
    most_back = max(_MAX_BACK_SHARE * len(starts), 1 if len(starts) >= _MIN_TIMES_OF_TWO_PARTS else 0)
    return spoken if len(set(starts)) >= _MIN_TIMES and back <= most_back else None


def _times(lines: Sequence[str], names: Container[str]) -> dict[int, SpokenLine]:
    """The lines with a time, by their index. Times in words count only where there are no others."""
    found = {index: spoken for index, line in enumerate(lines) if (spoken := timed_line(line, names))}
    if len(found) < _MIN_TIMES:
        spelled = {index: spoken for index, line in enumerate(lines) if (spoken := line_with_spelled_time(line))}
        found = spelled if len(spelled) >= _MIN_TIMES else found
    filled = sum(not line.isspace() and line != "" for line in lines)
    bare = [index for index, spoken in found.items() if not spoken.is_marked]
    if len(bare) < _MIN_BARE_SHARE * filled:
        for index in bare:
            if index > 0 and lines[index - 1].strip():  # in the middle of a paragraph
                del found[index]
    _add_days(found)
    for index in _spikes(found):
        del found[index]
    return found


def _add_days(found: dict[int, SpokenLine]) -> None:
    """Let the times go on after midnight."""
    days, before = 0.0, 0.0
    for index, each in found.items():
        start = each.start or 0.0
        days += _DAY_SECONDS if start < before - _MIN_MIDNIGHT_SECONDS else 0.0
        before = start
        if days:
            found[index] = replace(each, start=start + days, end=None)


def _spikes(found: dict[int, SpokenLine]) -> list[int]:
    """The times far from those on both sides of them, which agree with each other."""
    starts = [each.start or 0.0 for each in found.values()]
    spikes: list[int] = []
    before = -inf
    for index, start, after in zip(found, starts, [*starts[1:], inf], strict=False):
        is_off = start > after + _MIN_SPIKE_SECONDS or start < before - _MIN_SPIKE_SECONDS
        if before <= after and is_off:
            spikes.append(index)
        else:
            before = start
    return spikes


def _spoken(lines: Sequence[str], found: dict[int, SpokenLine], names: Container[str]) -> Iterator[SpokenLine]:
    """What was said, from the first time on."""
    own_names = has_own_names(list(found.values()))
    printed = _is_printed(lines, found)
    starts = {int(each.start or 0.0) for each in found.values()}
    current: SpokenLine | None = None
    for index, line in enumerate(lines):
        timed = found.get(index)
        if timed is None and (current is None or printed or not (text := plain(line)) or furniture.is_furniture(text)):
            continue
        if timed is None and spelled_time(text) in starts:
            continue  # the time above or below it in words, as panels have it for screen readers
        new = timed or (None if own_names else labelled_line(line, names))
        if current is not None and (new is None or (new.start is None and not current.texts)):
            current.texts.append(text)  # it goes on, or its time stands on the line above
            continue
        if current is not None:
            yield current
        current = replace(new, line=index + 1, texts=[*new.texts]) if new else None
    if current is not None:
        yield current


def _above(lines: Sequence[str], spoken: Sequence[SpokenLine], names: Container[str]) -> Iterator[SpokenLine]:
    """What people who speak below say above the first time: it is from the beginning on."""
    first = spoken[0]
    if not first.start:
        return
    speakers = {label_of(each.texts[0], names) for each in spoken if each.texts} - {None}
    above = (labelled_line(line, names) for line in lines[: (first.line or 1) - 1])
    start: float | None = 0.0
    for number, each in enumerate(above, 1):
        if each and label_of(each.texts[0], names) in speakers:
            yield replace(each, start=start, line=number)
            start = None


def _is_printed(lines: Sequence[str], found: dict[int, SpokenLine]) -> bool:
    """Whether each line is all that was said from one time to another: what stands between is of the program."""
    filled = [index for index, line in enumerate(lines) if line and not line.isspace()]
    adjacent = sum(index in found and after in found for index, after in pairwise(filled))
    complete = sum(each.end is not None and bool(each.texts) for each in found.values())
    return complete > 0.5 * len(found) and adjacent >= 0.5 * (len(found) - 1)


def _in_turns(spoken: Sequence[SpokenLine]) -> list[SpokenLine]:
    """The same, where a name stands only where another one begins, with the name at each time."""
    named = [each.speaker for each in spoken if each.speaker]
    if not named or any(one == other for one, other in pairwise(named)):
        return list(spoken)
    speaker: str | None = None
    result = []
    for each in spoken:
        speaker = each.speaker or speaker
        result.append(replace(each, speaker=speaker))
    return result


def has_own_names(spoken: Sequence[SpokenLine]) -> bool:
    """Whether names stand beside the times, so that a colon in the text is no label."""
    timed = [each for each in spoken if each.start is not None]
    return sum(each.speaker is not None for each in timed) >= _MIN_OWN_NAMES_SHARE * max(1, len(timed))


def is_time_of_day(spoken: Sequence[SpokenLine]) -> bool:
    """Whether the clock is that of the day: it says so, or the recording would begin after hours."""
    return spoken[0].is_of_day or _MIN_DAY_SECONDS <= (spoken[0].start or 0.0) < _DAY_SECONDS


def counted_from_first(spoken: Sequence[SpokenLine]) -> list[SpokenLine]:
    """The same with the first time as 0."""
    origin = spoken[0].start or 0.0
    return [replace(each, start=_counted(each.start, origin), end=_counted(each.end, origin)) for each in spoken]


def _counted(time: float | None, origin: float) -> float | None:
    return None if time is None else max(0.0, round(time - origin, 3))


def cues_of(spoken: Sequence[SpokenLine]) -> list[DraftCue]:
    """The cues. What has no time, or that of what is above, gets its share of the time up to the next one."""
    said = [each for each in spoken if each.texts or each.start is not None]
    lengths = [max(1.0, speech_evidence.count_words(" ".join(each.texts))) / _WORDS_PER_SECOND for each in said]
    known: list[tuple[int, float]] = []
    for index, each in enumerate(said):
        if each.start is not None and (not known or each.start != known[-1][1]):
            known.append((index, each.start))
    ends = [*known[1:], (len(said), known[-1][1] + sum(lengths[known[-1][0] :]))]
    cues = []
    for (first, start), (last, end) in zip(known, ends, strict=True):
        needed = sum(lengths[first:last])
        end = end if end > start else start + needed  # the clock goes back: nobody knows how long it lasts
        pace = (end - start) / needed
        at = start
        for each, length in zip(said[first:last], lengths[first:last], strict=True):
            spoken_until = at + length * min(pace, _MAX_PACE)  # a long silence is nobody's text
            own_end = each.end if each.end is not None and each.end > at else spoken_until
            if each.texts:
                cues.append(DraftCue(at, own_end, plain_text(" ".join(each.texts)), (), each.speaker, each.line))
            at += length * pace
    return cues
