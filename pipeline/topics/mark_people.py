"""Whom an action names: `@ann to …`, `Ann: …`, `[Ann] will …`, `… (Ann)`, `… - Ann`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.language.plain_words import is_plain
from pipeline.topics.mark_labels import words
from pipeline.topics.mark_texts import said_done

_HANDLE = re.compile(r"(?<![\w/@.-])@(?P<name>[A-Za-z0-9][\w-]{0,38})(?![\w.]*/)")
_WORD = r"[^\W\d_][\w.'’-]{0,30}"
_NAME = rf"{_WORD}(?:\s{_WORD}){{0,3}}"
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
_NICKNAME = re.compile(r"\s--\s*(?P<name>[a-z][\w-]{2,20})$|\s\((?P<closed>[a-z][a-z-]{2,15})\)[.!]?$")
_HEAD = re.compile(r"^\W{0,3}(?P<names>[^:：\n]{2,80}?)\s*[:：](?:\s|$|(?<=：))")
_IN_BRACKETS = re.compile(r"\s*\([^()]{0,40}\)")
_LABEL = re.compile(
    r"^\W*(?:AIs?|APs?|AR|ACTIONS?|Actions?|TODO|ToDo)(?:\s+(?:items?|points?))?(?:\s*(?P<colon>[:：])\s*|\s+)(?=\S)"
)
_MAX_SIGNS = 5  # of a name in a script whose words are not parted
_SPLIT = re.compile(_JOINT)
_ALONE = re.compile(rf"^(?:@[\w-]+|{_NAME})(?:{_JOINT}(?:@[\w-]+|{_NAME})){{0,3}}$")


def people_in(text: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The people whom an action names, each once, as they are written; `known` are names in lower case.

    >>> people_in("@ann and Bo Dahl to write it"), people_in("Documentation: update (Zoë)")
    (('ann', 'Bo Dahl'), ('Zoë',))
    """
    found = [handle["name"] for handle in _HANDLE.finditer(text)]
    known |= {name.casefold() for name in found}
    plain = without_label(said_done(_HANDLE.sub(lambda handle: handle["name"], text).strip())[0])
    found += _named_first(plain, known)
    for pattern in (_FIRST, _TO, _LAST, _OWNER):
        if match := pattern.search(plain):
            written = next((each for each in match.groups() if each), "")
            names = [name.strip(" .-") for name in _SPLIT.split(written)]
            if all(_is_name(name, known) for name in names):
                found += names
    if nickname := _NICKNAME.search(plain):
        name = nickname["name"] or nickname["closed"]
        found += [name] if name in known or not _is_word(name) else []
    return tuple(dict.fromkeys(found))


def without_label(text: str, *, with_colon: bool = False) -> str:
    """A text without the label that it begins with; with `with_colon`, only where a colon follows it.

    >>> without_label("AI: Nora to write it"), without_label("AP Omar: write it"), without_label("Airs")
    ('Nora to write it', 'Omar: write it', 'Airs')
    """
    found = _LABEL.match(text)
    return text[found.end() :] if found and (found["colon"] or not with_colon) else text


def _named_first(text: str, known: frozenset[str]) -> list[str]:
    """Those whose names stand before a colon, alone or beside a group: `Emil (of a firm), nixo and all teams: …`."""
    head = _HEAD.match(text)
    if head is None:
        return []
    parts = [part.strip(" .-*_") for part in _SPLIT.split(_IN_BRACKETS.sub("", head["names"])) if part.strip()]
    named = [part for part in parts if _is_name(part, known) or _is_nickname(part) or _is_of_another_script(part)]
    groups = [part for part in parts if part.split()[-1].casefold() in words("groups")]
    are_teams = any(_is_name(part.rpartition(" ")[0], known) for part in groups)  # `Ada and Basic teams: …`
    return named if len(named) + len(groups) == len(parts) and not are_teams else []


def _is_nickname(name: str) -> bool:
    """Whether a word before a colon may be what somebody is called, in lower case."""
    return re.fullmatch(r"[a-z][a-z-]{2,15}", name) is not None and not _is_word(name)


def _is_word(word: str) -> bool:
    return is_plain(word) or word in words("no_person") or word in words("groups")


def _is_of_another_script(name: str) -> bool:
    """Whether a text may be a name in a script that has no capitals."""
    letters = [sign for sign in name if sign.isalpha()]
    if not letters or any(sign.lower() != sign.upper() for sign in letters):
        return False
    is_parted = any("\u0590" <= sign <= "\u0dff" for sign in letters)  # Hebrew, Arabic, those of India
    return len(name.split()) <= 3 if is_parted else len(name) <= _MAX_SIGNS


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
    if parts[0] in words("particles") or parts[-1] in words("particles"):
        return False
    if len(parts) > 3 and words("particles").isdisjoint(name.casefold().split()):
        return False
    if not all(part[0].isupper() or part in words("particles") for part in parts) or parts[0].casefold() in words(
        "no_person"
    ):
        return False
    if name.isupper() and len(name) > 3:
        return False
    if parts[0].casefold() in words("plain_names"):
        return True
    return not all(is_plain(part.casefold()) for part in parts if part not in words("particles"))
