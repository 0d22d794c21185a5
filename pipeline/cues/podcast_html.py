"""Transcripts in HTML: of podcasts (`<cite>Ann:</cite><time>0:02</time><p>Hello</p>`) and of hyperaudio, which has the
time of each word (`<span data-m="2000" data-d="500">Hello </span>`).

Format of podcasts: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.cues.line_times import seconds_of
from pipeline.cues.spoken_lines import SpokenLine
from pipeline.cues.text_with_times import cues_of
from pipeline.errors import TranscriptError
from pipeline.records import Transcript, Word
from pipeline.untrusted import MAX_SECONDS

_TIME = re.compile(
    r"<time\b[^<>]{0,200}>\s{0,20}[\[(]?\d{1,3}:\d{2}(?::\d{2})?(?:\.\d{1,3})?[\])]?\s{0,20}</time>", re.I
)
_WORD_TIME = re.compile(r"<(?:span|a)\b[^<>]{0,300}\bdata-m\s?=\s?[\"']?\d", re.I)
_CLOCK = re.compile(r"[\[(]?(\d{1,3}:[\d:.,]{2,12})[\])]?")
_MIN_TIMES = 2
_MAX_CUES = 1_000_000


def matches(text: str) -> bool:
    """Whether a page has the times of a transcript; one with the time of an event has few."""
    if text.lstrip()[:1] != "<":
        return False
    head = text[:200_000]
    return any(sum(1 for _ in pattern.finditer(head)) >= _MIN_TIMES for pattern in (_TIME, _WORD_TIME))


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a page. Nothing that it refers to is fetched.

    Raises:
        TranscriptError: it is nested too deeply, or nothing is said in it.
    """
    from lxml import etree, html  # only here: the web process reads no transcripts

    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise TranscriptError(source, "is HTML that cannot be read") from error
    cues = list(_timed_words(root)) if _WORD_TIME.search(text[:200_000]) else []
    if not cues:
        spoken = [each for each in _spoken(root) if each.texts and each.start is not None]
        cues = cues_of(spoken) if spoken else []
    return to_transcript(cues[:_MAX_CUES], source=source, labels=not any(cue.speaker for cue in cues))


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _spoken(root: Any) -> Iterator[SpokenLine]:
    """A name stands before or after its time, and holds until the next one; so does a time."""
    current = SpokenLine(None, None)
    for element in root.iter("cite", "time", "p"):
        text = _text(element)
        if element.tag == "p":
            if element.find(".//time") is None and element.find(".//cite") is None and text:
                current.texts.append(text)
            continue
        if current.texts:
            yield current
            current = SpokenLine(None, current.speaker)
        if element.tag == "cite":
            current.speaker = text.rstrip(":： ") or None
        elif found := _CLOCK.fullmatch(text):
            current.start = seconds_of(found[1])
        if (inside := element.getparent()) is not None and inside.tag == "p" and element.tail:
            rest = " ".join(element.tail.split()).lstrip(":： ")
            current.texts += [rest] if rest else []
    if current.texts:
        yield current


def _timed_words(root: Any) -> Iterator[DraftCue]:
    """A cue for each paragraph, and for each speaker named in one."""
    speaker: str | None = None
    words: list[Word] = []
    for element in root.iter("span", "a", "p", "cite"):
        if element.tag == "p" or element.tag == "cite" or "speaker" in (element.get("class") or "").split():
            if words:
                yield _cue(words, speaker)
                words = []
            if element.tag != "p":
                speaker = _text(element).rstrip(":： ").strip("[]") or None
            continue
        start, length = _milliseconds(element.get("data-m")), _milliseconds(element.get("data-d"))
        text = _text(element)
        if start is not None and text:
            words.append(Word(start, min(start + (length or 0.0), MAX_SECONDS), text))
    if words:
        yield _cue(words, speaker)


def _cue(words: list[Word], speaker: str | None) -> DraftCue:
    start, end = words[0].start, max(word.end for word in words)
    return DraftCue(start, end if end > start else None, " ".join(word.text for word in words), tuple(words), speaker)


def _milliseconds(written: str | None) -> float | None:
    if written is None or not re.fullmatch(r"\d{1,12}", written.strip()):
        return None
    seconds = int(written) / 1000
    return seconds if seconds <= MAX_SECONDS else None
