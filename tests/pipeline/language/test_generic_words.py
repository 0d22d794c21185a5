"""Words that any notes may have."""

from __future__ import annotations

from pipeline.language.generic_words import load_generic_words
from pipeline.language.word_lists import load_languages
from pipeline.language.words import fold


def test_every_language_with_word_lists_has_some() -> None:
    """Folded as the words of notes are, so that they can be found in them."""
    found = load_generic_words()

    assert set(found) == {language.code for language in load_languages()}
    for words in found.values():
        assert words.lines
        assert words.sentences
        assert all(fold(word) == word for word in words.lines | words.sentences)
