"""Names of tables, functions and options: what is marked as code and is one name, and what is written like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.records import Reference, TopicKind
from pipeline.topics.taken import Taken
from pipeline.topics.terms import is_filler
from pipeline.topics.trackers import NO_NAMES

_NAME = re.compile(
    r"(?:--?)?(?P<name>[A-Za-z_][\w]{1,80}(?:(?:::|->|\.|-|/)[A-Za-z_]\w{0,80}){0,4})(?:\([^()]{0,80}\)|\[\])?;?"
)
_SNAKE = re.compile(r"(?<![\w@/.:-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?:\(\))?(?![\w@]|[/:]\w)")
_HASH = re.compile(r"(?=.*\d)[0-9a-f]{7,40}")
_FILE = re.compile(r"\S+\.(?:md|txt|rst|html?|png|svg|jpe?g|pdf|mp4)\b", re.IGNORECASE)
_CHUNK = re.compile(r"\S{1,200}")
_COMMON = frozenset(
    {
        *("true", "false", "null", "none", "nil", "undefined", "main", "master", "head", "yes", "no", "todo", "this"),
        *("self", "int", "string", "bool", "void", "float", "number", "object", "x86", "x64"),
        *("select", "where", "from", "join", "insert", "update", "delete", "and", "not"),
    }
)
_MAX_UNMARKED_PARTS = 6


def in_code(text: str) -> Iterator[Reference]:
    """The name that a piece of code is, if it is one.

    >>> [found.name for text in ("dns_events", "foo()", "rm -rf x", "--disable_events", "3") for found in in_code(text)]
    ['dns_events', 'foo', 'disable_events']
    """
    found = _NAME.fullmatch(text.strip())
    if found and not _HASH.fullmatch(found["name"]) and not _FILE.fullmatch(found["name"]):
        yield from _reference(found["name"])


def in_text(text: str, taken: Taken) -> Iterator[Reference]:
    """The names in plain text that have underscores between their words."""
    for found in _SNAKE.finditer(text):
        name = found[0].removesuffix("()")
        word = _CHUNK.match(text, found.start())
        is_file = word is not None and _FILE.match(word[0])
        if taken.is_free(*found.span()) and name.count("_") < _MAX_UNMARKED_PARTS and not is_file:
            yield from _reference(name)


def _reference(name: str) -> Iterator[Reference]:
    if not NO_NAMES.isdisjoint(name.lower().split("/")):
        return
    if name.lower() not in _COMMON and not is_filler(name) and len(name) > 2 and not name.startswith("__"):
        yield Reference(TopicKind.CODE, name.lower(), name, "")
