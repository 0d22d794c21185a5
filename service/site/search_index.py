"""The search of a site: Pagefind reads what was written and said, and makes an index that a browser reads in pieces.

What it reads are pages that nobody sees, for the notes of a meeting one, for each quarter of an hour of what was said
one. So a search loads little of a long meeting, words are found together that were said together, and notes and
speech can be told apart. Before every block and every line stands an empty element whose id says where it is:
Pagefind tells where these are among the words. The text is in no paragraphs, after which it would put full stops.

This module is Pagefind's only doorway.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from html import escape
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import ConfigError, JumpnotesError
from pipeline.language import names
from pipeline.records import BlockKind, Certainty, Meeting
from service.views.formatting import iso_day

PIECE_SECONDS = 900.0
"""Of what was said, in one page that is searched."""

_HEADING_WEIGHT = 5  # of a word in it, where one of the text has 1
_INTERFACES = ("pagefind-component-ui", "pagefind-highlight", "pagefind-modular-ui", "pagefind-ui")  # we have our own
_WORKER = "pagefind-worker.js"  # the page asks without one, which saves its visitors 41 kB
_MAX_SECONDS = 3600


def require() -> None:
    """See that Pagefind is installed.

    Raises:
        ConfigError: it is not.
    """
    _program()


def version() -> str:
    """The version of Pagefind, on which the index depends."""
    return metadata.version("pagefind")


def _program() -> str:
    program = None
    with suppress(ModuleNotFoundError):
        from pagefind.service import get_executable

        program = get_executable()
    if program is None:
        hint = "pip install 'jumpnotes[site]', or write the site without a search: --no-search."
        raise ConfigError("the search of a site needs Pagefind, which is not installed", hint=hint)
    return str(program)


def documents(meeting: Meeting) -> Iterator[tuple[str, str]]:
    """The pages to be searched of a meeting, by their paths."""
    slug = meeting.notes.slug
    yield f"{slug}/notes.html", _document(meeting, "notes", _blocks(meeting))
    for number, lines in enumerate(_pieces(meeting)):
        yield f"{slug}/said{number}.html", _document(meeting, "transcript", lines)


def build(pages: Iterable[tuple[str, str]], language: str) -> Mapping[str, bytes]:
    """The files of the index, by their names.

    Args:
        language: of the words, as Snowball names it.

    Raises:
        JumpnotesError: Pagefind failed.
    """
    with tempfile.TemporaryDirectory(prefix="jumpnotes-") as scratch:
        source, made = Path(scratch, "source"), Path(scratch, "index")
        for path, html in pages:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_text(html, encoding="utf-8")
        if not source.exists():
            return {}
        code = next(code for code, name in names.NAMES.items() if name == language)
        command = [_program(), "--site", str(source), "--output-path", str(made), "--force-language", code, "--silent"]
        done = subprocess.run(
            command,
            cwd=scratch,  # its settings come from no file, and no variable, of somebody's own
            env={name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")},
            capture_output=True,
            text=True,
            timeout=_MAX_SECONDS,
            check=False,
        )
        if done.returncode:
            told = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"status {done.returncode}"]
            raise JumpnotesError(f"Pagefind failed: {told[0]}", hint="Write the site without a search: --no-search.")
        found = sorted(path for path in made.rglob("*") if path.is_file() and _is_wanted(path.name))
        return {path.relative_to(made).as_posix(): path.read_bytes() for path in found}


def _is_wanted(name: str) -> bool:
    return not name.startswith(_INTERFACES) and name != _WORKER


def _document(meeting: Meeting, source: str, body: Iterable[str]) -> str:
    notes = meeting.notes
    about = {"title": notes.title, "slug": notes.slug, "date": iso_day(notes.date)}
    meta = "".join(f'<i data-pagefind-meta="{name}">{escape(value)}</i>' for name, value in about.items() if value)
    heading = f"<h1>{escape(notes.title)}</h1>" if source == "notes" and notes.heading is None else ""
    told = f'data-pagefind-sort="date:{iso_day(notes.date)}"'
    if source == "notes":  # the only one: Pagefind writes two in no certain order
        told += ' data-pagefind-filter="in:notes"'
    return "\n".join(
        (
            "<!doctype html><html><body data-pagefind-body>",
            f"<div data-pagefind-ignore><i {told}></i>{meta}</div>{heading}",
            *body,
        )
    )


def _blocks(meeting: Meeting) -> Iterator[str]:
    for block in meeting.notes.blocks:
        found = meeting.alignments.get(block.id)
        start = f"{found.start:.2f}" if found and found.certainty is not Certainty.NOT_FOUND else ""
        weight = _HEADING_WEIGHT if block.kind is BlockKind.HEADING else 1
        place = f'<i id="{escape(block.id)}~{start}"></i>'
        if block.text:
            yield f'<span data-pagefind-weight="{weight}">{place}{escape(block.text)}</span>'


def _pieces(meeting: Meeting) -> Iterator[list[str]]:
    """The lines of what was said, in pieces."""
    lines: list[str] = []
    ends = PIECE_SECONDS
    for segment in meeting.transcript.heard if meeting.transcript else ():
        if segment.start >= ends and lines:
            yield lines
            lines = []
        while segment.start >= ends:
            ends += PIECE_SECONDS
        lines.append(f'<i id="{segment.start:.2f}~{quote(segment.speaker or "")}"></i>{escape(segment.text)}')
    if lines:
        yield lines
