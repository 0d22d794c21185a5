"""An assistant is told who speaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import NobodyOfThatName
from pipeline.mcp_server.speaker_tools import SpeakerTools
from pipeline.records import Segment
from pipeline.refresh import Archive
from tests.service.meetings import Library


@pytest.fixture
def tools(archive: Archive, tmp_path: Path) -> SpeakerTools:
    library = Library(archive.store, tmp_path)
    with archive.store.telling_once():
        for day, names in ((5, ("Ana Silva", "Omar")), (12, ("ana silva",))):
            slug = f"call-{day}"
            library.notes(f"# Call 2024-03-{day:02}\n\n- Kofi: hose\n", slug=slug, video=False)
            library.local(slug)
            said = (Segment(at + 1.5, at + 2.5, "Hose", speaker=who) for at, who in enumerate(names))
            library.transcript(slug, tuple(said))
    return SpeakerTools(archive, "https://meetings.example")


def test_those_who_speak_are_listed(tools: SpeakerTools) -> None:
    first = tools.speakers("", 1, 0)
    assert (first.speakers[0].name, first.speakers[0].meetings, first.speakers[0].last) == (
        "ana silva",
        2,
        "2024-03-12",
    )
    assert first.speakers[0].url == "https://meetings.example/speakers/ana-silva"
    assert (first.total, first.next_offset) == (3, 1)
    assert [each.name for each in tools.speakers("om", 10, 0).speakers] == ["Omar"]


def test_somebody_is_known_by_a_part_of_their_name_that_is_nobody_else_s(tools: SpeakerTools) -> None:
    told = tools.speaker("ana", 10, 0)
    assert [(each.slug, each.spoken, each.first, each.first_seconds) for each in told.meetings] == [
        ("call-12", "0:01", "0:01", 1.5),
        ("call-5", "0:01", "0:01", 1.5),
    ]
    assert told.meetings[0].url == "https://meetings.example/meetings/call-12?t=1.50"
    (first, _) = tools.speaker("Kofi", 10, 0).meetings
    assert (first.spoken, first.first) == (None, None)
    assert tools.slugs("ana") == {"call-5", "call-12"}
    with pytest.raises(NobodyOfThatName) as told_error:
        tools.speaker("Nobody", 10, 0)
    assert "list_speakers" in told_error.value.hint
