"""Numbers in Chinese characters, in the ways that people and recognisers write them."""

from __future__ import annotations

import pytest

from pipeline.language.han_numbers import find_han_numbers
from pipeline.language.spoken_numbers import MAX_DIGITS


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三十五分", ["35"]),
        ("二百件", ["200"]),
        ("一千零二十四", ["1024"]),
        ("兩百八十五萬", ["2850000"]),
        ("38 万元", ["380000"]),
        ("1.2万", ["12000"]),
        ("1万2000円", ["12000"]),
        ("2億3千万", ["230000000"]),
        ("三点四版", ["34"]),
        ("一点五亿", ["150000000"]),
        ("二〇二五年", ["2025"]),
        ("四万五", ["45000", "40005"]),
        ("三百一", ["310", "301"]),
    ],
)
def test_numbers_are_read_as_digits(text: str, digits: list[str]) -> None:
    """四万五 is 45,000 in Chinese and 40,005 in Japanese: it is both."""
    assert [found for found, *_ in find_han_numbers(text)] == digits


@pytest.mark.parametrize(
    "text", ["第一", "两三天", "百度", "千葉", "一点", "12:30 三", "2024-05-01", "1 2 3", "点点", "第9"]
)
def test_parts_of_words_and_small_numbers_are_none(text: str) -> None:
    """They are said all the time, and digits without characters are read elsewhere."""
    assert list(find_han_numbers(text)) == []


def test_a_number_has_its_place_in_the_text() -> None:
    """The page shows what was written there."""
    text = "大概三百一十件左右"

    ((_, start, end),) = find_han_numbers(text)

    assert text[start:end] == "三百一十"


@pytest.mark.parametrize("text", ["九" * 40, "九" * 8 + "亿" * 5, "999999999" * 3 + "万", "9" * 9 + "亿" + "9" * 9])
def test_no_number_is_longer_than_people_say(text: str) -> None:
    """Such a one is a hash or a joke, and would only take memory."""
    assert all(len(digits) <= MAX_DIGITS for digits, *_ in find_han_numbers(text))
