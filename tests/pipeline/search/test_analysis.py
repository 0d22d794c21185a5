"""Words are found in all their forms, in whatever language."""

from __future__ import annotations

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvalidQuery
from pipeline.language.names import NAMES, snowball_name
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Mishearing,
    Notes,
    Section,
)
from pipeline.refresh import Archive
from pipeline.search import analysis, search
from pipeline.search.analysis import Analyzer
from pipeline.search.spelling import suggest
from pipeline.store import AlignmentInputs
from tests.pipeline.search.spoken import Open, found, say

GERMAN = (
    "Die Häuser am Rand der Straße werden gestrichen",
    "ein Haus mit Garten und zwei Entscheidungen",
    "der Haushalt ist beschlossen",
    "niemand hat etwas dagegen",
)
FRENCH = ("plusieurs décisions ont été prises", "l'équipe était fatiguée", "rien de nouveau")


@pytest.fixture(scope="module")
def german(opened: Open) -> Archive:
    return opened("german", *GERMAN)


@pytest.fixture(scope="module")
def french(opened: Open) -> Archive:
    return opened("french", *FRENCH)


@pytest.mark.parametrize("query", ["Haus", "haus", "Häuser", "HÄUSER", "hauser", "Hauses", "Haeuser", "ha\u0308user"])
def test_any_form_finds_every_form(german: Archive, query: str) -> None:
    """In capitals, without accents, decomposed, or in a form nobody used: it is one word."""
    assert found(german, query) == "01"
    assert ("Häuser", True) in next(hit.snippet for hit in search(german.index, query) if hit.slug == "0")


@pytest.mark.parametrize(
    ("query", "meetings"),
    [
        ("häuser straße", "0"),
        ("häusern strassen", "0"),
        ("hauses garten", "1"),
        ("haushalte OR häusern", "012"),
        ("entscheidung", "1"),
        ("die OR der -haus", "2"),
        ('"die Häuser"', "0"),
        ('"die Haus"', ""),
        ('"hause"', "01"),
        ("häuse*", "0"),
        ("hauses*", ""),
        ("haus*", "012"),
    ],
)
def test_forms_hold_wherever_a_word_stands(german: Archive, query: str, meetings: str) -> None:
    """Beside others, in an OR, and left out; not in a phrase of several words, nor before a star."""
    assert found(german, query) == meetings


@pytest.mark.parametrize("query", ["décision", "decision", "DÉCISIONS", "décisions", "decisions"])
def test_accents_may_be_left_out(french: Archive, query: str) -> None:
    """Even in a form that never occurred."""
    assert found(french, query) == "0"


def test_accents_that_were_left_out_in_the_text_may_be_typed(opened: Open) -> None:
    """Captions often have none."""
    assert found(opened("french", "plusieurs decisions"), "décision") == "0"


@pytest.mark.parametrize(("query", "meetings"), [("fatigué", "1"), ("equipes", "1"), ("l'équipe", "1"), ("neuf", "")])
def test_other_french_words(french: Archive, query: str, meetings: str) -> None:
    """An apostrophe parts words, as in the index."""
    assert found(french, query) == meetings


@pytest.mark.parametrize(
    ("language", "said", "typed"),
    [
        ("russian", "Новые книги пришли. Героиня моей", "книга героини моей"),
        ("greek", "οι δρόμοι της πόλης", "δρόμος ΔΡΟΜΟΥΣ"),
        ("turkish", "İstanbul evlerimiz", "istanbul ev"),
        ("finnish", "talossa asuttiin", "talo talot"),
        ("hindi", "लड़कियों की किताबें", "लड़कियां"),
        ("arabic", "الكتاب الجديد", "كتاب"),
        ("polish", "wszystkie kobietami", "kobiety"),
    ],
)
def test_languages_unlike_english(opened: Open, language: str, said: str, typed: str) -> None:
    """Other scripts, vowels that are marks, long endings."""
    assert found(opened(language, said, "x"), typed) == "0"


def test_a_mark_does_not_part_a_word(opened: Open) -> None:
    """In Hindi vowels are marks: a syllable is not a word."""
    assert found(opened("hindi", "किताबें"), "त") == ""


def test_a_word_that_was_misheard_is_found_in_another_form(opened: Open) -> None:
    """What stands in its place counts as a word of the text."""
    archive = opened("german")
    run = say(archive, "a", "die neuen heuser sind fertig")
    block = Block("b", BlockKind.ITEM, 1, 2, "Neubau", "", depth=1)
    notes_id = archive.store.save_notes(Notes("a", "A", None, None, (Section("b", "", 2, 1, (block,)),), ""))
    link = Alignment("b", 0.0, 3.0, 0.9, Basis.MATCH)
    archive.store.save_alignments(
        "a", (link,), AlignmentInputs(notes_id, run, "1"), (Mishearing(2.0, 3.0, "Häuser", "heuser", 0.9),)
    )

    assert [hit.heard for hit in search(archive.index, "Haus")] == ["heuser"]
    assert [hit.heard for hit in search(archive.index, "neu haus")] == ["heuser"]


def test_where_a_word_is_missing_the_others_are_found_in_all_forms(german: Archive) -> None:
    """The word that is missing is named as it was typed."""
    hits = search(german.index, "Gärten Entscheidung Zebras")

    assert {(hit.slug, hit.missing) for hit in hits} == {("1", ("Zebras",))}


def test_notes_are_found_in_all_forms(opened: Open) -> None:
    """As what was said is."""
    archive = opened("german")
    archive.store.claim("/a.md", "a")
    block = Block("b", BlockKind.ITEM, 1, 2, "Bäume pflanzen", "", depth=1)
    archive.store.save_notes(Notes("a", "A", None, None, (Section("b", "", 2, 1, (block,)),), ""))

    assert [hit.source for hit in search(archive.index, "Baum")] == ["notes"]


def test_a_meeting_that_comes_later_adds_its_words(opened: Open) -> None:
    """What is known already is in the way of nothing: the same letters with other accents, or another form."""
    archive = opened("german", "schon das Buch")
    say(archive, "1", "schönere Bücher")
    say(archive, "2", "schon wieder Büchern")

    assert found(archive, "buch") == "012"
    assert found(archive, "schön") == "012"  # without accents it is the same word as schon


def test_english_words_are_found_in_all_forms(opened: Open) -> None:
    archive = opened("english", "the tables of the houses", "a house")

    assert found(archive, "house") == "01"
    assert found(archive, "houses -table") == "1"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Häsuer", "häuser"),
        ("hasuer", "häuser"),
        ("Entschiedungen", "entscheidungen"),
        ("Haushlat -Garten", "haushalt -Garten"),
        ("Hauses", None),
        ("strassen", None),
    ],
)
def test_a_mistyped_word_is_put_right(german: Archive, typed: str, meant: str | None) -> None:
    """With a word as it was said, accents and all; a word that is known in another form is none."""
    assert suggest(german.index, typed) == meant


@given(st.text(max_size=40))
def test_no_text_a_user_can_type_breaks_the_search(german: Archive, query: str) -> None:
    """Every string is an answer, or InvalidQuery when there is no letter or digit in it."""
    try:
        search(german.index, query, limit=5)
    except InvalidQuery:
        assert not any(character.isalnum() for character in query)
    suggest(german.index, query)


def test_the_longest_words_are_searched(german: Archive) -> None:
    """Ten thousand letters have no other forms."""
    assert search(german.index, "ä" * 10_000) == ()


@pytest.mark.parametrize(
    ("text", "words", "stems", "also"),
    [
        ("Häuser, am — Rand!", "hauser am rand", "haus am rand", ""),
        ("l'équipe", "l equipe", "l equip", ""),
        ("ﬁne", "fine", "fine", "fin"),
        ("dns_events", "dns events", "dns event", "dnsevent"),
        ("EIP6190 EIP-6190", "eip6190 eip 6190", "eip6190 eip 6190", "eip 6190 eip6190"),
        ("processEvents", "processevents", "processevent", "process event"),
        ("用 Redis存起来", "用 redis 存起 起来", "用 redis 存起 起来", "存 起 来"),
        ("किताबें", "किताबें", "किताबें", ""),
        ("x" * 99, "x" * 64, "x" * 64, ""),
        (" — ", "", "", ""),
    ],
)
def test_the_words_of_a_text(text: str, words: str, stems: str, also: str) -> None:
    """In the index they are as in a query: folded, without endings, and the whole and the parts of identifiers."""
    german = Analyzer("german")
    assert german.indexed(text)[:3] == (words, stems, also)
    assert german.stems(text) == stems
    tokens = german.tokens(text)
    assert " ".join(token.word for token in tokens) == words
    assert " ".join(token.stem for token in tokens) == stems
    assert {stem for token in tokens for stem in token.also} == set(also.split())


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("Häuser", {"haus"}),
        ("ﬁne", {"fine", "fin"}),
        ("web3", {"web3"}),
        ("processEvents", {"processevent"}),
        ("存起", {"存起"}),
    ],
)
def test_the_forms_of_a_typed_word_are_none_of_its_parts(typed: str, forms: set[str]) -> None:
    """Who looks for one does not look for the other."""
    assert set(Analyzer("german").forms(typed)) == forms


@given(st.text(max_size=40))
def test_every_word_is_where_it_stands(text: str) -> None:
    """So that it can be marked; and it begins no sooner than the one before."""
    tokens = Analyzer("german").tokens(text)

    assert [token.start for token in tokens] == sorted(token.start for token in tokens)
    assert all(text[token.start : token.end].strip() for token in tokens)
    assert all(token.word and token.stem for token in tokens)
    assert not any(" " in token.word + token.stem for token in tokens)


def test_what_an_analyser_keeps_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server runs for months."""
    monkeypatch.setattr(analysis, "_KEPT_CHUNKS", 3)
    english = Analyzer("english")

    assert [english.stems(f"houses{number}") for number in range(9)] == [f"houses{number}" for number in range(9)]
    assert len(english._chunks) <= 3


def test_the_languages_are_those_of_the_stemmer() -> None:
    """But for two historical variants, each has its codes."""
    assert set(NAMES.values()) == set(Stemmer.algorithms()) - {"porter", "dutch_porter"}


@pytest.mark.parametrize(
    ("given", "name"),
    [("German", "german"), (" de ", "german"), ("FR", "french"), ("nb", "norwegian"), ("klingon", None), ("", None)],
)
def test_a_language_is_known_by_name_and_code(given: str, name: str | None) -> None:
    """In any case."""
    assert snowball_name(given) == name


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("the tables, the Café", True),
        ("dns_events", False),
        ("the – table", False),
        ("don't", False),
        ("don't – do", False),
        ("今天开会", False),
        ("", False),
        ("web3 and v2", False),
    ],
)
def test_a_text_is_plain_where_each_chunk_is_one_word(text: str, is_plain: bool) -> None:
    """So that its stems tell where its words are."""
    assert Analyzer("english").indexed(text).is_plain is is_plain
