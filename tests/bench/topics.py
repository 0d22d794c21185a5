"""What it costs to know what comes back: in one meeting, and across all of them.

    python -m tests.bench.topics [FOLDER] [--meetings N]

FOLDER has notes; without one, three years of a garden's calls are made. They are repeated, on other days, until there
are N. Ratios can be compared between machines: finding what notes name, beside reading these notes; working out what
all meetings have in common, beside finding it in each.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pipeline import notes as reader
from pipeline.notes.files import find_notes
from pipeline.records import MeetingTopics, Notes, TopicMeeting
from pipeline.series import series_of
from pipeline.topics.archive import topics_of
from pipeline.topics.finding import find_topics
from tests.garden_years import calls

MEETINGS = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--meetings", type=int, default=MEETINGS)
    options = parser.parse_args()
    begin = time.perf_counter()
    read = list(_read(options.folder))
    reading = time.perf_counter() - begin
    begin = time.perf_counter()
    found = [(notes, find_topics(notes)) for notes in read]
    finding = time.perf_counter() - begin
    many = _repeated(found, options.meetings)
    begin = time.perf_counter()
    topics = topics_of(many)
    joining = time.perf_counter() - begin
    each = 1000 * finding / len(read)
    print(f"{len(read)} notes: found in {each:.1f} ms each, {finding / reading:.2f} of reading them")
    one = 1000 * joining / len(many)
    print(f"{len(many)} meetings: {len(topics.recurring)} topics in {joining:.2f} s")
    print(f"{one:.2f} ms a meeting, {one / each:.2f} of finding what it names")


def _read(folder: Path | None) -> list[Notes]:
    if folder is None:
        return [reader.parse(source, name=f"{name}.md") for name, source in calls()]
    return [notes for path in find_notes([folder]) for notes in reader.read_all(path)]


def _repeated(found: list[tuple[Notes, MeetingTopics]], count: int) -> list[tuple[TopicMeeting, MeetingTopics]]:
    """So many meetings, each turn of them a year later than the one before."""
    many = []
    for number in range(count):
        turn, place = divmod(number, len(found))
        notes, topics = found[place]
        day = notes.date and notes.date + timedelta(days=366 * turn)
        meeting = TopicMeeting(f"{notes.slug}-{turn}", notes.title, day, series_of(notes.title))
        many.append((meeting, replace(topics, recording="")))
    return many


if __name__ == "__main__":
    main()
