"""What an assistant is told of decisions and actions."""

from __future__ import annotations

from pathlib import Path

from pipeline.mcp_server.decision_tools import DecisionTools
from pipeline.records import MarkKind
from pipeline.refresh import Archive
from pipeline.topics.listed_marks import MarkFilter
from tests.service.meetings import Library

MARKED = "# Shed talks 2024-05-07\n\nDecision: red\n\n## Action items\n\n- [ ] @ana: buy paint\n- wash\n"


def test_an_assistant_lists_decisions(archive: Archive, tmp_path: Path) -> None:
    Library(archive.store, tmp_path).notes(MARKED, slug="shed")
    tools = DecisionTools(archive, "https://garden.example")
    page = tools.decisions(MarkFilter(), 1, 0)
    (first,) = page.decisions
    assert (page.total, page.next_offset) == (3, 1)
    assert (first.kind, first.state, first.text, first.date) == ("decision", "Decision", "red", "2024-05-07")
    assert (first.when, first.seconds) == (None, None)  # nobody knows
    assert first.url.startswith("https://garden.example/meetings/shed#")
    (action,) = tools.decisions(MarkFilter(MarkKind.ACTION, done=False), 50, 0).decisions
    assert (action.done, action.people) == (False, ["ana"])
