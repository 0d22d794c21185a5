"""Where a word ends in text that does not show it, and that text with spaces stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import unspaced
from tests import growth

UNSPACED = st.text("今天开会データﾃﾞｰﾀกำแพงที่ລາວမြန်မာខ្មែរ ab1.,。「」\u3000", max_size=40)
SPACED = st.text("abc déß 회의 Họp हिन्दी ж\u200d❤\ufe0f.,!?…", max_size=40)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("我们下周一上线。", ["我们", "下周", "一上", "线。"]),
        ("用 Redis 的列表", ["用 ", "Redis ", "的列", "表"]),
        ("ﾃﾞｰﾀﾍﾞｰｽ", ["ﾃﾞｰ", "ﾀﾍﾞ", "ｰｽ"]),
        ("ที่ร้าน 45,000 บาท", ["ที่ร้", "าน ", "45,000 ", "บา", "ท"]),
        ("共.5%が", ["共", ".5%", "が"]),
        ("오늘 회의", ["오늘", "회의"]),
        ("Họp lúc ba giờ", ["Họp", "lúc", "ba", "giờ"]),
    ],
)
def test_text_without_spaces_is_cut_into_about_as_many_pieces_as_words(text: str, pieces: list[str]) -> None:
    """A sign stays with its letter, a mark with what is before it, and a foreign word is whole."""
    assert unspaced.split_words(text) == pieces
    assert unspaced.count_words(text) == len(pieces)


@given(UNSPACED)
@settings(max_examples=400)
def test_cutting_loses_nothing(text: str) -> None:
    """The pieces are the text again, spaces included."""
    if unspaced.is_in(text):
        assert unspaced.join_words(unspaced.split_words(text)) == text.lstrip()


@given(st.lists(SPACED, max_size=6))
def test_text_with_spaces_is_as_without_this_module(texts: list[str]) -> None:
    """Korean, Vietnamese, Hindi with its joiners, emoji with their variants."""
    for text in texts:
        assert unspaced.split_words(text) == text.split()
        assert unspaced.blank(text) == text
    assert unspaced.join_words(texts) == " ".join(text for text in texts if text)


def test_lines_that_were_cut_within_a_word_make_it_whole() -> None:
    """Captions are cut anywhere; a foreign word keeps the spaces it has."""
    assert unspaced.join_words(["補助要在七月底申", "請", "，用", "LINE", "通知"]) == "補助要在七月底申請，用LINE通知"
    assert unspaced.join_words(["the word", "means", "ok"]) == "the word means ok"


@given(UNSPACED)
def test_what_is_blanked_leaves_every_span_where_it_was(text: str) -> None:
    """The rest is read by rules for scripts with spaces, and its places are those of the text."""
    blanked = unspaced.blank(text)

    assert len(blanked) == len(text)
    assert not unspaced.is_in(blanked)
    assert all(now in (" ", before) for now, before in zip(blanked, text, strict=True))


@pytest.mark.parametrize("part", ["日", "日 ", "日。", "a日", "ที่", "日" + " " * 50, "\u3099"])
def test_a_long_text_takes_no_longer_than_its_length(part: str) -> None:
    """No pattern goes back over what it has read."""
    grown = growth.measure(lambda n: part * n, lambda text: (unspaced.split_words(text), unspaced.blank(text)), 8_000)

    assert grown.exponent < 1.5
