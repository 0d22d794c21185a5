"""The topics of a meeting as links."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from pipeline.records import Notes, Verdict
from service.views.topic_links import topic_links
from tests.service.corrections import block_id
from tests.service.meetings import Library, ten_minutes


def test_further_topics_are_counted(app: Flask, library: Library) -> None:
    """In the order of the notes; what is beyond the limit is a number."""
    ten_minutes(library)
    meeting = library.store.meeting("long", segments=False)
    with app.test_request_context():
        found, everything = topic_links(meeting, 3), topic_links(meeting, 4)
    assert [(topic.clock, topic.title) for topic in found.shown] == [
        ("0:00", "Hose"),
        ("2:00", "Compost"),
        ("6:00", "Seeds"),
    ]
    assert (found.more, everything.more) == (1, 0)


def test_a_person_decides(app: Flask, full: Notes, library: Library) -> None:
    """A moment that somebody set is a link, one that somebody took away is none."""
    library.store.correct("garden", block_id(full, "Seed swap"), Verdict.TIME, 3.0, "Ana", seen=None)
    library.store.correct("garden", block_id(full, "Compost heap"), Verdict.NOT_DISCUSSED, None, "Ana", seen=None)
    with app.test_request_context():
        found = topic_links(library.store.meeting("garden", segments=False), 9)
    assert [(topic.clock, topic.title) for topic in found.shown] == [("0:04", "Watering rota"), ("0:03", "Seed swap")]


def test_a_guess_is_no_link(app: Flask, full: Notes, library: Library) -> None:
    """What is not sure enough for the page of the meeting is not sure enough for others."""
    meeting = library.store.meeting("garden", segments=False)
    topic = meeting.notes.topics[0].id
    guess = replace(meeting.alignments[topic], confidence=0.4)
    with app.test_request_context():
        found = topic_links(replace(meeting, alignments={**meeting.alignments, topic: guess}), 9)
    assert [topic.title for topic in found.shown] == ["Compost heap"]


def test_parts_have_their_own_clocks(app: Flask, library: Library) -> None:
    """As on the page of the meeting."""
    notes = library.notes(slug="parts")
    library.in_parts(10.0, 10.0, slug="parts", videos=("gArDenCall1", "gArDenCall2"))
    library.aligned(notes)
    with app.test_request_context():
        (_, compost) = topic_links(library.store.meeting("parts", segments=False), 9).shown
    assert compost.clock == "part 2 · 0:02"
