"""Markdown notes to records: sections, blocks, the recording's link and the times people wrote in by hand.

markdown       which lines are a block
inline         a block's plain text and its HTML
own_links      the links that jumpnotes wrote, which are left out
front_matter   what the lines between --- at the top say
front_matter_writing  the same, changed in a copy of our own
meetings       which lines are which meeting
openings       which headings may open one
titles         what a meeting is called
meeting_dates  on which day it was
dates          dates as people write them
heading_words  what headings and labels usually say
recording      which link is the recording
transcripts    a transcript inside the notes
hints          hand-written times
speakers       who said a block
blocks         from drafts to blocks
templates      what recurs in the notes of a folder
naming         slugs and block ids
files          which files are notes
formats        which formats they have
html           minutes in HTML, as Markdown
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pipeline import untrusted
from pipeline.errors import NotesError
from pipeline.file_names import printable
from pipeline.notes import (
    hints,
    markdown,
    meeting_dates,
    meetings,
    naming,
    openings,
    own_links,
    recording,
    titles,
    transcripts,
)
from pipeline.notes.blocks import BlockBuilder
from pipeline.notes.dates import DayOrder, day_order
from pipeline.notes.files import MAX_NOTES_BYTES, MAX_SIBLINGS
from pipeline.notes.formats import as_markdown, check_format
from pipeline.notes.front_matter import FrontMatter, read_front_matter
from pipeline.notes.markdown import DraftBlock, split_lines
from pipeline.notes.meetings import MeetingLines
from pipeline.notes.templates import folder_templates
from pipeline.records import Block, BlockKind, Notes, Section

__all__ = ["folder_templates", "parse", "parse_all", "parse_file", "read", "read_all", "read_text", "split_lines"]

_MAX_NAME_PARTS = 4  # a file and the folders above it that may tell its date


def read(path: Path, *, templates: frozenset[str] = frozenset()) -> Notes:
    """Read the notes of the only meeting in the file `path`. `templates` come from `folder_templates`.

    Raises:
        NotesError: there is no such file, it has no text, or it holds several meetings.
    """
    return _only(read_all(path, templates=templates), path)


def read_all(path: Path, *, templates: frozenset[str] = frozenset()) -> tuple[Notes, ...]:
    """Read the notes of every meeting in the file `path`, one or more, in the order of the file.

    Raises:
        NotesError: there is no such file, or it has no text.
    """
    return parse_file(path, read_text(path), templates=templates)


def parse_file(path: Path, text: str, *, templates: frozenset[str] = frozenset()) -> tuple[Notes, ...]:
    """The notes of every meeting in `text`, which is that of the file `path`.

    Raises:
        NotesError: they cannot be read.
    """
    name = printable("/".join(path.absolute().parts[-_MAX_NAME_PARTS:]))
    return parse_all(as_markdown(path, text), name=name, templates=templates, order=_order_in_folder(path))


def _order_in_folder(path: Path) -> DayOrder | None:
    """How the names of the files beside `path` put day and month."""
    with suppress(OSError), os.scandir(path.absolute().parent) as entries:
        return day_order(printable(entry.name) for entry in islice(entries, MAX_SIBLINGS))
    return None


def read_text(path: Path) -> str:
    """The text of notes as it stands in their file, without a mark of its encoding.

    Raises:
        NotesError: there is no such file, or it has no text.
    """
    if path.is_dir():
        raise NotesError(path, "is a folder", hint="Give the notes files in it, for example FOLDER/*.md.")
    check_format(path)
    try:
        data = untrusted.read_bytes(path, limit=MAX_NOTES_BYTES)
    except FileNotFoundError as error:
        raise NotesError(path, "does not exist", hint="Check the spelling of the path.") from error
    except OSError as error:
        raise NotesError(path, f"cannot be read ({error.strerror})", hint="Check its permissions.") from error
    except untrusted.InvalidInput as error:
        raise NotesError(path, str(error), hint="Notes are text files: one per meeting.") from error
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
    """The notes of the only meeting in `source`, as `parse_all` reads them.

    Raises:
        NotesError: it is not valid Unicode, or holds several meetings.
    """
    return _only(parse_all(source, name=name, templates=templates), Path(name))


def _only(meetings: tuple[Notes, ...], path: Path) -> Notes:
    if len(meetings) > 1:
        hint = "Give a file with one of them."
        raise NotesError(path, f"holds the notes of {len(meetings)} meetings", hint=hint)
    return meetings[0]


def parse_all(
    source: str, *, name: str, templates: frozenset[str] = frozenset(), order: DayOrder | None = None
) -> tuple[Notes, ...]:
    """Read the notes of one or several meetings from `source`, the text of a file.

    Every line that is not blank belongs to exactly one block of one meeting: their ranges [line, end_line) do not
    overlap. What stands outside of several meetings, such as the preamble of a file, belongs to none.

    Args:
        name: path of the file. Date and slug may come from its name, and the date from its folders.
        templates: come from `folder_templates`.
        order: how to read 3/5/2024 where the notes themselves do not show it.

    Raises:
        NotesError: it is not valid Unicode.
    """
    try:
        untrusted.text(source, "its text")
    except untrusted.InvalidInput as error:
        raise NotesError(Path(name), str(error)) from error
    source = own_links.hide(source.removeprefix("\ufeff"))
    lines = split_lines(source)
    drafts = list(hints.split_timed_lines(markdown.parse_blocks(lines)))
    order = meeting_dates.known_order(name, drafts) or order or meeting_dates.usual_order(drafts)
    file = _File(source, lines, name, read_front_matter(lines), templates, order)
    pieces = meetings.split(drafts, lines, name, order)
    if pieces[0].day is None:
        return (_parse_only(file, pieces[0]),)
    above = [draft for draft in drafts if draft.line < pieces[0].line]
    series = titles.find_series(above, file.front_matter, name)
    return tuple(naming.with_distinct_slugs([_parse_one_of_several(file, piece, series) for piece in pieces]))


@dataclass(frozen=True, slots=True)
class _File:
    source: str
    lines: list[str]
    name: str
    front_matter: FrontMatter
    templates: frozenset[str]
    order: DayOrder | None


def _parse_only(file: _File, piece: MeetingLines) -> Notes:
    """The notes of a file with one meeting."""
    title = titles.find_title(piece.drafts, file.front_matter, file.name)
    day, warnings = meeting_dates.find_meeting_date(title, file.name, piece.drafts, file.front_matter, file.order)
    if opening := openings.find_lone_opening(piece.drafts, file.name, file.order):
        opening.opens_meeting = True
    notes = Notes(naming.slug_of(title, file.name, day), title, day, None, (), file.source, tuple(warnings))
    return _with_content(notes, file, piece.drafts, file.front_matter)


def _parse_one_of_several(file: _File, piece: MeetingLines, series: str) -> Notes:
    """The notes of one of the meetings of a file: what the front matter says is not about it alone.

    Only whether it is published is said of all of them.
    """
    assert piece.day is not None
    title = titles.title_of_several(piece.heading, piece.day, series)
    source = "".join(f"{line}\n" for line in file.lines[piece.line - 1 : piece.end_line - 1])
    notes = Notes(naming.slug_of(title, file.name, piece.day), title, piece.day, None, (), source, line=piece.line)
    return _with_content(notes, file, piece.drafts, FrontMatter())


def _with_content(notes: Notes, file: _File, drafts: list[DraftBlock], front_matter: FrontMatter) -> Notes:
    """The notes with what their blocks say."""
    written = transcripts.take_transcript(drafts, file.lines)
    found = recording.find_recording(drafts, front_matter, file.lines)
    warnings = [
        *front_matter.warnings,
        *found.warnings,
        *_find_open_comments(drafts),
        *hints.extract_hints(drafts, found.parts),
    ]
    return replace(
        notes,
        video=found.parts[0] if found.parts else None,
        further_parts=found.parts[1:],
        sections=tuple(_sections(BlockBuilder(notes.source, file.lines, file.templates), drafts)),
        warnings=(*notes.warnings, *warnings),
        transcript=written,
        published=file.front_matter.is_published,
    )


def _find_open_comments(drafts: list[DraftBlock]) -> Iterator[str]:
    for draft in drafts:
        if draft.kind is BlockKind.MARKUP and draft.raw.lstrip().startswith("<!--") and "-->" not in draft.raw:
            yield f"line {draft.line}: this comment is never closed, so everything after it is hidden"


def _sections(builder: BlockBuilder, drafts: list[DraftBlock]) -> Iterator[Section]:
    """The drafts as blocks, gathered under their headings."""
    blocks: list[Block] = []
    for draft in drafts:
        if draft.kind is BlockKind.HEADING and blocks:
            yield _section(blocks)
            blocks = []
        blocks.append(builder.build(draft))
    if blocks:
        yield _section(blocks)


def _section(blocks: list[Block]) -> Section:
    first = blocks[0]
    if first.kind is BlockKind.HEADING:
        return Section(first.id, first.text, first.depth, first.line, tuple(blocks))
    return Section("top", "", 0, first.line, tuple(blocks))
