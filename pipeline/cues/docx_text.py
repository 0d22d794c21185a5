"""The text of a Word document, as Teams and others export transcripts."""

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

_SIGNATURE = b"PK\x03\x04"
_DOCUMENT = "word/document.xml"
_MAX_TEXT_BYTES = 40_000_000  # of the document's XML: a day of speech has 15 MB
_MAX_UNPACKED_BYTES = 300_000_000  # with pictures
_MAX_FILES = 10_000
_MAX_DEPTH = 3  # of tables in tables


def is_docx(content: bytes) -> bool:
    """Whether a file, or its beginning, is an archive with a Word document in it, perhaps a broken one."""
    return content.startswith(_SIGNATURE) and _DOCUMENT.encode() in content


def text_of(content: bytes) -> str:
    """The paragraphs of a Word document, one a line; the cells of a row of a table with tabs between them.

    Raises:
        InvalidInput: it is broken, protected by a password, or unpacks to far more than text needs.
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
    except _BROKEN as error:
        raise InvalidInput("is a broken Word document, perhaps cut off") from error
    size = sum(info.file_size for info in infos)
    text_size = sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels")))
    if len(infos) > _MAX_FILES or size > _MAX_UNPACKED_BYTES or text_size > _MAX_TEXT_BYTES:
        raise InvalidInput(
            f"unpacks to more than {_MAX_TEXT_BYTES // 1_000_000} MB of text, the limit for a Word document"
        )


def _lines(container: WordDocument | BlockItemContainer, depth: int) -> Iterator[str]:
    from docx.table import Table

    for item in container.iter_inner_content():
        if not isinstance(item, Table):
            yield item.text
        elif depth < _MAX_DEPTH:
            for row in item.rows:
                cells = [" ".join(filter(None, _lines(cell, depth + 1))) for cell in row.cells]
                yield "\t".join(" ".join(cell.split()) for cell in cells)
