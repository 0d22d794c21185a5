"""YouTube's captions as XML: srv1, srv2 and srv3.

They are its json3 in other words, so they become json3's events, and are read as such.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from pipeline import untrusted
from pipeline.cues import json3
from pipeline.cues.problems import left_out
from pipeline.cues.xml_parsing import attributes, parse_xml, text_of
from pipeline.errors import TranscriptError
from pipeline.records import Transcript
from pipeline.untrusted import InvalidInput

_ROOT = re.compile(r"(?:<\?xml[^<>]*>\s*)?<(?:transcript|timedtext)[\s>]")
_LINE = re.compile(r"<(?:text|p)\s[^<>]*\b(?:start|t)=")
_MAX_ROOT_CHARS = 10_000  # before which the root begins
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)


_Event = dict[str, Any]  # of json3


def matches(text: str) -> bool:
    return _ROOT.match(text.lstrip()[:_MAX_ROOT_CHARS]) is not None and _LINE.search(text) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in such a file. srv2 and srv3 have the time of each word in automatic captions; srv1 never has.

    Raises:
        TranscriptError: it is broken, a time is not within a week, or nothing is said in it.
    """
    events: list[_Event] = []
    problems: list[str] = []
    try:
        for element in parse_xml(text).iter("{*}text", "{*}p"):
            try:
                _add(_event(element), events, continues="append" in element.attrib)
            except InvalidInput as error:
                problems.append(f"line {element.sourceline} {error}")
    except InvalidInput as error:
        raise TranscriptError(source, str(error), line=error.line) from error
    if problems and not events:
        raise TranscriptError(source, f"has no times that can be used: {problems[0]}")
    transcript = json3.parse_document({"events": events}, source=source)
    return replace(transcript, warnings=(*transcript.warnings, *left_out(problems)))


def _event(element: Any) -> _Event:
    """A caption line as json3 has it: srv1 counts in seconds and escapes twice, the others count in milliseconds.

    Raises:
        InvalidInput: it has no time, or none that can be used.
    """
    given = attributes(element)
    is_srv1 = "start" in given
    start, length = (_number(given, name) for name in (("start", "dur") if is_srv1 else ("t", "d")))
    if start is None:
        raise InvalidInput("has no start")
    unit = 1000.0 if is_srv1 else 1.0
    segs = [{"utf8": html.unescape(text_of(element))}] if is_srv1 else _segs(element)
    event: _Event = {"tStartMs": round(start * unit, 3), "dDurationMs": round((length or 0) * unit, 3), "segs": segs}
    return {**event, "aAppend": 1} if "a" in given else event


def _segs(element: Any) -> list[_Event]:
    """The parts of a line. What has no time of its own is said with what is before it."""
    segs: list[tuple[float | None, list[str]]] = [(None, [element.text or ""])]
    for part in element:
        offset = _number(attributes(part), "t")
        if offset is not None:
            segs.append((offset, []))
        segs[-1][1].extend((text_of(part), part.tail or ""))
    return [{"utf8": text, "tOffsetMs": offset or 0} for offset, texts in segs if (text := "".join(texts))]


def _number(given: dict[str, str], name: str) -> float | None:
    if name not in given:
        return None
    if _NUMBER.fullmatch(given[name]):
        return float(given[name])
    raise InvalidInput(f"has {untrusted.shown(given[name])} for {name}, which is no time")


def _add(event: _Event, events: list[_Event], *, continues: bool) -> None:
    """Add a line. In srv2 each word is one, and all but the first of a line continue it."""
    offset = event["tStartMs"] - events[-1]["tStartMs"] if events else -1
    if continues and offset >= 0:
        events[-1]["segs"] += ({**seg, "tOffsetMs": offset} for seg in event["segs"])
    else:
        events.append(event)
