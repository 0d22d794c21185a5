"""Markdown notes to records: sections, blocks, the recording's link and the times people wrote in by hand.

markdown    which lines are a block
inline      a block's plain text and its HTML
front_matter  what the lines between --- at the top say
meetings    which lines are which meeting
recording   which link is the recording
transcripts a transcript inside the notes
hints       hand-written times
speakers    who said a block
blocks      from drafts to blocks
templates   what recurs in the notes of a folder
naming      date, slug, block ids
files       which files are notes
formats     which formats they have
html        minutes in HTML, as Markdown
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePath

from pipeline import untrusted
from pipeline.errors import NotesError
from pipeline.file_names import printable
from pipeline.notes import hints, inline, markdown, meetings, naming, recording, transcripts
from pipeline.notes.blocks import BlockBuilder
from pipeline.notes.files import MAX_NOTES_BYTES
from pipeline.notes.formats import as_markdown, check_format
from pipeline.notes.front_matter import FrontMatter, read_front_matter
from pipeline.notes.markdown import DraftBlock, split_lines
from pipeline.notes.meetings import MeetingLines
from pipeline.notes.templates import folder_templates
from pipeline.records import Block, BlockKind, Notes, Section

__all__ = ["folder_templates", "parse", "parse_all", "read", "read_all", "split_lines"]

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
    absolute = path.absolute()
    return parse_all(_read_text(path), name=printable("/".join(absolute.parts[-_MAX_NAME_PARTS:])), templates=templates)


def _read_text(path: Path) -> str:
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
    return as_markdown(path, text)


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


def parse_all(source: str, *, name: str, templates: frozenset[str] = frozenset()) -> tuple[Notes, ...]:
    """Read the notes of one or several meetings from `source`, the text of a file.

    Every line that is not blank belongs to exactly one block of one meeting: their ranges [line, end_line) do not
    overlap. Only what stands above the first of several meetings belongs to none.

    Args:
        name: path of the file. Date and slug may come from its name, and the date from its folders.

    Raises:
        NotesError: it is not valid Unicode.
    """
    try:
        untrusted.text(source, "its text")
    except untrusted.InvalidInput as error:
        raise NotesError(Path(name), str(error)) from error
    source = source.removeprefix("\ufeff")
    lines = split_lines(source)
    drafts = list(hints.split_timed_lines(markdown.parse_blocks(lines)))
    front_matter = read_front_matter(lines)
    pieces = meetings.split(drafts, lines)
    return tuple(
        _parse_meeting(piece, source if len(pieces) == 1 else None, lines, name, front_matter, templates)
        for piece in pieces
    )


def _parse_meeting(
    piece: MeetingLines,
    source: str | None,
    lines: list[str],
    name: str,
    front_matter: FrontMatter,
    templates: frozenset[str],
) -> Notes:
    """The notes of one meeting; `source` is the whole file where that is what they are."""
    drafts = piece.drafts
    source = source or "\n".join(lines[piece.line - 1 : piece.end_line - 1])
    written = transcripts.take_transcript(drafts, lines)
    found = recording.find_recording(drafts, front_matter)
    warnings = [*found.warnings, *_find_open_comments(drafts), *hints.extract_hints(drafts, found.parts)]
    title = _title(drafts) or front_matter.text("title") or PurePath(name).stem.replace("_", " ")
    day, date_warnings = _date(title, name, front_matter)
    return Notes(
        slug=naming.slug_of(title, name, day),
        title=title,
        date=day,
        video=found.parts[0] if found.parts else None,
        further_parts=found.parts[1:],
        sections=tuple(_sections(BlockBuilder(source, lines, templates), drafts)),
        source=source,
        warnings=(*date_warnings, *warnings),
        line=piece.line,
        transcript=written,
    )


def _find_open_comments(drafts: list[DraftBlock]) -> Iterator[str]:
    for draft in drafts:
        if draft.kind is BlockKind.MARKUP and draft.raw.lstrip().startswith("<!--") and "-->" not in draft.raw:
            yield f"line {draft.line}: this comment is never closed, so everything after it is hidden"


def _title(drafts: list[DraftBlock]) -> str:
    titles = [draft for draft in drafts if draft.kind is BlockKind.HEADING and draft.depth == 1]
    return next((text for draft in titles if (text := _whole_text(draft))), "")


def _whole_text(draft: DraftBlock) -> str:
    return " ".join(inline.plain_text([token for tokens in draft.cells for token in tokens]).split())


def _date(title: str, name: str, front_matter: FrontMatter) -> tuple[date | None, list[str]]:
    """The day of the meeting, and warnings. The file name counts first: people copy titles from earlier notes."""
    stem = PurePath(name).stem
    in_name, in_title = naming.find_date(stem), naming.find_date(title)
    if in_name and in_title and in_name[0] != in_title[0]:
        return in_name[0], [f"the title says {in_title[0]}, the file name {in_name[0]}; the file name is used"]
    found = in_name or in_title or naming.find_date(front_matter.text("date"))
    return (found[0] if found else None), []


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
