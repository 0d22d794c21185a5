"""How the work of every reader grows with its input: processor seconds at n, 2n and 4n, of inputs made to be slow."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline import cues, notes, timecode
from pipeline.corrections import toml_file
from pipeline.errors import JumpnotesError
from pipeline.evaluate.cases import read_gold
from pipeline.language import jargon
from pipeline.language.terms import TermExtractor
from pipeline.language.word_lists import load_languages
from pipeline.links import time_in_url, youtube_id
from pipeline.notes import naming
from pipeline.notes.dates import find_dates, find_partial
from pipeline.notes.meeting_dates import bare_date, labelled_date
from pipeline.records import Origin, Segment, Transcript
from pipeline.search.analysis import Analyzer
from pipeline.search.passages import transcript_passages
from pipeline.search.query import parse as parse_query
from pipeline.search.snippet import closest
from pipeline.search.snippet import snippet as make_snippet
from pipeline.search.terms import Found
from tests.growth import NEAR_LINEAR, measure


@dataclass(frozen=True, slots=True)
class Reader:
    """An input of about n characters that is made to be slow, and what reads it."""

    name: str
    make: Callable[[int], str]
    read: Callable[[str], object]
    n: int = 20_000  # of the benchmark
    small_n: int = 3_000  # of the test


ANALYZER = Analyzer("english")
VIDEO = "https://youtu.be/dQw4w9WgXcQ?t="
CUE = "00:00:01.000 --> 00:00:05.000\n"


def of(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """`unit` again and again."""
    return lambda n: before + unit * (n // len(unit)) + after


def each(write: Callable[[int], str], chars: int, before: str = "", after: str = "") -> Callable[[int], str]:
    """Units of about so many characters, each with its number."""
    return lambda n: before + "".join(write(number) for number in range(n // chars)) + after


def read_notes(text: str) -> object:
    read = notes.parse(text, name="2024-01-01.md")
    return jargon.hotwords(read, others=[text]), jargon.find_shared_jargon([text, text])


def read_folder(text: str) -> object:
    return notes.folder_templates([text] * 3)


def read_cues(text: str) -> object:
    with suppress(JumpnotesError):  # a refusal takes its time, too
        return cues.parse(text, source="x")
    return None


def read_toml(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder, suppress(JumpnotesError):
        (Path(folder) / "a.toml").write_text(text)
        return toml_file.read(Path(folder) / "a.toml")
    return None


def read_gold_times(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder, suppress(JumpnotesError):
        (Path(folder) / "gold.json").write_text(text)
        return read_gold(Path(folder) / "gold.json")
    return None


def read_terms(text: str) -> object:
    return [TermExtractor(language).terms(text, spoken=True) for language in load_languages()[:2]]


def read_names(text: str) -> object:
    day = date(2024, 1, 1)
    found = find_dates(text), find_partial(text, 2024, numeric=True), labelled_date(text, None), bare_date(text, None)
    return found, naming.slug_of(text, "x", day), naming.BlockIds().make(text, (text,))


def read_address(text: str) -> object:
    return youtube_id(text), time_in_url(text), timecode.parse(text)


def read_snippet(text: str) -> object:
    found = [Found(at, at + 1, at % 3) for at in range(0, len(text), 3)]
    return closest(found), make_snippet(text, found, len(text) // 2), ANALYZER.indexed(text)


def read_passages(text: str) -> object:
    return list(transcript_passages(Transcript("en", Origin.ASR, None, (Segment(0.0, 5.0, text),))))


_SMALL_N = {repr("<div>"): 12_000, repr("<ul><li>"): 12_000, repr("a\n"): 3_000} | {
    "one long word": 4_000,
    "WebVTT repeated lines": 20_000,
}
"""For the test, where that many are read fast."""


def _notes() -> Iterator[tuple[str, Callable[[int], str]]]:
    units = [*"*_`[<&|:-#>~\\(\r\t \u0301😀9a", "**", "![", "](", "[a](", "<!--", "<b>", "<div>", "<ul><li>", "<a "]
    units += ["[a]: b\n", "[^a]", "> ", "- ", "1. ", "# a\n", "- a\n", "|a", "a|b\n", "A: ", "A, ", "A and ", "AA-"]
    units += [
        "# 2024-03-05\n",
        "## 2024-03-05\n\nAttendees: a\n",
        "**2024-03-05**\n\n",
        "Date: 5\n\n",
        "# Transcript\n\nA: b\n",
    ]
    units += ["[00:05] A: b\n", "**A** 0:05\n", "<details><summary>Transcript</summary>\n\n", "0:01 --> 0:02\na\n\n"]
    units += [
        "1:2:3:",
        "12:34 ",
        "(1:00 ",
        "- 1:00 a\n",
        "Jan 1 ",
        "https://a.b/c) ",
        "video ",
        "recording: ",
        "Qzx ",
        "a\n",
    ]
    yield from ((repr(unit), of(unit, "# T\n\n")) for unit in units)
    yield "quotes in quotes", of("b\n", ">" * 200 + "a\n")
    yield "lists in lists", each(lambda i: "  " * (i % 90) + "- a\n", 90)
    yield "a line of times", each(lambda i: f"[{i}:00]({VIDEO}{i * 60}) ", 45)
    yield "items with times", each(lambda i: f"- {i // 60}:{i % 60:02} a\n", 10)
    yield "tables with many columns", lambda n: "|a" * (n // 4) + "|\n" + "|-" * (n // 4) + "|\n"
    yield "link definitions", each(lambda i: f"[a{i}]: b\n\n[a{i}]\n\n", 20)
    yield "runs of backticks", lambda n: "".join("`" * i + " " for i in range(int((2 * n) ** 0.5)))
    yield "front matter", of("c: d\n", "---\na: b\n")
    yield "one long word", lambda n: "A" * n
    yield "different names", each(lambda i: f"Qx{i}z ", 8)


def _captions() -> Iterator[tuple[str, Callable[[int], str]]]:
    head = "WEBVTT\n\n" + CUE
    units = ["<v ", "<v", "<", "<c.", "<1:", "&", "&#", "[", "[a]", "{\\", ">>", "A:", "A: ", "a ", " ", "\u0301", "--"]
    units += [
        "&amp;",
        "\\N",
        "{c:",
        "<u>a</u>",
        " >> a",
        "♪a",
        "(music) a",
        "水",
        "<0:01>a\n",
        "1\n\n",
        "```\n",
        "\r\r",
    ]
    units += ["0:01 --> 0:02\n", "\n0:0x --> 0:02\na\n", "0:01 → 0:02\n", "WEBVTT\n\n", "NOTE\n\na b\n\n", "- "]
    yield from ((f"WebVTT {unit!r}", of(unit, head, "\n")) for unit in units)
    yield "WebVTT <v and spaces", of(" ", head + "<v")
    yield "WebVTT header", of("a-->", "WEBVTT\n", "\n\n" + CUE + "a\n")
    yield "WebVTT returns", of("\r", "WEBVTT\n", CUE + "a\n")
    for name, text in (("speakers", "<v N{}>a"), ("labels", "Ana{}: a")):
        yield f"WebVTT many {name}", each(_cue_writer(text), 38, "WEBVTT\n\n")
    yield (
        "WebVTT repeated lines",
        lambda n: "WEBVTT\n\n" + "".join(CUE + "a\n" * (n // 8) + end for end in ("b\n\n", "c\n\n") * 2),
    )
    yield "WebVTT growing text", lambda n: "WEBVTT\n\n" + "".join(CUE + "a " * i + "\n\n" for i in range(int(n**0.5)))
    yield "WebVTT highlights", each(_cue_writer("a <u>b</u> c"), 45, "WEBVTT\n\n")
    yield "WebVTT clocks that start again", each(lambda i: f"0:{i % 7:02} --> 0:09\na{i}\n\n", 20, "WEBVTT\n\n")
    yield "WebVTT times of words", each(lambda i: f"<{timecode.stamp(i)}>a", 15, head)
    yield "SRT timings", of("-->", "1\n0:01 --> 0:02", "\na\n")
    yield "SRT empty lines", of("\n", "1\n0:01 --> 0:02\na")
    yield "json3 empty events", of("{},", '{"events":[', "{}]}")
    yield "json3 parts of one event", of('{"utf8":"a"},', '{"events":[{"segs":[', '{"utf8":"b"}]}]}')
    yield "json3 parts of one word", of('{"utf8":"a"},', '{"events":[{"segs":[{"utf8":" a "},', '{"utf8":"b"}]}]}')
    yield "json3 sounds", of("[", '{"events":[{"segs":[{"utf8":"', '"}]}]}')
    yield "JSON digits", of("1", '{"events":[', "]}")
    yield "JSON brackets", of("[", '{"events":')
    yield "JSON without events", of('"events" ', "{")


def _cue_writer(text: str) -> Callable[[int], str]:
    return lambda i: f"{timecode.stamp(i)} --> {timecode.stamp(i + 1)}\n{text.format(i)}\n\n"


def _others() -> Iterator[Reader]:
    entry = '[[correction]]\nline="x"\nverdict="automatic"\nauthor="A"\nat=2024-01-01T00:00:00Z\n'
    yield Reader("TOML tables", of(entry, 'notes="a"\n'), read_toml)
    yield Reader("TOML long names", of("a.", "", "a=1"), read_toml)
    yield Reader("TOML quoted names", of('"a" . ', "x={", "a=1}"), read_toml)
    yield Reader("TOML brackets", of("[", "a="), read_toml)
    yield Reader("TOML one word", of("a"), read_toml)
    yield Reader("TOML quotes", of("'\"", "a="), read_toml)
    yield Reader("gold", of('{"line":1,"start":"1:00"},', '{"items":[', '{"line":1,"start":1}]}'), read_gold_times)
    for unit in ("one ", "a ", "aA", "to ", "\u0301"):
        yield Reader(f"terms {unit!r}", of(unit), read_terms, 10_000, 700)
    yield Reader("terms of digits", of("1,"), read_terms, 10_000, 2_500)
    for unit in ('"', "OR ", "a OR ", "*", "-", "meeting:a ", "after:2024 ", '"a ', "a "):
        yield Reader(f"query {unit!r}", of(unit), parse_query)
    for unit in ("9", "1:", "Jan ", "5 Jan ", "date: ", "5/", "2020-", "a", "\u0301"):
        yield Reader(f"names {unit!r}", of(unit), read_names)
        yield Reader(f"address {unit!r}", of(unit, VIDEO), read_address)
    for unit in ("a b. ", "a", ".", "a_", "\u0301", "水", "ก"):
        yield Reader(f"snippet {unit!r}", of(unit), read_snippet)
    yield Reader("windows of speech", of("a "), read_passages)


READERS = (
    *(Reader(f"notes: {name}", make, read_notes, 10_000, _SMALL_N.get(name, 700)) for name, make in _notes()),
    *(
        Reader(f"a folder of notes: {unit!r}", of(unit), read_folder)
        for unit in ("a ", "# a\n", "[", "- a b c d\n", "1/")
    ),
    *(Reader(f"captions: {name}", make, read_cues, small_n=_SMALL_N.get(name, 8_000)) for name, make in _captions()),
    *_others(),
)
"""Every reader of what comes from outside, with what was, or would be, slow to read."""


def main() -> None:
    slow = []
    print("processor seconds at n, 2n and 4n; exponent")
    for reader in READERS:
        growth = measure(reader.make, reader.read, reader.n)
        one, two, four = growth.seconds
        print(f"{one:8.4f} {two:8.4f} {four:8.4f}  {growth.exponent:5.2f}  {reader.name}", flush=True)
        if growth.exponent > NEAR_LINEAR and four > 0.05:  # shorter times say little
            slow.append(reader.name)
    print(f"{len(READERS)} readers, of which {len(slow)} grow faster than n^{NEAR_LINEAR}: {', '.join(slow) or 'none'}")
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
