"""What the tests of transcript files share: parsing a text, and making transcripts."""

from __future__ import annotations

from itertools import pairwise
from textwrap import dedent

from hypothesis import assume
from hypothesis import strategies as st

from pipeline import cues
from pipeline.invented_speech import mark_suspect
from pipeline.records import Origin, Segment, Transcript


def parse(text: str) -> Transcript:
    return cues.parse(dedent(text), source="a test")


def spoken(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Who says what, segment by segment."""
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def transcript(*segments: Segment, language: str = "en") -> Transcript:
    return Transcript(language, Origin.IMPORT, None, segments, max(segment.end for segment in segments))


MILLISECONDS = st.integers(0, 200_000_000)
TEXT = (
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not text.startswith((">>", "»")))
)
MIN_PAUSE_SECONDS = 1.5
SPEAKER = st.none() | st.sampled_from(["Ann", "Bo <b>", "Ann & Bo", "O'Neil (host)", "Zoë"])


_OPENINGS = ["We", "You", "They", "Somebody", "Nobody", "Everybody", "Others", "Friends"]
"""Of what is said: captions that begin alike look as if they were growing."""


@st.composite
def transcripts(draw: st.DrawFn, text: st.SearchStrategy[str], speaker: st.SearchStrategy[str | None]) -> Transcript:
    spans = draw(st.lists(st.tuples(MILLISECONDS, st.integers(1, 60_000)), min_size=1, max_size=8))
    segments = [
        Segment(start / 1000, (start + length) / 1000, f"{opening} {draw(text)}", speaker=draw(speaker))
        for opening, (start, length) in zip(_OPENINGS, sorted(spans), strict=False)
    ]
    # What is said twice at once, or begins with what has just been said, may be a repetition of the file's.
    assume(all(after.start > before.end + MIN_PAUSE_SECONDS for before, after in pairwise(segments)))
    assume(not any(segment.suspect for segment in mark_suspect(segments)))  # a caption file has no place for them
    return transcript(*segments)


UNLABELLED_TEXT = TEXT.filter(lambda text: not set(text) & set(":："))


def timed(transcript: Transcript) -> list[tuple[float, str]]:
    """When what is said begins."""
    return [(segment.start, segment.text) for segment in transcript.segments]
