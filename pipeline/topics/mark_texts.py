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
_UNSETTLED = re.compile(r"(?:^|\W)(?:TBD|TBA|TBC)\W*$")
_BARE_BOX = re.compile(r"\s*\[(?P<tick>[ xX]?)\]\s+(?P<text>\S.*)")
_FIRST_PERSON = re.compile(r"\b(?:Je|je|I|Ich|ich|Yo|Eu|Io)\b|\b[Jj]['’]")
_TO_DO = re.compile(
    r"(?:(?:we|i|they|you|somebody|someone|everyone|all|please|also|then|maybe|possibly|perhaps|finally|first|next)\W+)*"
    r"(?:(?:to|will|shall|should|must|let'?s|(?:need|have|want|going|plan|try)s?\s+to|'?ll)\s|(?P<verb>[a-z-]+))",
    re.IGNORECASE,
)
_DONE = (
    r"done|completed?|finished|erledigt|fertig|fait|hecho|feito|fatto|gedaan"
    r"|完了|済み?|已完成|완료|сделано|готово|בוצע|تم"
)
_TICKS = "✅✔☑✓"
_DONE_FIRST = re.compile(
    rf"^\W{{0,2}}(?:(?P<tick>[{_TICKS}])\ufe0f?\s*|[(\[](?P<closed>{_DONE})[)\]]\s*[:：]?\s*"
    rf"|(?P<plain>{_DONE})\s*(?:[:：]\s*|\s[-–—]{{1,2}}\s+))(?=\S)",
    re.IGNORECASE,
)
_DONE_LAST = re.compile(
    rf"(?<=\S)(?:\s*(?P<tick>[{_TICKS}])\ufe0f?|\s*[(\[](?P<closed>{_DONE})[)\]][.!]?|\s+[-–—]{{1,2}}\s*(?P<plain>{_DONE})[.!]?(?P<where>\s+(?:https?://\S+|\S*#\d+))?)\s*$",
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
    return bool(_NOTHING.fullmatch(plain) or _UNSETTLED.search(text) or _TEMPLATE.search(text))


def is_question(text: str) -> bool:
    """Whether a text asks, and so settles nothing."""
    return text.rstrip(" )\"'”").endswith(("?", "？"))


def is_to_do(text: str) -> bool:
    """Whether a text begins with what somebody does, rather than with what there is.

    >>> is_to_do("Write it up"), is_to_do("We should ask"), is_to_do("Needs polish"), is_to_do("The code is slow")
    (True, True, False, False)
    """
    found = _TO_DO.match(text.lstrip(" ([*_`'\"“"))
    if found is None:
        return False
    verb = (found["verb"] or "").casefold()
    return not verb or verb in words("verbs") or verb.removeprefix("re-").removeprefix("re") in words("verbs")


def is_speech(text: str, most: int) -> bool:
    """Whether a paragraph is what somebody said, and no decision: it is long, or in the first person."""
    return len(text) > most or _FIRST_PERSON.search(text) is not None


def bare_box(line: str) -> tuple[bool, str] | None:
    """A line that begins with a box but is no item of a list: whether it is ticked, and what stands behind it."""
    found = _BARE_BOX.fullmatch(line)
    return (found["tick"] in {"x", "X"}, found["text"]) if found else None


def said_done(text: str) -> tuple[str, str]:
    """The text of an action without the word or the tick that says that it is done, and that word; "" without one.

    >>> said_done("write it (done)"), said_done("✅ write it"), said_done("Done things")
    (('write it', 'done'), ('write it', '✅'), ('Done things', ''))
    """
    for pattern in (_DONE_FIRST, _DONE_LAST):
        if found := pattern.search(text):
            word = found["tick"] or found["closed"] or found["plain"]
            where = found.groupdict().get("where") or ""  # a link to what was done
            return f"{text[: found.start()]}{where}{text[found.end() :]}".strip(), word
    return text, ""
