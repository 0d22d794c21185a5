"""A WebVTT or SRT file taken apart: which lines are timings, which belong to them, and which to nobody.

People's files have blank lines where none should be and none where one should, numbers without cues, a fence of
Markdown around them, and break off; whatever is done about that is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline import untrusted
from pipeline.cues.timing import CueTiming, read_timing
from pipeline.errors import TranscriptError

_MAX_CUES = 1_000_000  # a week of them, of half a second each
_MIN_NUMBERED_SHARE = 0.5  # of the cues have a number above them: from here up, such lines are no text
_MAX_NUMBER_DIGITS = 9
_MIN_TEXT_WORDS = 2  # in a block of a WebVTT file that belongs to no cue: fewer may be an identifier

_NEWLINE = re.compile(r"\r{0,3}\n|\r")  # \r\r\n: written in text mode twice
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w.+-]*\s*")
_HEADER = re.compile(r"WEBVTT(?:\s.*)?")
_NO_TEXT = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?|X-TIMESTAMP-MAP=.*")
_PART_OF_TIMING = re.compile(r"-?\d{1,5}(?:[:.,]\d{0,9}){1,3}\s*(?:-{1,3}>?\s*[\d:.,]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CaptionLines:
    """The lines of a file. `step` is 2 where every second one was empty and has been left out."""

    lines: tuple[str, ...]
    step: int = 1

    def number(self, index: int) -> int:
        """The number of a line in the file, 1-based."""
        return index * self.step + 1


@dataclass(frozen=True, slots=True)
class CaptionBlock:
    """A cue as it is written: its timing and its lines, with markup. Numbers of lines are 1-based."""

    timing: CueTiming
    timing_line: str
    number: int  # of the line with the timing
    first_number: int  # of the first line that is its own: above the timing, a number or a header
    is_first: bool  # of another file that was put after the first
    lines: tuple[str, ...]
    identifier: str = ""  # the line above the timing, where it is not its number


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """What is in a file: its cues in its order, and what people should know of it."""

    blocks: tuple[CaptionBlock, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _TimingLine:
    index: int
    timing: CueTiming
    number_index: int | None  # of the line with the cue's own number

    @property
    def first(self) -> int:
        return self.index if self.number_index is None else self.number_index


def split_lines(text: str) -> CaptionLines:
    """The lines of a file, those before and after a fence of Markdown empty."""
    lines = _NEWLINE.split(text.replace("\ufeff", ""))  # a file put after another brings its mark along
    if "```" in text or "~~~" in text:
        lines = _unfenced(lines)
    if len(lines) > 2 and not any(lines[1::2]):
        return CaptionLines(tuple(lines[::2]), step=2)
    return CaptionLines(tuple(lines))


def _unfenced(lines: list[str]) -> list[str]:
    first = next((index for index, line in enumerate(lines) if _FENCE.fullmatch(line) or read_timing(line)), None)
    if first is None or not _FENCE.fullmatch(lines[first]):
        return lines
    inside = False
    kept = []
    for line in lines:
        is_fence = _FENCE.fullmatch(line) is not None
        kept.append(line if inside and not is_fence else "")
        inside ^= is_fence
    return kept


def is_timing(line: str) -> bool:
    return read_timing(line) is not None


def read_captions(found: CaptionLines, *, source: str, blank_line_ends: bool) -> CaptionFile:
    """The cues of a file.

    `blank_line_ends` is WebVTT's rule: an empty line ends a cue (a space does not). In SRT only the next cue does.

    Raises:
        TranscriptError: no timing can be read, or there are too many.
    """
    lines = found.lines
    timings = _timings(lines)
    if len(timings) > _MAX_CUES:
        raise TranscriptError(source, f"has more than {_MAX_CUES:,} cues, the limit for a transcript")
    if timings and not any(each.timing.is_whole for each in timings):
        first = timings[0].index
        shown = untrusted.shown(lines[first].strip())
        raise TranscriptError(source, f"{shown} is not the timing of a cue within a week", line=found.number(first))
    end, broken_off = _broken_off(lines, timings[-1]) if timings else (len(lines), None)
    timings = [each for each in timings if each.index < end]
    blocks, strangers = _blocks(found, timings, end, blank_line_ends=blank_line_ends)
    warnings = []
    if strangers:
        unread = [(found.number(at), lines[at]) for at in strangers]
        warnings.append(
            about_lines(unread, "belongs to no cue, so it was left out", "belong to no cue, so they were left out")
        )
    if broken_off is not None:
        shown_line = untrusted.shown(lines[broken_off].strip())
        warnings.append(f"the file breaks off at line {found.number(broken_off)} ({shown_line}), which was left out")
    return CaptionFile(tuple(blocks), tuple(warnings))


def about_lines(lines: Sequence[tuple[int, str]], one: str, several: str) -> str:
    """What is to be told of these lines of a file, in one sentence that shows the first."""
    number, text = lines[0]
    shown = f"line {number} ({untrusted.shown(text.strip())})"
    return f"{shown} {one}" if len(lines) == 1 else f"{len(lines):,} lines, the first {shown}, {several}"


def _timings(lines: Sequence[str]) -> list[_TimingLine]:
    """The timings. Where the arrow is `-->` elsewhere, another one makes a timing only at the beginning of a block."""
    found = [(index, timing) for index, line in enumerate(lines) if (timing := read_timing(line))]
    if any(timing.is_strict and timing.is_whole for _, timing in found):
        found = [(index, timing) for index, timing in found if timing.is_strict or begins_block(lines, index)]
    numbers = _numbers(lines, [index for index, _ in found])
    return [_TimingLine(index, timing, number) for (index, timing), number in zip(found, numbers, strict=True)]


def begins_block(lines: Sequence[str], index: int) -> bool:
    """Whether nothing but a number stands between a line and the blank one before it."""
    above = lines[index - 1] if index else ""
    return not above.strip() or _value(above) is not None


def _value(line: str) -> int | None:
    text = line.strip()
    return int(text) if text.isdecimal() and len(text) <= _MAX_NUMBER_DIGITS else None


def _numbers(lines: Sequence[str], timings: Sequence[int]) -> list[int | None]:
    """Of each timing, which line above it has the cue's number; None where there is none.

    A number is the whole of its block or one more than the number before, in half of the cues: otherwise it is text.
    """
    above: list[int | None] = []
    likely = 0
    last = None
    for before, timing in pairwise([-1, *timings]):
        at = timing - 1
        while at > before and not lines[at].strip():
            at -= 1
        value = _value(lines[at]) if at > before else None
        is_next = value is not None and last is not None and value == last + 1
        is_all_text = at - 1 == before >= 0 and not (is_next and at == timing - 1)  # of the cue before
        above.append(at if value is not None and not is_all_text else None)
        if above[-1] is not None:
            likely += is_next or at == 0 or not lines[at - 1].strip()
            last = value
    if likely < _MIN_NUMBERED_SHARE * len(timings):
        above[1:] = [None] * (len(above) - 1)  # but nothing said stands above the first
    return above


def _broken_off(lines: Sequence[str], last: _TimingLine) -> tuple[int, int | None]:
    """Where the whole cues end, and the line in which a broken download ends, None if it does not."""
    tail = len(lines) - 1
    while not lines[tail].strip():
        tail -= 1
    trailing = len(lines) - 1 - tail
    if tail == last.index and trailing < 2 and not last.timing.text:  # a cue without text is followed by an empty line
        return last.first, tail
    number = None if last.number_index is None else _value(lines[last.number_index])
    is_next = number is not None and _value(lines[tail]) == number + 1 and not lines[tail - 1].strip()
    if is_next:
        return tail, tail
    if tail > last.index and not trailing and _PART_OF_TIMING.fullmatch(lines[tail].strip()):
        if not lines[tail - 1].strip():
            return tail, tail
        if _value(lines[tail - 1]) is not None and not lines[tail - 2].strip():
            return tail - 1, tail
    return len(lines), None


def _blocks(
    found: CaptionLines, timings: Sequence[_TimingLine], end: int, *, blank_line_ends: bool
) -> tuple[list[CaptionBlock], list[int]]:
    """The cues, and the lines that belong to none."""
    if not timings:
        return [], []
    lines = found.lines
    read = _webvtt_text if blank_line_ends else _srt_text
    blocks: list[CaptionBlock] = []
    strangers: list[int] = []
    text_end = timings[0].first
    numbers = [None if each.number_index is None else _value(lines[each.number_index]) for each in timings]
    for each, after, number in zip(timings, [*timings[1:], None], numbers, strict=True):
        text, unread = read(lines, each, after, end)
        strangers.extend(unread)
        above = [at for at in range(text_end, each.first) if lines[at].strip()]
        starts_again = bool(blocks) and number == numbers[0] == 1
        is_first = starts_again or any(_HEADER.fullmatch(lines[at]) for at in above)
        blocks.append(
            CaptionBlock(
                each.timing,
                lines[each.index].strip(),
                found.number(each.index),
                found.number(above[0] if above else each.first),
                is_first,
                tuple(line for line in (each.timing.text, *(lines[at] for at in text)) if line.strip()),
                lines[each.index - 1].strip() if each.index and each.number_index is None else "",
            )
        )
        text_end = text[-1] + 1 if text else each.index + 1
    return blocks, strangers


def _srt_text(
    lines: Sequence[str], cue: _TimingLine, after: _TimingLine | None, end: int
) -> tuple[list[int], list[int]]:
    """The lines up to the next cue, but for numbers whose cues are gone."""
    stop = after.first if after else end
    number = None if cue.number_index is None else _value(lines[cue.number_index])
    following = None if after is None or after.number_index is None else _value(lines[after.number_index])
    text: list[int] = []
    for block in _split(lines, cue.index + 1, stop, is_blank=lambda line: not line.strip()):
        if block[0] > cue.index + 1 and _HEADER.fullmatch(lines[block[0]]):
            break  # of another file
        value = _value(lines[block[0]]) if len(block) == 1 and block[0] > cue.index + 1 else None
        is_left_over = value is not None and number is not None and following is not None and number < value < following
        if not is_left_over:
            text.extend(block)
    return text, []


def _webvtt_text(
    lines: Sequence[str], cue: _TimingLine, after: _TimingLine | None, end: int
) -> tuple[list[int], list[int]]:
    """The lines up to an empty one and, where people put empty lines into a cue, those after it."""
    stop = after.first if after else end
    blocks = list(_split(lines, cue.index + 1, stop, is_blank=lambda line: line == ""))
    is_split = len(blocks) > 1 or (bool(blocks) and blocks[0][0] > cue.index + 1)
    if after and is_split and after.number_index is None and blocks[-1][-1] == stop - 1:
        blocks.pop()  # the identifier of the next cue
    text: list[int] = []
    strangers: list[int] = []
    for block in blocks:
        first = lines[block[0]]
        if block[0] > cue.index + 1:
            if _HEADER.fullmatch(first):
                break  # of another file
            if _NO_TEXT.fullmatch(first) or (len(block) == 1 and _value(first) is not None and text):
                continue
        if not text or sum(len(lines[at].split()) for at in block) >= _MIN_TEXT_WORDS:
            text.extend(at for at in block if lines[at].strip())
        else:
            strangers.append(block[0])
    return text, strangers


def _split(lines: Sequence[str], start: int, stop: int, *, is_blank: Callable[[str], bool]) -> Iterator[list[int]]:
    """The places of the lines from `start` to `stop`, cut at blank ones."""
    block: list[int] = []
    for at in range(start, stop):
        if is_blank(lines[at]):
            if block:
                yield block
            block = []
        else:
            block.append(at)
    if block:
        yield block
