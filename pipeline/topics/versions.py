"""Versions, as versions: `4.6`, `v5.0.1-rc1`, and of what. No time, no date, no amount, no address is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.language.plain_words import is_plain
from pipeline.records import Reference, TopicKind
from pipeline.topics.taken import Taken
from pipeline.topics.terms import is_meta, stop_words

_VERSION = re.compile(
    r"(?<![\w.,:/$€£#-])(?P<v>[vV]\.?)?(?P<number>\d{1,4}(?:\.\d{1,5}){1,2})(?P<stage>[.-]?(?:rc|beta|alpha|pre|dev)[.-]?\d{0,3})?"
    r"(?P<rest>\.x\b)?(?![\w%:/-]|[.,]\d)",
    re.IGNORECASE,
)
_SAYS_SO_BEFORE = re.compile(r"\b(?:version|release|releases|released|tag|tagged|milestone)s?[\s:(]*$", re.IGNORECASE)
_SAYS_SO_AFTER = re.compile(
    r"^[\s)]*(?:release|released|milestone|branch|version|rc\b|beta\b|alpha\b|blockers?)", re.IGNORECASE
)
_AMOUNT_AFTER = re.compile(
    r"^\s*(?:%|percent|x\b|k\b|m\b|ms\b|s\b|sec|min|hours?|hrs?|days?|weeks?|months?|years?|mb|gb|tb|kb|ghz|mhz|million|billion"
    r"|times|eth\b|gwei|usd|eur|€|\$|points?|am\b|pm\b|uhr\b)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"(?P<name>[^\W\d_][\w+#-]{0,30}?)(?:['’]s)?\s+$")
_DATE = re.compile(r"(?:19|20)\d\d\.\d{1,2}\.\d{1,2}|\d{1,2}\.\d{1,2}\.(?:19|20)?\d\d")
_MAX_LEAD_CHARS = 80  # that are looked at on either side
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_NO_PRODUCT = re.compile(rf"(?:{_MONTHS})\w*|v|vs|rc|etc|approx|avg|usd|eur", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:sub)?sections?|sec|chapters?|figures?|fig|tables?|steps?|items?"
    r"|phases?|parts?|options?|questions?|rules?|appendix|levels?|topics?|slides?|pages?|lines?|days?|weeks?|points?|scores?"
    r"|ratings?|rounds?|rooms?|tracks?|sprints?|episodes?|numbers?|no|nr|abschnitt|kapitel|tabelle|punkt|seite|top|teil",
    re.IGNORECASE,
)


def find(text: str, before: str, taken: Taken) -> Iterator[Reference]:
    """The versions in a piece of text that follows `before` in its block, outside of what is `taken`.

    >>> [found.name for found in find("osquery 4.6 and CMake 3.17.5 before the 5.0.1 release, at 12.30", "", Taken(99))]
    ['osquery 4.6', 'CMake 3.17.5', '5.0.1']
    """
    for found in _VERSION.finditer(text):
        if not taken.is_free(*found.span()):
            continue
        lead = (before + text[max(found.start() - _MAX_LEAD_CHARS, 0) : found.start()])[-_MAX_LEAD_CHARS:]
        rest = text[found.end() : found.end() + _MAX_LEAD_CHARS]
        if (product := _product(found, lead, rest)) is not None:
            number = f"{found['number']}{(found['stage'] or '').lower()}{found['rest'] or ''}"
            name = f"{product} {number}".strip()
            yield Reference(TopicKind.VERSION, f"{product.lower()} {number}".strip(), name, "")


def _product(found: re.Match[str], lead: str, rest: str) -> str | None:
    """What it is a version of, "" where it is the project's own or nobody says; None where it is none."""
    if _AMOUNT_AFTER.match(rest) or _DATE.fullmatch(found["number"]):
        return None
    at_start = not lead.strip()
    said = bool(
        found["v"] or found["stage"] or found["rest"] or _SAYS_SO_BEFORE.search(lead) or _SAYS_SO_AFTER.match(rest)
    )
    named = _PRODUCT.search(lead)
    name = named["name"] if named else ""
    if _COUNTED.fullmatch(name):
        return None
    if name and _is_product(name, lead[: named.start("name")] if named else ""):
        return name
    if said or (found["number"].count(".") == 2 and not at_start):
        return ""
    return None


def _is_product(name: str, lead: str) -> bool:
    """Whether a word before a version is a name: no plain English, unless it is capitalised within a sentence."""
    if _NO_PRODUCT.fullmatch(name) or is_meta(name):
        return False
    starts = not lead.strip() or lead.rstrip()[-1:] in ".:!?-•"
    word = name.lower()
    if is_plain(word) or word in stop_words():
        return name[0].isupper() and not starts and len(name) > 2
    return len(name) > 3 or not name.islower()
