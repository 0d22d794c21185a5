"""TTML (DFXP, IMSC, EBU-TT), the captions of broadcasters and of Netflix; YouTube has them, too.

Times are those of TTML 2, section 12.3: of a clock, with frames, or an offset with its unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline import untrusted
from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.cues.markup import plain_text
from pipeline.cues.problems import left_out
from pipeline.cues.wording import SpokenWord, timed, whole_words
from pipeline.cues.xml_parsing import attributes, local_name, parse_xml
from pipeline.errors import TranscriptError
from pipeline.records import Transcript, Word
from pipeline.untrusted import MAX_SECONDS, InvalidInput

_ROOT = re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(?:[\w.-]{1,20}:)?tt[\s>]")
_MAX_ROOT_CHARS = 10_000  # before which the root begins
_CLOCK = re.compile(r"(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)(?::(\d{1,4})(?:\.\d{1,4})?)?", re.ASCII)
_OFFSET = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(h|m|s|ms|f|t)?", re.ASCII)
_POSITIVE = re.compile(r"0{0,9}[1-9]\d{0,8}(?:\.\d{1,9})?", re.ASCII)
_UNIT_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
_DEFAULT_FRAME_RATE = 30.0
_NOT_READ = frozenset(("metadata", "set", "head"))
_RUBY_NOTES = frozenset(("text", "textContainer", "delimiter"))  # how to read the characters beside them
_TOLERANCE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a document counts: frames and ticks a second."""

    frames: float
    ticks: float

    def seconds(self, text: str) -> float:
        """The seconds of a time expression.

        Raises:
            InvalidInput: it is none, or more than a week.
        """
        found = None
        if clock := _CLOCK.fullmatch(text.strip()):
            hours, minutes, seconds, frames = clock.groups()
            found = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds) + int(frames or 0) / self.frames
        elif offset := _OFFSET.fullmatch(text.strip()):
            units = {**_UNIT_SECONDS, "f": 1 / self.frames, "t": 1 / self.ticks}
            found = float(offset[1]) * units[offset[2] or ""]
        if found is None or found > MAX_SECONDS:
            raise InvalidInput(f"has the time {untrusted.shown(text)}, which is none within a week")
        return round(found, 3)


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element inherits. Times are seconds; `base` is what those in it count from."""

    base: float = 0.0
    is_timed: bool = False  # whether an element around it has a time
    end: float | None = None
    speaker: str | None = None


def matches(text: str) -> bool:
    return _ROOT.match(text.lstrip()[:_MAX_ROOT_CHARS]) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a TTML file. Words have times where spans in a paragraph do.

    Raises:
        TranscriptError: it is broken, or nothing is said in it.
    """
    try:
        root = parse_xml(text)
    except InvalidInput as error:
        raise TranscriptError(source, str(error), line=error.line) from error
    reader = _Reader(root)
    cues = list(reader.cues(root, _Context()))
    if reader.problems and not cues:
        raise TranscriptError(source, f"has no times that can be used: {reader.problems[0]}")
    return to_transcript(
        cues,
        source=source,
        language=attributes(root).get("lang") or "und",
        labels=not any(cue.speaker for cue in cues),
        warnings=left_out(reader.problems),
    )


class _Reader:
    """Reads the cues of one document. `problems` are what was wrong with those that could not be read."""

    def __init__(self, root: Any) -> None:
        self.problems: list[str] = []
        self._clock = _clock(attributes(root))
        self._agents = dict(_agents(root))

    def cues(self, element: Any, context: _Context) -> Iterator[DraftCue]:
        """The cues in an element and below it; libxml2 bounds how deep that can be."""
        for child in element:
            name, given = local_name(child.tag), attributes(child)
            if name in _NOT_READ:
                continue
            try:
                inner = self._inside(given, context)
                yield from self._paragraph(child, inner) if name == "p" else self.cues(child, inner)
            except InvalidInput as error:
                self.problems.append(f"line {child.sourceline} {error}")

    def _inside(self, given: dict[str, str], context: _Context) -> _Context:
        agent = next(iter(given.get("agent", "").split()), None)
        if agent:
            context = replace(context, speaker=self._agents.get(agent, agent))
        if "begin" not in given and "end" not in given and "dur" not in given:
            return context
        start, end = self._span(given, context.base)
        return replace(context, base=start, is_timed=True, end=end)

    def _span(self, given: dict[str, str], base: float) -> tuple[float, float | None]:
        start = base + self._clock.seconds(given.get("begin", "0"))
        if "dur" in given:
            return start, start + self._clock.seconds(given["dur"])
        return start, base + self._clock.seconds(given["end"]) if "end" in given else None

    def _paragraph(self, element: Any, context: _Context) -> Iterator[DraftCue]:
        pieces = list(_pieces(element))
        if context.is_timed:
            text = plain_text("".join(text for text, _ in pieces))
            words = self._words(pieces, context)
            yield DraftCue(context.base, context.end, text, words, context.speaker, element.sourceline)
            return
        for text, given in pieces:  # the times stand at its parts
            if given and (said := plain_text(text)):
                inner = self._inside(given, context)
                yield DraftCue(inner.base, inner.end, said, (), inner.speaker, element.sourceline)

    def _words(self, pieces: list[_Piece], context: _Context) -> tuple[Word, ...]:
        """The words of a paragraph, where all of it is in spans with times."""
        if not any(given for _, given in pieces) or any(text.strip() and not given for text, given in pieces):
            return ()
        # By the rules they count from the beginning of the paragraph. Many writers count from that of the file.
        spans = [self._span(given, context.base) for _, given in pieces if given]
        if context.end is not None and any(start > context.end + _TOLERANCE_SECONDS for start, _ in spans):
            spans = [self._span(given, 0.0) for _, given in pieces if given]
        times = iter(spans)
        parts = [SpokenWord(text, *(next(times) if given else (None, None))) for text, given in pieces]
        return tuple(
            Word(word.start, word.end, word.text.strip())
            for word in timed(whole_words(parts), context.base, context.end)
        )


_Piece = tuple[str, dict[str, str]]


def _pieces(element: Any) -> Iterator[_Piece]:
    """The text of an element in pieces, each with the attributes of the innermost span with a time that it is in."""
    yield element.text or "", {}
    for child in element:
        name, given = local_name(child.tag), attributes(child)
        if name == "br":
            yield "\n", {}
        elif name == "span" and given.get("ruby") not in _RUBY_NOTES:
            if "begin" in given:
                yield "".join(text for text, _ in _pieces(child)), given
            else:
                yield from _pieces(child)
        yield child.tail or "", {}


def _clock(given: dict[str, str]) -> _Clock:
    frames = _positive(given.get("frameRate")) or _DEFAULT_FRAME_RATE
    factor = [_positive(part) for part in re.split(r"[\s:]", given.get("frameRateMultiplier", "").strip())]
    if len(factor) == 2 and factor[0] and factor[1]:
        frames *= factor[0] / factor[1]
    ticks = _positive(given.get("tickRate")) or (frames if "frameRate" in given else 1.0)
    return _Clock(frames, ticks)


def _positive(text: str | None) -> float | None:
    return float(text) if text and _POSITIVE.fullmatch(text.strip()) else None


def _agents(root: Any) -> Iterator[tuple[str, str]]:
    """The names of speakers by their ids."""
    for agent in root.iter("{*}agent"):
        name = plain_text(" ".join(agent.itertext()))
        if (known := attributes(agent).get("id")) and name:
            yield known, name
