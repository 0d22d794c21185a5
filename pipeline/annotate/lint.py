"""What is wrong with the times and links that people wrote into notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline import links, timecode
from pipeline.annotate.placement import FileLine
from pipeline.notes import own_links
from pipeline.notes.linked_times import repaired
from pipeline.notes.typed_times import parse_typed_time
from pipeline.part_clock import notes_on_common_clock
from pipeline.records import Alignment, Basis, BlockKind, Certainty, Notes

MIN_DISAGREEMENT_SECONDS = 2.0
"""Between the time a link shows and the time it opens."""

MIN_FAR_SECONDS = 60.0
"""Between a link that a person wrote and a moment that is sure, before it is told."""

_LINK = re.compile(
    r"(?<!!)\[(?P<text>[^\[\]\r\n]{1,80})\]\(\s{0,3}<?(?P<href>https?://[^\s<>()]{1,2000})>?[^()\r\n]{0,80}\)"
)
_NEARLY_A_TIME = re.compile(r"[\d:.,; ]{1,20}")
_URL = re.compile(r"https?://[^\s<>()\[\]\"']{1,2000}", re.IGNORECASE)
_TIME = r"(?:\d{1,2}:)?\d{1,3}:\d\d"
_BROKEN = re.compile(
    rf"\[{_TIME}\(https?://|\[{_TIME}\][ \t]?https?://|\[{_TIME}\]\([ \t]|(?<!\])\({_TIME}\]\(?https?://"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong on a line of a file. `mends`: `jumpnotes annotate` puts it right."""

    line: int
    problem: str
    mends: bool = False


def check_links(text: str, lines: Sequence[FileLine], meetings: Sequence[Notes]) -> Iterator[Finding]:
    """Links that lead elsewhere than they say, or are none. Those of ours that say two things are told, too."""
    ours = {(link.line, link.href): link for link in own_links.find(text)}
    for number in sorted({*_readable(meetings), *(line for line, _ in ours)}):
        content = lines[number - 1].text
        if found := _BROKEN.search(content):
            yield Finding(number, f"{found.group()}…: a broken link; write [12:34](https://…)")
        for each in _URL.finditer(content):
            if repaired(each.group()) != each.group():
                yield Finding(number, f"{each.group()}: opens the start; write ?t= instead of &t= after youtu.be/…")
        for each in _LINK.finditer(content):
            is_ours = (number, each["href"]) in ours
            if not (is_ours or links.youtube_id(each["href"])):
                continue
            typed, opens = parse_typed_time(each["text"]), links.time_in_url(repaired(each["href"]))
            if is_ours and typed is None and _NEARLY_A_TIME.fullmatch(each["text"]):
                yield Finding(number, f"[{each['text']}] is no time")
            if is_ours and opens is None:
                yield Finding(number, f"the link says {each['text']} and has no time", mends=True)
            if typed and opens and abs(typed.start - opens.start) >= MIN_DISAGREEMENT_SECONDS:
                says, at = timecode.clock(typed.start), timecode.clock(opens.start)
                yield Finding(number, f"the link says {says} and opens {at}", mends=is_ours)


def _readable(meetings: Sequence[Notes]) -> Iterator[int]:
    """The lines of blocks a reader sees, but for code."""
    for notes in meetings:
        for block in notes.blocks:
            if block.kind is not BlockKind.CODE:
                yield from range(block.line, block.end_line)


def check_times(notes: Notes, moments: Mapping[str, Alignment]) -> Iterator[Finding]:
    """Times that people wrote far from a moment that is sure for other reasons; `moments` are by block id."""
    on_common_clock = notes_on_common_clock(notes, ())
    for block in on_common_clock.blocks:
        found = moments.get(block.id)
        if block.hint is None or found is None or found.basis in {Basis.HINT, Basis.PINNED}:
            continue
        if found.certainty is Certainty.SURE and abs(found.start - block.hint.start) > MIN_FAR_SECONDS:
            written, heard = timecode.clock(block.hint.start), timecode.clock(found.start)
            yield Finding(block.line, f"the time here is {written}, but it was surely said at {heard}")
