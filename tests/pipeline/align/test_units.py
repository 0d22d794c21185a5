from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.align import units
from pipeline.records import Origin, Segment, Transcript
from tests.pipeline.align.meetings import heard, timed


def of(*segments: Segment) -> units.Units:
    return units.build_units(Transcript("en", Origin.ASR, None, segments))


def test_a_long_cue_is_cut_at_its_sentences() -> None:
    """A five-minute cue still has a moment for each thing said in it."""
    sentences = [f"Sentence number {i} has exactly these ten words in it now." for i in range(12)]

    units = of(Segment(0, 120, " ".join(sentences)))

    assert list(units.start) == [10.0 * i for i in range(12)]
    assert units.texts == tuple(sentences)


def test_word_times_win_over_shares() -> None:
    """Where the recogniser timed the words, a unit starts at its first word's own time."""
    words = [(float(i), f"w{i}{'.' if i in (8, 17) else ''}") for i in range(9)]
    words += [(20.0 + i, f"w{i}{'.' if i == 17 else ''}") for i in range(9, 18)]

    units = of(timed(*words))

    assert list(units.start) == [0.0, 29.0]


def test_a_new_speaker_starts_a_unit() -> None:
    """A link never starts in the middle of somebody else's turn."""
    units = of(Segment(0, 4, "one", (), "Ann"), Segment(4, 8, "two", (), "Bob"), Segment(8, 9, "three", (), "Bob"))

    assert list(units.start) == [0, 4]
    assert list(units.new_speaker) == [False, True]


def test_a_cue_without_a_name_continues_the_speaker() -> None:
    """Captions name people when they begin, not on every line."""
    units = of(Segment(0, 9, "one", (), "Ann"), Segment(9, 18, "two"), Segment(18, 27, "three", (), "Bob"))

    assert units.speakers == ("Ann", "Ann", "Bob")


def test_what_the_model_invented_is_skipped() -> None:
    """A suspect segment is no place to link to."""
    units = of(Segment(0, 9, "real"), Segment(9, 18, "thanks for watching", suspect=True))

    assert units.texts == ("real",)


def test_nothing_heard_gives_no_units() -> None:
    """An empty transcript is a result here; `align` makes it an error."""
    assert len(of(Segment(0, 5, "  "))) == 0


@given(
    st.lists(
        st.tuples(st.floats(0, 5000), st.floats(0, 400), st.text(max_size=40), st.sampled_from([None, "Ann", "Bob"])),
        max_size=20,
    )
)
def test_units_rise_and_keep_every_word(cues: list[tuple[float, float, str, str | None]]) -> None:
    """Whatever the cues, unit starts rise strictly and no word is lost."""
    segments = [Segment(start, start + length, text, (), who) for start, length, text, who in cues]

    units = of(*segments)

    assert all(a < b for a, b in pairwise(units.start))
    said = sorted(word for segment in segments for word in segment.text.split())
    assert sorted(word for text in units.texts for word in text.split()) == said
    assert (units.turn_seconds >= 0).all()


def test_an_hour_of_talk_has_a_unit_every_ten_seconds() -> None:
    """Units are as fine as a link needs to be, and no finer."""
    assert 300 <= len(units.build_units(heard(*["some words were said here"] * 720, every=5.0))) <= 720


def test_a_sentence_that_announces_a_topic_starts_a_unit() -> None:
    """A transcript without speakers still says "moving on"; a link may then point there."""
    cues = [
        (0.0, 4.0, "The rota is on the shed."),
        (4.0, 6.0, "Okay, moving on, the compost."),
        (6.0, 8.0, "It leans."),
    ]

    found = units.build_units(Transcript("en", Origin.ASR, None, tuple(Segment(*cue) for cue in cues), 8.0))

    assert found.start.tolist() == [0.0, 4.0]
