from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline import unspaced
from pipeline.align import units
from pipeline.language.words import WORD
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
    """Whatever the cues, unit starts rise strictly and no word or character is lost."""
    segments = [Segment(start, start + length, text, (), who) for start, length, text, who in cues]

    units = of(*segments)

    assert all(a < b for a, b in pairwise(units.start))
    said = " ".join(segment.text for segment in segments)
    heard_text = " ".join(units.texts)
    assert sorted("".join(heard_text.split())) == sorted("".join(said.split()))
    assert sorted(WORD.findall(unspaced.blank(heard_text))) == sorted(WORD.findall(unspaced.blank(said)))
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


def test_a_long_cue_without_spaces_is_cut_at_its_full_stops() -> None:
    """A minute of Chinese in one cue still has a moment for each sentence, though nothing separates them."""
    sentences = [f"今天第{i}件事情大家都已经看过了所以不用再多说{'。！？｡'[i % 4]}" for i in range(8)]

    found = of(Segment(0, 80, "".join(sentences)))

    assert found.texts == tuple(sentences)
    assert list(found.start) == [10.0 * i for i in range(8)]


def test_a_long_cue_without_spaces_or_marks_is_cut_all_the_same() -> None:
    """Automatic captions of Chinese and Thai have neither."""
    for text in ("我们今天讨论一下停车场和电梯的问题" * 12, "เราคุยกันเรื่องที่จอดรถและลิฟต์" * 12):
        found = of(Segment(0, 120, text))

        assert len(found) >= 5
        assert "".join(found.texts) == text


def test_words_that_come_in_pieces_are_put_together() -> None:
    """Speech recognition gives Chinese a character at a time, and a word may begin in one cue and end in the next."""
    found = of(timed((0.0, "停"), (0.4, "车"), (0.8, "场")), Segment(1.5, 3.0, "的电"), Segment(3.0, 5.0, "梯。"))

    assert found.texts == ("停车场的电梯。",)


def test_a_sentence_of_timed_characters_ends_at_its_mark() -> None:
    """The next one may then be linked to."""
    found = of(timed(*((float(i), "好" if i % 8 else "好。") for i in range(32))))

    assert list(found.start) == [0.0, 9.0, 17.0, 25.0]
