"""Files of chapters, read back by the parsers of others."""

from __future__ import annotations

import json

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import NoChapters
from pipeline.export.chapter_files import podcast_json, podlove_xml, webvtt
from pipeline.records import RecordingPart
from tests.pipeline.export.test_chapters import VIDEO, meeting

SITE = "https://garden.example"
TITLES = st.text(min_size=1).map(lambda text: f"x{text}")
TOPICS = st.lists(st.tuples(TITLES, st.floats(0, 90_000), st.sampled_from([0.4, 0.6, 0.9])), min_size=1, max_size=12)


@given(TOPICS, st.sampled_from(["", SITE]))
def test_any_titles_and_times_can_be_read_back(topics: list[tuple[str, float, float]], site: str) -> None:
    """The three formats agree on times and titles, which ascend, whatever is in the notes."""
    stored = meeting(*topics, duration=None)
    try:
        document = json.loads(podcast_json(stored, site=site))
    except NoChapters:
        assert all(confidence < 0.5 for _, _, confidence in topics)
        return
    chapters = document["chapters"]
    starts = [chapter["startTime"] for chapter in chapters]
    root = etree.fromstring(podlove_xml(stored, site=site).encode())
    cues = pysubs2.SSAFile.from_string(webvtt(stored), format_="vtt")

    assert starts == sorted(set(starts))
    assert all(("url" in chapter) == bool(site) for chapter in chapters)
    assert [element.get("title") for element in root] == [chapter["title"] for chapter in chapters]
    assert [_seconds(element.get("start") or "") for element in root] == pytest.approx(starts, abs=0.006)
    assert [cue.start / 1000 for cue in cues] == pytest.approx(starts, abs=0.006)
    assert [cue.end for cue in cues][:-1] == [cue.start for cue in cues][1:]
    assert all(cue.end > cue.start for cue in cues)


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_podcast_chapters_are_as_described() -> None:
    """Version 1.2.0 of jsonChapters; an address only where the pages have one."""
    stored = meeting(("Compost", 12.75, 0.9))

    assert json.loads(podcast_json(stored, site=SITE)) == {
        "version": "1.2.0",
        "title": "Call",
        "chapters": [{"startTime": 12.75, "title": "Compost", "url": f"{SITE}/meetings/call?t=12#b-0"}],
    }
    assert json.loads(podcast_json(stored))["chapters"] == [{"startTime": 12.75, "title": "Compost"}]


def test_simple_chapters_are_in_their_namespace_and_lead_to_the_video() -> None:
    """Or to the page, where it is served."""
    stored = meeting(('Tom & "Jerry" <x>', 3723.25, 0.9))
    root = etree.fromstring(podlove_xml(stored).encode())

    assert (etree.QName(root).namespace, etree.QName(root).localname) == (
        "http://podlove.org/simple-chapters",
        "chapters",
    )
    assert root.get("version") == "1.2"
    assert dict(root[0].attrib) == {
        "start": "01:02:03.250",
        "title": 'Tom & "Jerry" <x>',
        "href": f"https://youtu.be/{VIDEO}?t=3723",
    }
    assert (
        etree.fromstring(podlove_xml(stored, site=SITE).encode())[0].get("href") == f"{SITE}/meetings/call?t=3723#b-0"
    )


def test_webvtt_has_a_cue_a_chapter() -> None:
    """Its title is escaped; the last lasts as long as the recording."""
    assert webvtt(meeting(("A --> <b>", 10.0, 0.9), ("C & D", 20.5, 0.9))) == (
        "WEBVTT\n\n00:00:10.000 --> 00:00:20.500\nA --&gt; &lt;b&gt;\n\n00:00:20.500 --> 00:10:00.000\nC &amp; D\n"
    )


def test_chapters_of_a_part_are_on_its_clock() -> None:
    """Their pages are at the moment of the common clock, which is the page's."""
    parts = tuple(
        RecordingPart(start, 300.0, "", "", video_id=f"gArDenCal{at:02}") for at, start in ((1, 0.0), (2, 300.0))
    )
    stored = meeting(("A", 100.0, 0.9), ("B", 310.0, 0.9), parts=parts)

    (chapter,) = json.loads(podcast_json(stored, parts[1], site=SITE))["chapters"]
    (element,) = etree.fromstring(podlove_xml(stored, parts[1]).encode())

    assert (chapter["startTime"], chapter["url"]) == (10.0, f"{SITE}/meetings/call?t=310#b-1")
    assert (element.get("start"), element.get("href")) == ("00:00:10.000", "https://youtu.be/gArDenCal02?t=10")
    with pytest.raises(NoChapters, match="in this part"):
        podcast_json(meeting(("A", 100.0, 0.9), parts=parts), parts[1])
