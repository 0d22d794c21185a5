"""What notes are called by people: the title they give, or else what their file and its folders are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import PurePath

from pipeline.notes import inline
from pipeline.notes.dates import DayOrder, find_dates, find_partial, is_weekday
from pipeline.notes.front_matter import FrontMatter
from pipeline.notes.heading_words import is_section_name, known_words, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.records import BlockKind

_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{")  # {{page.title}}
_LABELLED = re.compile(
    r"\W{0,4}(?:[\w/&]+ ){0,3}(?:date|time|duration|when|where|location|moderator|datum|fecha|日期|時間|时间)\s*[:：]",
    re.IGNORECASE,
)
_RECORDING_LINK = re.compile(
    r"[(\[|–—-]\s{0,3}(?:(?:zoom|youtube|meeting|video|the|link|to)\s){0,3}"
    r"(?:recordings?|recorded|video|youtube|stream|slides|rec)\b[^()\[\]]{0,30}(?:[)\]]|$)",
    re.IGNORECASE,
)
_JOINTS = " ,.:;@|–—-"
_MAX_TITLE_CHARS = 300
_MIN_OTHER_TOPICS = 2
_MAX_OPENING_CHARS = 100
_SENTENCE = re.compile(r"[.:;!?,](?:\s|$)")
_MAX_HEADING_LINES = 3  # with the one that underlines it
_HTML_HEADING = re.compile(
    r"\s{0,3}<h(?P<depth>[12])\b[^<>]{0,300}>(?P<text>[^\n]{1,300}?)</h(?P=depth)>", re.IGNORECASE
)
_FRONT_FIELDS = ("name", "subject", "topic", "description", "summary")
_MAX_DESCRIPTION_CHARS = 120  # a longer one describes the meeting, and does not name it


def whole_text(draft: DraftBlock) -> str:
    """All text of a block on one line."""
    return " ".join(inline.plain_text([token for tokens in draft.cells for token in tokens]).split())


def find_title(drafts: list[DraftBlock], front_matter: FrontMatter, name: str) -> str:
    """The title: the front matter's, a heading's, or one made from the name of the file."""
    headings = list(_headings(drafts))
    given = " ".join(front_matter.text("title").split())[:_MAX_TITLE_CHARS]
    given = "" if _TEMPLATE.search(given) else given
    heading = _heading_title(headings)
    if given and not (_is_only_date(given) and heading):
        return given
    described = next(filter(None, map(front_matter.text, _FRONT_FIELDS)), "")
    is_title = bool(headings) and (headings[0] == (1, heading) or _names_meeting(heading))
    if described and len(described) <= _MAX_DESCRIPTION_CHARS and not is_title:
        return " ".join(described.split())
    return heading or _opening_line(drafts) or name_title(name)


def _opening_line(drafts: list[DraftBlock]) -> str:
    """The line that the notes open with, where it is in bold, or says what kind of meeting it is and no more."""
    first = next((draft for draft in drafts if draft.kind is not BlockKind.MARKUP), None)
    if first is None or first.kind is not BlockKind.PARAGRAPH or first.end_line > first.line + 1 or first.raw:
        return ""
    text = whole_text(first)
    tokens = [token for cell in first.cells for token in cell if token.type != "text" or token.content.strip()]
    is_bold = bool(tokens) and tokens[0].type == "strong_open" and tokens[-1].type == "strong_close"
    is_named = _names_meeting(text) and not _SENTENCE.search(text) and not any(inline.find_links(first.cells[0]))
    return text if len(text) <= _MAX_OPENING_CHARS and (is_bold or is_named) and _is_title(text) else ""


def _headings(drafts: Iterable[DraftBlock]) -> Iterator[tuple[int, str]]:
    """The levels and texts of the headings. A paragraph over a row of = or - is none."""
    for draft in drafts:
        if draft.kind is BlockKind.HEADING and draft.end_line - draft.line <= _MAX_HEADING_LINES:
            yield draft.depth, whole_text(draft)
        elif draft.raw and (found := _HTML_HEADING.match(draft.raw)):
            yield int(found["depth"]), inline.text_of_html(found["text"])


def _heading_title(headings: list[tuple[int, str]]) -> str:
    """The first heading of level 1 that is no section's name; where there is none, the first heading of any level.

    Where that is a section's name, too, the one below it that names a meeting, or a heading with the meeting's date.
    """
    below = headings[1:2] if [depth for depth, _ in headings[:2]] == [1, 2] else []
    candidates = chain(
        (text for depth, text in headings if depth == 1),
        (text for _, text in headings[:1] if not _begins_topics(headings)),
        (text for _, text in below if _has_meeting_word(text) and not _is_only_date(text)),
        (text for _, text in _of_one_day(headings) if not _is_only_date(text)),
    )
    return next(filter(_is_title, candidates), "")


def _of_one_day(headings: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The headings with a date where it is the same in all of them: a list of decisions has several."""
    dated = [(depth, text) for depth, text in headings if find_dates(text)]
    return dated if len({find_dates(text)[0].day for _, text in dated}) == 1 else []


def _begins_topics(headings: list[tuple[int, str]]) -> bool:
    """Whether the first heading is the first of several topics, and not what they are all about."""
    level, first = headings[0]
    if _names_meeting(first):
        return False
    others = [text for depth, text in headings[1:] if depth == level and not is_section_name(text)]
    return len(others) >= _MIN_OTHER_TOPICS


def _names_meeting(heading: str) -> bool:
    """Whether a heading has a date or a word such as call in it."""
    return _has_meeting_word(heading) or bool(find_dates(heading))


def _has_meeting_word(heading: str) -> bool:
    words = known_words("series") | known_words("meeting")
    return any(word in words for word in words_of(heading))


def _is_only_date(text: str) -> bool:
    dates = find_dates(text)
    return bool(dates) and not words_of(text[: dates[0].start] + text[dates[0].end :])


def _is_title(text: str) -> bool:
    return bool(text) and not (_TEMPLATE.search(text) or is_section_name(text) or _LABELLED.match(text))


def find_series(above: list[DraftBlock], front_matter: FrontMatter, name: str) -> str:
    """What the meetings of a file are called, by what stands above them; "" where nothing says so."""
    headings = list(_headings(above))
    given = " ".join(front_matter.text("title").split())[:_MAX_TITLE_CHARS]
    titles = [title for title in (given, _heading_title(headings)) if title and not _TEMPLATE.search(title)]
    telling = [title for title in (*titles, series_name(name)) if title and not _says_nothing(title)]
    return next(iter([*telling, *titles]), "")


def title_of_several(heading: str, day: date, series: str) -> str:
    """The title of one of several meetings, from what its heading says: `OCI Weekly – 2020-03-04`."""
    text = " ".join(_RECORDING_LINK.sub(" ", inline.BARE_URL.sub(" ", heading)).split())
    written = next(iter(find_dates(text, DayOrder.MONTH_FIRST, dotted=True)), None) or find_partial(text, day.year)
    if written is None:  # its date stands below
        return f"{series} – {day} {text}" if series and {*words_of(series)} != {*words_of(text)} else f"{text} – {day}"
    before, after = (_trimmed(part) for part in (text[: written.start], text[written.end :]))
    if not any(map(_is_telling, words_of(before))):
        before = ""
    if {*words_of(after)} <= known_words("beside_recordings"):
        after = ""
    own = f"{before} {after}".strip()
    if not series or {*words_of(series)} <= {*words_of(own)}:
        return f"{before} {day} {after}".strip()[:_MAX_TITLE_CHARS]
    return f"{series} – {day} {own}".strip()[:_MAX_TITLE_CHARS]


def _is_telling(word: str) -> bool:
    """Whether a word before a date says more than that it is a meeting: Agenda for Tuesday the …"""
    lists = map(known_words, ("series", "meeting", "beside_dates", "date_labels"))
    return not (is_weekday(word) or any(word in words for words in lists))


def _trimmed(text: str) -> str:
    """The text without the marks that joined it to a date."""
    for pair in ("()", "[]"):
        if text.count(pair[0]) != text.count(pair[1]):  # the date stood in them
            text = text.replace(pair[0], "").replace(pair[1], "")
    return text.strip(_JOINTS)


def name_title(name: str) -> str:
    """A title made from the name of the file, or from its folders where it says as little as README."""
    path = PurePath(name)
    stem = path.stem.replace("_", " ")
    if stem.casefold() not in known_words("files"):
        return stem
    folders = [part.replace("_", " ") for part in path.parts[:-1]]
    named = [number for number, folder in enumerate(folders) if not _says_nothing(folder)]
    if not named:
        return " ".join(folders[-2:]) or stem
    return " ".join(folders[named[-1] :])


def series_name(name: str) -> str:
    """What the meetings in the file `name` have in common: its name without dates, or that of a folder."""
    path = PurePath(name)
    for part in (path.stem, *reversed(path.parts[:-1])):
        if not _says_nothing(part):
            return re.sub(r"[\s_-]+", " ", part).strip()
    return ""


def _says_nothing(name: str) -> bool:
    """Whether a name is a date, a year, or what everybody calls such a file or folder."""
    for found in reversed(find_dates(name)):
        name = name[: found.start] + name[found.end :]
    left = [word for word in words_of(name) if not word.isdigit()]
    return all(word in known_words("files") or word in known_words("series") or len(word) < 2 for word in left)
