from __future__ import annotations

import pytest

from pipeline.language.words import camel_spans, fold, folded_words, spoken_parts


@pytest.mark.parametrize(
    ("text", "folded"), [("Größe", "grosse"), ("ÉTÉ", "ete"), ("ﬁle", "file"), ("Žádost", "zadost"), ("日本", "日本")]
)
def test_accents_and_case_are_folded(text: str, folded: str) -> None:
    """Whoever writes or hears a word without its accents finds it, too."""
    assert fold(text) == folded


def test_marks_and_underscores_separate_words() -> None:
    """An identifier gives its parts."""
    assert folded_words("The dns_events, 4.2!") == ["the", "dns", "events", "4", "2"]


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("tlsConfig", ["tls", "Config"]),
        ("HTTPServer", ["HTTP", "Server"]),
        ("EIPs", ["EIPs"]),
        ("IPv", ["I", "Pv"]),
        ("plain", ["plain"]),
    ],
)
def test_camel_case_is_cut(run: str, parts: list[str]) -> None:
    """Where a capital begins a part; the plural of an acronym is none."""
    assert [run[start:end] for start, end in camel_spans(run)] == parts


@pytest.mark.parametrize(
    ("identifier", "parts"), [("IPv6", ["IPv", "6"]), ("tlsConfig_v2", ["tls", "Config", "v", "2"])]
)
def test_spoken_identifiers_keep_their_acronyms(identifier: str, parts: list[str]) -> None:
    """Nobody says "I" and "Pv"."""
    assert spoken_parts(identifier) == parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("停车场", ["停车", "车场"]),
        ("停 车\n场", ["停车", "车场"]),
        ("用dns_events查", ["用", "dns", "events", "查"]),
        ("ﾊﾞｽの時刻", ["バス", "スの", "の時", "時刻"]),
        ("ตลาด", ["ตลา", "ลาด"]),
        ("3月", ["3", "月"]),
        ("주차장 회의", [fold("주차장"), fold("회의")]),
    ],
)
def test_neighbouring_characters_stand_for_words_where_there_are_no_spaces(text: str, words: list[str]) -> None:
    """Two of Chinese and Japanese, three of Thai, wherever a line was cut; half-width letters are as wide as others."""
    assert folded_words(text) == words


def test_voiced_kana_are_not_the_plain_ones() -> None:
    """ば and は are different sounds, so they are no accents."""
    assert set(folded_words("ばんこ")).isdisjoint(folded_words("はんこ")[:1])
