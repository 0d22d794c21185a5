"""Marks that say the same again are listed once."""

from __future__ import annotations

from pipeline.records import Mark, MarkKind, TopicMeeting
from pipeline.topics.mark_repeats import FoundMark, marks_once


def found(
    text: str, block: str, *, slug: str = "may", done: bool | None = None, people: tuple[str, ...] = ()
) -> FoundMark:
    kind = MarkKind.DECISION if done is None and not people else MarkKind.ACTION
    return FoundMark(TopicMeeting(slug, slug, None, "Garden"), Mark(kind, "said", text, block, done, people))


def once(*marks: FoundMark, **same: str) -> list[tuple[str, tuple[str, ...]]]:
    slugs = {each.meeting.slug: each.meeting.slug for each in marks} | same
    return [(each.mark.text, each.others) for each in marks_once(marks, slugs)]


def test_a_decision_is_listed_once_by_its_fuller_text() -> None:
    summary = found("the shed is painted red", "a")
    below = found("The shed is painted red, as in May", "b")
    assert once(summary, found("no roof", "c"), below) == [(below.mark.text, ("a",)), ("no roof", ())]
    assert once(below, summary) == [(below.mark.text, ("a",))]
    assert once(summary, found("The shed is painted red!", "d")) == [(summary.mark.text, ("d",))]


def test_what_only_begins_alike_is_listed_twice() -> None:
    assert len(once(found("paint it red", "a"), found("paint it red or blue", "b"))) == 2
    assert len(once(found("buy a lot of paint", "a", people=("Zoë",)), found("we buy a lot of paint", "b"))) == 2
    one, other = (
        found("buy a lot of paint" + more, more, people=(who,)) for who, more in (("Zoë", ""), ("Bo", " now"))
    )
    assert len(once(one, other)) == 2
    assert len(once(found("buy paint", "a", done=True), found("buy paint", "b", done=False))) == 2


def test_people_and_states_are_joined() -> None:
    (kept,) = marks_once(
        [found("buy a lot of paint", "a", done=True), found("Zoë: buy a lot of paint", "b", people=("Zoë",))],
        {"may": "may"},
    )
    assert (kept.mark.people, kept.mark.done, kept.mark.block_id) == (("Zoë",), True, "b")


def test_two_notes_of_one_meeting_count_once() -> None:
    marks = found("the shed is red", "a"), found("the shed is red", "b", slug="again")
    assert once(*marks, again="may") == [("the shed is red", ())]
    assert len(once(*marks)) == 2


def test_what_is_ticked_off_at_every_meeting_is_nothing_to_do() -> None:
    slugs = ("one", "two", "three")
    assert not once(*(found("find a scribe", "a", slug=slug, done=slug != "three") for slug in slugs))
    carried = [found("find a scribe", "a", slug=slug, done=slug == "three") for slug in slugs]
    assert len(once(*carried)) == 3
    assert len(once(*(found("find a scribe", "a", slug=slug, done=True) for slug in slugs[:2]))) == 2
    assert len(once(*(found("scribe", "a", slug=slug, done=True, people=("Zoë",)) for slug in slugs))) == 3
