"""Who is meant by what transcripts and notes call those who speak: which words are names, and which names are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b

from pipeline.language.words import fold

_MAX_ID_BYTES = 120  # it becomes the name of a folder, too
_DIGEST_BYTES = 6
# What machines and careful people call those whom they do not know, with a number or a letter: S0, Speaker A, Guest-1.
_UNKNOWN = r"(?:un(?:known|identified|named)|anonymous|(?:fe)?male|audience|call-in|dial-in|phone|panel|board|zoom)"
_SOMEBODY = (
    r"(?:speakers?|spk|spkr|sp|voice|participant|person|people|guest|caller|user|attendee|member|panell?ist|presenter"
    r"|host|interviewe[er]|moderator|man|woman|student|phone|device|anonymous|un(?:known|named)"
    r"|sprecher(?:in)?|teilnehmer(?:in)?|gast|person|stimme|unbekannt|locuteur|locutrice|orateur|intervenant|inconnu"
    r"|hablante|orador|participante|invitado|desconocido|falante|parlante|spreker|спикер|участник|говорящий|неизвестный"
    r"|发言人|说话人|講者|讲者|話者|発言者|화자|발언자|참석자|참가자)"
)
_NUMBER = r"(?:-?[a-z]?-?\d[\d-]*|-[a-z])"
_CODE = re.compile(
    rf"(?:{_UNKNOWN}-){{0,2}}{_SOMEBODY}{_NUMBER}?|{_UNKNOWN}{_NUMBER}?|(?:line|channel|track|mic)?{_NUMBER}"
)
_PHONE = re.compile(r"(?:tel-|phone-|call-)?\d[\d-]*(?:-?(?:x|ext)-?\d*)+(?:-\d+)*")
_ROLE_NAMES = """
all anonymous attendees audience callers chair crowd everybody everyone facilitator group host interviewee interviewer
many moderator multiple-speakers multiple-voices narrator nobody operator other others participants presenter scribe
several somebody someone speakers transcript unidentified unidentified-speaker unknown unknown-speaker unnamed various
"""
_ROLES = frozenset(_ROLE_NAMES.split())
_SEPARATOR = re.compile(r"\s*[,&/+]\s*|\s+and\s+")


def speaker_id(name: str) -> str:
    """What a name has in common with others that differ from it by case, accents, spaces and signs; it is part of an
    address. "" of what has no letter.

    >>> speaker_id("Ana  SILVA"), speaker_id("ana-silva"), speaker_id("J. R. Tolkien"), speaker_id("山田 太郎")
    ('ana-silva', 'ana-silva', 'j-r-tolkien', '山田-太郎')
    """
    letters = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in fold(name))
    made = "-".join("".join(letters).split())
    if not any(map(str.isalpha, made)):
        return ""
    if len(encoded := made.encode()) <= _MAX_ID_BYTES:
        return made
    digest = blake2b(encoded, digest_size=_DIGEST_BYTES).hexdigest()
    return f"{encoded[: _MAX_ID_BYTES - len(digest) - 1].decode(errors='ignore').rstrip('-')}-{digest}"


def is_name(label: str) -> bool:
    """Whether a label is somebody's name, by which they are known in other meetings, too.

    >>> [label for label in ("Ana", "SPEAKER_00", "Speaker 2", "Moderator", "+1 555 0100") if is_name(label)]
    ['Ana']
    """
    made = speaker_id(label)
    is_letter = len(made) == 1 and made.upper() != made  # of a script whose words are longer
    return bool(made) and not (is_letter or made in _ROLES or _CODE.fullmatch(made) or _PHONE.fullmatch(made))


def speaker_key(label: str) -> str:
    """What the spellings of a name have in common; a label that is no name is its own.

    >>> speaker_key("POtuz") == speaker_key("Potuz"), speaker_key("Speaker A") == speaker_key("speaker a")
    (True, False)
    """
    return speaker_id(label) if is_name(label) else label


def names_in(written: str) -> Iterator[str]:
    """The names in what notes put before a text to say whose it is.

    >>> list(names_in("@ana, Omar & Priya"))
    ['ana', 'Omar', 'Priya']
    """
    for name in _SEPARATOR.split(written):
        if is_name(name):
            yield name.strip().lstrip("@")


def may_be(short: str, full: str) -> bool:
    """Whether the name with one id may be a shorter form of that with another: all its words are in it.

    >>> may_be("ana", "ana-silva"), may_be("ana", "anna-silva")
    (True, False)
    """
    return set(short.split("-")) <= set(full.split("-"))
