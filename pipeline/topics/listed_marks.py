"""The marks of an archive, narrowed down, newest meeting first, and when each was discussed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.records import MarkKind
from pipeline.search.hit_context import HitContext
from pipeline.search.index import SearchIndex
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.mark_repeats import FoundMark

UNDATED = "none"
"""The year of meetings without a date."""


@dataclass(frozen=True, slots=True)
class MarkFilter:
    """Which marks: all that have each of these, "" and None standing for any. Texts are compared in any case.

    `words` all stand in what was decided or is to be done. `year` is that of the meeting, or UNDATED; `after` begins
    with the day itself, `before` ends with the one before it.
    """

    kind: MarkKind | None = None
    state: str = ""
    series: str = ""
    year: str = ""
    person: str = ""
    done: bool | None = None
    words: str = ""
    after: date | None = None
    before: date | None = None

    def allows(self, found: FoundMark) -> bool:
        """Whether a mark is one of these."""
        mark, meeting = found.mark, found.meeting
        if self.kind not in (None, mark.kind) or self.done not in (None, mark.done):
            return False
        if self.state and self.state.casefold() != mark.state.casefold():
            return False
        if self.series and self.series.casefold() != meeting.series.casefold():
            return False
        if self.year not in ("", year_of(found)):
            return False
        if self.person and self.person.casefold() not in {name.casefold() for name in mark.people}:
            return False
        if (self.after or self.before) and meeting.date is None:
            return False
        if self.after and meeting.date and meeting.date < self.after:
            return False
        if self.before and meeting.date and meeting.date >= self.before:
            return False
        text = mark.text.casefold()
        return all(word in text for word in self.words.casefold().split())


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark with its section, and its second in the recording, where these are known.

    `part_starts` are those of the recording, where it is in several parts.
    """

    found: FoundMark
    section: str | None = None
    start: float | None = None
    part_starts: tuple[float, ...] = ()


def newest_first(topics: ArchiveTopics, wanted: MarkFilter) -> tuple[FoundMark, ...]:
    """The marks that are wanted: those of the newest meeting first, each in the order of its notes.

    Those of meetings without a date are last.
    """
    by_meeting: dict[str, list[FoundMark]] = {}
    for found in topics.marks:
        if wanted.allows(found):
            by_meeting.setdefault(found.meeting.slug, []).append(found)
    dated = [marks for marks in by_meeting.values() if marks[0].meeting.date]
    undated = [marks for marks in by_meeting.values() if not marks[0].meeting.date]
    return tuple(found for marks in [*reversed(dated), *undated] for found in marks)


def placed(index: SearchIndex, marks: Sequence[FoundMark]) -> tuple[PlacedMark, ...]:
    """Where each stands, and when it was discussed; what is not known is not guessed.

    Raises:
        StoreError: the index cannot be read.
    """
    with index.reading() as snapshot:
        contexts = {slug: snapshot.context(slug) for slug in {found.meeting.slug for found in marks}}
    return tuple(_placed(contexts, marks))


def _placed(contexts: dict[str, HitContext | None], marks: Iterable[FoundMark]) -> Iterator[PlacedMark]:
    for found in marks:
        context = contexts[found.meeting.slug]
        if context is None:
            yield PlacedMark(found)
            continue
        blocks = (found.mark.block_id, *found.others)  # rather one whose time is known
        block_id = next((block for block in blocks if context.start(block) is not None), found.mark.block_id)
        placed_there = replace(found, mark=replace(found.mark, block_id=block_id))
        yield PlacedMark(placed_there, context.section(block_id), context.start(block_id), context.part_starts)


def year_of(found: FoundMark) -> str:
    """The year of a mark's meeting."""
    return str(found.meeting.date.year) if found.meeting.date else UNDATED


def counted(values: Iterable[str]) -> dict[str, int]:
    """How often each is there, in any case, the most frequent first, by the form that is written most."""
    forms: dict[str, Counter[str]] = {}
    for value in values:
        forms.setdefault(value.casefold(), Counter())[value] += 1
    listed = sorted(forms.values(), key=lambda form: (-form.total(), min(form)))
    return {max(sorted(form), key=form.__getitem__): form.total() for form in listed}
