from __future__ import annotations

import pytest

from pipeline.records import BlockKind
from tests.pipeline.notes.parsing import parse
from tests.pipeline.notes.recording.links import ONE, TWO, ZOOM, below_title, below_topic, found_in

LABELS = [
    "Recording",
    "**Recording**",
    "📹 **Recording**",
    "Video recording",
    "Link to the video recording",
    "Meeting video",
    "Google Hangouts Video",
    "Public YouTube feed",
    "You Tube",
    "Recordin",
    "Live stream / replay",
    "Zoom cloud recording",
    "Garden SIG meeting recording",
    "Recording (1h 20m)",
    "View the recording of this call at",
    "Aufzeichnung der Sitzung",
    "Enregistrement",
    "Vidéo de la réunion ",
    "Grabación de la reunión",
    "Gravação",
    "Gravação da reunião mensal",
    "L'enregistrement de la réunion",
    "Запись еженедельного созвона",
    "Aufzeichnung des Treffens",
    "アーカイブ",
    "Vídeo da reunião",
    "Registrazione",
    "Opname",
    "Nagranie ze spotkania",
    "Запись встречи",
    "Видео",
    "Запис зустрічі",
    "Záznam",
    "Kayıt",
    "Inspelning",
    "「会议回放」",
    "会议视频",
    "録画",
    "動画",
    "녹화",
    "회의 영상",
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("place", [below_title, below_topic])
def test_a_label_before_the_link_names_the_recording(label: str, place: object) -> None:
    """At any depth, in the languages communities write, with further words and marks."""
    assert callable(place)
    assert found_in(place(f"- {label}: {ONE}")) == [ONE]


@pytest.mark.parametrize(
    "line",
    [
        f"Recording: [Play]({ONE})",
        f"Recording - {ONE}",
        f"Recording → {ONE}",
        f"Recording: [Ann] <{ONE}>",
        f"Recording: {ONE} Passcode: 8^x!kk2",
        f"Recording: {ONE} (starts at 3:20)",
        f"Recording: \u200b{ONE}",
        f"Recording: {ONE}\u200b",
        f"[Stream and recording]({ONE})",
        f"[Recording]({ONE}) (1h 20m)",
        f"[2024-01-02 Garden WG Recording]({ONE})",
        f"[The YouTube recording of this meeting is available here.]({ONE})",
        f"This meeting was [recorded]({ONE}).",
        f"La séance a été [enregistrée]({ONE}).",
        f"La reunión fue [grabada]({ONE}).",
        f"A reunião foi [gravada]({ONE}).",
        f"La riunione è stata [registrata]({ONE}).",
        f"Watch the [recording]({ONE})",
        f"- Ann: please see the [meeting recording]({ONE}) for the discussion.",
        f"The recording can be accessed [here]({ONE})",
        f"The recording is [here]({ONE}) and the slides are [there](https://example.org/s.pdf)",
        f"The recording of the meeting has been uploaded to {ONE}",
        f"The recording is\n[here]({ONE}).",
        f"[Agenda](https://example.org/a) | [Recording]({ONE}) | [Slides](https://example.org/s.pdf)",
        f"Agenda: https://example.org/a, Recording: {ONE}",
        f"[More](https://example.org)\n[Room](https://zoom.us/j/1)\n[Recording]({ONE})",
        f'Recording: <a href="{ONE}">link</a>',
        f'<p>Recording: <a href="{ONE}">link</a></p>',
        f"Ann and Bob talked of the weather in all the weeks of this year\nRecording: {ONE}",
        f"Recording\n: {ONE}",
        f"<details><summary>Recording</summary>\n\n{ONE}\n\n</details>",
        f'<details>\n<summary>Video</summary>\n<a href="{ONE}">YouTube</a>\n</details>',
        f"> [!NOTE]\n> Recording: {ONE}",
        f"Recording of the garden club call: {ONE}",
        f"Die Aufzeichnung gibt es [hier]({ONE}).",
        f"**Recording**\n{ONE}",
        f"Recording:\n\n{ONE}",
        f"Recording:\n\n- {ONE}",
        f"- Recording\n  - {ONE}",
        f"### Recording\n\n{ONE}",
        f"### Recording\n\nWho missed the call finds it on [YouTube]({ONE}).",
        f"### [Video of the meeting]({ONE})",
        f"### 6 October ([recording]({ONE}))",
        f"Playback: {ONE}",
        f"The call was streamed and can be rewatched at {ONE}",
        f'Meeting:\n\n<iframe src="{ONE}"></iframe>',
        f'### The call\n\n<iframe src="{ONE}"></iframe>',
        f"| Recording | [link]({ONE}) |\n|---|---|\n| Notes | taken by Ann |",
        f"| Video | Notes |\n|---|---|\n| [link]({ONE}) | none |",
        f"[Recording][rec]\n\n[rec]: {ONE}",
    ],
)
def test_where_the_label_may_stand(line: str) -> None:
    """In the link, around it, in a sentence, above it, beside it, or as a heading."""
    assert found_in(below_topic(line)) == [ONE]


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (f"Recording: {ZOOM} Passcode: abc", ZOOM),
        ("Audio: https://example.org/call.mp3", "https://example.org/call.mp3"),
        ("Recording: https://cloud.example.org/s/abc", "https://cloud.example.org/s/abc"),
        ("[Recording](youtube.com/watch?v=dQw4w9WgXcQ)", "https://youtube.com/watch?v=dQw4w9WgXcQ"),
        ("[Recording](audio/2020-06-15.ogg)", "audio/2020-06-15.ogg"),
        ("Recording: ../recordings/call.mp4", "../recordings/call.mp4"),
        ("Slides and video: https://example.org/call.webm", "https://example.org/call.webm"),
    ],
)
def test_the_recording_may_be_on_any_host_or_beside_the_notes(line: str, address: str) -> None:
    """An address without its scheme is completed; a path stays as it is written."""
    assert found_in(below_topic(line)) == [address]


def test_the_only_file_beside_the_notes_needs_no_label() -> None:
    """Whoever put a sound file there and linked it had this recording in mind."""
    assert found_in(below_topic("The [file](call.ogg) is long.")) == ["call.ogg"]


def test_the_recording_s_own_line_is_nobody_s_words() -> None:
    """Such a line is not matched with what was said, whatever else is in it about the link."""
    read = parse(below_topic(f"- 📹 Recording: [here]({ONE}) (passcode: abc)"))
    kinds = {block.line: block.kind for block in read.blocks}
    assert kinds[11] is BlockKind.MARKUP


@pytest.mark.parametrize(
    "notes",
    [
        f"- **Previous Meeting**:\n  - Recording: {TWO}\n- **This Meeting**:\n  - Recording: {ONE}",
        f"- **This Meeting**:\n  - Recording: {ONE}\n- **Previous Meeting**:\n  - Recording: {TWO}",
        f"Previous meeting: [recording]({TWO})\n\nRecording: {ONE}",
        f"Recording: {ONE}\n\n### Last meeting\n\nRecording: {TWO}",
        f"### Previous meeting\n\n- [Notes](https://example.org/n)\n- Recording of this meeting:\n  - {ONE}",
    ],
)
def test_this_meeting_s_recording_is_not_the_previous_one_s(notes: str) -> None:
    """Whichever of the two stands first."""
    assert found_in(below_title(notes)) == [ONE]


@pytest.mark.parametrize(
    "line",
    [
        f"Recording: [archive](https://gateway.example/ipfs/x) [YouTube]({ONE})",
        f"Recording: {ZOOM} ([YouTube]({ONE}))",
        f"- Recording: {ZOOM}\n- YouTube: {ONE}",
        f"Recording: {ONE}, [mirror]({TWO})",
    ],
)
def test_youtube_comes_before_its_copies(line: str) -> None:
    """Of two links under one label, the one that can be fetched; the other is no part of the meeting."""
    assert found_in(below_title(line)) == [ONE]


def test_a_feed_is_no_better_copy() -> None:
    """What was streamed live may be another call by now."""
    sound = "https://soundcloud.com/garden/call"
    assert found_in(below_topic(f"- Audio recording: {sound}\n- Public YouTube feed: {ONE}")) == [sound]


def test_one_video_linked_in_each_section_is_the_recording() -> None:
    """Lines with a link into one video, with its times, although each names other things, too."""
    topics = "".join(
        f"## Bed {name}\n\n**Dug** | [#{at}](https://example.org/{at}) | [Video]({ONE}&t=0h{at}m1s)\n\n- text\n\n"
        for at, name in enumerate("abc")
    )
    read = parse(f"# Review\n\nA talk: {TWO}\n\n{topics}")
    assert read.video is not None
    assert (read.video.id, read.video.start, read.further_parts) == ("dQw4w9WgXcQ", 0, ())
