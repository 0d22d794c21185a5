from __future__ import annotations

from pipeline.misheard import phonetics


def test_likely_confusions_cost_less() -> None:
    """Voicing and vowels make words less different than other consonants, and losing a consonant costs most."""
    base = ["bad", "bad", "bad", "bad"]
    same, voiced, vowel, other = phonetics.distance(base, ["bad", "pad", "bed", "sad"])
    assert same == 0 < voiced <= vowel < other


def test_identifiers_are_said_in_several_ways() -> None:
    """What stands before or behind an everyday word may be spelled, digits are numbers, acronyms are letters."""
    everyday = frozenset({"query", "rock"})
    assert phonetics.spell("os") + phonetics.read("query") in phonetics.pronunciations("osquery", everyday)
    assert phonetics.read("rocks") + phonetics.spell("db") in phonetics.pronunciations("rocksdb", everyday)
    assert phonetics.pronunciations("TLS", everyday) == (phonetics.spell("tls"),)
    assert phonetics.pronunciations("arm64", everyday)[0] == phonetics.read("arm") + phonetics.read_number("64")
    assert phonetics.read("ключ") == ""
