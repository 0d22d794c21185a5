"""The text of a Word document, as Teams and others export transcripts; and what other archives are, which have none."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.untrusted import InvalidInput

if TYPE_CHECKING:
    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document as WordDocument

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_DOCUMENT = "word/document.xml"
_MAX_TEXT_BYTES = 40_000_000  # of the document's XML: a day of speech has 15 MB
_MAX_UNPACKED_BYTES = 300_000_000  # with pictures
_MAX_FILES = 10_000
_MAX_DEPTH = 3  # of tables in tables

_KINDS = {
    "application/vnd.oasis.opendocument.text": "is an OpenDocument text: save it as .docx or as text",
    "application/epub+zip": "is an e-book (EPUB)",
}
_KINDS_BY_FILE = {
    "xl/workbook.xml": "is an Excel workbook: save its sheet as CSV",
    "ppt/presentation.xml": "is a PowerPoint presentation",
}


def is_zip(content: bytes) -> bool:
    """Whether a file is an archive, as a Word document is one."""
    return content.startswith(_SIGNATURES)


def text_of(content: bytes) -> str:
    """The paragraphs of a Word document, one a line; the cells of a row of a table with tabs between them.

    Raises:
        InvalidInput: it is another archive, broken, protected by a password, or unpacks to far more than text needs.
    """
    _check(content)
    from docx import Document  # only here: it takes a fifth of a second to load

    try:
        document = Document(io.BytesIO(content))
        return "\n".join(_lines(document, 0))
    except (KeyError, ValueError, SyntaxError, AttributeError, RecursionError, *_BROKEN) as error:
        # What python-docx raises where a part is missing, no XML, or not what its name says.
        raise InvalidInput("is a broken Word document") from error


_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError, OSError)
"""What zipfile raises for archives that are damaged, encrypted, or compressed in a way it does not know."""


def _check(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            kind = archive.read("mimetype")[:100].decode(errors="replace") if _has_small_mimetype(archive) else ""
    except _BROKEN as error:
        raise InvalidInput("is a broken archive or Word document, perhaps cut off") from error
    if _DOCUMENT not in names:
        known = _KINDS.get(kind.strip()) or next(
            (_KINDS_BY_FILE[name] for name in _KINDS_BY_FILE if name in names), None
        )
        raise InvalidInput(known or "is a ZIP archive: unpack it, and give the transcript in it")
    size = sum(info.file_size for info in infos)
    text_size = sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels")))
    if len(infos) > _MAX_FILES or size > _MAX_UNPACKED_BYTES or text_size > _MAX_TEXT_BYTES:
        raise InvalidInput(
            f"unpacks to more than {_MAX_TEXT_BYTES // 1_000_000} MB of text, the limit for a Word document"
        )


def _has_small_mimetype(archive: zipfile.ZipFile) -> bool:
    return "mimetype" in archive.namelist() and archive.getinfo("mimetype").file_size < 1000


def _lines(container: WordDocument | BlockItemContainer, depth: int) -> Iterator[str]:
    from docx.table import Table

    for item in container.iter_inner_content():
        if not isinstance(item, Table):
            yield item.text
        elif depth < _MAX_DEPTH:
            for row in item.rows:
                cells = [" ".join(filter(None, _lines(cell, depth + 1))) for cell in row.cells]
                yield "\t".join(" ".join(cell.split()) for cell in cells)
