from __future__ import annotations

import pytest

from tests.pipeline.notes.recording.links import ONE, THREE, TWO, below_title, below_topic, found_in


@pytest.mark.parametrize(
    "notes",
    [
        f"Recording: {ONE} and {TWO}",
        f"Recording: [part 1]({ONE}), [part 2]({TWO})",
        f"Recording: [part 2]({TWO}), [part 1]({ONE})",
        f"- Part 1 recording: {ONE}\n- Part 2 recording: {TWO}",
        f"- Recording (part 1): {ONE}\n- Recording (part 2): {TWO}",
        f"### Recording\n\n- Part 1: {ONE}\n- Part 2: {TWO}",
        f"[Video 1]({ONE}) | [Video 2]({TWO})",
        f"Recordings:\n\n- {ONE}\n- {TWO}",
        f"Recording: {ONE} (part 1), {TWO} (part 2)",
        f"Recording: {TWO} (Part II) and {ONE} (Part I)",
        f"**Recordings**: [first half]({ONE}) / [second half]({TWO})",
        f"### Recordings\n\n- [Morning]({ONE})\n- [Afternoon]({TWO})",
        f"### Session 1: beans\n\n[Recording]({ONE})\n\n- a\n\n### Session 2: peas\n\n[Recording]({TWO})\n\n- b",
        f"### Session 1\n\n[Video]({ONE})\n\n- beans\n\n### Session 2\n\n[Video]({TWO})\n\n- peas",
    ],
)
def test_the_parts_of_one_meeting_are_all_kept_in_order(notes: str) -> None:
    """Joined by a word, numbered, or one in each session."""
    assert found_in(below_topic(notes)) == [ONE, TWO]


def test_a_section_may_be_in_another_part() -> None:
    """Where sections link into two videos with times, both are the recording, each without its time."""
    sections = "".join(
        f"## Bean {name}\n\n[Video]({url}&t={at}) | text\n\n"
        for name, url, at in (("a", ONE, 10), ("b", ONE, 60), ("c", ONE, 90), ("d", f"{THREE}?x=1", 5))
    )
    assert found_in(f"# Review\n\n{sections}")[0] == ONE
    assert len(found_in(f"# Review\n\n{sections}")) == 2


@pytest.mark.parametrize(
    "notes",
    [
        f"Recording: {ONE} (backup: {TWO})",
        f"Recording: [video]({ONE}), [audio only]({TWO})",
        f"Recording: {ONE}\n\n### Carla's talk\n\n- Recording of the public lecture: {TWO}",
        f"Recording: {ONE}, https://archive.org/details/garden",
        f"Recording: {ONE}\n\n### 3 May 2023\n\nRecording: {TWO}",
        f"Recording: {ONE} {ONE}&t=20",
        f"Recordings: [2023-01-02]({ONE}), [2023-01-09]({TWO})",
        f"- Recording 12: {ONE}\n- Recording 13: {TWO}",
        f"[Video]({ONE})\n\n### 10 May 2023\n\n[Video]({TWO})\n\n### 17 May 2023\n\n[Video]({THREE})",
    ],
)
def test_copies_and_other_recordings_are_no_parts(notes: str) -> None:
    """A mirror, the sound alone, a lecture, another day's meeting, or the same video again."""
    assert found_in(below_title(notes)) == [ONE]
