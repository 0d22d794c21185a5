"""What a search gains and loses by what was misheard: the same queries to an archive that has it, and to one without.

`tests/bench/misheard.py --cases` prints it. The gain is in the jargon of the notes. Answers to ordinary queries, words
of a block that are plain English, should stay as they were. Every moment that was only misheard must be marked, and
stand below all that was found as it was asked for.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline import align, cues, evaluate
from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.language import jargon, word_lists
from pipeline.language.words import WORD
from pipeline.misheard import find_mishearings
from pipeline.records import Alignment, Hit, Mishearing, Notes, Transcript
from pipeline.refresh import Archive
from pipeline.search import SearchIndex, search
from pipeline.store import AlignmentInputs
from tests.bench.fitting import series

ORDINARY_QUERIES = 200
"""Ordinary queries: about as many of one word as of two and of three."""

COMPARED_HITS, FIRST_HITS = 10, 5
"""Hits that are compared, and those a reader sees first."""

MAX_HITS = 100_000
"""Hits, more than there are."""

_LINK = re.compile(r"\S*(?:://|www\.)\S*")


@dataclass(frozen=True, slots=True)
class PreparedMeeting:
    """A meeting, and what was found in it."""

    slug: str
    notes: Notes
    transcript: Transcript
    alignments: tuple[Alignment, ...]
    mishearings: tuple[Mishearing, ...]


def prepare(slug: str, notes: Notes, transcript: Transcript, others: Iterable[str]) -> PreparedMeeting:
    alignments = align.align(notes, transcript).alignments
    return PreparedMeeting(
        slug, notes, transcript, alignments, find_mishearings(notes, transcript, alignments, others=others)
    )


@contextmanager
def filled(meetings: Iterable[PreparedMeeting], *, mishearings: bool) -> Iterator[SearchIndex]:
    """A database of the meetings, each on a day of its own, with or without what was misheard in them."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Settings(data_dir=Path(folder)))
        store = archive.store
        try:
            for number, meeting in enumerate(meetings):
                store.claim(f"/{meeting.slug}.md", meeting.slug)
                day = date(2000, 1, 1) + timedelta(days=number)
                notes = store.save_notes(
                    Notes(meeting.slug, meeting.notes.title, day, None, meeting.notes.sections, "")
                )
                run = store.save_transcript(meeting.slug, meeting.transcript, key=meeting.slug)
                found = meeting.mishearings if mishearings else ()
                store.save_alignments(meeting.slug, meeting.alignments, AlignmentInputs(notes, run, "1"), found)
            yield archive.index
        finally:
            archive.close()


def spoken(index: SearchIndex, text: str) -> tuple[Hit, ...]:
    """Every moment in which something was said, exactly or probably."""
    return search(index, f"{text} in:transcript", limit=MAX_HITS)


def held_out(cases: Sequence[Path]) -> Iterator[PreparedMeeting]:
    """Every other meeting of the folders: where all are given, those the weights were not fitted on."""
    found = [case for folder in cases for case in evaluate.find_cases(folder)]
    for case in found[1::2]:
        texts = [
            other.notes.read_text(encoding="utf-8")
            for other in found
            if (other.group, series(other.name)) == (case.group, series(case.name)) and other != case
        ]
        transcript = cues.read(case.transcript)
        yield prepare(f"{case.group}-{case.name}", reader.read(case.notes), transcript, texts)


def jargon_of(meetings: Iterable[PreparedMeeting]) -> list[str]:
    return sorted({word.lower() for meeting in meetings for word in jargon.find_jargon(meeting.notes)})


def ordinary(meetings: Sequence[PreparedMeeting]) -> list[str]:
    """Queries of one, two and three words that stand in a block and that nobody takes for jargon."""
    unusual = set(jargon_of(meetings))
    stop = {word for language in word_lists.load_languages() if language.code == "en" for word in language.stop_words}
    blocks = [
        sorted({word for word in words if word.isalpha() and len(word) > 2} - unusual - stop)
        for meeting in meetings
        for block in meeting.notes.blocks
        if (words := re.findall(r"\w+", _LINK.sub(" ", block.text).lower()))
    ]
    blocks = [words for words in blocks if len(words) > 2]
    chance = random.Random(1)
    queries: dict[str, None] = {}
    for number in range(2 * ORDINARY_QUERIES if blocks else 0):
        queries.setdefault(" ".join(chance.sample(chance.choice(blocks), number % 3 + 1)))
    return list(queries)[:ORDINARY_QUERIES]


def show(cases: Sequence[Path]) -> None:
    """Print what is lost and what is gained."""
    meetings = list(held_out(cases))
    hours = sum(meeting.transcript.segments[-1].end for meeting in meetings) / 3600
    print(
        f"{len(meetings)} meetings, {hours:.0f} h, {sum(len(meeting.mishearings) for meeting in meetings)} mishearings"
    )
    with filled(meetings, mishearings=True) as ours, filled(meetings, mishearings=False) as plain:
        usual, unusual = ordinary(meetings), jargon_of(meetings)
        show_ordinary(ours, plain, usual)
        show_jargon(ours, plain, unusual)
        terms = {mishearing.term for meeting in meetings for mishearing in meeting.mishearings}
        show_faults(ours, plain, [*usual, *unusual, *sorted({part for term in terms for part in WORD.findall(term)})])


def show_ordinary(ours: SearchIndex, plain: SearchIndex, queries: Sequence[str]) -> None:
    """Print how many answers are what they were."""
    same = few = marked = early = 0
    for query in queries:
        before, now = search(plain, query, limit=COMPARED_HITS), search(ours, query, limit=COMPARED_HITS)
        same += [(hit.slug, hit.start) for hit in before] == [(hit.slug, hit.start) for hit in now]
        few += sum(not hit.missing for hit in before) < COMPARED_HITS
        marked += any(hit.heard for hit in now)
        early += any(hit.heard for hit in now[:FIRST_HITS])
    top = COMPARED_HITS
    print(f"{len(queries)} ordinary queries, {few} of them with fewer than {top} exact hits; the first {top} hits")
    print(f'  the same as without {same}, with a "heard as" {marked}, with one among the first {FIRST_HITS} {early}')


def show_jargon(ours: SearchIndex, plain: SearchIndex, terms: Sequence[str]) -> None:
    """Print how often the jargon of the notes is found in what was said."""
    print(f"{len(terms)} words of jargon, all hits")
    for label, index in (("without", plain), ("with", ours)):
        found = [spoken(index, term) for term in terms]
        meetings = sum(len({hit.slug for hit in hits}) for hits in found)
        print(f"  {label:8} {sum(map(bool, found))} found, {meetings} meetings, {sum(map(len, found))} moments")


def show_faults(ours: SearchIndex, plain: SearchIndex, queries: Sequence[str]) -> None:
    """Print what must not be: how many answers have a "heard as" too high, or lack the mark."""
    misplaced = unmarked = 0
    for query in queries:
        known = {(hit.slug, hit.start) for hit in search(plain, query, limit=MAX_HITS)}
        # 0: all of it stands there, 1: it was misheard, 2: a word of it is missing.
        found = search(ours, query, limit=MAX_HITS)
        hits = [(2 if hit.missing else int(bool(hit.heard)), hit.slug, hit.start) for hit in found]
        misplaced += hits != sorted(hits, key=lambda hit: hit[0])
        unmarked += any(kind == 0 and (slug, start) not in known for kind, slug, start in hits)
    print(f"faults in {len(queries)} answers: these, and those to parts of what was put in, as the number of EIP-8037")
    print(f'  a "heard as" above an exact hit {misplaced}, one without its mark {unmarked}')
