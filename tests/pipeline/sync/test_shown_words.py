from __future__ import annotations

import pytest

from pipeline.records import Utterance
from pipeline.sync.shown_words import shown_words


def split(text: str) -> list[str]:
    words, _ = shown_words([Utterance(text)])
    return [text[word.begin : word.end] for word in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yes — the pump's worn.", ["Yes", "—", "the", "pump's", "worn."]),
        (" a\n\n b  a ", ["a", "b", "a"]),
        ("水泵坏了，请看！", ["水", "泵", "坏", "了，", "请", "看！"]),
        ("用 GPU2 的", ["用", "GPU2", "的"]),
        ("用GPU2的「泵」", ["用", "GPU2", "的「", "泵」"]),
        ("ポスター", ["ポ", "ス", "ター"]),
        ("น้ำ", ["น้ำ"]),
        ("", []),
    ],
)
def test_words_are_those_that_are_written(text: str, words: list[str]) -> None:
    """All of the text but its spaces, in order."""
    assert split(text) == words
    assert "".join(words) == "".join(text.split())


def test_each_word_knows_its_tokens() -> None:
    words, tokens = shown_words([Utterance("We're — here."), Utterance("No.")])
    assert tokens == ["we", "re", "here", "no"]
    assert [tokens[word.first : word.last] for word in words] == [["we", "re"], [], ["here"], ["no"]]
    assert [word.utterance for word in words] == [0, 0, 0, 1]
