"""Whom an action names: `@ann to …`, `Ann: …`, `[Ann] will …`, `… (Ann)`, `… - Ann`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.language.plain_words import is_plain
from pipeline.topics.mark_labels import words

_HANDLE = re.compile(r"(?<![\w/@.-])@(?P<name>[A-Za-z0-9][\w-]{0,38})(?![\w.]*/)")
_WORD = r"[^\W\d_][\w.'’-]{0,30}"
_NAME = rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_JOINT = r"(?:\s*[,/&+]\s*|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+)"
_NAMES = rf"(?P<names>{_NAME}(?:{_JOINT}{_NAME}){{0,4}})"
_FIRST = re.compile(
    rf"^\W{{0,3}}(?:\[{_NAMES.replace('names', 'a')}\]|{_NAMES.replace('names', 'b')}"
    r"(?:\s*[:：]|\s+[-–—]{1,2}\s|\s*[—–]\s?))"
)
_TO = re.compile(
    rf"^\W{{0,3}}(?P<names>{_WORD}(?:\s{_WORD})?(?:{_JOINT}{_WORD}(?:\s{_WORD})?){{0,3}}?)"
    r"\s+(?:to|will|shall|agreed\sto|volunteered\sto|is\sgoing\sto|can|wird|soll|à)\s"
)
_LAST = re.compile(rf"(?:\s[-–—]{{1,2}}\s*|[(\[]\s*(?:owner:?\s*)?){_NAMES}\s*[)\]]?[.!]?$", re.IGNORECASE)
_OWNER = re.compile(
    rf"\b(?:owner|owned by|assignee|assigned to|responsible|verantwortlich)\s*[:=]?\s*{_NAMES}", re.IGNORECASE
)
_NICKNAME = re.compile(r"\s--\s*(?P<name>[a-z][\w-]{2,20})$")
_SPLIT = re.compile(_JOINT)
_ALONE = re.compile(rf"^(?:@[\w-]+|{_NAME})(?:{_JOINT}(?:@[\w-]+|{_NAME})){{0,3}}$")


def people_in(text: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The people whom an action names, each once, as they are written; `known` are names in lower case.

    >>> people_in("@ann and Bo Dahl to write it"), people_in("Documentation: update (Zoë)")
    (('ann', 'Bo Dahl'), ('Zoë',))
    """
    found = [handle["name"] for handle in _HANDLE.finditer(text)]
    known |= {name.casefold() for name in found}
    plain = _HANDLE.sub(lambda handle: handle["name"], text).strip()
    for pattern in (_FIRST, _TO, _LAST, _OWNER):
        if match := pattern.search(plain):
            written = next((each for each in match.groups() if each), "")
            names = [name.strip(" .-") for name in _SPLIT.split(written)]
            if all(_is_name(name, known) for name in names):
                found += names
    if nickname := _NICKNAME.search(plain):
        name = nickname["name"]
        found += [name] if name in known or not (is_plain(name) or name in words("no_person")) else []
    return tuple(dict.fromkeys(found))


def named_in_label(who: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The people whom a label names, as in `[ACTION - Bob]`, which need not look like names anywhere else."""
    found = people_in(f"{who}: ", known) if who else ()
    plain = who.strip(" @:")
    is_name = (
        bool(plain) and plain[0].isupper() and len(plain.split()) <= 2 and plain.casefold() not in words("no_person")
    )
    return found or ((plain,) if is_name else ())


def is_person(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether a text is the name of somebody, or of a few people, and nothing else."""
    plain = text.strip(" :*_").removesuffix("'s")
    if not _ALONE.fullmatch(plain):
        return False
    handles = [handle["name"] for handle in _HANDLE.finditer(plain)]
    parts = [part for part in _SPLIT.split(plain) if part]
    return bool(parts) and len(parts) == len(handles) + len(list(_names(_HANDLE.sub("", plain), known)))


def looks_like_name(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether a ticked-off text may be a name, and so somebody who was there."""
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]|@[\w-]+", "", text).strip(" ,:-–—")
    parts = plain.split(",")[0].split()
    return not plain or (len(parts) <= 3 and all(part[0].isupper() for part in parts)) or plain.casefold() in known


def _names(written: str, known: frozenset[str]) -> Iterator[str]:
    for name in _SPLIT.split(written):
        name = name.strip(" .-")
        if name and _is_name(name, known):
            yield name


def _is_name(name: str, known: frozenset[str]) -> bool:
    folded = name.casefold()
    if folded in known:
        return True
    if not name or re.search(r"['’](?:ed|d|s|re|ll)$", name):
        return False
    parts = name.split()
    if not all(part[0].isupper() for part in parts) or parts[0].casefold() in words("no_person"):
        return False
    if name.isupper() and len(name) > 3:
        return False
    if parts[0].casefold() in words("plain_names"):
        return True
    return not all(is_plain(part.casefold()) for part in parts)
