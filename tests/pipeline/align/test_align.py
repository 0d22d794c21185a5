from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align import align
from pipeline.errors import AlignError
from pipeline.records import Alignment, Basis, BlockKind, MeetingAlignment, Notes, Origin, Section, Segment, Transcript
from tests.pipeline.align.meetings import block, heard, of, written

TOPICS = {
    "Release 4.2.0": [
        "the release candidate needs a due date",
        "signing the packages takes a key",
        "four point two zero",
    ],
    "Windows datetime": ["windows returns the wrong datetime", "the timezone offset is dropped by the registry"],
    "eBPF tables": ["the kernel probes attach to getaddrinfo", "tracing bash with probes", "e b p f events in a table"],
    "Build cache": ["compiling takes an hour", "the compiler cache halves linking", "cache artifacts in a bucket"],
}
SMALL_TALK = ["yes I think that is right", "okay sounds good to me", "can you say a bit more", "so that was it then"]


def meeting(order: list[str]) -> tuple[Transcript, dict[str, float]]:
    """Two minutes of arrival, then four on each topic, in this order; and when each began."""
    texts = SMALL_TALK * 3
    starts: dict[str, float] = {}
    for topic in order:
        starts[topic] = 10.0 * len(texts)
        said = TOPICS[topic]
        texts += [f"next up is {topic}", *said, *SMALL_TALK, *said[::-1], *SMALL_TALK * 3]
    return heard(*texts), starts


NOTES = written(
    ("Release 4.2.0", ["Need to decide a due date", "Packages must be signed"]),
    ("Windows datetime", ["Timezone offset missing in the registry"]),
    ("eBPF tables", ["Probes against getaddrinfo", "Trace bash"]),
    ("Build cache", ["Compiler cache fixed, linking still slow"]),
)


def by_text(notes: Notes, aligned: MeetingAlignment) -> dict[str, Alignment]:
    text = {b.id: b.text for b in notes.blocks}
    return {text[alignment.block_id]: alignment for alignment in aligned.alignments}


def test_every_heading_lands_on_the_words_that_open_it() -> None:
    """A heading's link is not after the first words about it, and at most a breath before."""
    transcript, starts = meeting(list(TOPICS))

    found = by_text(NOTES, align(NOTES, transcript))

    for title, start in starts.items():
        assert start - 15 <= found[title].start <= start
        assert found[title].confidence >= 0.5


def test_a_section_lasts_until_the_next() -> None:
    """The end of a heading is the start of the next heading, the last one's the end of the recording."""
    transcript, _ = meeting(list(TOPICS))

    found = by_text(NOTES, align(NOTES, transcript))

    assert found["Release 4.2.0"].end == found["Windows datetime"].start
    assert found["Build cache"].end == pytest.approx(transcript.segments[-1].end)


def test_what_nobody_mentioned_gets_no_confident_link() -> None:
    """A section of another meeting is left out, or said to be doubtful."""
    transcript, _ = meeting(list(TOPICS))
    foreign = ("Holesky shutdown", ["Validators migrate to Hoodi", "Blob propagation under load"])
    order = [(s.title, [b.text for b in s.blocks[1:]]) for s in NOTES.sections]
    notes = written(*order[:2], foreign, *order[2:])

    found = by_text(notes, align(notes, transcript))

    assert all(found[text].confidence < 0.5 for text in (foreign[0], *foreign[1]) if text in found)
    assert found["eBPF tables"].confidence >= 0.5


def test_notes_in_another_order_are_still_found() -> None:
    """Order is evidence, not law: strong words win."""
    transcript, starts = meeting(["eBPF tables", "Release 4.2.0", "Build cache", "Windows datetime"])

    found = by_text(NOTES, align(NOTES, transcript))

    assert abs(found["eBPF tables"].start - starts["eBPF tables"]) <= 30
    assert abs(found["Release 4.2.0"].start - starts["Release 4.2.0"]) <= 30


def test_the_evidence_shows_the_notes_own_words() -> None:
    """A reader sees which of the written words were heard, spelled as they were written."""
    transcript, _ = meeting(list(TOPICS))

    found = by_text(NOTES, align(NOTES, transcript))["Probes against getaddrinfo"]

    assert set(found.evidence) == {"getaddrinfo", "Probes"}
    assert found.basis is Basis.MATCH


def test_a_written_time_is_strong_evidence() -> None:
    """A time in the notes wins over order and weak words, and the link says so."""
    transcript, _ = meeting(list(TOPICS))
    hinted = of(block(0, "Something about nothing in particular", hint=400.0))

    (found,) = align(hinted, transcript).alignments

    assert abs(found.start - 400) <= 10
    assert (found.basis, found.confidence >= 0.9) == (Basis.HINT, True)


def test_a_written_time_after_the_end_is_ignored() -> None:
    """A time that is not in the recording belongs to another one."""
    transcript, starts = meeting(list(TOPICS))

    (found,) = align(of(block(0, "Windows datetime timezone registry", hint=90_000.0)), transcript).alignments

    assert abs(found.start - starts["Windows datetime"]) <= 30


@pytest.mark.parametrize(
    "unspoken",
    [
        block(1, "release candidate due date", kind=BlockKind.CODE),
        block(1, "release candidate due date", kind=BlockKind.MARKUP),
        block(1, ""),
        block(1, "https://example.org/release/candidate"),
        block(1, "Release candidate", template=True),
    ],
)
def test_what_nobody_says_is_not_placed(unspoken: object) -> None:
    """Code, markup, bare links and templates have no moment of their own."""
    assert isinstance(unspoken, type(block(0, "")))
    transcript, _ = meeting(list(TOPICS))

    found = align(of(block(0, "Windows datetime"), unspoken), transcript).alignments

    assert {alignment.block_id for alignment in found} <= {"b0"}


def test_a_template_heading_takes_its_first_child() -> None:
    """Nobody says "Action items", but its first item has a moment, and the link admits that it is second-hand."""
    transcript, starts = meeting(list(TOPICS))
    heading = block(0, "Action items", kind=BlockKind.HEADING, depth=2, template=True)
    child = block(1, "getaddrinfo probes in the kernel", depth=1, parent="b0")
    notes = Notes("m", "M", None, None, (Section("b0", heading.text, 2, 1, (heading, child)),), "")

    found = {alignment.block_id: alignment for alignment in align(notes, transcript).alignments}

    assert abs(found["b0"].start - starts["eBPF tables"]) <= 60
    assert found["b0"].confidence < 0.5
    assert found["b0"].basis is Basis.NEIGHBOURS


def test_a_silent_recording_is_an_error_with_a_way_out() -> None:
    """Without a word there is nothing to align; the hint says what to do."""
    with pytest.raises(AlignError) as caught:
        align(NOTES, heard("", " "))

    assert "transcribe it again" in caught.value.hint


def test_notes_without_words_give_no_links() -> None:
    """Empty notes are a result, not an error."""
    assert align(of(), heard("hello")) == MeetingAlignment(())


def test_the_same_input_gives_the_same_answer() -> None:
    """Nothing in the aligner is random."""
    transcript, _ = meeting(list(TOPICS))

    assert align(NOTES, transcript) == align(NOTES, transcript)


TEXTS = st.one_of(
    st.sampled_from(
        ["", "Release 4.2.0", "eBPF", "日本語", "-", "probes probes", "#6190", "a" * 300, "Intro", "the and"]
    ),
    st.text(max_size=30),
)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            TEXTS, st.sampled_from(list(BlockKind)), st.integers(0, 6), st.booleans(), st.none() | st.floats(0, 999)
        )
    ),
    st.lists(st.tuples(TEXTS, st.floats(0, 300), st.floats(0, 60)), min_size=1, max_size=12),
)
def test_alignments_are_sound_whatever_comes_in(
    blocks: list[tuple[str, BlockKind, int, bool, float | None]], cues: list[tuple[str, float, float]]
) -> None:
    """In block order, once each, inside the recording, finite, never ending before they start."""
    made = [
        block(i, text, kind=kind, depth=depth, parent=f"b{i - 1}" if depth > 1 else None, hint=hint, template=template)
        for i, (text, kind, depth, template, hint) in enumerate(blocks)
    ]
    segments = tuple(Segment(start, start + length, text) for text, start, length in cues)
    if not any(text.strip() for text, *_ in cues):
        return

    found = align(of(*made), Transcript("en", Origin.ASR, None, segments)).alignments

    places = [int(alignment.block_id[1:]) for alignment in found]
    assert places == sorted(set(places))
    last = max(segment.end for segment in segments)
    for alignment in found:
        assert 0 <= alignment.start <= alignment.end <= last
        assert 0 <= alignment.confidence <= 1
        assert math.isfinite(alignment.confidence)
        assert len(alignment.evidence) <= 8
