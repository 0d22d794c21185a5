"""What was said and is not in the notes is told by its own words."""

from __future__ import annotations

import pytest

from pipeline.coverage import uncovered
from pipeline.language.words import folded_words
from pipeline.records import (
    Alignment,
    Origin,
    Segment,
    Transcript,
    UncoveredSpan,
    Word,
)
from tests.headings import notes, placed


def found(*alignments: Alignment, segments: tuple[Segment, ...], language: str = "en") -> tuple[UncoveredSpan, ...]:
    by_block = {alignment.block_id: alignment for alignment in alignments}
    return uncovered(notes("Hose", "Seeds", "Fence"), by_block, Transcript(language, Origin.ASR, None, segments))


def chatter(first: int, last: int, text: str) -> tuple[Segment, ...]:
    return tuple(Segment(at, at + 9.0, text) for at in range(first, last, 10))


def test_a_stretch_is_told_by_its_own_words() -> None:
    """By what is said there and nowhere else, common words left out, each at the second it is first said."""
    talk = chatter(0, 400, "and then the club met") + chatter(400, 460, "and then the Greenhouse leaked about")
    (span,) = found(placed("Hose", 0, 400), placed("Seeds", 460, 900), segments=talk)

    assert (span.start, span.end) == (400.0, 459.0)
    assert [keyword.text for keyword in span.keywords] == ["Greenhouse", "leaked"]
    assert [keyword.start for keyword in span.keywords] == [404.5, 406.0]


def test_only_significant_words_follow_the_first_three() -> None:
    """Words that are hardly more frequent there than elsewhere say nothing about the stretch."""
    elsewhere = "apples pears plums cherries grapes quinces medlars"
    talk = chatter(0, 300, elsewhere) + chatter(300, 360, f"greenhouse leaked gutters {elsewhere}")
    (span,) = found(placed("Hose", 0, 300), placed("Seeds", 360, 900), segments=talk)

    assert {keyword.text for keyword in span.keywords} == {"greenhouse", "leaked", "gutters"}


def test_pauses_and_small_talk_are_no_topics() -> None:
    """A stretch that is short, or in which hardly anything is said."""
    short = chatter(100, 120, "good morning to all of you who have come to hear us speak of the garden today")
    silent = chatter(300, 500, "hm")

    assert (
        found(placed("Hose", 0, 100), placed("Seeds", 120, 300), placed("Fence", 500, 900), segments=short + silent)
        == ()
    )


def test_greetings_of_the_first_minute_are_no_topics() -> None:
    """From the first word on; what goes on after it is told from then."""
    hello = "sorry you were muted can everybody hear me hello hello good morning to all of you"
    late = chatter(600, 660, hello)

    assert found(placed("Hose", 660, 900), segments=late) == ()
    (span,) = found(
        placed("Hose", 760, 900), segments=late + chatter(660, 760, "the greenhouse leaked again last night")
    )
    assert (span.start, span.end) == (660.0, 759.0)
    assert "hello" not in {keyword.text for keyword in span.keywords}


def test_any_language_has_keywords() -> None:
    """Where stop words are not known, rarity alone decides; where they are, accents do not matter."""
    talk = chatter(0, 400, "ja sitten kerho") + chatter(400, 480, "ja sitten kasvihuone vuotaa")
    (span,) = found(placed("Hose", 0, 400), placed("Seeds", 480, 900), segments=talk, language="fi")
    german = chatter(0, 400, "der Verein traf sich") + chatter(400, 480, "für das Gewächshaus über Nacht")
    (other,) = found(placed("Hose", 0, 400), placed("Seeds", 480, 900), segments=german, language="de")

    assert {keyword.text for keyword in span.keywords[:2]} == {"kasvihuone", "vuotaa"}
    assert {keyword.text for keyword in other.keywords} == {"Gewächshaus", "Nacht"}


def test_nothing_is_uncovered_before_anything_is_linked() -> None:
    """Nor by a guess that is too unsure for a link."""
    talk = chatter(0, 600, "and then the Greenhouse leaked about")

    assert found(segments=talk) == ()
    assert found(placed("Hose", 0, 100, 0.3), segments=talk) == ()


def test_word_times_tell_when_a_keyword_is_said() -> None:
    """Where there are any."""
    words = tuple(Word(401.0 + at, 401.5 + at, f" {word}") for at, word in enumerate(["the", "Greenhouse", "leaked"]))
    timed = Segment(400.0, 409.0, "the Greenhouse leaked", words)
    talk = (*chatter(0, 400, "and then the club met"), timed, *chatter(410, 460, "and the Greenhouse leaked"))
    (span,) = found(placed("Hose", 0, 400), placed("Seeds", 460, 900), segments=talk)

    assert [(keyword.text, keyword.start) for keyword in span.keywords] == [("Greenhouse", 402.0), ("leaked", 403.0)]


@pytest.mark.parametrize(
    ("elsewhere", "here", "keyword"),
    [
        (
            "我们昨天已经说过这个事情了大家都同意",
            ("温室玻璃碎了", "要修温室玻璃", "那温室玻璃很贵吧", "换温室玻璃要谁"),
            "温室玻璃",
        ),
        ("きのうもみんなで話した", ("温室が寒い", "まず温室を直す", "その温室は古い", "今の温室より"), "温室"),
        (
            "きのうもみんなで話した",
            ("サーバーが落ちた", "サーバーを直す", "そのサーバーは", "このサーバーより"),
            "サーバー",
        ),
        ("เราคุยเรื่องนี้กันแล้ว", ("ซื้อกระจกใหม่", "ขายกระจกเก่า", "ดูกระจกบาน", "ล้างกระจกหมด"), "กระจก"),
    ],
)
def test_keywords_where_no_spaces_are_written(elsewhere: str, here: tuple[str, ...], keyword: str) -> None:
    """Characters that are typical of the stretch together, whatever stands beside them; never a clause."""
    stretch = tuple(Segment(400.0 + 10 * i, 409.0 + 10 * i, here[i % len(here)]) for i in range(8))
    (span,) = found(placed("Hose", 0, 400), placed("Seeds", 480, 900), segments=chatter(0, 400, elsewhere) + stretch)

    texts = [each.text for each in span.keywords]
    assert keyword in texts[:2]
    parts = [part for text in texts for part in folded_words(text)]
    assert len(set(parts)) == len(parts)
    assert all(400 <= each.start < 440 for each in span.keywords)


def test_a_keyword_begins_when_its_first_character_is_said() -> None:
    """Speech recognition times Chinese by the character; a word may come in pieces."""
    said = ("温室玻璃碎了", "要修温室玻璃", "那温室玻璃很贵", "换温室玻璃要谁")
    stretch = tuple(
        Segment(at, at + 9.0, said[i % 4], tuple(Word(at + j, at + j + 1, char) for j, char in enumerate(said[i % 4])))
        for i, at in enumerate(range(400, 480, 10), start=1)
    )
    talk = chatter(0, 400, "我们昨天已经说过这个事情了大家都同意") + stretch
    (span,) = found(placed("Hose", 0, 400), placed("Seeds", 480, 900), segments=talk)

    assert (span.keywords[0].text, span.keywords[0].start) == ("温室玻璃", 402.0)


def test_small_talk_without_spaces_is_no_topic() -> None:
    """Its characters are counted as words, about two in one."""
    short = chatter(400, 440, "嗯是的")

    assert found(placed("Hose", 0, 400), placed("Seeds", 440, 900), segments=chatter(0, 400, "我们说过") + short) == ()
