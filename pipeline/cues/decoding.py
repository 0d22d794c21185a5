"""The bytes of a transcript file → its text, in whatever encoding it was saved.

UTF-8, and UTF-16 and UTF-32 with or without a byte order mark, are certain. What is none of them is in one of the code
pages from before Unicode, which no file names: chardet finds the likeliest one, by which letters follow which.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BYTE_ORDER_MARKS = (  # that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = (  # encoding, bytes a character, which of them are zero in ASCII, and which one is not
    ("utf-32-le", 4, (1, 2, 3), 0),
    ("utf-32-be", 4, (0, 1, 2), 3),
    ("utf-16-le", 2, (1,), 0),
    ("utf-16-be", 2, (0,), 1),
)
_WIDE_SAMPLE_BYTES = 4096
_MIN_ASCII_SHARE = 0.1  # of the characters: the times, and the ends of the lines
_MAX_CONTROL_SHARE = 0.05  # of what looks like ASCII, in text

_CODE_PAGES = {
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp874": "Windows-874",
    "koi8-r": "KOI8-R",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "cp932": "Shift-JIS",
    "euc_jis_2004": "EUC-JP",
    "cp949": "EUC-KR",
}
"""What files are saved in, as chardet and Python call it and as people do."""

_LATIN_CODE_PAGES = ("cp1252", "cp1250", "cp1254")
_MAX_LATIN_RUN_BYTES = 1.6  # accented letters stand alone, on average 1.0-1.2 of them; others have 2.4 and more
_HANDICAPS = {"cp1250": 0.0145}  # of chardet's confidence, as most files in Latin letters are in Windows-1252

_SAMPLE_BYTES = 65_536  # of lines that are not ASCII
_LINE_BYTES = 300
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_BETWEEN_CHARACTERS = re.compile(rb"[\x00-\x2f]")  # no byte of a longer character in any of the code pages
_MIN_UTF8_RATIO = 3  # bytes of characters in UTF-8 for each that is none: in the code pages, such bytes are rare


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    warnings: tuple[str, ...] = ()


def decode(content: bytes) -> Decoded:
    """The text of a file, with U+FFFD for what cannot be read, and a warning where the encoding had to be guessed."""
    if encoding := wide_encoding(content):
        return Decoded(content.decode(encoding, errors="replace"))
    try:
        return Decoded(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        first = error
    sample = _sample(content)
    is_cut_off = first.reason == "unexpected end of data" and first.end - first.start > 1
    if is_cut_off or _is_mostly_utf8(sample):
        line = content.count(b"\n", 0, first.start) + 1
        warning = f"line {line} is not UTF-8 throughout; what cannot be read is shown as \ufffd"
        return Decoded(content.decode("utf-8-sig", errors="replace"), (warning,))
    encoding = _likeliest_code_page(sample)
    warning = f"the file is not UTF-8; it was read as {_CODE_PAGES[encoding]}"
    return Decoded(content.decode(encoding, errors="replace"), (warning,))


def wide_encoding(content: bytes) -> str | None:
    """UTF-16 or UTF-32, if a file is in one of them: by its byte order mark, or by where it has bytes that are zero."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    sample = content[:_WIDE_SAMPLE_BYTES]
    return next((name for name, size, zeros, other in _WIDE if _is_wide(sample, size, zeros, other)), None)


def _is_wide(sample: bytes, size: int, zeros: tuple[int, ...], other: int) -> bool:
    columns = [sample[place::size] for place in range(size)]
    ascii_bytes = bytes(
        byte for byte, *rest in zip(columns[other], *(columns[place] for place in zeros), strict=False) if not any(rest)
    )
    controls = sum(byte < 0x20 and byte not in b"\t\n\r" for byte in ascii_bytes)
    return len(ascii_bytes) > max(1, _MIN_ASCII_SHARE * len(sample) / size) and controls <= _MAX_CONTROL_SHARE * len(
        ascii_bytes
    )


def _is_mostly_utf8(sample: bytes) -> bool:
    broken = sample.decode(errors="replace").count("\ufffd")
    not_ascii = len(sample) - len(sample.translate(None, delete=_HIGH_BYTES))
    return not_ascii - broken >= _MIN_UTF8_RATIO * broken


def _sample(content: bytes) -> bytes:
    """The first lines that are not ASCII, cut between characters: times and English tell nothing about the encoding."""
    parts: list[bytes] = []
    size = position = 0
    while size < _SAMPLE_BYTES and (found := _NOT_ASCII.search(content, position)):
        line_start = content.rfind(b"\n", max(position, found.start() - _LINE_BYTES), found.start()) + 1
        start = line_start or (position if found.start() - position < _LINE_BYTES else found.start())
        position = content.find(b"\n", found.end(), found.end() + _LINE_BYTES)
        if position < 0:
            boundary = _BETWEEN_CHARACTERS.search(content, found.end())
            position = boundary.end() if boundary else len(content)
        parts.append(content[start:position])
        size += position - start
    return b"".join(parts)[: 2 * _SAMPLE_BYTES]


def _likeliest_code_page(sample: bytes) -> str:
    import chardet  # only where it is needed: it takes longer to load than most transcripts to read

    runs = [len(run) for run in _NOT_ASCII.findall(sample)]
    is_latin = sum(runs) < _MAX_LATIN_RUN_BYTES * len(runs)
    candidates = chardet.detect_all(
        sample,
        include_encodings=_LATIN_CODE_PAGES if is_latin else _CODE_PAGES,
        compat_names=False,
        ignore_threshold=True,
    )
    confidences = {
        encoding: each["confidence"] - _HANDICAPS.get(encoding, 0.0)
        for each in candidates
        if (encoding := each["encoding"]) in _CODE_PAGES
    }
    return max(confidences, key=lambda encoding: confidences[encoding], default="cp1252")
