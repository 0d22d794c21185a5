"""Issues that are named by their number alone: `#6280`, `PR 6280`, `issues #12 and #13`, `LDK #4208`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.language.plain_words import is_plain
from pipeline.language.word_forms import is_identifier
from pipeline.records import Reference, TopicKind
from pipeline.topics.taken import Taken
from pipeline.topics.terms import is_meta, stop_words

KIND = r"(?:prs?|mrs?|issues?|pull(?:[\s-]requests?)?|merge[\s-]requests?|bugs?|tickets?|gh)"

LOOSE = "~"
"""In a key before what may be the name of a repository, as in `LDK #4208`, or something else, as in `FIM #6280`."""

_COUNTED_WORD = (
    r"(?:meeting|call|session|episode|sync|edition|part|season|week|sprint|round|track|room|slide|step|stage|phase|item"
    r"|option|topic|point|question|chapter|section|table|figure|note|rule|level|tip|day|number|no|nr|top|the|newsletter"
    r"|volume|vol|podcast|version|player|team|group|channel|room|ep|standup|workshop|treffen|sitzung|folge|réunion)s?"
)
_CLOSES = r"(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)"  # what trackers close an issue by
_AFTER_KIND = re.compile(rf"\b(?:{KIND}[\s:(\[-]*|{_CLOSES}\s)$", re.IGNORECASE)
_REST_OF_LIST = r"[\s:(\[-]{0,3}#?\d+(?:[\s,/&+]|and\b|or\b|und\b|et\b|#?\d+\b)*$"
_IN_LIST = re.compile(rf"\b{KIND}{_REST_OF_LIST}", re.IGNORECASE)
_COUNTED = re.compile(rf"\b{_COUNTED_WORD}(?:[\s:.(-]*|{_REST_OF_LIST})$", re.IGNORECASE)
_COLOR = re.compile(r"\b(?:colou?rs?|background|hex|rgb|fill|palette|farbe|couleur)\b[^#\n]{0,30}$", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/#&?=])(?P<mark>GH-|#)(?P<number>\d{1,7})(?![\w#])(?!\.\d)")
_UNMARKED = re.compile(
    rf"(?<![\w/-])(?P<kind>{KIND})\s(?P<number>\d{{3,7}})(?![\w%])(?!\.\d)(?!\s+(?:issues|prs|pull))", re.IGNORECASE
)
_MORE = re.compile(r"(?:,\s?|\s?[/&+]\s?|,?\s(?:and|or|und|et)\s)(?P<number>\d{3,7})(?![\w%#])(?!\.\d)", re.IGNORECASE)
_OWN_COUNT = re.compile(r"(?<![\w/-])(?:mrs?|merge[\s-]requests?)\s\(?!(?P<number>\d{1,7})(?!\w)", re.IGNORECASE)
_NAMED = re.compile(r"(?<![\w/@.-])(?P<name>[^\W\d_][\w-]{1,38})\s$")
_SEE = frozenset({"siehe", "vgl", "voir", "cf", "véase", "ver", "vedi", "zie", "zobacz", "viz"})
_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
_MIN_DIGITS = 3  # of a number that may be anything
_MIN_COLOR_DIGITS = 6
_MAX_LEAD_CHARS = 80


def find(text: str, before: str, taken: Taken, *, strict: bool = False) -> Iterator[Reference]:
    """The issues in a piece of text that follows `before` in its block, outside of what is `taken`.

    Args:
        strict: only what is called an issue. Elsewhere, a title has the number of its meeting.

    >>> [found.key for found in find("#6280, PRs 625 and 630, LDK #4208, call #12, #1 priority", "", Taken(99))]
    ['?6280', '?~ldk/4208', '?625', '?630']
    """
    for found in _BARE.finditer(text):
        if taken.is_free(*found.span()):
            lead = (before + text[max(found.start() - _MAX_LEAD_CHARS, 0) : found.start()])[-_MAX_LEAD_CHARS:]
            is_called = found["mark"] != "#" or bool(_AFTER_KIND.search(lead) or _IN_LIST.search(lead))
            if is_called or (not strict and _is_issue(lead, found["number"])):
                taken.add(*found.span())
                yield _named(lead, found["number"]) if not is_called else _reference(found["number"])
    for found in _UNMARKED.finditer(text):
        is_year = _YEAR.fullmatch(found["number"]) and not found["kind"].lower().startswith(("p", "m"))
        if taken.is_free(*found.span()) and not is_year:
            yield from _list(text, found, taken)
    for found in _OWN_COUNT.finditer(text):
        if taken.is_free(*found.span()):
            taken.add(*found.span())
            yield Reference(TopicKind.ISSUE, f"?!{int(found['number'])}", f"!{int(found['number'])}", "")


def _list(text: str, first: re.Match[str], taken: Taken) -> Iterator[Reference]:
    """A number after the word for it, and those that follow it after a plural: `PRs 625 and 630`."""
    found: re.Match[str] | None = first
    while found is not None:
        taken.add(*found.span())
        yield _reference(found["number"])
        found = _MORE.match(text, found.end()) if first["kind"].lower().endswith("s") else None


def _is_issue(lead: str, number: str) -> bool:
    """Whether a number that nobody calls an issue is one: it has too many digits to count anything else."""
    if len(number) < _MIN_DIGITS or number.startswith("0") or _COUNTED.search(lead):
        return False
    return len(number) < _MIN_COLOR_DIGITS or not _COLOR.search(lead)


def _named(lead: str, number: str) -> Reference:
    """An issue, of the repository that the word before it may name."""
    found = _NAMED.search(lead)
    if found is None or not _may_be_repository(found["name"]):
        return _reference(number)
    name = found["name"]
    return Reference(TopicKind.ISSUE, f"?{LOOSE}{name}/{int(number)}".lower(), f"{name} #{int(number)}", "")


def _may_be_repository(name: str) -> bool:
    word = name.lower()
    if is_meta(name) or word in stop_words() or word in _SEE:
        return False
    return is_identifier(name) or (name[0].isupper() and not is_plain(word))


def _reference(number: str) -> Reference:
    return Reference(TopicKind.ISSUE, f"?{int(number)}", f"#{int(number)}", "")
