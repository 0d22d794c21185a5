from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import cues
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word


def parse(text: str) -> Transcript:
    return cues.parse(dedent(text), source="a test")


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def transcript(*segments: Segment, language: str = "en") -> Transcript:
    return Transcript(language, Origin.IMPORT, None, segments, max(segment.end for segment in segments))


# --- WebVTT


def test_vtt_with_everything_in_it() -> None:
    """Header, notes, styles, regions, ids, settings, tags and entities leave only what was said, and when."""
    found = parse("""\
        WEBVTT - office hours
        Kind: captions
        Language: en-GB

        NOTE Recorded in a kitchen

        STYLE
        ::cue { color: red }

        REGION
        id:fred

        intro
        00:01.500 --> 00:04.000 align:start position:0%
        <v.loud Ada Lovelace>Hello <i>everyone</i>, AT&amp;T &lt;3
        you</v>

        27:00:00.000 --> 27:00:02.250
        <v Tim>late
        """)
    assert found.language == "en-GB"
    assert found.origin is Origin.IMPORT
    assert found.segments == (
        Segment(1.5, 4.0, "Hello everyone, AT&T <3 you", speaker="Ada Lovelace"),
        Segment(97200.0, 97202.25, "late", speaker="Tim"),
    )
    assert found.duration == 97202.25


def test_two_voices_in_a_cue_are_two_segments() -> None:
    """A cue in which two people speak is split, so that no one's words get another's name."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:02.000\n- <v Ann>yes</v> <v Bo>no</v>\n")
    assert said(found) == [(None, "-"), ("Ann", "yes"), ("Bo", "no")]


def test_inline_times_are_word_times() -> None:
    """A word ends where the next one starts, the last one with its cue."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:03.000\nso<00:01.400><c> we</c><00:02.000><c.x> go</c>\n")
    assert found.segments[0].words == (Word(1.0, 1.4, "so"), Word(1.4, 2.0, "we"), Word(2.0, 3.0, "go"))
    assert found.segments[0].text == "so we go"


ROLLING = """\
WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.389 align:start position:0%
\x20
hello<00:00:00.480><c> everyone</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
hello everyone
\x20

00:00:02.399 --> 00:00:04.789 align:start position:0%
hello everyone
so<00:00:02.639><c> today</c>

00:00:04.789 --> 00:00:04.799 align:start position:0%
so today
\x20

00:00:04.799 --> 00:00:06.000 align:start position:0%
so today
we<00:00:05.200><c> release</c>
"""


def test_rolling_captions_are_said_once() -> None:
    """YouTube's automatic captions saved as WebVTT show each line three times; it was said once."""
    found = cues.parse(ROLLING, source="x")
    assert said(found) == [(None, "hello everyone"), (None, "so today"), (None, "we release")]
    assert [segment.start for segment in found.segments] == [0.16, 2.399, 4.799]
    assert found.segments[1].words == (Word(2.399, 2.639, "so"), Word(2.639, 4.789, "today"))


def test_rolling_captions_turned_into_srt() -> None:
    """The same without word times, as converters write it."""
    found = parse("""\
        1
        00:00:00,000 --> 00:00:02,000
        hello everyone

        2
        00:00:02,000 --> 00:00:04,000
        hello everyone
        so today

        3
        00:00:04,000 --> 00:00:06,000
        so today
        we release
        """)
    assert [text for _, text in said(found)] == ["hello everyone", "so today", "we release"]


def test_people_repeat_themselves() -> None:
    """The same words in successive cues are kept: somebody said "yes" twice."""
    found = parse("WEBVTT\n\n" + "\n\n".join(f"00:0{i}.000 --> 00:0{i}.900\nyes" for i in range(4)))
    assert len(found.segments) == 4


# --- SRT


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nhello\nthere\n\n2\n00:00:03,000 --> 00:00:04,500\n42\n",
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nhello\r\nthere\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,500\r\n42",
        "00:00:01.000 --> 00:00:02.000\n<i>hello</i>\n{\\an8}there\n\n00:00:03.000 --> 00:00:04.500\n42",
        "1\n0:00:01,0 --> 0:00:02,0\nhello\n\nthere\n2\n0:00:03,0 --> 0:00:04,5 X1:40 X2:600\n42\n\n\n",
        "2\n00:00:03,000 --> 00:00:04,500\n42\n\n1\n00:00:01,000 --> 00:00:02,000\nhello there\n",
    ],
    ids=["plain", "bom and crlf", "dots, tags, no counters", "blank line in a cue, coordinates", "out of order"],
)
def test_srt_as_found_in_the_wild(text: str) -> None:
    """Careless SRT files say the same as careful ones."""
    assert cues.parse(text, source="x").segments == (Segment(1.0, 2.0, "hello there"), Segment(3.0, 4.5, "42"))


def test_inverted_and_overlapping_cues() -> None:
    """A cue that ends before it starts is shown until the next; overlapping ones are left as they are."""
    found = parse("""\
        WEBVTT

        00:05.000 --> 00:02.000
        inverted

        00:06.000 --> 00:09.000
        long

        00:07.000 --> 00:08.000
        inside

        00:20.000 --> 00:20.000
        no time
        """)
    assert [(segment.start, segment.end) for segment in found.segments] == [(5, 6), (6, 9), (7, 8), (20, 22)]


# --- speakers


def test_labels_that_are_speakers() -> None:
    """A recurring label, or a name in a file that labels its speakers, is who speaks."""
    lines = [
        "danny: hi all",
        "Parithosh Jayanthi: hello",
        "danny: shall we",
        "Tim: the plan: ship it",
        "SPEAKER_03: ok",
        "Ana Lima | Example Ltd: hello again",
        "Olu Ade (example): bye",
    ]
    assert said(parse(vtt(lines))) == [
        ("danny", "hi all"),
        ("Parithosh Jayanthi", "hello"),
        ("danny", "shall we"),
        ("Tim", "the plan: ship it"),
        ("SPEAKER_03", "ok"),
        ("Ana Lima | Example Ltd", "hello again"),
        ("Olu Ade (example)", "bye"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Note: this is recorded",
        "so the question is: who merges",
        "so the question is: who merges it",
        "https://example.org/x: see there",
        "at 10:30 we stop",
        "Action item: fix it",
        "windows: it fails",
    ],
)
def test_labels_that_are_not_speakers(line: str) -> None:
    """What only looks like a label stays in the text."""
    assert said(parse(vtt([line, "something else", "and more"])))[0] == (None, line)


def test_a_stray_colon_in_a_file_without_labels() -> None:
    """One capitalised word before a colon among a hundred cues without any is no speaker."""
    lines = [f"line number {n}" for n in range(100)]
    lines[50] = "Windows: it fails"
    assert (None, "Windows: it fails") in said(parse(vtt(lines)))


def test_labelled_turns_go_on_until_the_next_label() -> None:
    """Where a label marks a change of speaker, cues without one belong to the speaker before."""
    found = parse(vtt(["Ann: first", "more", "Bo: second", "Ann: third", "more"]))
    assert [speaker for speaker, _ in said(found)] == ["Ann", "Ann", "Bo", "Ann", "Ann"]


def test_labelled_cues_stand_alone() -> None:
    """Where every cue is labelled, even of the same speaker, a cue without label has no known speaker."""
    found = parse(vtt(["Ann: first", "Ann: more", "noise", "Bo: second"]))
    assert [speaker for speaker, _ in said(found)] == ["Ann", "Ann", None, "Bo"]


def test_voice_tags_rule_out_labels() -> None:
    """A file with voice tags says who speaks in its own way: text with a colon stays text."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Tim: he said hi\n")
    assert said(found) == [("Ann", "Tim: he said hi")]


def test_a_label_takes_its_words_along() -> None:
    """When the label goes from the text, its word times go too."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:03.000\nTim:<00:01.400><c> we</c><00:02.000><c> go</c>\n")
    assert found.segments == (Segment(1.0, 3.0, "we go", (Word(1.4, 2.0, "we"), Word(2.0, 3.0, "go")), "Tim"),)


def vtt(lines: list[str]) -> str:
    return "WEBVTT\n\n" + "\n\n".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n{line}" for n, line in enumerate(lines)
    )


# --- YouTube json3


def json3(*events: dict[str, object]) -> Transcript:
    return cues.parse(json.dumps({"wireMagic": "pb3", "events": events}), source="captions")


def segs(*pieces: tuple[str, int]) -> list[dict[str, object]]:
    return [{"utf8": text} | ({"tOffsetMs": offset} if offset else {}) for text, offset in pieces]


def test_json3_automatic_captions() -> None:
    """Words have their own times, end before the next begins, and fillers, sounds and marks are gone."""
    found = json3(
        {"tStartMs": 0, "dDurationMs": 600000, "id": 1, "wpWinPosId": 1},
        {"tStartMs": 160, "dDurationMs": 4000, "wWinId": 1, "segs": segs(("hello", 0), (" everyone", 320))},
        {"tStartMs": 2389, "dDurationMs": 1771, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {
            "tStartMs": 2400,
            "dDurationMs": 3000,
            "wWinId": 1,
            "segs": segs(("[Music]", 0), ("so\u00a0", 100), (" today", 400)),
        },
        {"tStartMs": 60000, "dDurationMs": 900, "segs": segs((">> yes", 0), (" &gt;&gt; no", 500))},
    )
    assert found.origin is Origin.CAPTIONS
    assert found.language == "und"
    assert [segment.text for segment in found.segments] == ["hello everyone so today", "yes", "no"]
    assert found.segments[0].words == (
        Word(0.16, 0.48, "hello"),
        Word(0.48, 2.5, "everyone"),
        Word(2.5, 2.8, "so"),
        Word(2.8, 5.4, "today"),
    )
    assert found.segments[2].words == (Word(60.5, 60.9, "no"),)
    assert found.duration == 60.9


def test_json3_typed_captions() -> None:
    """Captions a person typed keep their lines and have no word times to claim."""
    found = json3(
        {"tStartMs": 1000, "dDurationMs": 2000, "segs": [{"utf8": "Good morning\nall"}]},
        {"tStartMs": 3500, "dDurationMs": 1000, "segs": [{"utf8": "Let us start."}]},
    )
    assert found.segments == (Segment(1.0, 3.0, "Good morning all"), Segment(3.5, 4.5, "Let us start."))


def test_json3_long_speech_is_cut() -> None:
    """A monologue without pauses still becomes segments a reader can click."""
    events = [{"tStartMs": n * 2000, "dDurationMs": 4000, "segs": segs(("a", 0), ("b", 900))} for n in range(60)]
    assert all(segment.end - segment.start <= 12.0 for segment in json3(*events).segments)


@pytest.mark.parametrize(
    "events", [3, [3], [{"segs": 3}], [{"segs": ["x"]}], [{"tStartMs": "x", "segs": segs(("a", 0))}]]
)
def test_json3_of_another_shape(events: object) -> None:
    """JSON that merely has `events` is refused, not half read."""
    with pytest.raises(TranscriptError, match="json3"):
        cues.parse(json.dumps({"events": events}), source="x")


# --- our JSON, and what cannot be read


EVERYTHING = Transcript(
    language="en",
    origin=Origin.ASR,
    model="small.en",
    segments=(
        Segment(0.1234567, 2.0, "Hä? <&>", (Word(0.1234567, 1.0, "Hä?", 0.25), Word(1.0, 2.0, "<&>")), "Ann"),
        Segment(2.0, 3.0, "thank you for watching", suspect=True),
    ),
    duration=None,
)


def test_json_keeps_everything() -> None:
    """Our JSON loses nothing: words, probabilities, speaker, suspect, model, and full precision."""
    assert cues.parse(cues.to_json(EVERYTHING), source="x") == EVERYTHING


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ({"format": "other"}, "neither"),
        ({"version": 2}, "newer"),
        ({"origin": "dream"}, "dream"),
        ({"segments": [{"start": 0.0, "end": 1.0}]}, "'text'"),
        ({"segments": [{"start": "0", "end": 1.0, "text": "x"}]}, "'0'"),
        ({"segments": [{"start": -1, "end": 1.0, "text": "x"}]}, "-1"),
        ({"segments": None}, "wrong kind"),
        ({"language": None}, "not text"),
    ],
)
def test_damaged_json(damage: dict[str, object], problem: str) -> None:
    """A damaged transcript is refused, and the message says what is wrong with it."""
    data = json.loads(cues.to_json(EVERYTHING)) | damage
    with pytest.raises(TranscriptError, match=problem):
        cues.parse(json.dumps(data), source="x")


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", "is empty", None),
        ("Dear all,\nsee you", "neither WebVTT", None),
        ("WEBVTT\n\nNOTE nothing here\n", "no cues", None),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "no cues", None),
        ("WEBVTT\n\n00:01.000 --> \nhello", "timing", 3),
        ("1\n00:61:99,000 --> 00:02:00,000\nhello", "timing", 2),
        ('{"events": [\n', "broken JSON", 2),
        ('{"a": 1}', "neither json3", None),
    ],
)
def test_files_that_are_no_transcript(text: str, problem: str, line: int | None) -> None:
    """Each is refused with what is wrong, where it is known with the line, and with what would be right."""
    with pytest.raises(TranscriptError, match=problem) as caught:
        cues.parse(text, source="talk.vtt")
    assert caught.value.line == line
    assert str(caught.value).startswith("talk.vtt")
    assert "WebVTT" in caught.value.hint


def test_read_looks_at_the_content(tmp_path: Path) -> None:
    """The extension may lie; a byte order mark may be there."""
    file = tmp_path / "talk.txt"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        file.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nhä\n", encoding=encoding)
        assert said(cues.read(file)) == [(None, "hä")]


def test_read_says_why_it_cannot(tmp_path: Path) -> None:
    """A missing file, a folder and another encoding are one clear sentence each."""
    binary = tmp_path / "latin.srt"
    binary.write_bytes(b"1\n00:00:01,000 --> 00:00:02,000\nh\xe4\n")
    for path, problem in [
        (tmp_path / "no.vtt", "No such file"),
        (tmp_path, "directory"),
        (binary, "latin.srt:3.*UTF-8"),
    ]:
        with pytest.raises(TranscriptError, match=problem):
            cues.read(path)


# --- writing


def test_written_vtt() -> None:
    """What browsers and podcast players get: speakers as voices, escaped text, no invented or inverted cue."""
    written = cues.to_vtt(
        transcript(
            Segment(0.0, 1.0, "a --> b & <c>", speaker="Ann <x>"),
            Segment(1.0, 2.0, "invented", suspect=True),
            Segment(90_000.0, 89_999.0, "two\n\nlines"),
        )
    )
    assert written == dedent("""\
        WEBVTT

        NOTE Language: en

        00:00:00.000 --> 00:00:01.000
        <v Ann &lt;x&gt;>a --&gt; b &amp; &lt;c&gt;

        25:00:00.000 --> 25:00:00.001
        two lines
        """)


def test_written_srt() -> None:
    """Numbered cues with commas; text is escaped only where it would be taken for something else."""
    written = cues.to_srt(
        transcript(
            Segment(0.0, 1.0, "R&D <3", speaker="Ann"),
            Segment(1.0, 2.0, "0:01 --> 0:02"),
            Segment(2.0, 2.0, "<b>"),
        )
    )
    assert written == dedent("""\
        1
        00:00:00,000 --> 00:00:01,000
        Ann: R&D <3

        2
        00:00:01,000 --> 00:00:02,000
        >> 0:01 --&gt; 0:02

        3
        00:00:02,000 --> 00:00:02,001
        &lt;b&gt;
        """)


_MILLIS = st.integers(0, 200_000_000)
_TEXT = (
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not text.startswith((">>", "»")))
)
_SPEAKER = st.none() | st.sampled_from(["Ann", "Bo <b>", "Ann & Bo", "O'Neil (host)", "Zoë"])


@st.composite
def _transcripts(draw: st.DrawFn, text: st.SearchStrategy[str], speaker: st.SearchStrategy[str | None]) -> Transcript:
    spans = draw(st.lists(st.tuples(_MILLIS, st.integers(1, 60_000)), min_size=1, max_size=8))
    segments = [
        Segment(start / 1000, (start + length) / 1000, draw(text), speaker=draw(speaker))
        for start, length in sorted((start, length) for start, length in spans)
    ]
    return transcript(*segments)


def _without_labels(text: str) -> bool:
    return ":" not in text


@given(_transcripts(_TEXT.filter(_without_labels), _SPEAKER))
def test_vtt_there_and_back(original: Transcript) -> None:
    """What to_vtt writes, parse reads: texts, speakers and times to the millisecond."""
    assert cues.parse(cues.to_vtt(original), source="x") == original


@given(_transcripts(_TEXT.filter(_without_labels), st.none() | st.sampled_from(["Ann", "Bo Li"])))
def test_srt_there_and_back(original: Transcript) -> None:
    """What to_srt writes, parse reads, but for the language SRT cannot hold."""
    found = cues.parse(cues.to_srt(original), source="x")
    assert said(found) == said(original)
    assert [(s.start, s.end) for s in found.segments] == [(s.start, s.end) for s in original.segments]


@given(_transcripts(st.text(st.characters(exclude_categories=["Cs"])), _SPEAKER))
def test_json_there_and_back(original: Transcript) -> None:
    """Any text survives our JSON unchanged."""
    assert cues.parse(cues.to_json(original), source="x") == original


@pytest.mark.parametrize("start", ["WEBVTT\n\n", "", '{"events": ', "{"])
def test_any_text_is_read_or_refused(start: str) -> None:
    """Whatever stands in a file, the answer is a transcript or a TranscriptError."""

    @given(
        st.lists(
            st.sampled_from(["00:01.000 --> 00:02.000", "1", "", "<v A>x", "Tim: x", "-->", "{}", "]"]) | st.text()
        )
    )
    def check(lines: list[str]) -> None:
        read_or_refused(lambda: cues.parse(start + "\n".join(lines), source="x"))

    check()


def read_or_refused(read: Callable[[], Transcript]) -> None:
    try:
        found = read()
    except TranscriptError:
        return
    assert found.segments
    assert all(segment.end > segment.start for segment in found.segments)
