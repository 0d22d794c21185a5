"""Numbers written in Chinese characters, alone or among digits: 三十八万, 38 万 and 38万 are 380000.

Notes have digits where a transcript has characters, and the other way round. As in other languages a decimal point is
left out: 三点四 is 34, as 3.4 is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.language.spoken_numbers import MAX_DIGITS

MIN_VALUE = 10  # smaller ones are said all the time, and are parts of words
MIN_LISTED_DIGITS = 3  # of a number read digit by digit, 二〇二五; 两三 means two or three

_VALUES = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_POINTS = "点點"
_SCALES = "".join((*_SMALL, *_LARGE))
_HAN = "".join((*_VALUES, _SCALES, _POINTS))
_BEFORE_SCALE = rf"\d{{1,9}}(?:\.\d{{1,4}})?\s?(?=[{_SCALES}])"
_NUMBER = re.compile(rf"(?<!\d)(?:(?:{_BEFORE_SCALE})?[{_HAN}]{{1,8}}){{1,4}}(?:(?<=[{_SCALES}])\d{{1,9}}(?!\d))?")
_PART = re.compile(r"\d+(?:\.\d+)?|\S")


def find_han_numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """The digits, start and end of each way to read the numbers in `text` that have Chinese characters in them.

    >>> list(find_han_numbers("三百一十件")), [digits for digits, *_ in find_han_numbers("2億3千万と四万五")]
    ([('310', 0, 4)], ['230000000', '45000', '40005'])
    """
    for found in _NUMBER.finditer(text):
        for value in dict.fromkeys(_values(_PART.findall(found[0]))):
            digits = str(value)
            if value >= MIN_VALUE and len(digits) <= MAX_DIGITS:
                yield digits, found.start(), found.end()


def _values(parts: list[str]) -> Iterator[int]:
    while parts and parts[-1] in _POINTS:
        parts.pop()
    while parts and parts[0] in _POINTS:
        parts.pop(0)
    if all(part in _VALUES for part in parts):
        if len(parts) >= MIN_LISTED_DIGITS:
            yield int("".join(str(_VALUES[part]) for part in parts))
        return
    if len(parts) < 2:
        return  # 百 and 千 alone are parts of words
    if (at := next((i for i, part in enumerate(parts) if part in _POINTS), 0)) > 0:
        yield from _decimal(parts[:at], [part for part in parts[at:] if part not in _POINTS])
        return
    # In Chinese 四万五 is four and a half 万, in Japanese 四万 and five.
    if len(parts) > 2 and parts[-1] in _VALUES and (scale := (_SMALL | _LARGE).get(parts[-2], 10)) > 10:
        yield round(_value([*parts[:-1]]) + _VALUES[parts[-1]] * scale / 10)
    yield round(_value(parts))


def _decimal(whole: list[str], decimals: list[str]) -> Iterator[int]:
    """三点四 is 34, and 一点五万 15000."""
    scales = [part for part in decimals if part in _LARGE]
    digits = "".join(str(_VALUES[part]) for part in decimals if part in _VALUES)
    if digits and scales:
        yield round(float(f"{_value(whole):.0f}.{digits}") * _LARGE[scales[0]])
    elif digits:
        yield int(f"{_value(whole):.0f}{digits}")


def _value(parts: list[str]) -> float:
    total = section = number = 0.0
    for part in parts:
        if part in _VALUES:
            number = 10 * number + _VALUES[part]
        elif part in _SMALL:
            section, number = section + max(number, 1.0) * _SMALL[part], 0.0
        elif part in _LARGE:
            total, section, number = total + max(section + number, 1.0) * _LARGE[part], 0.0, 0.0
        else:
            number = float(part)
    return total + section + number
