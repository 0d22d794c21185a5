"""Files that are given as transcripts and are something else: a recording, a web page, an archive.

Each is named for what it is, with what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.cues.decoding import wide_encoding
from pipeline.untrusted import InvalidInput, parse_json, parse_json_values, shown

_HEAD_BYTES = 65_536
_MAX_ERROR_CHARS = 65_536  # of a web service's answer
_MAX_CONTROL_SHARE = 0.02  # of the bytes of a text
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b"))
_MIN_BINARY_BYTES = 3

_SAVE_AS_TEXT = "Save it as plain text, or give the transcript as .vtt, .srt or .docx."
_SAVE_AS_DOCX = "Open it and save it as .docx or as plain text."
_RECORDING = ("is a recording, not a transcript", "Give it with --media.")
_UNPACK = "Unpack it and give the transcript that is in it."
_IMAGE = ("is an image, not a transcript", "Give the transcript as text.")
_FAILED_DOWNLOAD = "Download it again: the link may have expired, or ask for a login."


@dataclass(frozen=True, slots=True)
class WrongFile:
    """What a file is instead of a transcript: the end of a sentence that begins with its name, and what to do."""

    problem: str
    hint: str


# What a file begins with. `.` is any byte.
_SIGNATURES: tuple[tuple[bytes, tuple[str, str]], ...] = (
    (rb"%PDF-", ("is a PDF file, not a transcript as text", _SAVE_AS_TEXT)),
    (rb"\{\\rtf", ("is a rich text (RTF) file", _SAVE_AS_DOCX)),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("is an old Word or Office file", _SAVE_AS_DOCX)),
    (rb"\0...ftyp(?:avif|hei[cfx]|mif1)", _IMAGE),
    (rb"\0...(?:ftyp|moov|mdat|wide|free|skip|pnot)", _RECORDING),
    (rb"ID3[\x02-\x04]|\xff[\xe3\xf1-\xf3\xf9-\xfb]", _RECORDING),  # MP3 and AAC
    (rb"\x1a\x45\xdf\xa3|OggS\0|fLaC[\0\x80]|FORM....AIF[FC][A-Z]{4}\0|caff\0", _RECORDING),
    (rb"(?:RIFF|RF64)....(?:WAVE|AVI )[\w ]{4}...\0", _RECORDING),
    (
        rb"#!AMR|FLV\x01|\x30\x26\xb2\x75\x8e\x66\xcf\x11|\0\0\x01[\xba\xb3]|(?:G[\0-\x5f].[\x10-\x3f].{184}){3}",
        _RECORDING,
    ),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBPVP8|BM....\0\0\0\0|II\*\0|MM\0\*|8BPS\0", _IMAGE),
    (rb"\x1f\x8b\x08", ("is compressed with gzip", _UNPACK)),
    (rb"BZh[1-9]1AY&SY|\xfd7zXZ\0|\x28\xb5\x2f\xfd", ("is a compressed file", _UNPACK)),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|.{257}ustar", ("is an archive, not a transcript", _UNPACK)),
    (rb"SQLite format 3\0", ("is an SQLite database, not a transcript", "Export the transcript from what wrote it.")),
    (
        rb"\0\x05\x16\x07|\0\0\0\x01Bud1",
        (
            "is what macOS keeps beside a file, not a transcript",
            "Give the file of that name without the dot before it.",
        ),
    ),
)
_SIGNATURE = re.compile(b"|".join(b"(" + pattern + b")" for pattern, _ in _SIGNATURES), re.DOTALL)

# What a ZIP file holds, for those that are documents; a document's ZIP names its kind or a file that only it has.
_ZIPPED: tuple[tuple[bytes, tuple[str, str]], ...] = (
    (b"word/document.xml", ("is a Word file that cannot be read", _SAVE_AS_DOCX)),
    (b"mimetypeapplication/vnd.oasis.opendocument", ("is an OpenDocument file", _SAVE_AS_DOCX)),
    (b"mimetypeapplication/epub", ("is an e-book", _SAVE_AS_TEXT)),
    (b"Index/Document.iwa", ("is a Pages file", _SAVE_AS_DOCX)),
    (b"index.apxl", ("is a Keynote file", _SAVE_AS_TEXT)),
    (b"xl/workbook.xml", ("is an Excel file", "Save it as CSV.")),
    (b"ppt/presentation.xml", ("is a PowerPoint file", _SAVE_AS_TEXT)),
)

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_XML_ERROR = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:\w{1,20}:)?(?:\w{0,40}error\w{0,20})\b", re.I)
_XML_CODE = re.compile(r"<(?:code|message)>([^<]{1,80})</", re.I)
_ANNEX = re.compile(r"(?:\.{1,2}/)*(?:\.git)?/annex/objects/")
_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{])")
BROKEN_JSON_HINT = "Download or export it again: the file may be cut off."
_ERROR_KEYS = ("error", "errors", "message", "error_description", "detail")
_MESSAGE_KEYS = (*_ERROR_KEYS, "title", "code")


def of_bytes(content: bytes) -> WrongFile | None:
    """What a file is whose bytes are no text; None for text. That it is a Word document is to be ruled out before."""
    if found := _SIGNATURE.match(content):
        return WrongFile(*_SIGNATURES[(found.lastindex or 1) - 1][1])
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return WrongFile(*next((found for mark, found in _ZIPPED if mark in content), ("is a ZIP archive", _UNPACK)))
    head = content[:_HEAD_BYTES]
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    if controls >= max(_MIN_BINARY_BYTES, _MAX_CONTROL_SHARE * len(head)) and not wide_encoding(content):
        return WrongFile("is not text", "Look at what made it: a transcript is a file that an editor can show.")
    return None


def of_text(text: str) -> WrongFile | None:
    """What a text is that is in no format of transcripts; None where that is all there is to say."""
    if not text.strip():
        return WrongFile("is empty", "Download or export it again.")
    if text.startswith("version https://git-lfs.github.com/spec/"):
        return WrongFile("is a Git LFS pointer, not the transcript itself", "Run `git lfs pull` to get it.")
    if _ANNEX.match(text):
        return WrongFile("is a git-annex pointer, not the transcript itself", "Run `git annex get` with its name.")
    if _HTML.match(text):
        return WrongFile("is a web page, not a transcript", "Log in and download it again.")
    if text.startswith("#EXTM3U"):
        return WrongFile("is a playlist, not a transcript", "Give one of the files that it lists.")
    if text.lstrip().startswith("{\\rtf"):
        return WrongFile("is a rich text (RTF) file", _SAVE_AS_DOCX)
    return _service_error(text) or _broken_json(text)


def _broken_json(text: str) -> WrongFile | None:
    """JSON that cannot be read, so that nobody knows whether a transcript was in it."""
    if not _JSON.match(text):
        return None
    try:
        parse_json_values(text)
    except InvalidInput as error:
        return WrongFile(str(error), BROKEN_JSON_HINT)
    return None


def _service_error(text: str) -> WrongFile | None:
    """What a web service answers instead of a file, as `<Error><Code>AccessDenied</Code></Error>`."""
    said: str | None = None
    if _XML_ERROR.match(text):
        found = _XML_CODE.search(text, 0, _MAX_ERROR_CHARS)
        said = found[1] if found else ""
    elif len(text) <= _MAX_ERROR_CHARS and text.lstrip().startswith("{"):
        said = _json_error(text)
    if said is None:
        return None
    quoted = f" ({shown(said.strip())})" if said.strip() else ""
    return WrongFile(f"is an error message from a web service, not a transcript{quoted}", _FAILED_DOWNLOAD)


def _json_error(text: str) -> str | None:
    """What went wrong, in JSON that says so: `{"error": {"message": "Not Found"}}`; None for any other."""
    try:
        answer = parse_json(text)
    except InvalidInput:
        return None
    is_error = isinstance(answer, dict) and any(answer.get(key) for key in _ERROR_KEYS)
    return _message(answer) if is_error else None


def _message(answer: Mapping[str, Any], *, is_inner: bool = False) -> str:
    """The first text under a key such as `message`, one object deep."""
    for key in _MESSAGE_KEYS:
        value = answer.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str):
            return value
        if isinstance(value, dict) and not is_inner:
            return _message(value, is_inner=True)
    return ""
