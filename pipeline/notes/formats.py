"""The formats of notes: Markdown, what becomes Markdown when it is read, and what has to be converted first."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import NotesError
from pipeline.file_names import printable
from pipeline.untrusted import InvalidInput

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdx"})
HTML_SUFFIXES = frozenset({".html", ".htm"})
NOTES_SUFFIXES = MARKDOWN_SUFFIXES | HTML_SUFFIXES
"""Of notes in folders. A .txt may be one, too."""

_PANDOC = "pandoc -s FILE -t gfm -o FILE.md"
_DOWNDOC = "npx downdoc FILE (or pandoc 3.9)"
_CONVERSIONS = {
    ".rst": _PANDOC,
    ".org": _PANDOC,
    ".docx": _PANDOC,
    ".odt": _PANDOC,
    ".textile": _PANDOC,
    ".wiki": "pandoc -s -f mediawiki FILE -t gfm -o FILE.md",
    ".adoc": _DOWNDOC,
    ".asciidoc": _DOWNDOC,
    ".pdf": "pdftotext FILE FILE.md",
}
"""How files of other formats become Markdown. -s keeps the title and the date as front matter."""

_MDX_STATEMENT = re.compile(
    r"^(?:import\s[^\n]{0,500}?[\"'][^\"'\n]{1,500}[\"']|export\s(?:const|default|function|let|var)\b).*$"
    r"|^\{/\*.*\*/\}[ \t]*$",
    re.MULTILINE,
)


def is_of_other_format(path: Path) -> bool:
    """Whether `path` is called like notes that have to be converted before they can be read."""
    return path.suffix.lower() in _CONVERSIONS


def describe_other_formats(files: Iterable[Path]) -> str:
    """How many files of which formats these are: `5 files of other formats (.rst 3, .adoc 2)`; "" for none."""
    counts: dict[str, int] = {}
    for file in files:
        counts[file.suffix.lower()] = counts.get(file.suffix.lower(), 0) + 1
    total = sum(counts.values())
    each = ", ".join(f"{suffix} {count}" for suffix, count in sorted(counts.items(), key=lambda item: (-item[1], item)))
    return f"{total} {'file' if total == 1 else 'files'} of other formats ({each})" if total else ""


def conversion_hint(files: Iterable[Path]) -> str:
    """How to convert these files, which are of other formats."""
    suffixes = {file.suffix.lower() for file in files}
    commands = dict.fromkeys(command for suffix, command in _CONVERSIONS.items() if suffix in suffixes)
    return f"Convert them to Markdown: {'; '.join(commands)}"


def check_format(path: Path) -> None:
    """Refuse what would be read as if it were Markdown, and is not.

    Raises:
        NotesError: `path` is called like notes of another format.
    """
    if command := _CONVERSIONS.get(path.suffix.lower()):
        new, old = (shlex.quote(printable(str(name))) for name in (path.with_suffix(".md"), path))
        hint = f"Convert it: {command.replace('FILE.md', new).replace('FILE', old)}"
        raise NotesError(path, "is not Markdown or HTML", hint=hint)


def as_markdown(path: Path, text: str) -> str:
    """The `text` of the file `path` as Markdown. Of HTML, line numbers are from then on those of the Markdown.

    Raises:
        NotesError: it is HTML that cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".mdx":
        return _MDX_STATEMENT.sub("", text)  # each leaves an empty line
    if suffix not in HTML_SUFFIXES:
        return text
    from pipeline.notes import html

    try:
        return html.to_markdown(text)
    except InvalidInput as error:
        raise NotesError(path, str(error), hint="Save the text of the page as Markdown.") from error
