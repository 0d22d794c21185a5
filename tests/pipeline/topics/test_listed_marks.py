"""The marks of an archive: narrowed down, newest meeting first, counted."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.notes import parse
from pipeline.records import MarkKind, TopicMeeting
from pipeline.topics.archive import ArchiveTopics, topics_of
from pipeline.topics.finding import find_topics
from pipeline.topics.listed_marks import MarkFilter, counted, newest_first

NOTES = {
    "may": ("Garden club", date(2024, 5, 7), "Decision: May hoses are green\n\nAI: @ann to buy them\n"),
    "march": ("Garden club", date(2024, 3, 5), "Approved: a second barrel\n\n- [ ] @Ann mend the hose\n- [x] sow\n"),
    "shed": ("Shed talks", date(2023, 1, 2), "DECISION: the shed is red\n"),
    "someday": ("Shed talks", None, "Decision: no roof\n"),
}


@pytest.fixture(scope="module")
def topics() -> ArchiveTopics:
    return topics_of(
        (TopicMeeting(slug, slug, day, series), find_topics(parse(f"# {slug}\n\n## Talk\n\n{text}", name=f"{slug}.md")))
        for slug, (series, day, text) in NOTES.items()
    )


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (
            MarkFilter(MarkKind.DECISION),
            ["May hoses are green", "a second barrel", "the shed is red", "no roof"],
        ),
        (MarkFilter(MarkKind.ACTION), ["@ann to buy them", "@Ann mend the hose", "sow"]),
        (MarkFilter(state="decision"), ["May hoses are green", "the shed is red", "no roof"]),
        (MarkFilter(series="shed TALKS"), ["the shed is red", "no roof"]),
        (MarkFilter(year="2023"), ["the shed is red"]),
        (MarkFilter(year="none"), ["no roof"]),
        (MarkFilter(person="ann"), ["@ann to buy them", "@Ann mend the hose"]),
        (MarkFilter(done=False), ["@Ann mend the hose"]),
        (MarkFilter(done=True), ["sow"]),
        (MarkFilter(words="HOSE green"), ["May hoses are green"]),
        (MarkFilter(MarkKind.DECISION, after=date(2024, 3, 5)), ["May hoses are green", "a second barrel"]),
        (MarkFilter(MarkKind.DECISION, before=date(2024, 3, 5)), ["the shed is red"]),
    ],
)
def test_marks_are_narrowed_down(topics: ArchiveTopics, wanted: MarkFilter, texts: list[str]) -> None:
    assert [found.mark.text for found in newest_first(topics, wanted)] == texts


def test_forms_of_a_word_are_counted_together() -> None:
    assert counted(["Approved", "approved", "Approved", "Decision"]) == {"Approved": 3, "Decision": 1}
