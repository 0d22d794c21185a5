"""YouTube's json3 captions: the only form in which its captions keep the time of each word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline import untrusted
from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.cues.markup import plain_text, without_sounds
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Transcript, Word
from pipeline.unspaced import is_sign
from pipeline.untrusted import InvalidInput

_EVENTS = re.compile(r'"events"\s*:')
_MIN_PAUSE_SECONDS = 1.0  # a silence as long ends a segment
_MAX_SEGMENT_SECONDS = 12.0  # a segment as long ends at the next line
_SENTENCE_ENDINGS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class _CaptionPiece:
    """A part of an event. `start` in seconds."""

    start: float
    text: str
    is_spaced: bool  # whether a space stands between it and the piece before


@dataclass(frozen=True, slots=True)
class _CaptionLine:
    """One event: a line as YouTube shows it. Seconds."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]  # empty when the event has no word times; each begins with the space before it, if any


def matches(text: str) -> bool:
    return text.lstrip().startswith("{") and _EVENTS.search(text) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a json3 file. Its language is not in the file: "und".

    A word ends where the next one starts, or with its event if that is earlier: events overlap by design.

    Raises:
        TranscriptError: it is broken, does not have json3's shape, a time is not within a week, or nothing is said in
            it.
    """
    try:
        document = untrusted.parse_json(text)
    except InvalidInput as error:
        raise TranscriptError(source, str(error), line=error.line) from error
    return parse_document(document, source=source)


def parse_document(document: object, *, source: str) -> Transcript:
    """The transcript in what `json` makes of a json3 file.

    Raises:
        TranscriptError: as `parse` does.
    """
    try:
        lines = _lines(document)
    except InvalidInput as error:
        raise TranscriptError(source, str(error)) from error
    cues = [cue for group in _groups(lines) for cue in _cues(group)]
    if not cues:
        raise TranscriptError(source, "has no captions with text")
    return to_transcript(cues, source=source, origin=Origin.CAPTIONS)


def _lines(document: object) -> list[_CaptionLine]:
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise InvalidInput("is not YouTube json3: it has no list of events")
    timed = []
    for number, event in enumerate(events):
        if not isinstance(event, dict):
            raise InvalidInput(f"is not YouTube json3: it has {untrusted.shown(event)} at events[{number}]")
        if event.get("aAppend") or not event.get("segs"):
            continue
        place = f"events[{number}]"
        start = _milliseconds(event, "tStartMs", place)
        end = start + _milliseconds(event, "dDurationMs", place)
        if pieces := _pieces(event["segs"], start, f"{place}.segs"):
            timed.append((pieces, untrusted.seconds(end / 1000, f"the end of {place}")))
    if not any(piece.is_spaced for pieces, _ in timed for piece in pieces):
        timed = [(_with_spaces(pieces), end) for pieces, end in timed]
    timed.sort(key=lambda item: item[0][0].start)
    next_starts = [*(pieces[0].start for pieces, _ in timed[1:]), float("inf")]
    return [_line(pieces, end, after) for (pieces, end), after in zip(timed, next_starts, strict=bool(timed))]


def _pieces(segs: object, start: float, place: str) -> list[_CaptionPiece]:
    """The parts of an event that have text, in order of time. `start` is the event's, in milliseconds."""
    if not isinstance(segs, list):
        raise InvalidInput(f"is not YouTube json3: it has {untrusted.shown(segs)} at {place}")
    found: list[_CaptionPiece] = []
    is_spaced = False
    for number, seg in enumerate(segs):
        if not isinstance(seg, dict):
            raise InvalidInput(f"is not YouTube json3: it has {untrusted.shown(seg)} at {place}[{number}]")
        written = seg.get("utf8")
        if not isinstance(written, str):
            continue
        here = f"{place}[{number}]"
        at = untrusted.seconds((start + _milliseconds(seg, "tOffsetMs", here)) / 1000, f"the start of {here}")
        # Half an emoji is what tools leave that cut captions by UTF-16 units.
        written = without_sounds(untrusted.repaired_text(written))
        if text := plain_text(written):
            found.append(_CaptionPiece(at, text, bool(found) and (is_spaced or written[0].isspace())))
            is_spaced = written[-1].isspace()
        else:
            is_spaced = is_spaced or bool(written)
    return sorted(found, key=lambda piece: piece.start)


def _with_spaces(pieces: list[_CaptionPiece]) -> list[_CaptionPiece]:
    """The pieces of a file in which none has a space of its own: between words there is one all the same."""
    return pieces[:1] + [
        replace(
            piece,
            is_spaced=piece.text.startswith(">>") or (border.isalnum() and not any(map(is_sign, border))),
        )
        for before, piece in pairwise(pieces)
        for border in [before.text[-1] + piece.text[0]]
    ]


def _milliseconds(fields: dict[str, object], name: str, place: str) -> float:
    high = untrusted.MAX_SECONDS * 1000
    return untrusted.number(fields.get(name, 0), f"{place}.{name}", high=high, unit=" milliseconds")


def _line(pieces: list[_CaptionPiece], end: float, next_start: float) -> _CaptionLine:
    start = pieces[0].start
    end = max(end, pieces[-1].start)
    text = "".join(f"{' ' * piece.is_spaced}{piece.text}" for piece in pieces).strip()
    if len(pieces) == 1 and " " in text:  # a phrase somebody typed: no times within it
        return _CaptionLine(start, end, text, ())
    starts = [piece.start for piece in pieces]
    stops = [*starts[1:], next_start if next_start > starts[-1] else end]
    tills = [max(start, min(stop, end)) for start, stop in zip(starts, stops, strict=True)]
    cuts = [i for i, piece in enumerate(pieces) if not i or piece.is_spaced or not _is_one_word(pieces[i - 1], piece)]
    words = []
    for first, last in pairwise([*cuts, len(pieces)]):
        space = " " if pieces[first].is_spaced or not first else ""
        words.append(Word(starts[first], tills[last - 1], space + "".join(piece.text for piece in pieces[first:last])))
    return _CaptionLine(start, words[-1].end, text, tuple(words))


def _is_one_word(before: _CaptionPiece, piece: _CaptionPiece) -> bool:
    """Whether pieces without a space between them are one word: "don" and "'t", or a word and its full stop."""
    if piece.text.startswith(">>"):  # somebody else
        return False
    return not any(map(str.isalnum, piece.text)) or not (is_sign(before.text[-1]) or is_sign(piece.text[0]))


def _groups(lines: list[_CaptionLine]) -> Iterator[list[_CaptionLine]]:
    """Lines that belong together: no pause, no change of speaker, not too long, whole sentences where marked."""
    group: list[_CaptionLine] = []
    for line in lines:
        if group and _starts_new(line, group):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _starts_new(line: _CaptionLine, group: list[_CaptionLine]) -> bool:
    last = group[-1]
    return (
        not last.words
        or not line.words
        or line.start - last.end >= _MIN_PAUSE_SECONDS
        or line.end - group[0].start > _MAX_SEGMENT_SECONDS
        or line.text.startswith(">>")
        or last.text.endswith(_SENTENCE_ENDINGS)
    )


def _cues(group: list[_CaptionLine]) -> Iterator[DraftCue]:
    """The group as a cue, split again where another person begins within a line."""
    words = [word for line in group for word in line.words]
    if not words:
        yield DraftCue(group[0].start, group[-1].end, " ".join(line.text for line in group))
        return
    cuts = [0, *(i for i, word in enumerate(words) if i and word.text.lstrip().startswith(">>")), len(words)]
    for first, last in pairwise(cuts):
        part = words[first:last]
        # Lines overlap, so what a line begins may end after the next line does.
        start, end = min(word.start for word in part), max(word.end for word in part)
        yield DraftCue(
            start, end, _joined_text(part), tuple(Word(word.start, word.end, word.text.strip()) for word in part)
        )


def _joined_text(words: list[Word]) -> str:
    """The text that the words make up; the lines of a script without spaces follow each other without any, too."""
    parts = [words[0].text.strip()]
    for before, word in pairwise(words):
        is_glued = is_sign(before.text[-1]) and is_sign(word.text.strip()[0])
        parts.append(word.text.lstrip() if is_glued else word.text)
    return "".join(parts)
