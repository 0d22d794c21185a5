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
