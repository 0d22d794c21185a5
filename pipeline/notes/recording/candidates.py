"""The links of the notes that may be the recording, each with what is said of it and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from pipeline.links import time_in_url, youtube_id
from pipeline.notes import dates, hints, inline
from pipeline.notes.heading_words import known_words, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.recording.labels import Label, WordKind, read_label
from pipeline.notes.recording.reading import (
    NOTHING,
    Reading,
    Strength,
    fits_under_label,
    has_label_before,
    is_plural,
    is_this_or_previous,
    names_a_recording,
    part_of,
    plain_end,
    read_words,
    says_only_date,
)
from pipeline.notes.recording.segments import TextLink, find_text_links
from pipeline.records import BlockKind

_MAX_PREAMBLE_BLOCKS = 40  # above the second heading
_MAX_LABEL_CHARS = 60
_MAX_UNKNOWN = 2  # words of no kind that a label may have
_SENTENCE_ENDS = (".", "!", "?")
_MAX_LONE_BLOCKS = 4  # of text above a link that stands alone
_STEM_CHARS = 5  # of a word, whose end may differ: созвон, созвона
_MONTHS_OWN = re.compile(r"\b([A-Z][a-z]{3,8}|May)['’]s\b")
# What the notes of a meeting may tell of, besides other meetings.
_EVENT = re.compile(r"(?:webinar|workshop|event|episode|meetup|seminar|office|townhall)s?")


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """A link that may be the recording."""

    draft: DraftBlock
    link: TextLink
    reading: Reading
    section: int  # how many headings are above it
    heading: str
    in_preamble: bool
    is_alone: bool  # its block has nothing besides links and labels
    is_time: bool  # its text is a time
    is_lone: bool  # near the top, with nothing around it
    is_nested: bool  # in the list below something that is no label
    has_topic: bool  # its row of a table says what it is about

    @property
    def identity(self) -> str:
        """The same for all links to one recording."""
        return youtube_id(self.link.url) or self.link.url.partition("#")[0].rstrip("/")

    @property
    def is_explicit(self) -> bool:
        """Whether a label is before the link, or says that the video is the meeting's."""
        words = read_label(f"{self.link.before} {self.link.text}")
        return self.reading.by_label or has_label_before(self.link) or words.has(WordKind.MEETING)

    @property
    def opens_at_time(self) -> bool:
        return self.is_time or time_in_url(self.link.url) is not None


@dataclass(slots=True)
class _Place:
    """Where in the notes the next block stands."""

    titles: frozenset[str]  # the names in what the notes are called
    days: frozenset[date]  # in it, and the days beside: it may have been another day elsewhere
    section: int = 0
    heading: str = ""
    blocks: int = 0
    text_blocks: int = 0
    links_in_section: int = 0
    is_previous: bool = False  # below `Previous meeting`
    before: DraftBlock | None = None
    label: DraftBlock | None = None  # `Recordings:` above the block, or above its list


def find_candidates(drafts: list[DraftBlock], lines: list[str], title: str = "") -> list[LinkCandidate]:
    """The links of the notes in their order. `title` is what the front matter calls them."""
    found: list[LinkCandidate] = []
    first = next((draft for draft in drafts if draft.kind is BlockKind.HEADING), None)
    title = f"{title} {_text(first) if first else ''}"
    place = _Place(frozenset(_names_in(read_label(title))), frozenset(_days_around(title)))
    headers = _table_headers(drafts)
    for draft in drafts:
        _enter(place, draft)
        links = find_text_links(draft, "\n".join(lines[draft.line - 1 : draft.end_line - 1]))
        if links:
            found += _candidates_in(draft, links, place, headers.get(id(draft)))
            place.links_in_section += 1
        elif _text(draft) and not is_empty_label(draft):
            place.text_blocks += draft.kind is not BlockKind.HEADING and draft.kind is not BlockKind.MARKUP
        place.before = draft
    return found


def is_empty_label(draft: DraftBlock) -> bool:
    """`YouTube Link:` without a link, or `<details><summary>Recording</summary>` above one."""
    if draft.kind is BlockKind.HEADING or any(True for tokens in draft.cells for _ in inline.find_links(tokens)):
        return False
    text = _text(draft)
    is_label = text.endswith((":", "：")) or draft.raw.rstrip().lower().endswith("</summary>")
    return is_label and names_a_recording(text).strength > Strength.NONE


def _enter(place: _Place, draft: DraftBlock) -> None:
    place.blocks += 1
    if place.before is not None and is_empty_label(place.before):
        place.label = place.before
    elif draft.kind is not BlockKind.ITEM:
        place.label = None
    text = _text(draft)
    marked = is_this_or_previous(text) if text.endswith(":") or draft.kind is BlockKind.HEADING else None
    if draft.kind is BlockKind.HEADING:
        place.section += 1
        place.heading = text
        place.links_in_section = 0
        place.is_previous = marked is False
    elif marked is not None:
        place.is_previous = not marked


def _candidates_in(
    draft: DraftBlock, links: list[TextLink], place: _Place, header: DraftBlock | None
) -> Iterator[LinkCandidate]:
    in_preamble = place.section < 2 and place.blocks <= _MAX_PREAMBLE_BLOCKS
    is_alone = draft.kind is not BlockKind.HEADING and _is_alone(draft, links)
    is_only = place.links_in_section == 0 and len({link.url for link in links}) == 1
    is_nested = draft.parent_item is not None and _is_topic(draft.parent_item)
    is_lone = (
        place.section < 2
        and place.text_blocks < _MAX_LONE_BLOCKS
        and draft.kind in {BlockKind.PARAGRAPH, BlockKind.MARKUP}
        and len({youtube_id(link.url) or link.url for link in links if link.target}) == 1
    )
    is_under_meeting = _names_the_meeting(place.heading) or (
        place.before is not None
        and place.before.kind is not BlockKind.HEADING
        and _names_the_meeting(_text(place.before))
    )
    outside = plain_end(_text_outside_links(draft)).strip(" -–—:|")
    is_top = draft.kind is BlockKind.HEADING and place.section == 1
    is_title = is_top and (not outside or (says_only_date(outside) and all(map(_says_no_more, links))))
    last = NOTHING
    for link in links:
        reading = _read(draft, link, place, header, is_only=is_only)
        if (
            reading.strength is Strength.NONE
            and link.follows_link
            and last.strength
            and fits_under_label(link, is_only=False)
        ):
            reading = Reading(last.strength, last.key, part_of(link))
        last = reading
        is_of_previous = place.is_previous and not read_label(reading.key).has(WordKind.THIS)
        if (
            is_of_previous
            or _is_of_another_month(link, place)
            or (not in_preamble and _is_of_another(reading, link, place))
        ):
            reading = NOTHING
        is_time = hints.parse_typed_time(link.text) is not None
        lone = is_title or (
            (is_lone or (link.is_embedded and is_under_meeting)) and is_alone and not is_time and _stands_alone(link)
        )
        has_topic = draft.kind is BlockKind.ROW and _has_topic(draft, link)
        yield LinkCandidate(
            draft,
            link,
            reading,
            place.section,
            place.heading,
            in_preamble,
            is_alone,
            is_time,
            lone,
            is_nested,
            has_topic,
        )


def _names_the_meeting(text: str) -> bool:
    """Whether a heading or a label says `Meeting`, and nothing else."""
    words, label = words_of(text[:_MAX_LABEL_CHARS]), read_label(text)
    is_plain = label.words == label.kinds[WordKind.MEETING] + label.kinds[WordKind.FILLER] + label.kinds[WordKind.THIS]
    return is_plain and any(word in known_words("called_meeting") for word in words)


def _days_around(title: str) -> Iterator[date]:
    for found in dates.find_dates(title):
        yield from (date.fromordinal(found.day.toordinal() + days) for days in (-1, 0, 1))


def _names_in(label: Label) -> Iterator[str]:
    """The stems of those words that tell meetings apart."""
    for word in label.key.split():
        if _EVENT.fullmatch(word) or read_label(word).unknown:
            yield word[:_STEM_CHARS]


def _is_of_another_month(link: TextLink, place: _Place) -> bool:
    """`Recording of May's meeting` in the notes of June."""
    named = {dates.month_number(name) for name in _MONTHS_OWN.findall(f"{link.before} {link.text}")} - {None}
    return bool(named and place.days) and named.isdisjoint(day.month for day in place.days)


def _is_of_another(reading: Reading, link: TextLink, place: _Place) -> bool:
    """Whether the label names another meeting or day: `Recording of the parser call` in the compiler's notes."""
    label = read_label(reading.key)
    if reading.strength is not Strength.RECORDING or reading.by_label or label.has(WordKind.THIS):
        return False
    named = set(_names_in(label))
    days = {found.day for found in dates.find_dates(f"{link.before} {link.text}")} if place.days else set()
    return any(said and own and said.isdisjoint(own) for said, own in ((named, place.titles), (days, place.days)))


def _read(draft: DraftBlock, link: TextLink, place: _Place, header: DraftBlock | None, *, is_only: bool) -> Reading:
    """What is said of the link: in its segment, or by the label that is before, around or above it."""
    opens = draft.kind is BlockKind.HEADING or (draft.kind is BlockKind.ITEM and place.before is None)
    own = read_words(link, in_heading=opens)
    if own.strength and _is_aside(link, in_preamble=place.section < 2):
        own = NOTHING
    if draft.kind is BlockKind.ROW:
        beside = _label_in_row(draft, link, header)
        return beside if beside.strength >= own.strength or _has_topic(draft, link) else own
    above = NOTHING
    if link.prior and not link.prior.endswith(_SENTENCE_ENDS):
        above = names_a_recording(link.prior)
    elif link.segment <= 0 and draft.kind is not BlockKind.HEADING:
        above = _label_above(draft, link, place)
    is_only = is_only and not (above.strength is Strength.VIDEO and is_plural(above.key))  # `Videos`, and a title
    if above.strength and above.strength >= own.strength and fits_under_label(link, is_only=is_only):
        return replace(above, part=part_of(link))
    return own


def _is_aside(link: TextLink, *, in_preamble: bool) -> bool:
    """Whether a link follows text that says what it belongs to: `Ann's talk was the best. ([recording](…))`."""
    said = read_label(link.prior)
    follows_sentence = not in_preamble and link.prior.endswith(_SENTENCE_ENDS)
    if link.segment <= 0 or (follows_sentence and said.has(WordKind.TALK) and not has_label_before(link)):
        return link.segment > 0
    if read_label(link.before).words:
        return False
    if link.before.lstrip("*_ ").startswith("("):
        return True
    return follows_sentence and said.unknown > _MAX_UNKNOWN and not said.names_recording


def _label_above(draft: DraftBlock, link: TextLink, place: _Place) -> Reading:
    if draft.parent_item is not None:
        return names_a_recording(_text(draft.parent_item))
    if place.label is not None and (place.label is place.before or not link.before):
        return names_a_recording(_text(place.label))
    return names_a_recording(place.heading)


def _label_in_row(draft: DraftBlock, link: TextLink, header: DraftBlock | None) -> Reading:
    """`| Recording | <URL> |`, or the column's header."""
    if link.cell > 0:
        beside = names_a_recording(_cell_text(draft, link.cell - 1))
        if beside.strength:
            return beside
    if header is not None and header is not draft and link.cell < len(header.cells):
        return names_a_recording(_cell_text(header, link.cell))
    return NOTHING


def _has_topic(draft: DraftBlock, link: TextLink) -> bool:
    """Whether a row says what its link is about: then it is one of a list."""
    return any(read_label(_cell_text(draft, cell)).unknown for cell in range(len(draft.cells)) if cell != link.cell)


def _is_topic(item: DraftBlock) -> bool:
    """Whether a list item is a topic, so that a video below it is the topic's: `Demo by Ann`."""
    label = read_label(_text(item))
    return label.has(WordKind.TALK) or (label.unknown > _MAX_UNKNOWN and not label.names_recording)


def _is_alone(draft: DraftBlock, links: list[TextLink]) -> bool:
    if all(link.is_embedded for link in links):
        return True
    outside = read_label(plain_end(_text_outside_links(draft)))
    return outside.unknown == 0 and outside.words <= 12


def _stands_alone(link: TextLink) -> bool:
    """A bare address, a picture or a player, or a link whose text says no more than `here`, with nothing around it."""
    return not read_label(f"{link.before} {link.after}").words and _says_no_more(link)


def _says_no_more(link: TextLink) -> bool:
    inside = read_label(link.text)
    says_other = inside.has(WordKind.TALK, WordKind.PREVIOUS, WordKind.JOIN, WordKind.DOCUMENT)
    return link.is_embedded or (inside.unknown == 0 and not says_other)


def _text(draft: DraftBlock) -> str:
    return " ".join(" ".join(inline.plain_text(tokens) for tokens in draft.cells).split())


def _cell_text(draft: DraftBlock, cell: int) -> str:
    return " ".join(inline.plain_text(draft.cells[cell]).split()) if cell < len(draft.cells) else ""


def _text_outside_links(draft: DraftBlock) -> str:
    texts: list[str] = []
    for tokens in draft.cells:
        inside = False
        for token in tokens:
            inside = token.type == "link_open" or (inside and token.type != "link_close")
            if not inside:
                texts.append(inline.text_of(token))
    return " ".join("".join(texts).split())


def _table_headers(drafts: list[DraftBlock]) -> dict[int, DraftBlock]:
    """The first row of the table that each row is in."""
    headers: dict[int, DraftBlock] = {}
    before: DraftBlock | None = None
    for draft in drafts:
        if draft.kind is BlockKind.ROW:
            follows = before is not None and before.kind is BlockKind.ROW and before.end_line == draft.line
            headers[id(draft)] = headers[id(before)] if follows else draft
        before = draft
    return headers
