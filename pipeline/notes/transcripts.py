"""A transcript that people pasted into their notes: under a heading, folded away, in a code block, or just there.

What is under a heading called Transcript is one when it reads like speech: cues, times, speakers, or running text
without end. Elsewhere only cues are, and a long run of lines with times and speakers that no heading interrupts: what
is ordered by topics are notes. Chat logs are not: nobody said them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median

from pipeline import cues
from pipeline.cues import spoken_lines, text_with_times
from pipeline.cues.spoken_lines import SpokenLine
from pipeline.errors import TranscriptError
from pipeline.notes import dates, inline
from pipeline.notes.heading_words import is_transcript_name, known_words, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.titles import whole_text
from pipeline.records import BlockKind, Transcript, WrittenTranscript

_SUMMARY = re.compile(r"<summary[^<>]{0,200}>(?P<text>(?:[^<]|<(?!/summary))*)</summary>", re.IGNORECASE)
_DETAILS = re.compile(r"<(?P<close>/?)details\b", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"^.{1,80}\s[-–—|]\s(?=\S+\s*$)")  # Bed call - Transcript
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})\s*(?P<info>[\w-]*)")
_CUE_FORMATS = frozenset({"webvtt", "vtt", "srt"})
_FENCE_LINE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")

_MAX_NAMED = 20  # places called Transcript that are looked at
_MIN_CUES = 3
_MIN_CUE_TIMINGS = 2
_MIN_LINES_WITH_TIMES = 3
_MIN_LINES_WITH_SPEAKERS = 4
_MIN_SPEAKER_SHARE = 0.3  # of the lines, under a heading
_MIN_WORDS = 300  # of running text under a heading: less is a summary
_MIN_RUN = 15  # lines with a time and a speaker, without a heading
_MIN_SHARE_OF_TIMES = 0.8  # of the notes are in the run
_MIN_WORDS_A_LINE = 4.0
_MAX_FIRST_SECONDS = 300.0  # of a run: a clock of the day begins later
_MAX_FIRST_NAMED_SECONDS = 3600.0  # under a heading
_MAX_GAP_SECONDS = 90.0  # between the lines of a run: more is a list of topics
_MAX_HEADING_CHARS = 200
_MAX_LINES_BETWEEN = 12  # two lines of a run


@dataclass(frozen=True, slots=True)
class _NumberedLine:
    number: int
    spoken: SpokenLine


def take_transcript(drafts: list[DraftBlock], lines: list[str]) -> WrittenTranscript | None:
    """The transcript among the blocks of one meeting, which become one block of markup; None where there is none."""
    if not drafts:
        return None
    span = _find(drafts, lines)
    if span is None:
        return None
    first, end = span
    while end > first + 1 and not lines[end - 2].strip():
        end -= 1
    inside = [index for index, draft in enumerate(drafts) if draft.line < end and draft.end_line > first]
    block = DraftBlock(
        BlockKind.MARKUP,
        min(drafts[inside[0]].line, first),
        max(end, *(drafts[index].end_line for index in inside)),
    )
    taken = {id(drafts[index]) for index in inside}
    kept = [draft for draft in drafts if id(draft) not in taken]
    for draft in kept:
        if draft.parent_item is not None and id(draft.parent_item) in taken:
            draft.parent_item = None
    drafts[:] = [*kept[: inside[0]], block, *kept[inside[0] :]]
    return WrittenTranscript(block.line, block.end_line, read_transcript(lines[first - 1 : end - 1]))


def read_transcript(lines: Sequence[str]) -> Transcript | None:
    """The transcript in these lines of notes; None where it has no times that could be believed."""
    lines = [line for line in lines if not _FENCE_LINE.match(line)]
    try:
        if sum(map(spoken_lines.is_cue_timing, lines)) >= _MIN_CUE_TIMINGS:
            return cues.parse(_cue_text(lines), source="the notes")
        spoken = text_with_times.read_lines(lines)
        if spoken is None or (spoken[0].start or 0.0) > _MAX_FIRST_NAMED_SECONDS:
            return None
        return text_with_times.transcript_of(spoken, source="the notes")
    except TranscriptError:
        return None


def _cue_text(lines: Sequence[str]) -> str:
    """The cues, from the header of a WebVTT file or from the timing of the first cue on."""
    first = next(index for index, line in enumerate(lines) if spoken_lines.is_cue_timing(line))
    header = next((index for index in range(first) if lines[index].strip().startswith("WEBVTT")), first)
    return "\n".join(line.strip().replace("--\\>", "-->") for line in lines[header:])


def _find(drafts: list[DraftBlock], lines: list[str]) -> tuple[int, int] | None:
    """The lines [first, end) of the transcript."""
    start, stop = drafts[0].line, drafts[-1].end_line
    named = (*islice(_under_headings(drafts, stop), _MAX_NAMED), *islice(_folded(lines, start, stop), _MAX_NAMED))
    for first, end in named:
        if _reads_like_speech(lines[first : end - 1]):
            return first, end
    return _cues(lines, start, stop) or _run(lines, start, stop)


def _under_headings(drafts: list[DraftBlock], stop: int) -> Iterator[tuple[int, int]]:
    """The sections called Transcript; also under a bold line that is used as a heading."""
    first_heading = next((index for index, draft in enumerate(drafts) if draft.kind is BlockKind.HEADING), None)
    for index, draft in enumerate(drafts):
        is_heading = draft.kind is BlockKind.HEADING
        if not (is_heading or _is_bold_line(draft)):
            continue
        text = whole_text(draft)
        is_title = index == first_heading  # of a whole file, which may have more than its transcript
        if not is_transcript_name(text if is_title else _NAME_BEFORE.sub("", _without_date(text))):
            continue
        depth = draft.depth if is_heading else 7
        after = (each.line for each in drafts[index + 1 :] if each.kind is BlockKind.HEADING and each.depth <= depth)
        yield draft.line, next(after, stop)


def _without_date(text: str) -> str:
    """`May 5th, 2024 Transcript` as `Transcript`; but `Transcript of May 5th` is the title of all that is below."""
    found = dates.find_date(text[:_MAX_HEADING_CHARS])
    return text[found[1][1] :] if found and found[1][0] == 0 else text


def _is_bold_line(draft: DraftBlock) -> bool:
    return (
        draft.kind is BlockKind.PARAGRAPH
        and draft.end_line == draft.line + 1
        and bool(draft.cells)
        and any(token.type == "strong_open" for token in draft.cells[0][:2])
    )


def _folded(lines: list[str], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """What is folded away under a summary called Transcript."""
    opening = (number for number in range(start, stop) if "<details" in lines[number - 1].lower())
    for number in islice(opening, _MAX_NAMED):
        summary = _SUMMARY.search("\n".join(lines[number - 1 : min(number + 3, stop - 1)])[:2000])
        if summary is None or not is_transcript_name(inline.text_of_html(summary["text"])):
            continue
        depth = 0
        for end in range(number, stop):
            depth += sum(-1 if found["close"] else 1 for found in _DETAILS.finditer(lines[end - 1]))
            if depth <= 0:
                yield number, end + 1
                break


def _reads_like_speech(lines: list[str]) -> bool:
    """Whether the lines under a heading called Transcript are one, and not a link to it or a summary."""
    if sum(map(spoken_lines.is_cue_timing, lines)) >= _MIN_CUES:
        return True
    filled = [text for line in lines if (text := spoken_lines.plain(line))]
    timed = sum(spoken_lines.timed_line(line) is not None for line in filled)
    if timed >= _MIN_LINES_WITH_TIMES:
        return True
    labelled = sum(spoken_lines.labelled_line(line) is not None for line in filled)
    if timed + labelled >= max(_MIN_LINES_WITH_SPEAKERS, _MIN_SPEAKER_SHARE * len(filled)):
        return True
    return sum(len(line.split()) for line in filled) >= _MIN_WORDS


def _cues(lines: list[str], start: int, stop: int) -> tuple[int, int] | None:
    """A code block of captions, or captions without one."""
    timings = [number for number in range(start, stop) if spoken_lines.is_cue_timing(lines[number - 1])]
    if len(timings) < _MIN_CUES:
        return None
    first = timings[0]
    while first > start and first > timings[0] - 8:
        above = lines[first - 2].strip()
        fence = _FENCE.match(above)
        if fence and (not fence["info"] or fence["info"].lower() in _CUE_FORMATS):
            closing = (n for n in range(first, stop) if lines[n - 1].strip().startswith(fence["fence"]))
            return first - 1, next(closing, stop - 1) + 1
        if above and not (above.isdecimal() or above.startswith(("WEBVTT", "NOTE", "Kind:", "Language:"))):
            break
        first -= 1
    while not lines[first - 1].strip():
        first += 1
    last = timings[-1] + 1
    while last < stop and lines[last - 1].strip():
        last += 1
    return first, last


def _run(lines: list[str], start: int, stop: int) -> tuple[int, int] | None:
    """A long run of lines with a time and a speaker whose times follow each other as in speech."""
    runs: list[list[_NumberedLine]] = [[]]
    is_chat = False
    for number in range(start, stop):
        if _HEADING.match(lines[number - 1]):
            runs.append([])
            is_chat = bool(known_words("chats") & {*words_of(lines[number - 1][:_MAX_HEADING_CHARS])})
        elif is_chat:
            continue
        elif spoken := spoken_lines.timed_line(lines[number - 1]):
            before = runs[-1][-1] if runs[-1] else None
            if before and (
                number - before.number > _MAX_LINES_BETWEEN or (spoken.start or 0.0) < (before.spoken.start or 0.0)
            ):
                runs.append([])
            runs[-1].append(_NumberedLine(number, spoken))
    longest = max(runs, key=len)
    if len(longest) < _MIN_SHARE_OF_TIMES * sum(map(len, runs)) or not _is_speech(longest, lines):
        return None
    return longest[0].number, _end_of_text(lines, longest[-1].number, stop)


def _is_speech(run: list[_NumberedLine], lines: list[str]) -> bool:
    starts = [each.spoken.start or 0.0 for each in run]
    if len(run) < _MIN_RUN or starts[0] > _MAX_FIRST_SECONDS:
        return False
    if median(after - before for before, after in pairwise(starts)) > _MAX_GAP_SECONDS:
        return False
    text = lines[run[0].number - 1 : run[-1].number]
    speakers = sum(each.spoken.speaker is not None for each in run)
    speakers += sum(map(_begins_with_speaker, [*text, *(line for each in run for line in each.spoken.texts)]))
    return speakers >= len(run) / 2 and sum(len(line.split()) for line in text) >= _MIN_WORDS_A_LINE * len(run)


def _begins_with_speaker(line: str) -> bool:
    return spoken_lines.labelled_line(line) is not None


def _end_of_text(lines: list[str], last: int, stop: int) -> int:
    """The end of the paragraph that the last line of a run begins; its text may stand below its time."""
    end = last + 1
    while end < stop and lines[end - 1].strip():
        end += 1
    return end
