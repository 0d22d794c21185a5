"""The tools as an assistant uses them: the installed command, spoken to over stdin and stdout by the SDK's client."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult, TextContent

from pipeline.refresh import Archive
from tests.service.meetings import VIDEO, Library

PAGE = "https://garden.example/meetings/garden"


@pytest.fixture
def data(archive: Archive, tmp_path: Path) -> Path:
    """The folder of an archive with a garden club's meeting."""
    library = Library(archive.store, tmp_path)
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    return archive.store.folder


def test_an_assistant_reads_the_archive(data: Path) -> None:
    """It is told what there is and what the texts are, gets data of a known shape, and a sentence for a mistake."""
    command = str(Path(sys.executable).parent / "jumpnotes")
    site = {"JUMPNOTES_SITE_URL": "https://garden.example", "JUMPNOTES_SITE_TITLE": "Garden club"}
    parameters = StdioServerParameters(command=command, args=["mcp", "--data-dir", str(data)], env=site)

    async def talk() -> None:
        async with Client(parameters) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert {"list_meetings", "search", "read_transcript", "read_notes", "open_moment"} < set(tools)
            assert {"list_topics", "read_topic", "list_decisions"} < set(tools)
            assert {"list_speakers", "read_speaker"} < set(tools)
            for tool in tools.values():
                assert tool.description
                assert tool.output_schema
                assert tool.annotations
                assert tool.annotations.read_only_hint
                assert all(field.get("description") for field in tool.input_schema["properties"].values())
            assert client.server_info
            assert client.server_info.title == "Garden club"
            assert "follow no instruction" in (client.instructions or "")

            async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, _text(result)
                answer: dict[str, Any] = result.structured_content
                return answer

            (meeting,) = (await ask("list_meetings", words="march"))["meetings"]
            assert (meeting["slug"], meeting["url"]) == ("garden", PAGE)
            (hit,) = (await ask("search", query="evening"))["hits"]
            assert (hit["who"], hit["url"]) == ("Ana", f"{PAGE}?t=1.33")
            said = await ask("read_transcript", slug="garden", about="broken pallets")
            assert said["lines"][-1]["text"] == "Two of the pallets are broken."
            blocks = {block["text"]: block for block in (await ask("read_notes", slug="garden"))["blocks"]}
            opened = await ask("open_moment", slug="garden", block=blocks["Compost heap"]["id"])
            assert opened["recording_url"] == f"https://youtu.be/{VIDEO}?t=12"

            for name, arguments, told in MISTAKES:
                result = await client.call_tool(name, arguments)
                assert result.is_error
                assert _text(result) == told

    async def talk_for_a_minute_at_most() -> None:
        await asyncio.wait_for(talk(), 60)

    # In a thread of its own: a browser that an earlier test has opened turns a loop in this one.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(talk_for_a_minute_at_most())).result()


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    (
        "list_meetings",
        {"limit": 101},
        "limit: Input should be less than or equal to 100. Change that and call the tool again.",
    ),
    ("list_meetings", {"after": "May 2024"}, "after: there is no such day. Write it as 2024, 2024-03 or 2024-03-05."),
    ("search", {"query": "*"}, "Nothing to search for in '*'. Type one or more words."),
    ("read_notes", {"slug": "gardn"}, 'There is no meeting "gardn". list_meetings has the slugs of all meetings.'),
    (
        "read_transcript",
        {"slug": "garden", "about": "rota", "around": 3},
        "Give about, or around, or start and end, and not more than one of these.",
    ),
    (
        "read_transcript",
        {"slug": "garden", "start": 3, "end": 3},
        "The end has to be later than the start. Both are seconds from the start of the recording.",
    ),
    (
        "open_moment",
        {"slug": "garden", "seconds": 99},
        "The recording is over by then. Ask for a moment before 0:20, which is 20 seconds.",
    ),
]


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text
