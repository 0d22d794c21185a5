"""LRC: `[00:12.34] text`, as players of music show it and some programs write speech; words have times in `<00:12.50>`.

Format: https://en.wikipedia.org/wiki/LRC_(file_format). A line of several times is said at each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from pipeline import untrusted
from pipeline.cues.drafts import to_transcript
from pipeline.cues.line_times import seconds_of
from pipeline.cues.spoken_lines import SpokenLine
from pipeline.cues.text_with_times import cues_of
from pipeline.errors import TranscriptError
from pipeline.records import Transcript, Word

_HEAD_LINES = 400
_MIN_SHARE = 0.8  # of the lines are LRC's
_MAX_TIMES_A_LINE = 50
_MAX_CUES = 1_000_000

_TIMES = re.compile(r"\s*(?:\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\]\s?){1,50}")
_TIME = re.compile(r"\[(\d{1,3}:\d{2})(?:[.:](\d{1,3}))?\]")
_WORD_TIME = re.compile(r"<(\d{1,3}:\d{2}(?:\.\d{1,3})?)>")
_TAG = re.compile(
    r"\s*\[(?P<name>ar|al|ti|au|by|re|ve|la|length|offset|tool|lang|id|#)\s?:\s?(?P<value>[^\[\]]{0,200})\]\s*", re.I
)
_OWN = re.compile(r"\s*\[\d{1,3}:\d{2}\.\d{2,3}\](?:\s?\[\d|[^\[<]{0,300}<\d{1,3}:\d\d\.)")  # no other format has these


def matches(text: str) -> bool:
    """Whether nearly all lines are LRC's, and some are no other format's: tags, several times, times of words."""
    lines = [line for line in text[:100_000].splitlines()[:_HEAD_LINES] if line.strip()]
    timed = sum(_TIMES.match(line) is not None for line in lines)
    tags = sum(_TAG.fullmatch(line) is not None for line in lines)
    own = tags + sum(_OWN.match(line) is not None for line in lines)
    return timed >= 2 and own > 0 and timed + tags >= _MIN_SHARE * len(lines)


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in an LRC file.

    Raises:
        TranscriptError: it has no lines with text, or too many.
    """
    lines = text.splitlines()
    tags = {found["name"].lower(): found["value"].strip() for line in lines if (found := _TAG.fullmatch(line))}
    offset = _offset(tags.get("offset", ""))
    spoken, words = [], []
    for each, spoken_words in sorted(_spoken(lines, offset), key=lambda found: found[0].start or 0.0):
        spoken.append(each)
        if each.texts:
            words.append(spoken_words)
        if len(spoken) > _MAX_CUES:
            raise TranscriptError(source, f"has more than {_MAX_CUES:,} lines, the limit for a transcript")
    cues = cues_of(spoken) if spoken else []
    cues = [replace(cue, words=timed) for cue, timed in zip(cues, words, strict=True)]
    return to_transcript(cues, source=source, language=_language(tags))


def _language(tags: dict[str, str]) -> str:
    found = tags.get("la") or tags.get("lang") or ""
    return found if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", found) else "und"


def _offset(written: str) -> float:
    """Seconds by which all is earlier than its times."""
    return int(written) / 1000 if re.fullmatch(r"[+-]?\d{1,8}", written) else 0.0


def _spoken(lines: list[str], offset: float) -> Iterator[tuple[SpokenLine, tuple[Word, ...]]]:
    for number, line in enumerate(lines, 1):
        found = _TIMES.match(line)
        if found is None:
            continue
        written = line[found.end() :]
        text = " ".join(_WORD_TIME.sub(" ", written).split())
        starts = [_seconds(each[1], each[2], offset) for each in _TIME.finditer(found[0])]
        words = _words(written, offset) if len(starts) == 1 else ()
        for start in starts[:_MAX_TIMES_A_LINE]:
            if start is not None:
                yield SpokenLine(start, None, [text] if text else [], line=number), words


def _seconds(clock: str, fraction: str | None, offset: float) -> float | None:
    seconds = seconds_of(f"{clock}.{fraction}" if fraction else clock)
    shifted = None if seconds is None else max(0.0, round(seconds - offset, 3))
    return shifted if shifted is None or shifted <= untrusted.MAX_SECONDS else None


def _words(written: str, offset: float) -> tuple[Word, ...]:
    parts = _WORD_TIME.split(written)
    starts = [_seconds(part, None, offset) for part in parts[1::2]]
    known = [start for start in starts if start is not None]
    if len(known) < 2 or len(known) < len(starts) or known != sorted(known) or parts[0].strip():
        return ()
    last = [known[-1] + 1.0] if parts[-1].strip() else []
    texts = [" ".join(part.split()) for part in parts[2::2]]
    return tuple(Word(start, end, text) for (start, end), text in zip(pairwise([*known, *last]), texts) if text)  # noqa: B905
