"""The inline markup of caption text: tags, entities, changes of speaker, descriptions of sounds."""

from __future__ import annotations

import html
import re
from html.entities import html5

from pipeline import unspaced

VOICE_TAG = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")  # no \s+: a run of spaces must not be tried in every way

# In braces stand the styles of other formats: `{\an8}`, and `{b}`, `{y:i}` of MicroDVD.
_BRACES = r"\{(?:\\[^{}]*|/?[BIUSbius][01]?|[CFHPSYcfhpsyo]:[^{}\s]{0,40})\}"
# A tag begins with a letter, or is a time: "a < b" and "<3" are text.
_TAG = re.compile(rf"</?[A-Za-z][^<>]*>|<>|</>|<\d+:[\d:.,]+>|{_BRACES}")
_LINE_BREAK = re.compile(r"<[Bb][Rr]\s?/?>")
_BACKSLASH_BREAK = re.compile(r"\\([Nh])")
_PATH = re.compile(r"[A-Za-z]:\\|\\\\")  # of a file: "C:\Notes" has no line break
_NAME = r"#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31}"
_ENTITY = re.compile(rf"&((?:amp;)*)({_NAME});")  # escaped more than once, as YouTube's tools do
# The first group is what a reader would take for something else even where it is written as `&amp;` or `&gt;`.
_SPECIAL = re.compile(rf"(&(?=(?:{_NAME});)|{_BRACES[:2]}(?={_BRACES[2:]})|\\(?=[Nh])|>(?=>)|(?<=>)>)|[&<>]")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_SPEAKER_CHANGE = re.compile(r"\s(?=(?:>|&gt;){2,}(?:\s|$))")
_MAX_SPEAKER_CHANGES = 20  # in a caption that are told apart: it is a minute long at most
_HIGHLIGHT = re.compile(r"<(u|b|i|font|c|mark|span)\b[^<>]*>([^<]+)</\1>", re.IGNORECASE)
# Thai, Lao, Burmese, Khmer, Chinese, Japanese, and their punctuation.
_TOKEN = re.compile(rf"[{unspaced.SIGN_CLASS}]|[^\s{unspaced.SIGN_CLASS}]+")
_SOUND = re.compile(r"\[[^\[\]]*\]")


def plain_text(text: str) -> str:
    """What a viewer sees of `text`: no tags, no entities, single spaces."""
    return " ".join(_plain(text).split())


def plain_lines(text: str) -> str:
    """The same, each line on its own, without empty ones."""
    lines = (" ".join(line.split()) for line in _plain(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _plain(text: str) -> str:
    if "\\" in text:
        text = " ".join(map(_without_backslashes, text.split(" ")))
    text = _LINE_BREAK.sub("\n", text) if "<" in text else text
    return _unescape(_TAG.sub("", text)).translate(_INVISIBLE)


def _without_backslashes(token: str) -> str:
    r"""`\N` is a line break in ASS, `\h` a space that does not break."""
    if _PATH.search(token):
        return token
    return _BACKSLASH_BREAK.sub(lambda found: "\n" if found[1] == "N" else " ", token)


def _unescape(text: str) -> str:
    """Replace entities, and only whole ones: `&copy` in "C&copyright" is text, and so is "R&D;"."""
    return _ENTITY.sub(_sign_of, text) if "&" in text else text


def _sign_of(entity: re.Match[str]) -> str:
    name = entity[2]
    if name[0] == "#" or f"{name};" in html5:
        return html.unescape(f"&{name};")
    return f"&{name};" if entity[1] else entity[0]


def escape(text: str) -> str:
    """`text` so that `plain_text` gives it back."""
    return _SPECIAL.sub(lambda sign: f"&#{ord(sign[0])};" if sign[1] else html.escape(sign[0]), text)


def tokens(text: str) -> list[str]:
    """The words of `text` in the languages that set spaces, in others each sign."""
    return _TOKEN.findall(text)


def split_at_speaker_changes(marked: str) -> list[str]:
    """A caption in parts, each but the first beginning with the `>>` that says that somebody else speaks."""
    return _SPEAKER_CHANGE.split(marked, _MAX_SPEAKER_CHANGES) if ">>" in marked or "&gt;" in marked else [marked]


def highlight(marked: str) -> tuple[int, int] | None:
    """The one stretch of a caption that is set off by a tag, as players of karaoke do with the word being spoken.

    Half-open, counted in characters that a viewer sees, without spaces.
    """
    found = [match for _, match in zip(range(2), _HIGHLIGHT.finditer(marked), strict=False)]
    if len(found) != 1:
        return None
    start = _count_signs(marked[: found[0].start()])
    end = start + _count_signs(found[0][2])
    return (start, end) if end > start else None


def _count_signs(marked: str) -> int:
    return sum(map(len, plain_text(marked).split()))


def without_sounds(text: str) -> str:
    """`text` without `[Music]`, `[Applause]`, `[ __ ]`."""
    return _SOUND.sub(" ", text)
