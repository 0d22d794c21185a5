"""References, as they are gathered from all notes → topics."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.language.plain_words import is_plain
from pipeline.records import Reference, TopicKind

MIN_PLAIN_MEETINGS = 3
"""That name a word in code, which nothing but the code marks tells from others, before it is listed."""

_REFERENCE = re.compile(
    r"https?://\S+|(?:\b(?:prs?|pull requests?|issues?|bugs?)[\s:]*)?[\w./-]*#\d+|\b\d+(?:\.\d+)+\w*|^[\W\d]+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_FORMED = re.compile(r"[\W\d_]|[a-z][A-Z]|[A-Z]{2}[a-z]")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that notes name, and the blocks that name it, by meeting: the earliest meeting first.

    `id` is its kind and key: `issue/osquery/osquery/6280`. `url` is where it is published, if that can be told.
    `about` is what the headings over an issue say of it, "" where they say nothing. Where the notes of one meeting are
    there twice, only the first that name it count. Those that are not `is_listed` have a page, and can be followed and
    asked for by name, but are not among what comes back: nearly all meetings name them, hardly any, or nobody can tell
    whether they are more than plain words.
    """

    id: str
    kind: TopicKind
    name: str
    mentions: Mapping[str, tuple[str, ...]]
    url: str | None = None
    about: str = ""
    is_listed: bool = True

    @property
    def comes_back(self) -> bool:
        """Whether more than one meeting names it."""
        return len(self.mentions) > 1


def number_of(topic: Topic) -> str:
    """By which people know an issue, `#6280`; "" of everything else."""
    number = topic.id.rpartition("/")[2]
    return f"#{number}" if topic.kind is TopicKind.ISSUE and number.isdecimal() else ""


def heading_about(heading: str) -> str:
    """What a heading says beside the numbers and versions in it; "" where that is no more than a word.

    >>> heading_about("Windows UTF8 PR #6190"), heading_about("4.4.0 Release"), heading_about("PRs")
    ('Windows UTF8', '', '')
    """
    said = " ".join(_REFERENCE.sub(" ", heading).split()).strip(" -–—:,;").removesuffix("()").strip()
    return said if len(_WORD.findall(said)) > 1 else ""


class TopicMaking:
    """Topics as they are gathered, and what else they may be known by."""

    def __init__(self, same: Mapping[str, str]) -> None:
        self._same = same
        self._mentions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._names: dict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: dict[str, TopicKind] = {}
        self._urls: dict[str, Counter[str]] = defaultdict(Counter)
        self._headings: dict[str, Counter[str]] = defaultdict(Counter)
        self._others: dict[str, Counter[str]] = defaultdict(Counter)
        self._unlisted: set[str] = set()

    def add(
        self,
        slug: str,
        reference: Reference,
        sections: Mapping[str, str] = MappingProxyType({}),
        *,
        is_whole: bool = True,
    ) -> None:
        topic_id = f"{reference.kind.value}/{reference.key}"
        blocks = self._mentions[topic_id][slug]
        if reference.block_id not in blocks:
            blocks.append(reference.block_id)
        self._names[topic_id][reference.name] += 1
        self._kinds[topic_id] = reference.kind
        if reference.url:
            self._urls[topic_id][reference.url] += is_whole  # rather one that stands there than one that was made
        if reference.kind is TopicKind.ISSUE and (heading := heading_about(sections.get(reference.block_id, ""))):
            self._headings[topic_id][heading] += 1

    def add_term(self, slug: str, term_id: str, form: str, block_ids: Iterable[str], *, is_listed: bool) -> None:
        """One that has been chosen."""
        for block_id in block_ids:
            self.add(slug, Reference(TopicKind.TERM, term_id, form, block_id))
        if not is_listed:
            self._unlisted.add(f"{TopicKind.TERM.value}/{term_id}")

    def also_known(self, topic_id: str, other: str) -> None:
        """A topic was known by another id, when the archive told less of it, or may be."""
        if other != topic_id:
            self._others[other][topic_id] += 1

    def other_ids(self) -> dict[str, str]:
        """What topics are known by, too: the id of the most usual one."""
        return {other: found.most_common(1)[0][0] for other, found in self._others.items()}

    def topics(self) -> dict[str, Topic]:
        return {
            topic_id: Topic(
                topic_id,
                self._kinds[topic_id],
                max(self._names[topic_id].items(), key=lambda item: (item[1], item[0]))[0],
                self._of_each_meeting(mentions),
                next((url for url, _ in self._urls[topic_id].most_common(1)), None),
                next((heading for heading, _ in self._headings[topic_id].most_common(1)), ""),
                topic_id not in self._unlisted and self._is_clear(topic_id, len(mentions)),
            )
            for topic_id, mentions in self._mentions.items()
        }

    def _is_clear(self, topic_id: str, meetings: int) -> bool:
        """Whether a name in code is one beyond doubt: `users` may be anything."""
        name = topic_id.partition("/")[2]
        if self._kinds[topic_id] is not TopicKind.CODE or any(map(_FORMED.search, self._names[topic_id])):
            return True
        return meetings >= MIN_PLAIN_MEETINGS and not is_plain(name)

    def _of_each_meeting(self, mentions: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
        first: dict[str, str] = {}
        for slug in mentions:
            first.setdefault(self._same[slug], slug)
        return {slug: tuple(mentions[slug]) for slug in first.values()}

    def of_blocks(self) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for topic_id, mentions in self._mentions.items():
            for slug, blocks in mentions.items():
                for block_id in blocks:
                    found[slug][block_id].append(topic_id)
        return {slug: {block: tuple(ids) for block, ids in blocks.items()} for slug, blocks in found.items()}
