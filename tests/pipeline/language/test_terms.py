from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.terms import TermExtractor, is_word
from pipeline.language.word_lists import Language, load_languages

LANGUAGES = {language.code: language for language in load_languages()}


def keys(text: str, *, spoken: bool = False, code: str = "en") -> set[str]:
    return {term.key for term in TermExtractor(LANGUAGES[code]).terms(text, spoken=spoken)}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("we looked at sixty-one ninety", "#6190"),
        ("PR sixty one ninety", "#6190"),
        ("fifty-nine oh one", "#5901"),
        ("seventy seven zero two", "#7702"),
        ("61 90", "#6190"),
        ("four point two point zero", "#420"),
        ("two hundred million", "#200000000"),
        ("twenty twenty", "#2020"),
        ("version 4.2", "#42"),
        ("20,000 rows", "#20000"),
    ],
)
def test_spoken_numbers_are_heard_as_they_are_written(said: str, number: str) -> None:
    """Whatever way a number is said, its digits are among the terms."""
    assert number in keys(said, spoken=True)


@pytest.mark.parametrize(
    ("code", "said", "number"),
    [
        ("de", "einundsechzig neunzig", "#6190"),
        ("de", "zweihundert", "#200"),
        ("fr", "quatre-vingt-dix-sept", "#97"),
        ("fr", "soixante et onze", "#71"),
        ("es", "cuarenta y dos", "#42"),
        ("es", "dos mil veinticuatro", "#2024"),
        ("it", "duemilaventiquattro", "#2024"),
        ("it", "novantotto", "#98"),
        ("nl", "tweeduizendvierentwintig", "#2024"),
        ("pt", "dois mil e vinte e quatro", "#2024"),
        ("fr", "dix-sept", "#17"),
    ],
)
def test_numbers_are_heard_in_other_languages(code: str, said: str, number: str) -> None:
    """German compounds and French scores are numbers too."""
    spaced = said.replace("zweihundert", "zwei hundert")
    assert number in keys(spaced, spoken=True, code=code)


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("UTF8<->UTF16", {"utf", "#8", "#16", "utf8", "utf16"}),
        ("dns_events", {"dns", "event", "dnsevent"}),
        ("getHostByName", {"host", "name", "gethostbynam"}),
        ("EIPs, PRs", {"eip", "pr"}),
        ("#6190", {"#6190"}),
        ("EIP-4844", {"eip", "#4844", "eip4844"}),
        ("4.2.0", {"#420", "#42"}),
        ("2020-01-21", {"#2020", "#01", "#21"}),
        ("CI/CD", {"ci", "cd", "cicd"}),
        ("10k", {"#10000"}),
        ("1.5M", {"#1500000"}),
        ("sub-table's", {"sub", "tabl"}),
        ("l’organisation", {"l", "organis"} - {"l"}),
    ],
)
def test_identifiers_give_their_parts_and_their_joined_form(written: str, terms: set[str]) -> None:
    """An identifier can be heard in one word, in parts, or as the number in it."""
    assert terms <= keys(written)


def test_a_written_number_is_one_term() -> None:
    """Notes that say 6190 do not claim that somebody said 61."""
    assert keys("PR #6190 and 42") == {"pr", "#6190", "#42"}


@pytest.mark.parametrize(
    ("code", "written", "terms"),
    [
        ("fr", "94 000 lits", {"#94000", "lit"}),
        ("fr", "en 2019 100 lits", {"#2019", "#100", "lit"}),
        ("de", "1,5 Mio", {"#1500000"}),
        ("de", "2,75", {"#275"}),
        ("en", "see 2, 75", {"see", "#2", "#75"} - {"see"}),
    ],
)
def test_written_numbers_follow_the_manners_of_the_language(code: str, written: str, terms: set[str]) -> None:
    """A space may part thousands and a comma decimals, where that is the custom."""
    assert keys(written, code=code) == terms


def test_everyday_words_spell_nothing_by_themselves() -> None:
    """Letters are joined to a word; "you are I think" is no URI."""
    assert "tpm" in keys("the T P M", spoken=True)
    assert "cicd" in keys("see I C D", spoken=True)
    assert "uri" not in keys("you are I think", spoken=True)
    assert "tpm" not in keys("T P M")


def test_a_small_ordinal_counts_only_after_a_ten() -> None:
    """Twenty-first is 21, but the second is mostly no number."""
    assert "#21" in keys("January twenty-first", spoken=True)
    assert keys("the second, a four second slot", spoken=True) == {"second", "slot", "second slot", "#4"}


def test_polish_words_are_the_same_in_all_their_forms() -> None:
    """The transcript has the words of the notes in other cases and numbers."""
    note = keys("Integracja z bazą danych klienta, lista projektów", code="pl")

    assert note == keys("o integracji z bazami danych dla klientów, z listą: projekt", code="pl")
    assert note >= {"integracj", "baz", "dan", "klient", "projekt"}


def test_an_endless_number_is_none() -> None:
    """Nobody says a million with thousands of decimals, and nothing breaks when a transcript does."""
    endless = keys("one point " + "five " * 5000 + "million", spoken=True)

    assert {"#1", "#5000000"} <= endless
    assert max(len(key) for key in endless) <= 13
    assert keys("9" * 5000) == {"9" * 5000}


def test_addresses_are_no_words() -> None:
    """A link's address is not what was said."""
    assert keys("see https://example.org/osquery/pull/6190 today") == {"today"}


@given(st.text(max_size=200), st.booleans(), st.sampled_from(sorted(LANGUAGES)))
def test_terms_keep_their_span(text: str, spoken: bool, code: str) -> None:
    """Every term points at a piece of the text that it came from."""
    for term in TermExtractor(LANGUAGES[code]).terms(text, spoken=spoken):
        assert 0 <= term.start < term.end <= len(text)
        assert term.key


SAID = (
    "the you are see I a B C D y e one seven oh twenty twenty-first second 61 90 4.2 20,000 hundred and point to for "
    "double UTF eight MB megabyte table dns_events sub-table's l'or 10k 1.5M . a.b EIPs 3s zwei einundsechzig acht "
    "quatre vingt Größe 会议 三百"
)


@given(st.lists(st.sampled_from(SAID.split(" ")), max_size=12), st.sampled_from(sorted(LANGUAGES)))
def test_the_keys_of_speech_are_those_of_its_terms(said: list[str], code: str) -> None:
    """Counting what is said takes a short cut past the words that are only words: it misses nothing."""
    extractor, text = TermExtractor(LANGUAGES[code]), " ".join(said)

    assert Counter(extractor.spoken_keys(text)) == Counter(term.key for term in extractor.terms(text, spoken=True))


def test_the_span_shows_the_word_as_it_was_written() -> None:
    """Display never shows a stem."""
    text = "The Performances of codecvt"

    found = {term.key: text[term.start : term.end] for term in TermExtractor(LANGUAGES["en"]).terms(text)}

    assert found["perform"] == "Performances"
    assert found["codecvt"] == "codecvt"


def test_an_unknown_language_is_compared_as_it_is_written() -> None:
    """Without a stemmer the words themselves are the terms."""
    assert [term.key for term in TermExtractor(Language()).terms("Žádost rozpočtu")] == [
        "zadost",
        "rozpoctu",
        "zadost rozpoctu",
    ]


def test_everyday_words_are_known_by_the_language() -> None:
    """In a short transcript "reason" may be as rare as "milestone"; English knows better, other languages say 1."""
    english = next(language for language in load_languages() if language.code == "en")

    reason, milestone, pair = TermExtractor(english).rarity(["reason", "ebpf", "reason ebpf"])

    assert 0 < reason < milestone == 1
    assert pair == pytest.approx((reason + 1) / 2)
    assert TermExtractor(Language()).rarity(["reason"]).tolist() == [1.0]


def test_text_without_spaces_gives_characters_words_and_numbers() -> None:
    """English terms within it are as they are elsewhere, and the others are told from them."""
    found = keys("把 Redis的三百个dns_events存起来", code="en")

    assert {"redi", "dns", "dnsevent", "#300", "存起", "起来", "把", "存"} <= found
    assert not any("redis的" in key for key in found)


@pytest.mark.parametrize("said", ["3月6日", "5。6", "第12章第34页"])
def test_numbers_apart_in_text_without_spaces_are_not_joined(said: str) -> None:
    """March 6 is not 36."""
    assert keys(said, spoken=True).isdisjoint({"#36", "#56", "#1234"})


def test_full_width_forms_are_the_plain_ones() -> None:
    """Chinese keyboards write ＡＰＩ and １２; Thai has digits of its own."""
    assert keys("ＡＰＩ１２を使う") >= {"api", "#12"}
    assert "#45" in keys("ราคา ๔๕ บาท")


def test_which_keys_are_whole_words() -> None:
    """Pairs of words and lone characters only support them."""
    assert [is_word(key) for key in ("redi", "#300", "存起", "ตลา", "redi key", "存", "ตล")] == [True] * 4 + [False] * 3


def test_places_in_text_without_spaces_are_those_of_what_is_written() -> None:
    """The page marks them."""
    text = "ใช้ ﾃﾞｰﾀ 与Redis，三百 个"
    found = {term.key: text[term.start : term.end] for term in TermExtractor(LANGUAGES["en"]).terms(text)}

    assert found["データ"[:2]] == "ﾃﾞｰ"
    assert found["redi"] == "Redis"
    assert found["#300"] == "三百"
