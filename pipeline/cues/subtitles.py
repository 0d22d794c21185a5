"""Subtitles that pysubs2 reads: ASS and SSA, MicroDVD, MPL2, TMPlayer.

Each has a cue on a line of its own. The lines are looked at before pysubs2 sees them: it refuses a whole file for one
bad line, and takes its time with hostile ones.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.cues.markup import plain_text
from pipeline.cues.problems import left_out
from pipeline.cues.wording import SpokenWord, timed, whole_words
from pipeline.errors import TranscriptError
from pipeline.records import Transcript, Word
from pipeline.untrusted import MAX_SECONDS, shown

_NEWLINE = re.compile(r"\r\n|\n|\r")
_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_DRAWING = re.compile(r"\\p(\d)", re.ASCII)
_KARAOKE = re.compile(r"\\[kK][fo]?(\d{1,6})", re.ASCII)
_LINE_BREAK = re.compile(r"\\[Nnh]")  # and the space that does not break

_ASS_TIME = r"(?:\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3}|\d{1,2}:\d\d:\d\d)"
_ASS_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_ASS_ORDER = re.compile(r"^Format:[^\S\n]*([^\n]*\bText)[^\S\n]*$", re.MULTILINE | re.IGNORECASE)

_FRAMES = re.compile(r"\s*\{\d{1,9}\}\{\d{1,9}\}", re.ASCII)
_FRAME_RATE = re.compile(r"\{1\}\{1\}\s*(\d{1,3}(?:\.\d{1,6})?)\s*", re.ASCII)
_DEFAULT_FRAME_RATE = 25.0

_MIN_SHARE_OF_LINES = 0.8  # of the lines of a file that has nothing but cues


@dataclass(frozen=True, slots=True)
class SubtitleFormat:
    """A format as pysubs2 calls it. `cue` is a line that it can read, `attempt` the beginning of one that should be."""

    pysubs2_name: str
    cue: re.Pattern[str]
    attempt: re.Pattern[str]
    header: re.Pattern[str] | None = None

    def matches(self, text: str) -> bool:
        """Whether a text, or the beginning of one, is in this format."""
        if self.header:
            return self.header.search(text) is not None
        lines = [line for line in _NEWLINE.split(text) if line.strip()]
        cues = sum(self.cue.match(line) is not None for line in lines)
        return cues > 0 and cues >= _MIN_SHARE_OF_LINES * (len(lines) - 1)  # the last one may be cut off

    def parse(self, text: str, *, source: str) -> Transcript:
        """The transcript in a file of this format.

        Raises:
            TranscriptError: no line of it is a cue within a week, or nothing is said in any.
        """
        lines: list[tuple[int, str]] = []
        problems: list[str] = []
        for number, line in enumerate(_in_usual_order(_NEWLINE.split(text)), 1):
            if self.cue.match(line):
                lines.append((number, line if self is ASS else _without_codes(line)))
            elif self.attempt.match(line):
                problems.append(f"line {number} ({shown(line.strip())}) is no cue")
        rate, notes = _DEFAULT_FRAME_RATE, list[str]()
        if self is MICRODVD:
            rate, lines, notes = _frame_rate(lines)
        events = _events([line for _, line in lines], self.pysubs2_name, rate)
        cues = [cue for (number, _), event in zip(lines, events, strict=True) if (cue := _cue(event, number))]
        if problems and not cues:
            raise TranscriptError(source, f"has no cues that can be used: {problems[0]}")
        has_speakers = any(cue.speaker for cue in cues)
        return to_transcript(cues, source=source, labels=not has_speakers, warnings=(*notes, *left_out(problems)))


ASS = SubtitleFormat(
    "ssa",  # ASS, too: only the meaning of the first field differs
    re.compile(rf"\s*Dialogue:[^,]*,\s*{_ASS_TIME}\s*,\s*{_ASS_TIME}\s*(?:,[^,]*){{6}},", re.ASCII),
    re.compile(r"\s*Dialogue:"),
    re.compile(r"\A\s*\[(?:Script Info|Events|V4\+? Styles)\]", re.IGNORECASE),
)
MICRODVD = SubtitleFormat(
    "microdvd",
    re.compile(r"\s*\{\d{1,9}\}\{\d{1,9}\}.", re.ASCII),
    re.compile(r"\s*\{[^{}]{0,20}\}\{"),
)
MPL2 = SubtitleFormat(
    "mpl2",
    re.compile(r"\[\d{1,9}\]\[\d{1,9}\]", re.ASCII),
    re.compile(r"\[[^][]{0,20}\]\["),
)
TMPLAYER = SubtitleFormat(
    "tmp",
    re.compile(r"\d{1,2}:\d\d:\d\d:.", re.ASCII),
    re.compile(r"\d{1,5}:\d"),
)


def _in_usual_order(lines: list[str]) -> list[str]:
    """The lines of ASS with their fields in the order that pysubs2 takes for granted; all others as they are."""
    order = next((found[1] for line in lines if (found := _ASS_ORDER.fullmatch(line.strip()))), None)
    names = tuple(name.strip().lower() for name in order.split(",")) if order else _ASS_FIELDS
    names = tuple({"actor": "name", "marked": "layer"}.get(name, name) for name in names)
    if names == _ASS_FIELDS:
        return lines
    return [_reordered(line, names) if line.lstrip().startswith("Dialogue:") else line for line in lines]


def _reordered(line: str, names: Sequence[str]) -> str:
    values = line.partition(":")[2].strip().split(",", len(names) - 1)
    fields = dict(zip(names, values, strict=False))
    return f"Dialogue: {','.join(fields.get(name, '') for name in _ASS_FIELDS)}"


def _without_codes(line: str) -> str:
    """A line without the codes in its text, and without what might begin one: pysubs2 looks for the end of each."""
    start = _FRAMES.match(line)
    cut = start.end() if start else 0
    return line[:cut] + plain_text(_OVERRIDE.sub("", line[cut:])).replace("{", "").replace("<", "")


def _frame_rate(lines: list[tuple[int, str]]) -> tuple[float, list[tuple[int, str]], list[str]]:
    """Frames a second, the lines without the one that says it, and what people have to know."""
    if lines and (found := _FRAME_RATE.fullmatch(lines[0][1])) and float(found[1]) > 0:
        return float(found[1]), lines[1:], []
    note = f"the file does not say how many frames a second has, so {_DEFAULT_FRAME_RATE:g} were assumed"
    return _DEFAULT_FRAME_RATE, lines, [note]


def _events(lines: Iterable[str], name: str, rate: float) -> list[Any]:
    """One of pysubs2's events for each line."""
    import pysubs2  # the web process imports this module

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of margins that are no numbers
        return list(pysubs2.SSAFile.from_string("\n".join(lines), format_=name, fps=rate).events)


def _cue(event: Any, line: int) -> DraftCue | None:
    """A cue, None where nothing is said: a drawing, a time too late."""
    start, end = event.start / 1000, event.end / 1000
    parts = list(_parts(event.text, start))
    text = plain_text("".join(part.text for part in parts))
    if not text or start > MAX_SECONDS:
        return None
    words: tuple[Word, ...] = ()
    if all(part.start is not None for part in parts if part.text.strip()):
        words = tuple(Word(word.start, word.end, word.text.strip()) for word in timed(whole_words(parts), start, end))
    speaker = plain_text(event.name) or None
    return DraftCue(start, min(end, MAX_SECONDS), text, words, speaker, line)


def _parts(text: str, start: float) -> Iterator[SpokenWord]:
    """The text between the codes in braces, without drawings; with times where the codes are those of karaoke."""
    first, *others = _OVERRIDE.split(text)
    is_drawing, is_timed, at, length = False, False, start, 0.0
    for codes, said in zip(["", *others[::2]], [first, *others[1::2]], strict=True):
        for scale in _DRAWING.findall(codes):
            is_drawing = scale != "0"
        if karaoke := _KARAOKE.search(codes):
            is_timed, at, length = True, at + length, int(karaoke[1]) / 100
        if not is_drawing:
            part = _LINE_BREAK.sub(" ", said)
            yield SpokenWord(part, at, at + length) if is_timed else SpokenWord(part, None, None)
