"""Markdown notes to records: sections, blocks, the recording's link and the times people wrote in by hand.

markdown    which lines are a block
inline      what a block says, and what it looks like
recording   which link is the recording
hints       hand-written times
speakers    who said a block
templates   what recurs in every note of a folder
naming      date, slug, block ids
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from pipeline.errors import NotesError
from pipeline.links import youtube_id
from pipeline.notes import hints, inline, markdown, naming, recording, speakers
from pipeline.notes.markdown import Draft, split_lines
from pipeline.notes.templates import folder_templates, normalise
from pipeline.records import Block, BlockKind, Notes, Section

__all__ = ["folder_templates", "parse", "read", "split_lines", "youtube_id"]

_LARGEST = 4_000_000  # bytes; notes of a day-long meeting have 100 kB
_FRONT_FIELD = re.compile(r"(\w+)\s*:\s*(.*?)\s*")


def read(path: Path, *, templates: frozenset[str] = frozenset()) -> Notes:
    """Read the notes in the file `path`. `templates` come from `folder_templates`.

    Raises:
        NotesError: there is no such file, or it holds no text.
    """
    return parse(_text(path), name=path.name, templates=templates)


def _text(path: Path) -> str:
    if path.is_dir():
        raise NotesError(path, "is a folder", hint="Give the notes files in it, for example FOLDER/*.md.")
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise NotesError(path, "does not exist", hint="Check the spelling of the path.") from error
    except OSError as error:
        raise NotesError(path, f"cannot be read ({error.strerror})", hint="Check its permissions.") from error
    if len(data) > _LARGEST:
        raise NotesError(path, f"is larger than {_LARGEST // 1_000_000} MB", hint="Split it: one file per meeting.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + len(re.findall(rb"\r\n?|\n", data[: error.start]))
        hint = "Save it as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
        raise NotesError(path, "is not UTF-8 text", line=line, hint=hint) from error
    if not text.strip():
        raise NotesError(path, "is empty", hint="Write the notes first.")
    return text


def parse(source: str, *, name: str, templates: frozenset[str] = frozenset()) -> Notes:
    """Read notes from `source`, the text of a file called `name`, which may tell the date and the slug.

    Every line that is not blank belongs to exactly one block: their ranges [line, end_line) do not overlap.
    """
    source = source.removeprefix("\ufeff")
    lines = split_lines(source)
    drafts = list(hints.split(markdown.drafts(lines)))
    front = _front_fields(lines[: markdown.front_matter(lines)])
    video = recording.find(drafts, front)
    warnings = [*_open_comments(drafts), *hints.take(drafts, video)]
    title = _title(drafts) or front.get("title", "") or PurePath(name).stem.replace("_", " ")
    day, doubts = _date(title, name, front)
    return Notes(
        slug=naming.slug_of(title, name, day),
        title=title,
        date=day,
        video=video,
        sections=tuple(_sections(_Scribe(source, lines, templates), drafts)),
        source=source,
        warnings=(*doubts, *warnings),
    )


def _front_fields(lines: list[str]) -> dict[str, str]:
    fields = (found for line in lines if (found := _FRONT_FIELD.fullmatch(line)))
    return {found[1].lower(): found[2].strip("\"'") for found in fields}


def _open_comments(drafts: list[Draft]) -> Iterator[str]:
    for draft in drafts:
        if draft.kind is BlockKind.MARKUP and draft.raw.lstrip().startswith("<!--") and "-->" not in draft.raw:
            yield f"line {draft.line}: this comment is never closed, so everything after it is hidden"


def _title(drafts: list[Draft]) -> str:
    titles = [draft for draft in drafts if draft.kind is BlockKind.HEADING and draft.depth == 1]
    return next((text for draft in titles if (text := _whole_text(draft))), "")


def _whole_text(draft: Draft) -> str:
    return " ".join(inline.plain([token for tokens in draft.cells for token in tokens]).split())


def _date(title: str, name: str, front: dict[str, str]) -> tuple[date | None, list[str]]:
    """The day of the meeting: the file name knows best, people copy titles from the last meeting's notes."""
    stem = PurePath(name).stem
    in_name, in_title = naming.find_date(stem), naming.find_date(title)
    if in_name and in_title and in_name[0] != in_title[0]:
        return in_name[0], [f"the title says {in_title[0]}, the file name {in_name[0]}; the file name is used"]
    found = in_name or in_title or naming.find_date(front.get("date", ""))
    return (found[0] if found else None), []


@dataclass(frozen=True, slots=True)
class _Scribe:
    """What it takes to write a draft down as a block."""

    source: str
    lines: list[str]
    templates: frozenset[str]

    def raw(self, draft: Draft) -> str:
        return "\n".join(self.lines[draft.line - 1 : draft.end_line - 1])

    def text(self, draft: Draft) -> str:
        if draft.silent or draft.kind is BlockKind.MARKUP:
            return ""
        return draft.text

    def html(self, draft: Draft) -> str:
        if draft.raw and draft.kind is not BlockKind.CODE:
            return inline.clean(draft.raw)
        cells = list(map(inline.render, draft.cells))
        shown = " | ".join(cells) if any(cells) else ""  # an empty cell keeps its column
        return shown if draft.done is None else f"{'☑' if draft.done else '☐'} {shown}"

    def is_template(self, draft: Draft) -> bool:
        return bool(self.templates) and normalise(self.raw(draft)) in self.templates


def _sections(scribe: _Scribe, drafts: list[Draft]) -> Iterator[Section]:
    """Number the drafts, give each its parent, and gather them under their headings."""
    ids = naming.BlockIds()
    small = speakers.small_words(scribe.source)
    path: list[tuple[Block, str]] = []  # the headings above, outermost first
    known: dict[int, str] = {}  # block ids by identity of their drafts
    blocks: list[Block] = []
    title_seen = False
    for draft in drafts:
        text = scribe.text(draft)
        if draft.kind is BlockKind.HEADING:
            if blocks:
                yield _section(blocks)
            blocks = []
            while path and path[-1][0].depth >= draft.depth:
                path.pop()
        # The title is left out: correcting its date must not change every id of the file.
        above = tuple(words for heading, words in path if words)
        block = Block(
            id=ids.of(text or scribe.raw(draft), above),
            kind=BlockKind.MARKUP if draft.silent else draft.kind,
            line=draft.line,
            end_line=draft.end_line,
            text=text,
            html=scribe.html(draft),
            number=draft.number,
            depth=draft.depth,
            parent=known[id(draft.owner)] if draft.owner else path[-1][0].id if path else None,
            speaker=speakers.find(text, small) if draft.kind in _SPOKEN else None,
            hint=draft.hint,
            template=scribe.is_template(draft),
        )
        known[id(draft)] = block.id
        blocks.append(block)
        if draft.kind is BlockKind.HEADING:
            is_title = block.depth == 1 and not title_seen
            title_seen |= is_title
            path.append((block, "" if is_title else text or scribe.raw(draft)))
    if blocks:
        yield _section(blocks)


_SPOKEN = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.ROW})


def _section(blocks: list[Block]) -> Section:
    first = blocks[0]
    if first.kind is BlockKind.HEADING:
        return Section(first.id, first.text, first.depth, first.line, tuple(blocks))
    return Section("top", "", 0, first.line, tuple(blocks))
