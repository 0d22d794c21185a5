"""When a topic was discussed: in the notes where they name it, in speech where its words were said."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.language.names import DEFAULT
from pipeline.language.plain_words import is_plain
from pipeline.records import Hit, PassageSource, TopicKind
from pipeline.search.by_meeting import meetings_having, search_by_meeting
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.search.spoken_forms import in_words, spoken_forms
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic

MAX_SPOKEN_MEETINGS = 50
MAX_SPOKEN_MOMENTS = 4
"""Of a meeting: those that fit best."""

_MIN_LONE_DIGITS = 4  # of a number that means the topic, whatever is said before it
_MIN_FORM_DIGITS = 3  # of a number that is said in several ways
_YEAR = re.compile(r"(?:19|20)\d\d")
_CALLED = ("issue", "PR", "pull request", "ticket")


def written_moments(
    index: SearchIndex, topics: ArchiveTopics, topic: Topic, slugs: Iterable[str] | None = None
) -> tuple[Hit, ...]:
    """The blocks that name a topic, those of the newest meeting first, and of each meeting in the order of its notes.

    Args:
        slugs: the meetings, in their order; None for all that name it.

    Raises:
        StoreError: the index cannot be read.
    """
    with index.reading() as snapshot:
        return tuple(
            hit
            for slug in (sorted(topic.mentions, key=topics.newness) if slugs is None else slugs)
            for block_id in topic.mentions[slug]
            if (hit := written_moment(snapshot, topics, slug, block_id, topic.name)) is not None
        )


def written_moment(snapshot: Snapshot, topics: ArchiveTopics, slug: str, block_id: str, marked: str = "") -> Hit | None:
    """A block of the notes, with its moment if that is known; None where it is not there any more.

    Args:
        marked: what is set off in its text.
    """
    context = snapshot.context(slug)
    if context is None or block_id not in context.blocks:
        return None
    return Hit(
        slug=slug,
        title=context.title,
        date=context.date,
        source=PassageSource.NOTES,
        start=context.start(block_id),
        block_id=block_id,
        snippet=_marked(topics.texts.get(slug, {}).get(block_id, ""), marked),
        section=context.section(block_id),
        duration=context.duration,
        part_starts=context.part_starts,
    )


def spoken_moments(
    index: SearchIndex, topics: ArchiveTopics, topic: Topic, *, without: Collection[str] = ()
) -> tuple[Hit, ...]:
    """Where a topic was said, in the newest meetings first; with `heard` where something else was heard.

    Raises:
        StoreError: the index cannot be read.
    """
    found = spoken_in(
        index, topic, topics.newest_first, meetings=MAX_SPOKEN_MEETINGS, moments=MAX_SPOKEN_MOMENTS, without=without
    )
    return tuple(hit for hits in found.values() for hit in hits)


def spoken_in(
    index: SearchIndex,
    topic: Topic,
    slugs: Sequence[str],
    *,
    meetings: int,
    moments: int,
    without: Collection[str] = (),
) -> Mapping[str, tuple[Hit, ...]]:
    """The first `meetings` of `slugs` in which a topic was said, in the language of the archive, each with its best
    `moments`; those with `heard` where something else was heard come last.

    Raises:
        StoreError: the index cannot be read.
    """
    query = _spoken_query(index, topic)
    if not query:
        return {}
    return search_by_meeting(index, query, slugs, meetings=meetings, moments=moments, without=without, misheard=True)


def meetings_saying(index: SearchIndex, topic: Topic, *, without: Collection[str] = ()) -> frozenset[str]:
    """The meetings in which a topic was said, heard rightly or not, by slug.

    Raises:
        StoreError: the index cannot be read.
    """
    query = _spoken_query(index, topic)
    return meetings_having(index, query, without=without, misheard=True) if query else frozenset()


def _spoken_query(index: SearchIndex, topic: Topic) -> str:
    with index.reading() as snapshot:
        return spoken_query(topic, snapshot.language)


def spoken_query(topic: Topic, language: str = DEFAULT) -> str:
    """What to search speech for in a language; "" for a topic whose words mean something else too often.

    >>> spoken_query(Topic("issue/a/b/6280", TopicKind.ISSUE, "b#6280", {})), spoken_query(
    ...     Topic("code/users", TopicKind.CODE, "users", {})
    ... )
    ('6280 in:transcript', '')
    """
    words = " OR ".join(_phrases(topic, language))
    return f"{words} in:transcript" if words else ""


def _phrases(topic: Topic, language: str) -> Iterator[str]:
    number = re.search(r"\d+(?!.*\d)", topic.name)
    match topic.kind:
        case TopicKind.ISSUE if number:
            yield from _numbered(number[0], _CALLED, language)
        case TopicKind.STANDARD if number and not topic.name.startswith("CVE"):
            yield from _numbered(number[0], (re.split(r"[\s-]", topic.name)[0],), language)
        case TopicKind.TERM | TopicKind.CODE if not is_plain(topic.name.lower()):
            yield f'"{topic.name}"'
        case TopicKind.REPOSITORY:
            name = topic.name.rpartition("/")[2]
            if not is_plain(name.lower()):
                yield f'"{name}"'
        case TopicKind.VERSION if topic.name.count(".") > 1 or " " in topic.name:
            yield f'"{topic.name}"'
        case TopicKind.STANDARD:
            yield f'"{topic.name}"'


def _numbered(number: str, called: tuple[str, ...], language: str) -> Iterator[str]:
    if len(number) >= _MIN_LONE_DIGITS and not _YEAR.fullmatch(number):
        yield number
        return
    said = [in_words(number, language)] if len(number) < _MIN_FORM_DIGITS else spoken_forms(number, language)
    for form in dict.fromkeys((number, *said)):
        if form:
            yield from (f'"{name} {form}"' for name in called)


def _marked(text: str, name: str) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, of which those are True that name the topic."""
    at = text.casefold().find(name.casefold()) if name else -1
    if at < 0 or len(text.casefold()) != len(text):
        return ((text, False),)
    pieces = (text[:at], False), (text[at : at + len(name)], True), (text[at + len(name) :], False)
    return tuple(piece for piece in pieces if piece[0])
