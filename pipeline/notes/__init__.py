"""Markdown notes to records: sections, blocks, the recording's link and the times people wrote in by hand.

markdown    which lines are a block
inline      a block's plain text and its HTML
recording   which link is the recording
hints       hand-written times
speakers    who said a block
blocks      from drafts to blocks
templates   what recurs in the notes of a folder
naming      date, slug, block ids
files       which files are notes
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePath

from pipeline import untrusted
from pipeline.errors import NotesError
from pipeline.file_names import printable
from pipeline.notes import hints, inline, markdown, naming, recording
from pipeline.notes.blocks import BlockBuilder
from pipeline.notes.files import MAX_NOTES_BYTES
from pipeline.notes.markdown import DraftBlock, split_lines
from pipeline.notes.templates import folder_templates
from pipeline.records import Block, BlockKind, Notes, Section

__all__ = ["folder_templates", "parse", "read", "split_lines"]

_FRONT_FIELD = re.compile(r"(\w+)\s*:\s*(.*?)\s*")


def read(path: Path, *, templates: frozenset[str] = frozenset()) -> Notes:
    """Read the notes in the file `path`. `templates` come from `folder_templates`.

    Raises:
        NotesError: there is no such file, or it has no text.
    """
    return parse(_read_text(path), name=printable(path.name), templates=templates)


def _read_text(path: Path) -> str:
    if path.is_dir():
        raise NotesError(path, "is a folder", hint="Give the notes files in it, for example FOLDER/*.md.")
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
    """Read notes from `source`, the text of a file called `name`, from which date and slug may come.

    Every line that is not blank belongs to exactly one block: their ranges [line, end_line) do not overlap.

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
    front_fields = _front_fields(lines[: markdown.count_front_matter_lines(lines)])
    video = recording.find_recording(drafts, front_fields)
    warnings = [*_find_open_comments(drafts), *hints.extract_hints(drafts, video)]
    title = _title(drafts) or front_fields.get("title", "") or PurePath(name).stem.replace("_", " ")
    day, date_warnings = _date(title, name, front_fields)
    return Notes(
        slug=naming.slug_of(title, name, day),
        title=title,
        date=day,
        video=video,
        sections=tuple(_sections(BlockBuilder(source, lines, templates), drafts)),
        source=source,
        warnings=(*date_warnings, *warnings),
    )


def _front_fields(lines: list[str]) -> dict[str, str]:
    fields = (found for line in lines if (found := _FRONT_FIELD.fullmatch(line)))
    return {found[1].lower(): found[2].strip("\"'") for found in fields}


def _find_open_comments(drafts: list[DraftBlock]) -> Iterator[str]:
    for draft in drafts:
        if draft.kind is BlockKind.MARKUP and draft.raw.lstrip().startswith("<!--") and "-->" not in draft.raw:
            yield f"line {draft.line}: this comment is never closed, so everything after it is hidden"


def _title(drafts: list[DraftBlock]) -> str:
    titles = [draft for draft in drafts if draft.kind is BlockKind.HEADING and draft.depth == 1]
    return next((text for draft in titles if (text := _whole_text(draft))), "")


def _whole_text(draft: DraftBlock) -> str:
    return " ".join(inline.plain_text([token for tokens in draft.cells for token in tokens]).split())


def _date(title: str, name: str, front_fields: dict[str, str]) -> tuple[date | None, list[str]]:
    """The day of the meeting, and warnings. The file name counts first: people copy titles from earlier notes."""
    stem = PurePath(name).stem
    in_name, in_title = naming.find_date(stem), naming.find_date(title)
    if in_name and in_title and in_name[0] != in_title[0]:
        return in_name[0], [f"the title says {in_title[0]}, the file name {in_name[0]}; the file name is used"]
    found = in_name or in_title or naming.find_date(front_fields.get("date", ""))
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
