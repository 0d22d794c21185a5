"""`jumpnotes align`: the links of two files, and why each is where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import cues, evaluate, notes
from pipeline.align import within
from pipeline.cues import srt, webvtt
from pipeline.records import SectionSpan
from tests.conftest import ROOT, jumpnotes
from tests.pipeline.cli.conftest import NOTES, VTT, cli

CASES = ROOT / "tests" / "fixtures" / "cases"


def test_align_needs_no_database_and_prints_every_block() -> None:
    """The JSON names each block of the notes once, in order, with null where nothing was found."""
    done = jumpnotes("align", NOTES, VTT, "--format", "json")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert done.stderr == ""
    assert found["title"] == "Community garden call"
    assert found["video"] == "https://youtu.be/gArDenCall0"
    assert found["duration"] == pytest.approx(165.2)
    assert [block["line"] for block in found["blocks"]] == [1, 3, 5, 7, 8, 10, 12, 14, 16, 17, 19, 21]
    for block in found["blocks"]:
        fields = {
            "id",
            "line",
            "kind",
            "text",
            "start",
            "end",
            "confidence",
            "basis",
            "certainty",
            "link",
            "also",
            "within",
            "url",
        }
        assert set(block) == fields
        placed = block["start"] is not None
        assert placed == (block["confidence"] is not None) == (block["end"] is not None) == (block["basis"] is not None)
    assert sum(block["start"] is not None for block in found["blocks"]) >= 6
    assert found["url"] == "/meetings/community-garden-call-2024-03-05"
    assert all(block["url"].startswith(found["url"]) for block in found["blocks"])


def test_addresses_are_those_of_the_site() -> None:
    """Where the settings say where the pages are served; an explanation has them, too."""
    site = {"JUMPNOTES_SITE_URL": "https://garden.example"}

    links = cli("align", NOTES, VTT, "--format", "json", env=site)
    why = cli("align", NOTES, VTT, "--format", "json", "--explain", "10", env=site)

    page = "https://garden.example/meetings/community-garden-call-2024-03-05"
    block = next(block for block in json.loads(links.stdout)["blocks"] if block["line"] == 10)
    assert json.loads(links.stdout)["url"] == page
    assert block["url"].startswith(f"{page}?t=")
    assert json.loads(why.stdout)["link"]["url"] == block["url"]


def test_align_shows_people_a_table() -> None:
    """One line a block: its time, how far that is known, and its text."""
    result = cli("align", NOTES, VTT)

    lines = result.stdout.splitlines()
    assert lines[0].split() == ["time", "link", "notes"]
    assert any(line.split()[0].count(":") == 1 and line.endswith("Compost heap") for line in lines)


def test_the_sentence_model_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """--no-meaning does not even load it; without the option it is used."""
    loaded: list[str] = []
    monkeypatch.setattr("pipeline.meaning.load", lambda: loaded.append("model"))

    cli("align", NOTES, VTT, "--no-meaning")
    assert loaded == []

    cli("align", NOTES, VTT)
    assert loaded == ["model"]


def test_a_line_whose_section_was_found_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the table and in the JSON; nothing else has a span."""
    line = next(block for block in notes.read(NOTES).blocks if block.text.startswith("The policy with"))
    monkeypatch.setattr(within, "find_spans", lambda *_: (SectionSpan(line.id, 110.0, 253.0, 0.9),))

    table, found = cli("align", NOTES, VTT), cli("align", NOTES, VTT, "--format", "json")

    (row,) = (row for row in table.stdout.splitlines() if "The policy with" in row)
    assert row.startswith("in 1:50–4:13   within  ")
    spans = {block["line"]: block["within"] for block in json.loads(found.stdout)["blocks"] if block["within"]}
    assert spans == {line.line: {"start": 110.0, "end": 253.0, "confidence": 0.9}}


def test_a_link_explains_itself() -> None:
    """In plain words: what was heard, what else came into question, what stands beside it; and as JSON."""
    result = cli("align", NOTES, VTT, "--explain", "10")
    document = json.loads(cli("align", NOTES, VTT, "--explain", "10", "--format", "json").stdout)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "line 10, heading: Compost heap"
    assert lines[1].startswith("1:06 to ")
    assert lines[1].endswith("based on its own words")
    assert "Heard there" in lines
    assert any(line.endswith("← chosen") and "The compost heap" in line for line in lines)
    assert any(line.startswith("Order: the notes ") for line in lines)
    assert (document["placed"], document["block"]["line"], document["link"]["basis"]) == (True, 10, "match")
    assert {match["written"] for match in document["matches"]} == {"Compost", "heap"}
    assert document["chosen"]["start"] == document["link"]["start"]


def test_what_is_not_looked_for_explains_itself() -> None:
    """The title is no moment, and that is no failure."""
    result = cli("align", NOTES, VTT, "--explain", "1")
    document = json.loads(cli("align", NOTES, VTT, "--explain", "1", "--format", "json").stdout)

    assert result.exit_code == 0
    assert "No moment was looked for. It is the title of the whole document" in result.stdout
    assert (document["placed"], document["why"]) == (False, "title")


@pytest.mark.parametrize(
    ("line", "near"),
    [("11", "line 10 (“Compost heap”) and line 12 (“Two pallets"), ("99", "line 21 (“The policy")],
)
def test_a_line_without_a_block_names_those_beside_it(line: str, near: str) -> None:
    """Wrong usage, with the lines that would be right."""
    result = cli("align", NOTES, VTT, "--explain", line)

    assert result.exit_code == 2
    assert f"no block of the notes is on line {line}; the nearest: {near}" in " ".join(result.stderr.split())


TWO_MEETINGS = """# Garden club

## 2024-03-05

Attendees: Ann

- The compost heap

## 2024-02-20

Attendees: Ann

- Frost
"""


@pytest.mark.parametrize(
    ("choice", "line"),
    [(("--meeting", "2024-03-05"), 7), (("--meeting", "garden-club-2024-02-20"), 13), (("--explain", "7"), 7)],
)
def test_one_of_several_meetings_is_aligned(tmp_path: Path, choice: tuple[str, str], line: int) -> None:
    """Named by its date, its slug, or a line of it."""
    path = tmp_path / "club.md"
    path.write_text(TWO_MEETINGS, "utf-8")
    result = cli("align", path, VTT, *choice, "--format", "json")

    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert line in [block["line"] for block in document.get("blocks", [document.get("block")])]


@pytest.mark.parametrize(
    ("choice", "problem"),
    [((), "the notes have several meetings"), (("--meeting", "2020-01-01"), "2020-01-01 is none of them")],
)
def test_several_meetings_are_named_to_choose_from(tmp_path: Path, choice: tuple[str, ...], problem: str) -> None:
    """Wrong usage, with what would be right."""
    path = tmp_path / "club.md"
    path.write_text(TWO_MEETINGS, "utf-8")
    result = cli("align", path, VTT, *choice)

    assert result.exit_code == 2
    told = " ".join(result.stderr.split())
    assert f"{problem}: garden-club-2024-03-05, garden-club-2024-02-20" in told


@pytest.mark.parametrize("suffix", ["vtt", "srt", "json3"])
def test_notes_in_chinese_are_placed_whatever_the_format_of_the_transcript(tmp_path: Path, suffix: str) -> None:
    """Lines may be cut anywhere, and captions come in pieces."""
    case = CASES / "chinese" / "hant-community"
    transcript = cues.read(case / "transcript.vtt")
    given = tmp_path / f"transcript.{suffix}"
    if suffix == "json3":
        events = [_event(segment.start, segment.end, segment.text) for segment in transcript.segments]
        given.write_text(json.dumps({"events": events}))
    else:
        given.write_text(srt.write(transcript) if suffix == "srt" else webvtt.write(transcript))

    result = cli("align", case / "notes.md", given, "--format", "json")

    starts = {block["line"]: block["start"] for block in json.loads(result.stdout)["blocks"]}
    gold = [item for item in evaluate.read_gold(case / "gold.json") if item.start is not None]
    inside = [item for item in gold if any(a - 15 <= (starts[item.line] or -99) <= b + 15 for a, b in item.spans)]
    assert len(inside) >= 0.8 * len(gold)


def _event(start: float, end: float, text: str) -> dict[str, object]:
    """A line of captions, two characters at a time."""
    length = 1000 * (end - start)
    segs = [{"utf8": text[at : at + 2], "tOffsetMs": length * at / len(text)} for at in range(0, len(text), 2)]
    return {"tStartMs": 1000 * start, "dDurationMs": length, "segs": segs}


def test_an_offset_moves_the_transcript_before_it_is_aligned(tmp_path: Path) -> None:
    """And what is wrong with the file is said, on stderr."""
    late = tmp_path / "late.vtt"
    late.write_text(VTT.read_text().replace("00:02:39.367", "00:02:99.367", 1))

    plain, moved = (
        cli("align", NOTES, file, "--format", "json", *options)
        for file, options in ((VTT, ()), (late, ("--offset", "-0:05")))
    )

    starts = [
        {block["text"]: block["start"] for block in json.loads(result.stdout)["blocks"]} for result in (plain, moved)
    ]
    assert starts[1]["Compost heap"] == pytest.approx(starts[0]["Compost heap"] - 5.0)
    assert plain.stderr == ""
    assert "late.vtt: line " in moved.stderr
    assert cli("align", NOTES, VTT, "--offset", "auto").exit_code == 2
