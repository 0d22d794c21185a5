"""SAMI, captions of old players: a piece of HTML for each time, which lasts until the next one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import zip_longest

from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.cues.markup import plain_text
from pipeline.records import Transcript
from pipeline.untrusted import MAX_SECONDS

_ROOT = re.compile(r"\s*<sami[\s>]", re.IGNORECASE)
_SYNC = re.compile(r"<sync\b([^<>]{0,400})>", re.IGNORECASE)
_START = re.compile(r"\bstart\s{0,9}=\s{0,9}[\"']?(\d{1,12})", re.IGNORECASE)
_CLASS = re.compile(r"<p\b[^<>]{0,200}?\bclass\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})[^<>]{0,200}>", re.IGNORECASE)
_LANGUAGE = re.compile(r"\.([\w-]{1,40})\s{0,9}\{[^{}]{0,400}?\blang\s{0,9}:\s{0,9}([A-Za-z-]{2,20})", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\b[^<>]{0,20}>", re.IGNORECASE)


def matches(text: str) -> bool:
    return _ROOT.match(text) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a SAMI file. Of several languages it is the first; its code is in the file's styles.

    Raises:
        TranscriptError: nothing is said in it within a week.
    """
    languages = {name.lower(): code for name, code in _LANGUAGE.findall(text)}
    shown = list(_shown(text))
    main = next((name for _, name, said in shown if said), "")
    shown = [each for each in shown if each[1] in (main, "")]
    ends = [start for start, _, _ in shown[1:]]
    cues = [DraftCue(start, end, said) for (start, _, said), end in zip_longest(shown, ends) if said]
    return to_transcript(cues, source=source, language=languages.get(main, "und"))


def _shown(text: str) -> Iterator[tuple[float, str, str]]:
    """Start in seconds, the class of its language, and what is shown from then on; empty where nothing is."""
    _, *parts = _SYNC.split(text)
    for given, body in zip(parts[::2], parts[1::2], strict=True):
        start = _START.search(given)
        at = int(start[1]) / 1000 if start else MAX_SECONDS + 1
        if at > MAX_SECONDS:
            continue
        before, *classes = _CLASS.split(body)
        if before.strip() or not classes:
            yield at, "", _said(before)
        for name, said in zip(classes[::2], classes[1::2], strict=True):
            yield at, name.lower(), _said(said)


def _said(markup: str) -> str:
    return plain_text(html.unescape(_LINE_BREAK.sub("\n", markup)))
