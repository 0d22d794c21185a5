"""The links of a block, each with the words around it that may say what it is.

A line such as `[Agenda](…) | Recording: <…> | [Slides](…)` has three segments; a sentence is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from pipeline.links import is_file_beside, tidy, without_invisible
from pipeline.notes import inline
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.recording import embeds
from pipeline.notes.recording.labels import part_behind
from pipeline.notes.recording.targets import Target, target_of
from pipeline.records import BlockKind

_BREAK = re.compile(r"[|•·]|(?<=[.!?。！？])\s+(?=[^a-z])|(?<=[。！？])")
_ONLY_SEPARATORS = re.compile(r"[\s,;/&+、，–—-]*(?:(?:and|und|et|y|e|og|och|i|и|&|\+)[\s,]*)?", re.IGNORECASE)
_BARE_FILE = re.compile(r"(?<![\w/.])(?:\.{0,2}/)?[\w./-]{1,200}\.\w{2,4}(?![\w/])")
_IMAGE_LINK = re.compile(r"\[!\[[^\]\n]{0,300}\](?:\([^()\n]{0,500}\)|\[[^\]\n]{0,100}\])\]")
_IMAGE_TEXTS = frozenset({"image", "type:video", "type:audio"})


_LABEL_START = re.compile(r"[^\W_][^:：\n]{0,60}[:：](?:\s|$)")
_LINE_ENDS = (".", ":", "!", "?", ";", "：", "。")
_MAX_PIECES = 400  # texts and links of a segment that are looked at: each link looks at all text before it
_MAX_SHORT_LINE_CHARS = 60
_MAX_END_PIECES = 60  # of a paragraph of many lines, whose end is looked at for each of them


@dataclass(frozen=True, slots=True)
class TextLink:
    """A link of a block, a tidy one, and the text around it up to the ends of its segment."""

    url: str
    target: Target
    text: str  # "" of a bare URL, and of what is embedded
    before: str
    after: str
    prior: str  # the segment before this one where that has no link: it may be the label of this one
    follows_link: bool  # only `,` or `and` is between it and the link before it
    is_embedded: bool
    segment: int  # which of the block
    cell: int = 0


@dataclass(slots=True)
class _Segment:
    pieces: list[tuple[str, str, bool] | str] = field(default_factory=list)  # texts, and links: address, text, embedded
    after_line_break: bool = False  # of the source, which may be in the middle of a sentence

    @property
    def has_link(self) -> bool:
        return any(not isinstance(piece, str) for piece in self.pieces)

    def text(self, start: int = 0, end: int | None = None) -> str:
        text = "".join(piece if isinstance(piece, str) else piece[1] for piece in self.pieces[start:end])
        return " ".join(without_invisible(text).split())


def find_text_links(draft: DraftBlock, source: str) -> list[TextLink]:
    """The links of `draft`, whose lines are `source`, that are not certain to be no recording."""
    if draft.kind is BlockKind.CODE:
        return []
    found: list[TextLink] = []
    if draft.raw:
        found += _links_of(_segments(_events_of_html(draft.raw)), 0)
    else:
        for cell, tokens in enumerate(draft.cells):
            found += _links_of(_segments(_events_of(tokens)), cell)
    known = {link.url for link in found}
    for address in embeds.find_shortcodes(source):
        if (url := tidy(address)) not in known:
            found.append(TextLink(url, target_of(url), "", "", "", "", False, True, -1))
    if _IMAGE_LINK.search(source) and len(known) == 1:
        return [replace(link, is_embedded=True) for link in found]
    return found


def _events_of(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    for token in tokens:
        if token.type == "link_open":
            yield "link", str(token.attrGet("href") or "")
        elif token.type == "link_close":
            yield "end", ""
        elif token.type in {"softbreak", "hardbreak"}:
            yield token.type, "\n"
        elif token.type == "html_inline":
            yield from embeds.read_html(token.content)
        else:
            yield "text", inline.text_of(token)


def _events_of_html(raw: str) -> Iterator[tuple[str, str]]:
    for kind, content in embeds.read_html(raw):
        # A line break inside a sentence of HTML is a space.
        yield kind, (" " if content.isspace() and content != "\n" else content)


def _segments(events: Iterator[tuple[str, str]]) -> list[_Segment]:
    segments = [_Segment()]
    opened: list[str] | None = None  # the address of the link the events are in, and its text
    for kind, content in events:
        if kind == "link":
            opened = [content]
        elif kind == "end" and opened is not None:
            address, text = opened[0], " ".join("".join(opened[1:]).split())
            is_bare = text.endswith(address) or inline.BARE_URL.fullmatch(text.strip()) is not None
            is_image = text in _IMAGE_TEXTS
            segments[-1].pieces.append((address, "" if is_bare or is_image else text, is_image))
            opened = None
        elif kind == "embed":
            segments[-1].pieces.append((content, "", True))
        elif opened is not None:
            opened.append(content)
        elif kind == "softbreak":
            segments.append(_Segment(after_line_break=True))
        elif content == "\n":
            segments.append(_Segment())
        else:
            for number, part in enumerate(_BREAK.split(content)):
                if number:
                    segments.append(_Segment())
                segments[-1].pieces.extend(_files_in(part))
    return list(_joined(segments))


def _joined(segments: list[_Segment]) -> Iterator[_Segment]:
    """The segments, but a sentence that goes on after a line break is one."""
    last: _Segment | None = None
    for segment in segments:
        if last is not None and segment.after_line_break and not _begins_anew(last, segment):
            last.pieces += [" ", *segment.pieces]
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last


def _begins_anew(last: _Segment, segment: _Segment) -> bool:
    """Whether the line of `segment` is one of its own: people put labels and links below each other."""
    above = last.text(-_MAX_END_PIECES)
    if not above or not _is_text(last.pieces[-1]) or above.endswith(_LINE_ENDS):
        return True
    first = next((piece for piece in segment.pieces if not (isinstance(piece, str) and not piece.strip())), "")
    if isinstance(first, str):
        first = first.lstrip()
        below_label = len(above) < _MAX_SHORT_LINE_CHARS and _LABEL_START.match(above) and first[:1].isupper()
        return bool(below_label) or _LABEL_START.match(first) is not None
    only_links = all(not isinstance(piece, str) or _ONLY_SEPARATORS.fullmatch(piece) for piece in segment.pieces)
    return only_links and len(above) < _MAX_SHORT_LINE_CHARS


def _is_text(piece: tuple[str, str, bool] | str) -> bool:
    return isinstance(piece, str) and piece.strip(" .,;:*_") != ""


def _files_in(text: str) -> Iterator[tuple[str, str, bool] | str]:
    """`text` with the names of sound and video files as links."""
    at = 0
    for found in _BARE_FILE.finditer(text) if "." in text else ():
        if is_file_beside(found[0]):
            yield text[at : found.start()]
            yield found[0], "", False
            at = found.end()
    yield text[at:]


def _links_of(segments: list[_Segment], cell: int) -> Iterator[TextLink]:
    prior = ""
    follows = False  # the last segment ends with a link
    for number, segment in enumerate(segments):
        last = -1
        for index, piece in enumerate(segment.pieces[:_MAX_PIECES]):
            if isinstance(piece, str):
                continue
            url = tidy(piece[0])
            target = target_of(url)
            between = segment.text(last + 1, index)
            apart = between.removeprefix(part_behind(between)) if last >= 0 else between
            follows_link = (last >= 0 or follows) and _ONLY_SEPARATORS.fullmatch(apart) is not None
            before = segment.text(0, index)
            if last >= 0 and follows_link:
                before = between if before[:1] not in "(（" else f"({between}"
            yield TextLink(
                url, target, piece[1], before, segment.text(index + 1), prior, follows_link, piece[2], number, cell
            )
            last = index
        text = segment.text()
        follows = (last >= 0 and _ONLY_SEPARATORS.fullmatch(segment.text(last + 1)) is not None) or (
            follows and not text
        )
        if segment.has_link:
            prior = ""
        elif text:
            prior = text
