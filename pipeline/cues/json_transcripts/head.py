"""The beginning of a JSON file, which breaks off somewhere, as a document of its own."""

from __future__ import annotations

import re

HEAD_CHARS = 65_536
"""Of a file, by which it is known what it is."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],]|[^\s{}\[\],"]+', re.DOTALL)  # a string may not end
_CLOSES = {"{": "}", "[": "]"}


def closed(head: str) -> str:
    """`head` up to the last value that is whole, with what is open closed.

    >>> closed('{"a": [{"b": 1}, {"b": 2, "c": "no')
    '{"a": [{"b": 1}, {"b": 2}]}'
    """
    whole, depth = 0, 0
    open_brackets: list[str] = []
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if mark in _CLOSES:
            open_brackets.append(mark)
        elif mark in ("}", "]") and open_brackets:
            open_brackets.pop()
            whole, depth = token.end(), len(open_brackets)
        elif mark == "," and open_brackets:
            whole, depth = token.start(), len(open_brackets)
    # After the last whole value things were opened, and none closed: the first `depth` are open there, too.
    return head[:whole] + "".join(_CLOSES[mark] for mark in reversed(open_brackets[:depth]))
