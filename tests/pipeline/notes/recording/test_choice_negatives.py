from __future__ import annotations

import pytest

from tests.pipeline.notes.parsing import parse
from tests.pipeline.notes.recording.links import ONE, THREE, TWO, ZOOM, below_title, below_topic, found_in

SERIES = (("beans", ONE), ("peas", TWO), ("kale", THREE))


@pytest.mark.parametrize(
    "line",
    [
        f"A talk: {ONE}",
        f"Bob showed [a talk]({ONE}).",
        f"See [this video]({ONE}) for details",
        f"We did not record. Here is [a video]({ONE}) about it",
        f"This is on [YouTube]({ONE}) since yesterday.",
        f"The talk was good (it is on\n[YouTube]({ONE})), and Ann liked it.",
        f"- Ann: we should watch [this]({ONE})",
        f"- Talk by Bob ([video]({ONE}))",
        f"- Growing beans in winter, by Carla Green\n  - Video: {ONE}",
        f"- Growing beans in winter, by Carla Green\n  - Recording: {ONE}",
        f"- [Carla's keynote]({ONE})\n- [Bob's keynote]({TWO})",
        f"- Watch: how to grow [beans]({ONE})",
        f"Previous meeting recording: {ONE}",
        f"[Recording of last week's call]({ONE})",
        f"Intro video: {ONE}",
        f"Watch this: {ONE}",
        f"- Bob shared the [recording]({ONE}) of the seed fair in Berlin",
        f"- How to record meetings: {ONE}",
        f"- We need to record the meeting; see {ONE} for how",
        f"- watch {ONE} before you dig",
        f"### Videos\n\n- [How beans grow]({ONE})\n- [How peas grow]({TWO})",
        f"### Videos\n\n- {ONE}\n- {TWO}\n- {THREE}",
        "Join the livestream: https://example.org/live",
        f"- Ann asked for the recording ({ONE})",
        f"- The SeedFair recordings are on [YouTube]({ONE})",
        f"- Michael: watch the recording of the SEED call [here]({ONE})",
        f"- [SeedFair recording]({ONE})\n- [BeanCon recording]({TWO})",
        f"Join the video: {ONE}",
        f"[Video]({ONE}) of growing runner beans indoors",
        f"### Demo\n\n- Video: {ONE}",
        f"### Video transcript\n\n[page]({ONE})",
        f"| Carla on runner beans | [recording]({ONE}) |\n|---|---|\n| x | y |",
        "Zoom video: https://example.org/room",
        f"[Demo recording]({ONE})",
        f"Join the call: {ONE}",
        f"Previous meeting: {ONE}",
        f"Live chat: {ONE}",
        f"- This session: {ONE} about runner beans was useful",
        f"- Ann recorded a video about it: {ONE}",
        f"- Screencast {ONE} shows the bug",
        f"Camera: {ONE}",
        f"### Watch\n\n- {ONE} – Ann on beans\n- {TWO} – Bob on peas",
        f"Mentor meeting recordings:\n\n- Week 1: {ONE}\n- Week 2: {TWO}",
        "".join(f"### 1{n}:15 On {name}\n\n[Video]({url})\n\n" for n, (name, url) in enumerate(SERIES)),
        f"- 3 July: {ZOOM}\n- 5 June: {ZOOM}2",
        f"Slides: {ZOOM}",
        f"- Watch: [Runner beans]({ONE})\n- Watch: [Peas]({TWO})",
        f"- Video: {ONE} (for beginners)\n- Video: {TWO} (for experts)",
        f"| Date | Video |\n|---|---|\n| 2024-03-05 | [video]({ONE}) |\n| 2024-04-02 | [video]({TWO}) |",
        f"| Topic | Video |\n|---|---|\n| Runner beans | {ONE} |\n| Pruning | {TWO} |",
        f"The best of all was Carla about growing beans. ([slides](https://example.org/s.pdf), [recording]({ONE}))",
        "Recording: https://www.youtube.com/playlist?list=PLgarden",
        "Recording: https://www.youtube.com/embed/videoseries?list=PLgarden",
        "Recording: https://www.youtube.com/@garden",
        "[Recordings are available on the calendar](https://example.org/calendar/garden)",
        "Recordings available at https://example.org/recordings",
        "Recording: TBD",
        "[insert the link to the recording after the meeting]",
        "Video call: https://meet.google.com/abc",
        "Video conference: https://example.org/room",
        "Zoom recording: https://zoom.us/j/123",
        "Recording's transcript: https://example.org/transcript",
        "Recording policy: https://example.org/policy",
        "Recording: https://github.com/garden/beans/pull/3",
        "![x](https://img.youtube.com/vi/dQw4w9WgXcQ/0.jpg)",
        "Video: https://img.youtube.com/vi/dQw4w9WgXcQ/0.jpg",
        f"<!-- Recording: {ONE} -->",
        f"```\nRecording: {ONE}\n```",
    ],
)
@pytest.mark.parametrize("place", [below_title, below_topic])
def test_what_is_only_mentioned_is_no_recording(line: str, place: object) -> None:
    """A talk, another meeting's recording, a list of recordings, a document, the room of the call."""
    assert callable(place)
    assert found_in(place(line)) == []


def test_a_titled_video_of_a_later_section_is_something_to_watch() -> None:
    """Below the title such a label may be the recording's, among the materials it is not."""
    video = f"- Video: [How to grow runner beans]({ONE})"
    assert found_in(below_topic(f"### Resources\n\n{video}")) == []
    assert found_in(below_title(video)) == [ONE]


def test_a_lone_link_counts_at_the_top_only() -> None:
    """Under the title it can hardly be anything else; below a topic, or in show notes without headings, it can."""
    assert found_in(below_title(ONE)) == [ONE]
    assert found_in(below_topic(ONE)) == []
    shows = "".join(f"Something about plants, number {n}.\n\n" for n in range(6))
    assert found_in(f"{shows}\n{ONE}\n") == []
    assert found_in(below_title(f"{ONE}\n\n{TWO}")) == []


def test_the_title_of_a_meeting_may_be_the_link() -> None:
    """The heading of a topic links what is talked about; and a label counts for more."""
    title = f"[Garden call 2024-03-05]({ONE})"

    assert found_in(f"# {title}\n\n- Compost\n") == [ONE]
    assert found_in(f"# Garden\n\n## {title}\n\n- Compost\n") == []
    assert found_in(f"# {title}\n\nRecording: {TWO}\n") == [TWO]


@pytest.mark.parametrize(
    "notes",
    [
        "".join(f"## Lecture {n}: {name}\n\n- [Recording]({url})\n\n" for n, (name, url) in enumerate(SERIES)),
        "| # | Notes | Recording |\n|---|---|---|\n"
        + "".join(f"| 1 | {name} | [video]({url}) |\n" for name, url in SERIES),
    ],
)
def test_an_index_of_recordings_is_no_meeting_s_notes(notes: str) -> None:
    """Of several recordings that are labelled alike none is taken, and a warning says so."""
    read = parse(f"# Garden\n\n## About\n\nAll of them.\n\n{notes}")
    assert read.video is None
    assert "3 recordings are linked" in read.warnings[0]
    assert "--media FILE" in read.warnings[0]


@pytest.mark.parametrize("label", ["Video", "Recording"])
def test_two_days_recordings_are_not_one_meeting_s(label: str) -> None:
    """Sections that are dates are meetings of their own, so neither recording is that of the whole."""
    days = "".join(f"## {day} May 2023\n\n[{label}]({url})\n\n" for day, url in ((3, ONE), (10, TWO)))
    assert found_in(f"# Garden\n\n## About\n\nAll of them.\n\n{days}") == []


def test_where_only_a_list_is_linked_a_warning_says_what_to_do() -> None:
    """A playlist may have the recording, but the notes do not say which of its videos it is."""
    read = parse(
        below_title("**Watch the replays:**\n[Calls on YouTube](https://www.youtube.com/playlist?list=PLgarden)")
    )
    assert read.video is None
    assert read.warnings[0].startswith("line 3: this links a list of recordings")
    assert parse(below_title(f"Recording: {ONE}\n\n[All](https://www.youtube.com/@garden)")).warnings == ()


def test_a_time_alone_does_not_make_a_talk_the_recording() -> None:
    """One link that opens somebody's talk in the middle is a quotation."""
    assert found_in(below_topic(f"- as [Bob said]({ONE}&t=754)")) == []
    assert found_in(below_topic(f"- [12:34]({ONE}&t=754) beans")) == [f"{ONE}"]


@pytest.mark.parametrize(
    "line",
    [
        f"- Recording of the kitchen call: {ONE}",
        f"- [Recording of the Kitchen WG meeting]({ONE})",
        f"- Webinar recording: {ONE}",
        f"- The recording of the spring workshop is [here]({ONE})",
        f"- Office hours recording: {ONE}",
    ],
)
def test_a_label_with_another_name_is_of_another_meeting(line: str) -> None:
    """Among the topics; above them, the meeting may have a second name, and a webinar its own notes."""
    assert found_in(below_topic(line)) == []
    assert found_in(below_title(line)) == [ONE]
    assert found_in(below_topic(line).replace("Garden", "Kitchen webinar and spring workshop office")) == [ONE]


def test_a_label_with_another_date_is_of_another_meeting() -> None:
    """Unless it is the day before or after, as it was elsewhere."""
    notes = below_topic(f"- Recording of 2024-03-05: {ONE}")
    assert found_in(notes.replace("Garden call", "Garden call 2024-03-12")) == []
    assert found_in(notes.replace("Garden call", "Garden call, March 6, 2024")) == [ONE]
    assert found_in(notes) == [ONE]


def test_what_follows_a_sentence_about_a_talk_is_the_talk() -> None:
    """But at the top, notes of a meetup may begin like that; and a label of its own is believed."""
    told = f"Ann gave a talk in Berlin. The recording is available [here]({ONE})."
    assert found_in(below_topic(told)) == []
    assert found_in(below_title(told)) == [ONE]
    assert found_in(below_topic(f"Ann gave a talk in Berlin.\nRecording: {ONE}")) == [ONE]


def test_notes_that_have_no_name_may_have_anybody_s_recording() -> None:
    """Whether a label names another meeting is known only where the notes are called something."""
    assert found_in(f"# Meeting notes 2024-03-05\n\n## Present\n\n- Ann\n\nKitchen call recording: {ONE}\n") == [ONE]


def test_the_chapters_of_a_talk_do_not_make_it_the_recording() -> None:
    """Many times, but all in the list below the talk that the notes name."""
    chapters = "".join(f"  - [{at}:00]({ONE}&t={at * 60}) part\n" for at in range(1, 7))
    assert found_in(below_topic(f"- [Ann on beans]({ONE})\n{chapters}")) == []
    assert found_in(below_topic(f"- Ann explains everything about beans\n{chapters}")) == []
    assert found_in(below_topic(f"- Times\n{chapters}")) == [ONE]


def test_a_digest_of_things_to_watch_has_no_recording() -> None:
    """Also without a heading, where each item has its label and a title."""
    items = (
        f"- Watch: [Grow beans]({ONE})\n- Watch: [Prune trees]({TWO})\n- Listen to our podcast: https://example.org/x"
    )
    assert found_in(f"---\ntitle: News\n---\n\nNew this month:\n\n{items}\n") == []


def test_the_sessions_of_a_meeting_are_no_list_of_things_to_watch() -> None:
    """Words of its own that say which session an item is do not make it something else."""
    items = f"- [Morning session (Europe)]({ONE})\n- [Evening session (America)]({TWO})"
    assert found_in(below_title(f"## Recordings\n\n{items}"))[:1] == [ONE]


def test_the_recording_of_another_month_is_another_meeting_s() -> None:
    """The title says of which day these notes are."""
    line = f"Recording of May's meeting: {ONE}"
    assert found_in(f"# Garden call, 7 June 2022\n\n{line}\n\n- Beans\n") == []
    assert found_in(f"# Garden call, 7 May 2022\n\n{line}\n\n- Beans\n") == [ONE]


def test_a_table_of_two_titled_talks_is_an_index() -> None:
    """But two parts of one meeting are not: their rows say no more."""
    head = "# Garden\n\n| Title | Recording |\n|---|---|\n"
    rows = "| {} | [video](" + ONE + ") |\n| {} | [video](" + TWO + ") |\n"
    assert found_in(head + rows.format("Beans for all", "Seeds in May")) == []
    assert found_in(head + rows.format("Part 1", "Part 2")) != []


def test_the_parts_in_a_list_of_videos_may_have_titles() -> None:
    """And what says no more than that it is the meeting's is chosen among titled ones."""
    parts = f"- [Recording, part 1: beans]({ONE})\n- [Recording, part 2: seeds]({TWO})\n"
    one = f"- [Recording of the meeting]({ONE})\n- [Recording of the seed fair]({TWO})\n"
    assert found_in(f"# Garden\n\n## Notes\n\n## Videos\n\n{parts}") == [ONE, TWO]
    assert found_in(f"# Garden\n\n## Notes\n\n## Videos\n\n{one}") == [ONE]
    titled = f"- [Beans in ten minutes]({ONE})\n- [Recording of the seed fair]({TWO})\n"
    assert found_in(f"# Resources\n\n## Videos\n\n{titled}") == []


def test_a_page_linked_for_all_calls_is_none_of_them() -> None:
    """A page that is linked under another word of the same sentence is more than the recording."""
    page = "https://calls.example.org/garden"
    assert found_in(f"# Garden call\n\nCalls are [public]({page}) and [recorded]({page}).\n") == []
    assert found_in(f"# Garden call\n\nThe call was [recorded]({page}).\n") == [page]


@pytest.mark.parametrize("above", ["Discussion:", "Workshop on beans:", "### Discussion", "Next meeting:"])
def test_a_player_below_other_words_is_only_shown(above: str) -> None:
    """Only below a label or a heading that says `Meeting` and nothing else does a player need no further word."""
    assert found_in(below_topic(f'{above}\n\n<iframe src="{ONE}"></iframe>')) == []
