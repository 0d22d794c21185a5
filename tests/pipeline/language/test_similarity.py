from __future__ import annotations

import pytest

from pipeline.language.similarity import (
    misheard_pairs,
    phonetic_key,
    phonetic_keys,
    similar_pairs,
    spelling_matrix,
    spelling_similarity,
)


def test_words_that_sound_alike_have_one_key() -> None:
    """The key forgets spelling, voicing and inner vowels."""
    assert phonetic_key("keccak") == phonetic_key("catchack")
    assert phonetic_key("graph") == phonetic_key("kraf")
    assert phonetic_key("vader") == phonetic_key("fater")
    assert phonetic_key("alpha") != phonetic_key("lpha")


def test_keys_are_those_of_each_word() -> None:
    """Whatever word comes before or after it; letters that repeat are heard once, also of other scripts and digits."""
    words = ["bob", "bbob", "tap", "happy", "", "ahha", "éé", "сссорааа", "2200", "catch", "ck"]

    assert phonetic_keys(words) == [phonetic_key(word) for word in words]
    assert phonetic_keys(words) == ["bb", "bb", "tp", "p", "", "a", "é", "сора", "20", "kk", "k"]
    assert phonetic_keys([]) == []


def test_words_of_any_lengths_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving out those of too different lengths, one word at a time, leaves out none that was misheard."""
    words = ["farfella", "codecvt", "keccak", "alessandro", "getaddrinfo", "dns"]
    heard = ["farfela", "farfellas", "farfallalla", "codec", "codecvts", "catchack", "alexandro", "getaddrinfor", "dnx"]
    each = {found for word in words for other in heard for found in misheard_pairs([word], [other])}

    assert {word for word, *_ in each} == {*words} - {"dns"}
    assert set(misheard_pairs(words, heard)) == each
    monkeypatch.setattr("pipeline.language.similarity.MIN_BATCH_PAIRS", 1)
    monkeypatch.setattr("pipeline.language.similarity.MIN_BATCH_WORDS", 1)
    monkeypatch.setattr("pipeline.language.similarity.MAX_BATCH_PAIRS", 2)
    assert set(misheard_pairs(words, heard)) == each


def test_agreement_is_the_same_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing with many words takes several batches, which changes neither indices nor agreement."""
    others = ["query", "queries", "quarry", "cherry", "query"]
    whole = sorted(similar_pairs(["query", "quarry"], others, 70.0))

    monkeypatch.setattr("pipeline.language.similarity.MAX_BATCH_PAIRS", 4)

    assert sorted(similar_pairs(["query", "quarry"], others, 70.0)) == whole
    assert (0, 4, 100.0) in whole


def test_similarity_of_spelling_is_between_partners() -> None:
    """One value for each pair: 1 for the same letters, 0 for none in common."""
    assert spelling_similarity(["query", "abc"], ["query", "xyz"]).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("word", "heard", "found"),
    [
        ("osquery", "osquery", True),
        ("alessandro", "alexandro", True),  # by spelling
        ("keccak", "catchack", True),  # by sound
        ("cable", "stable", False),
        ("dns", "dnx", False),  # too short
    ],
)
def test_misheard_words_look_or_sound_alike(word: str, heard: str, found: bool) -> None:
    """The same letters score 1, what is misheard less, anything else is left out."""
    scores = [score for *_, score in misheard_pairs([word], [heard])]

    assert bool(scores) is found
    assert scores == [1.0] if word == heard else all(0 < score < 1 for score in scores)


def test_a_matrix_has_a_row_for_each_word() -> None:
    """The same agreement as of single pairs."""
    words, others = ["query", "cherry"], ["query", "quarry", "cherry"]
    found = spelling_matrix(words, others)

    assert found.shape == (2, 3)
    assert found[1].tolist() == pytest.approx(spelling_similarity(["cherry"] * 3, others).tolist())
