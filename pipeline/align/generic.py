"""Blocks that cannot be placed by what they say: a generic heading, small talk, a summary of the whole.

"Updates", "Any other business" and "The group met to discuss progress" fit everywhere, so that a link of their own
would be chance. They are told from topics by one rule: they have no word but those that any notes may have.
"""

from __future__ import annotations

from pipeline.align.outline import Outline
from pipeline.language.generic_words import GenericWords, load_generic_words
from pipeline.language.word_lists import Language
from pipeline.language.words import folded_words

MAX_LINE_WORDS = 5  # of a line such as "Any other business", or "Agenda items and notes"
MIN_SENTENCE_WORDS = 4  # of a sentence about the meeting as a whole; fewer words are a heading


def generic_blocks(outline: Outline, language: Language) -> frozenset[int]:
    """Indices of the blocks that say nothing of their own, in notes of this language; none in an unknown one."""
    words = load_generic_words().get(language.code)
    if words is None:
        return frozenset()
    return frozenset(b for b, block in enumerate(outline.blocks) if _is_generic(block.text, language, words))


def _is_generic(text: str, language: Language, words: GenericWords) -> bool:
    said = folded_words(text)
    if not said or any(character.isdigit() for character in text):
        return False

    def is_only(some: frozenset[str]) -> bool:
        return any(word in some for word in said) and all(word in some or word in language.stop_words for word in said)

    return (len(said) <= MAX_LINE_WORDS and is_only(words.lines)) or (
        len(said) >= MIN_SENTENCE_WORDS and is_only(words.sentences)
    )
