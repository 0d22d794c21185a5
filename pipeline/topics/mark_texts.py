"""What is marked, as it is shown; and whether anything is: templates leave places to be filled in."""

from __future__ import annotations

import re

from pipeline.topics.mark_labels import words

MAX_CHARS = 500
"""Of what is marked."""

_BOX = re.compile(r"^[☐☑]\s*")
_NUMBER = re.compile(r"^\s*(?:\d{1,4}(?:\.\d{1,3})+\s*[—–:)-]+\s*|\d{1,3}[.):]\s+)")
_TIME = re.compile(r"\s*\(?\[?\b\d{1,2}:\d{2}(?::\d{2})?\]?\)?\s*$")
_URL = re.compile(r"^\W*https?://\S+\W*$")
_WORDS = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?|\d+")
_NOTHING = re.compile(
    r"(?:no|none|nothing|keine?|aucune?|ningun[oa]?s?|nada)\b"
    r"(?:\s+(?:new|open|further|more|specific|outstanding|formal|real|actions?|decisions?|items?|points?|ais?|todos?|tasks?"
    r"|updates?|follow-?ups?|this|week|time|meeting|at|the|moment|yet|today|to|report|recorded|made|were|was|from|for|now"
    r"|discussed|reached|conclusion|resolution|necessary|needed|identified|taken|assigned|next|steps?|month"
    r"|beschlüsse|aufgaben|offenen|décision|tareas))*",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\b(?:your|insert|fill|add|enter|type|list|write)\b.{0,30}\b(?:here|name|goes|below|above)\b"
    r"|^\W*<[\w\s/-]{2,30}>|\{\{|\blorem ipsum\b"
    r"|^\W*@?(?:owner|name|who|assignee|person|user(?:name)?)\b.{0,12}\b(?:task|action|what|item|description|todo)\b.{0,20}$"
    r"|^\W*(?:action item|decision|task|item)\s*#?\d{0,2}\W*$|^\W*@github-handle\b",
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """What is marked, on one line: without its box, its number, and a time at its end.

    >>> cleaned("84.1 — Move EIP-2537  [16:17]"), cleaned("☐ @ann to write it")
    ('Move EIP-2537', '@ann to write it')
    """
    plain = " ".join(_BOX.sub("", text).split())
    plain = _TIME.sub("", _NUMBER.sub("", plain)).strip(" |*_").lstrip("-–—:：").strip()
    return plain if len(plain) <= MAX_CHARS else f"{plain[: MAX_CHARS - 1].rstrip()}…"


def is_empty(text: str) -> bool:
    """Whether there is no word in a text, or only an address."""
    return _URL.match(text) is not None or not any(each.isalnum() for each in text)


def is_placeholder(text: str) -> bool:
    """Whether a text says that there is nothing, or waits to be filled in.

    >>> is_placeholder("No new action items this week."), is_placeholder("TBD"), is_placeholder("No change to the API")
    (True, True, False)
    """
    plain = " ".join(_WORDS.findall(text)).casefold()
    if not plain or plain in words("placeholders") or text.strip(" .!-–—()[]").casefold() in words("placeholders"):
        return True
    return _NOTHING.fullmatch(plain) is not None or _TEMPLATE.search(text) is not None


def is_question(text: str) -> bool:
    """Whether a text asks, and so settles nothing."""
    return text.rstrip(" )\"'”").endswith(("?", "？"))
