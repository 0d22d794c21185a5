"""The words with which notes mark what was decided, and what is to be done (`mark_labels.json`), as labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from pipeline.records import MarkKind
from pipeline.topics.inline_html import pieces

_NUMBERING = re.compile(r"^\W*(?:\d{1,3}(?:\.\d{1,3})*[.):]?|[ivx]{1,4}[.)])\s+", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*(?:\([^()]{0,60}\)|\[[^\[\]]{0,60}\])\s*$")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_JOINT = r"\s*(?:/|&|\+|,|\||\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\boch\b)\s*"
_TAIL = r"(?:\s+(?:as|with|by|without|in\sprinciple|subject|unanimously|pending|after|per)\b[^|.\n:]{0,60}?)?"
_OF_A_DAY = r"(?:\s+(?:no\.?\s*|#)?\d{1,4}(?:[-./]\d{1,4}){1,2})?"
_MAX_LABEL_CHARS = 80
_WORD = re.compile(r"[^\W\d_]+")
_STATUS = re.compile(r"(?:status|outcome|result|verdict)\s*[:：]?", re.IGNORECASE)
_MODELS = re.compile(
    r"\b(?:models?|LLMs?|GPT|Copilot|Claude|policy|generated|tools?|assistants?|agents?)\b", re.IGNORECASE
)
_NO_DOING = re.compile(r"(?:the|how|an?|is|are|what|why|should|can|in|and|or)\b", re.IGNORECASE)
VOTES = frozenset({"vote", "votes"})
"""Labels behind which people say how a vote ended, but other things, too."""

_TALLY = re.compile(
    r"\d+\s*[-–—/:,;]\s*\d+|\b\d+\s+(?:yes|no|for|against|ayes?|nays?|in favou?r)\b|\+\d"
    r"|\b(?:unanim\w*|in favou?r|passe[sd]|carrie[sd]|fail(?:s|ed)|approved|rejected|adopted|accepted)\b",
    re.IGNORECASE,
)
_NAME = r"@?[^\W\d_][\w.'’-]{0,30}(?:\s[^\W\d_][\w.'’-]{0,30})?"


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text of a block as lines. `labels` is the same with code blanked, `strong` are the stretches in bold."""

    text: str
    labels: str
    strong: tuple[tuple[int, int], ...]
    links: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, html: str) -> ShownText:
        """What the inline HTML of a block shows."""
        texts: list[str] = []
        labels: list[str] = []
        strong: list[tuple[int, int]] = []
        links: list[tuple[int, int]] = []
        at = 0
        for piece in pieces(html):
            end = at + len(piece.text)
            texts.append(piece.text)
            labels.append(" " * len(piece.text) if piece.is_code else piece.text)
            for wanted, spans in ((piece.is_strong, strong), (piece.href is not None, links)):
                if wanted and spans and spans[-1][1] == at:
                    spans[-1] = spans[-1][0], end
                elif wanted:
                    spans.append((at, end))
            at = end
        return cls("".join(texts), "".join(labels), tuple(strong), tuple(links))

    def strong_at(self, start: int) -> str:
        """The text in bold that begins here."""
        return next((self.text[begin:end] for begin, end in self.strong if begin <= start < end), "")

    def without_links(self, start: int) -> str:
        """What stands from here on and is no link."""
        kept, at = [], start
        for begin, end in self.links:
            if begin >= at:
                kept.append(self.text[at:begin])
                at = end
        return "".join([*kept, self.text[at:]])


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A label that stands alone, above what it marks; `kind` is None where it names both kinds."""

    kind: MarkKind | None
    state: str
    is_verdict: bool = False


@dataclass(frozen=True, slots=True)
class InlineLabel:
    """A label before what it marks: it begins at `start`, and what it marks at `end`. `who` is named in it."""

    kind: MarkKind
    state: str
    start: int
    end: int
    who: str = ""
    is_verdict: bool = False
    closing: str = ""


@cache
def words(name: str) -> frozenset[str]:
    """A list of `mark_labels.json`, in lower case."""
    return frozenset(_lists()[name])


@cache
def _lists() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(
        (resources.files(__package__) / "mark_labels.json").read_text(encoding="utf-8")
    )
    return found


def _any_of(labels: Iterable[str]) -> str:
    longest_first = sorted(set(labels), key=lambda label: (-len(label), label))
    return "|".join(re.escape(label).replace(r"\ ", r"[\s-]+").replace("'", "['’]") for label in longest_first)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    both = words("decision") | words("action")
    beside = _any_of(words("beside"))
    ends = _any_of(words("verdict") - words("not_alone"))
    inline, heading = both - words("only_headings"), both - words("only_inline")
    before, after = _any_of(words("before")), _any_of(words("after"))
    one = rf"(?:(?:{before})\s+){{0,3}}(?P<label>{_any_of(heading)})"
    more = rf"(?:{_JOINT}(?:(?:{before})\s+){{0,2}}(?:{_any_of(heading)}|{beside})\b)*"
    return {
        "inline": re.compile(rf"(?P<label>{_any_of(inline)})(?![\w'’])", re.IGNORECASE),
        "heading": re.compile(
            rf"(?:(?:{beside}){_JOINT})?(?P<all>{one}(?![\w'’]){more})(?:\s+(?:{after})){{0,2}}{_OF_A_DAY}",
            re.IGNORECASE,
        ),
        "any": re.compile(rf"(?<!\w)(?:{_any_of(heading)})(?!\w)", re.IGNORECASE),
        "verdict": re.compile(rf"(?P<label>(?:{_any_of(words('verdict'))})(?!\w){_TAIL})", re.IGNORECASE),
        "suffix": re.compile(rf"(?:\s[-–—:|]+|[:：—–]|\s?\()\s*(?P<label>{ends})\s*\)?[.!]?\s*$", re.IGNORECASE),
        "before": re.compile(rf"^(?:(?:{before})\s+){{1,3}}", re.IGNORECASE),
        "position": re.compile(
            r"(?:^|(?<=\n)|(?<=[.!?;)\]:—–|-]\s)|(?<=\s)(?=[(\[]))(?:[^\w\n\[(`]|_){0,6}(?P<open>[\[(]?)(?P<word>[^\W\d_]+)",
            re.MULTILINE,
        ),
    }


@cache
def _first_words() -> frozenset[str]:
    return frozenset(
        re.split(r"[\s'’-]", label)[0] for name in ("decision", "action", "verdict") for label in words(name)
    )


def may_have_labels(text: str, html: str) -> bool:
    """Whether a text has a word where a label could begin, or a verdict where it ends: quick, and right where not."""
    if any(found["word"].casefold() in _first_words() for found in _patterns()["position"].finditer(text)):
        return True
    if ("<strong" in html or "<b>" in html) and not _first_words().isdisjoint(_WORD.findall(text.casefold())):
        return True
    return text.rstrip(" .!)")[-40:].casefold().endswith(tuple(words("verdict")))


def own_line(text: str) -> OwnLine | None:
    """The label that a heading or a line is, None where it is none.

    >>> own_line("## Key decisions made (Ann)").state, own_line("Decision process")
    ('decisions', None)
    """
    if len(text) > _MAX_LABEL_CHARS or _first_words().isdisjoint(_WORD.findall(text.casefold())):
        return None
    plain = _EDGES.sub("", _IN_BRACKETS.sub("", _NUMBERING.sub("", text.rstrip(" :：*"))))
    patterns = _patterns()
    if not plain:
        return None
    verdict = patterns["verdict"].fullmatch(plain)
    if verdict and plain.casefold() not in words("decision"):
        return OwnLine(MarkKind.DECISION, verdict["label"].strip(), is_verdict=True)
    found = patterns["heading"].fullmatch(plain)
    if found is None:
        return None
    state = patterns["before"].sub("", found["all"]).strip()
    kinds = {_kind(part[0]) for part in patterns["any"].finditer(state)}
    is_verdict = state.casefold() in words("verdict")
    return OwnLine(kinds.pop() if len(kinds) == 1 else None, state, is_verdict)


def is_earlier(text: str) -> bool:
    """Whether a heading or a label is about what was marked in an earlier meeting.

    >>> is_earlier("Previous action items"), is_earlier("Action items")
    (True, False)
    """
    said = set(re.findall(r"[^\W\d_]+", text.casefold()))
    if said.isdisjoint(words("earlier")) and "前回" not in text and "上次" not in text:
        return False
    return _patterns()["any"].search(text) is not None or len(said) <= 2


def has_no_boxes(text: str) -> bool:
    """Whether what is ticked off below a heading is nothing to do: who is there, what is talked about."""
    plain = re.sub(r"\s*\([^)]*\)|[^\w\s]", "", text).strip().casefold()
    said = plain.split()
    return plain in words("no_boxes") or any(len(word) > 6 and word in words("no_boxes") for word in said)


def is_tally(text: str) -> bool:
    """Whether a text says how a vote ended, rather than that there is one.

    >>> is_tally("5-0-1"), is_tally("unanimously in favour"), is_tally("tell me what you think")
    (True, True, False)
    """
    return _TALLY.search(text) is not None


def inline_labels(shown: ShownText) -> Iterator[InlineLabel]:
    """The labels that stand before what they mark, in the order of the text."""
    done = 0
    for found in _label_places(shown):
        if found.start() < done or found["word"].casefold() not in _first_words():
            continue
        at = found.start("open")
        at_start = _at_line_start(shown.labels, found.start())
        label = _inline(shown, found, at_start=at_start) or (at_start and _verdict(shown, found.start("word")))
        if label:
            done = label.end
            is_open = found["open"] == "(" and ")" not in shown.labels[at : label.end]
            yield replace(label, start=at, closing=")" if is_open else "")


def _label_places(shown: ShownText) -> Iterator[re.Match[str]]:
    """Where a label may begin: at the beginning of a sentence, and where bold text with a colon begins."""
    position = _patterns()["position"]
    found = {place.start("word"): place for place in position.finditer(shown.labels)}
    for start, end in shown.strong:
        has_colon = any(text.strip()[-1:] in {":", "："} for text in (shown.text[start:end], shown.text[end : end + 1]))
        if has_colon and (place := _STRONG_START.match(shown.labels, start, end)) and place.start("word") not in found:
            found[place.start("word")] = place
    return iter([found[start] for start in sorted(found)])


def suffix_verdict(shown: ShownText) -> tuple[str, str] | None:
    """What stands before a verdict at the end, and the verdict: `Add a method to Foo - Approved`."""
    found = _patterns()["suffix"].search(shown.labels[-200:])
    if found is None:
        return None
    offset = max(len(shown.labels) - 200, 0)
    start, label = offset + found.start(), found["label"]
    before = shown.text[:start].strip(" *_-–—:|")
    is_clear = label[0].isupper() or not label[0].islower()
    return (before, label) if is_clear and len(before) > 2 and "\n" not in before else None


def _at_line_start(text: str, at: int) -> bool:
    before = text[:at].rpartition("\n")[2]
    return _WORD.search(before) is None or _STATUS.fullmatch(before.strip(" *_>")) is not None


def _kind(label: str) -> MarkKind:
    name = re.sub(r"[\s-]+", " ", label.casefold()).replace("’", "'")
    return MarkKind.ACTION if name in words("action") else MarkKind.DECISION


_BRACKETED = re.compile(r"(?:\s*[-–—:@]?\s*(?P<who>[^\]\n]{0,40}))?\]\s*[:：]?\s*(?:[-–—]+\s+)?")
_ITS_NUMBER = r"(?:\s*[#-]?\s?\d{1,4}(?:[.-]\d{1,3})?)?"
_CLOSED = re.compile(r"\)\s*[:：]?\s*(?:[-–—]+\s+)?")
_COLON = re.compile(rf"{_ITS_NUMBER}(?:\s*\((?P<who>[^)\n]{{1,40}})\))?\s*[:：]+\s*")
_DASH = re.compile(rf"{_ITS_NUMBER}(?:\s*\((?P<who>[^)\n]{{1,40}})\))?(?:\s+[-–—]{{1,2}}\s+|\s*[—–]\s*|-\s+)")
_ON = re.compile(rf"\s+(?:on|for)\s+(?P<who>{_NAME})\s*[:：]\s*")
_TO_SOMEBODY = re.compile(rf"\s+(?=@[\w-])|\s+(?={_NAME}\s*(?::|to\s|will\s|[-–—]\s))")
_STRONG_START = re.compile(r"\s*(?P<open>[\[(]?)(?P<word>[^\W\d_]+)")
_STRONG_END = re.compile(r"\s*#?\d{0,3}[\s.:,]{0,3}")


def _inline(shown: ShownText, found: re.Match[str], *, at_start: bool) -> InlineLabel | None:
    text, start = shown.labels, found.start("word")
    label = _patterns()["inline"].match(text, start)
    if label is None:
        return None
    name, end = label["label"], label.end()
    kind = _kind(name)
    after = _after(shown, name, start, end, found["open"], at_start=at_start)
    if after is None or not _is_meant(name, text[after.end() :]):
        return None
    is_verdict = name.casefold() in words("verdict")
    who = (after.groupdict().get("who") or "").strip(" -:@")
    return InlineLabel(kind, name, start, after.end(), who, is_verdict and not text[after.end() :].strip(" |"))


def _after(shown: ShownText, name: str, start: int, end: int, opening: str, *, at_start: bool) -> re.Match[str] | None:
    """What follows a label and makes it one, None where it is a word like any other."""
    text, kind = shown.labels, _kind(name)
    is_capital = not name[0].islower()
    if opening == "[":
        return _BRACKETED.match(text, end)
    if opening == "(":
        if at_start and (found := _CLOSED.match(text, end)):
            return found
        return _COLON.match(text, end) if kind is MarkKind.ACTION and is_capital else None
    if not at_start and not is_capital:
        return None
    strong = shown.strong_at(start)
    if found := _COLON.match(text, end):
        return found
    is_noun = kind is MarkKind.DECISION and name.casefold() not in words("verdict")
    begins = is_noun and text[:start].rstrip()[-1:] in ".!?"
    if (at_start or strong or begins) and (found := _DASH.match(text, end)):
        return found
    if kind is MarkKind.ACTION:
        is_shouted = len(name) > 1 and name.isupper()
        if found := _ON.match(text, end):
            return found
        if (is_shouted or (at_start and (strong or text[end : end + 2] == " @"))) and (
            found := _TO_SOMEBODY.match(text, end)
        ):
            return found
    is_whole = bool(strong) and _STRONG_END.fullmatch(strong.strip()[len(name) :]) is not None
    if is_whole and strong.strip().startswith(name):
        found = re.compile(r"[^\w@\[(]*").match(text, end)
        rest = text[found.end() if found else end :]
        is_object = kind is MarkKind.ACTION or name.casefold() not in words("verdict") or rest[:3] in ("to ", "tha")
        return found if rest.strip() and is_object else None
    return None


def _verdict(shown: ShownText, start: int) -> InlineLabel | None:
    text = shown.labels
    line_end = text.find("\n", start)
    line = text[start : line_end if line_end >= 0 else len(text)]
    found = _patterns()["verdict"].match(line)
    if found is None or not (found["label"][0].isupper() or not found["label"][0].islower()):
        return None
    strong = shown.strong_at(start).strip()
    bare = strong.rstrip(" .:!|")
    if bare and (whole := _patterns()["verdict"].fullmatch(bare)):
        end = text.index(bare, start) + len(bare)
        return InlineLabel(MarkKind.DECISION, whole["label"], start, end, is_verdict=True)
    separated = re.match(r"\s*(?:[.!]?\s*$|\|\s|[:：]\s*|\s[-–—]+\s)", line[found.end() :])
    if separated is None:  # more of the line may belong to it
        found = _patterns()["verdict"].fullmatch(line.rstrip(" .!"))
        if found is None:
            return None
        return InlineLabel(MarkKind.DECISION, found["label"], start, start + len(line), is_verdict=True)
    if found["label"].casefold() in words("not_alone") and ":" not in separated[0] and "|" not in separated[0]:
        return None
    end = start + found.end() + separated.end()
    return InlineLabel(MarkKind.DECISION, found["label"].strip(), start, end, is_verdict=True)


def _is_meant(name: str, rest: str) -> bool:
    """Whether what follows can be what a label with two meanings marks."""
    if name.casefold() == "ai":
        return name.isupper() and not _NO_DOING.match(rest) and not _MODELS.search(rest[:60])
    if name.casefold() == "ar":
        return name.isupper()
    if name.casefold() in VOTES:
        return is_tally(rest)
    if name.casefold().startswith("resolution"):
        return not re.match(r"\d{3,4}\s*[x×p]|\d\s?k\b|(?:4|8)K\b", rest, re.IGNORECASE)
    return True
