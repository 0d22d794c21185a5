"""A meeting as a file of Markdown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from pipeline import notes as reader
from pipeline.export.markdown import MarkdownFlavour, markdown
from pipeline.records import (
    Alignment,
    Basis,
    Meeting,
    Origin,
    Recording,
    RecordingPart,
    Segment,
    Transcript,
)

SOURCE = """\
# Garden: "call" 2024-03-05

Recording: https://youtu.be/gArDenCall0

## Watering | rota

- Priya drafted a rota
- nobody knows

## Compost *heap*

Two pallets.
"""
SITE = "https://garden.example"
SEGMENTS = (
    Segment(0.0, 4.0, "Good evening.", speaker="Ana"),
    Segment(4.9, 9.5, "A *rota*,", speaker="Priya"),
    Segment(9.5, 11.0, "by Priya.", speaker="Priya"),
    Segment(11.0, 11.5, "(invented)", suspect=True),
    Segment(30.0, 31.0, "# Next.", speaker="Priya"),
    Segment(12.75, 15.0, "Pallets.", speaker="x*y"),
)
STARTS = {
    "Watering | rota": (4.9, 0.9),
    "Priya drafted a rota": (4.9, 0.6),
    "nobody knows": (9.0, 0.3),
    "Two pallets.": (12.75, 0.9),
}


def meeting(source: str = SOURCE, *, recording: Recording | None = None, linked: bool = True) -> Meeting:
    notes = reader.parse(source, name="call.md")
    links = {
        block.id: Alignment(block.id, *STARTS[block.text][:1], 60.0, STARTS[block.text][1], Basis.MATCH)
        for block in notes.blocks
        if linked and block.text in STARTS
    }
    video = Recording("https://www.youtube.com/watch?v=gArDenCall0", "Call", 60.0, video_id="gArDenCall0")
    transcript = Transcript("en", Origin.ASR, None, tuple(sorted(SEGMENTS, key=lambda each: each.start)), 60.0)
    return Meeting(notes, recording or video, transcript, links, duration=60.0)


MARKDOWN = """\
---
title: "Garden: \\"call\\" 2024-03-05"
date: 2024-03-05
recording: "https://www.youtube.com/watch?v=gArDenCall0"
---

# Garden: "call" 2024-03-05

Recording: <https://youtu.be/gArDenCall0>

<details>
<summary>Transcript 0:00–0:04</summary>

[0:00](https://youtu.be/gArDenCall0) **Ana:** Good evening.

</details>

## Watering \\| rota

[0:04](https://youtu.be/gArDenCall0?t=4)

- Priya drafted a rota [0:04](https://youtu.be/gArDenCall0?t=4)?
- nobody knows

<details>
<summary>Transcript 0:04–0:11</summary>

[0:04](https://youtu.be/gArDenCall0?t=4) **Priya:** A \\*rota\\*, by Priya.

</details>

## Compost *heap*

Two pallets. [0:12](https://youtu.be/gArDenCall0?t=12)

<details>
<summary>Transcript 0:12–0:31</summary>

[0:12](https://youtu.be/gArDenCall0?t=12) **x\\*y:** Pallets.

[0:30](https://youtu.be/gArDenCall0?t=30) **Priya:** \\# Next.

</details>
"""


def test_the_notes_have_their_links_and_what_was_said() -> None:
    """A guess is no link, what is only likely has a question mark, and what the model made up is not there."""
    assert markdown(meeting()) == MARKDOWN


def properties(text: str) -> Any:
    return yaml.safe_load(text.split("---\n")[1])


def test_obsidian_has_properties_links_to_headings_and_callouts() -> None:
    """The properties are valid YAML; links have none of the signs that would end them."""
    text = markdown(meeting(), MarkdownFlavour.OBSIDIAN)

    assert properties(text) == {
        "title": 'Garden: "call" 2024-03-05',
        "aliases": ['Garden: "call" 2024-03-05'],
        "tags": ["meeting"],
        "date": date(2024, 3, 5),
        "recording": "https://www.youtube.com/watch?v=gArDenCall0",
    }
    assert "- [[#Watering rota|Watering rota]] [0:04](https://youtu.be/gArDenCall0?t=4)\n- [[#Compost heap|" in text
    assert (
        "> [!quote]- 0:12–0:31\n> [0:12](https://youtu.be/gArDenCall0?t=12) **x\\*y:** Pallets.\n>\n> [0:30](" in text
    )
    assert "<details>" not in text


@pytest.mark.parametrize("flavour", list(MarkdownFlavour))
def test_a_recording_elsewhere_is_linked_by_the_page(flavour: MarkdownFlavour) -> None:
    """Where the page is served; otherwise the times stand alone, and no path of this machine is told."""
    stored = meeting(
        "# Call\n\n## Watering | rota\n", recording=Recording("/home/ana/call.m4a", "Call", 60.0, "/home/ana/call.m4a")
    )
    topic = stored.notes.topics[0].id

    there, here = markdown(stored, flavour, site=SITE), markdown(stored, flavour)

    assert f"\n\n[0:04]({SITE}/meetings/call?t=4#{topic})\n\n" in there
    assert f"[0:12]({SITE}/meetings/call?t=12.75) **x" in there
    assert "\n\n0:04\n\n" in here
    assert "0:12 **x\\*y:** Pallets." in here
    assert "/home/ana" not in here + there
    assert "recording" not in properties(there)


def test_of_several_parts_each_moment_names_its_part() -> None:
    """And leads into its video."""
    parts = tuple(
        RecordingPart(start, 10.0, f"https://youtu.be/gArDenCal{at:02}", "", video_id=f"gArDenCal{at:02}")
        for at, start in ((1, 0.0), (2, 10.0))
    )
    stored = meeting(recording=Recording(parts[0].source, "Call", 20.0, video_id=parts[0].video_id, parts=parts))
    text = markdown(stored)

    assert "Two pallets. [part 2 · 0:02](https://youtu.be/gArDenCal02?t=2)\n" in text
    assert properties(text)["recording"] == ["https://youtu.be/gArDenCal01", "https://youtu.be/gArDenCal02"]


def test_without_links_the_transcript_is_below_the_notes() -> None:
    """All of it, under a heading of its own."""
    text = markdown(meeting(linked=False))

    assert text.index("Two pallets.") < text.index("## Transcript\n\n<details>")
    assert text.count("<details>") == 1


def test_notes_that_use_the_highest_heading_for_topics_keep_one_title() -> None:
    """Or get one, where their title is no heading."""
    assert "\n# Call\n\n## A\n\n## B\n" in markdown(meeting("# Call\n\n# A\n\n# B\n", linked=False))
    untitled = replace(meeting("Hello.\n\n## A\n", linked=False), transcript=None)
    assert "\n\n# A\n\nHello.\n\n## A\n" in markdown(untitled)


def test_what_was_said_is_folded_for_a_markdown_reader() -> None:
    """The folds are closed, and what is in them is read as Markdown."""
    html = MarkdownIt("commonmark").render(markdown(meeting()).split("---\n", 2)[2])

    assert html.count("<details>") == html.count("</details>") == 3
    assert "<strong>Priya:</strong> A *rota*, by Priya.</p>" in html


def test_speech_without_spaces_gets_none() -> None:
    """Lines of Chinese that follow each other are one text."""
    said = (Segment(0.0, 1.0, "堆肥", speaker="安娜"), Segment(1.0, 2.0, "很好。", speaker="安娜"))
    stored = meeting("# Call\n\n## A\n", linked=False)

    assert "**安娜:** 堆肥很好。\n" in markdown(
        replace(stored, transcript=Transcript("zh", Origin.ASR, None, said, 2.0))
    )
