"""An assistant is told what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import TopicNotFound
from pipeline.mcp_server.topic_tools import TopicTools
from pipeline.refresh import Archive
from tests.service.meetings import Library
from tests.service.season import HOSE, RULES, season, slug_of


def test_an_assistant_is_told_of_topics(tmp_path: Path) -> None:
    """Page by page, of a kind, and each with its moments, of which there may be more."""
    archive = Archive.open(Settings(data_dir=tmp_path / "data"))
    library = Library(archive.store, tmp_path)
    season(library)
    tools = TopicTools(archive, "https://garden.example")
    page = tools.topics("", None, 1, 0)
    assert ([each.id for each in page.topics], page.next_offset) == ([HOSE], 1)
    assert [each.id for each in tools.topics("rfc", "standard", 10, 0).topics] == [RULES]
    found = tools.topic("#12", 2)
    assert found.topic.url == f"https://garden.example/topics/{HOSE}"
    assert [each.slug for each in found.written] == [slug_of(5), slug_of(4)]
    assert ["issue twelve" in each.text for each in found.spoken] == [True]
    assert found.more == 4
    assert [each.state for each in found.written] == [None, None]
    library.notes("# Late 2024-05-01\n\n## Decisions\n\n- Keep garden-club/minutes#12\n", slug="late")
    archive.refresh()
    assert [each.state for each in tools.topic("#12", 2).written] == ["Decisions", None]
    assert [each.id for each in tools.topics("m\u00efnutes 12", None, 10, 0).topics] == [HOSE]
    with pytest.raises(TopicNotFound):
        tools.topic("nothing", 2)
    archive.close()
