"""A word is found however it is written or said."""

from __future__ import annotations

import pytest

from pipeline.records import Block, BlockKind, Notes, Section
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.spoken_forms import spoken_forms
from pipeline.search.variants import MAX_RARE_PASSAGES
from tests.pipeline.search.spoken import Open, found


def marked(archive: Archive, query: str) -> list[str]:
    """What matches in the first hit."""
    return [text for text, matches in search(archive.index, query)[0].snippet if matches]


@pytest.fixture(scope="module")
def forks(opened: Open) -> Archive:
    return opened(
        "english",
        "the hard fork is planned",
        "a hardfork in May",
        "it is hard to fork this",
        "we call processEvents on the dns_events table",
        "number 6190 and EIP6190",
        "pull request sixty one ninety was merged",
        "the other, 61 90, is open",
    )


@pytest.mark.parametrize(
    ("query", "meetings"),
    [
        ("hardfork", "01"),
        ("hard fork", "012"),
        ('"hard fork"', "01"),
        ("hardforks", "01"),
        ("dns_events", "3"),
        ("dnsevents", "3"),
        ("dns events", "3"),
        ("processEvents", "3"),
        ("process events", "3"),
        ("EIP-6190", "4"),
        ("6190", "456"),
        ("9061", ""),
        ("harfork", ""),
    ],
)
def test_compounds_identifiers_and_numbers(forks: Archive, query: str, meetings: str) -> None:
    """As one word or as two, whole or by their parts, in digits or as people say them."""
    assert found(forks, query) == meetings


def test_what_was_found_is_marked(forks: Archive) -> None:
    """Both words of a compound, and the whole of a number."""
    assert marked(forks, "hardfork may") == ["hardfork", "May"]
    assert marked(forks, "hardfork planned") == ["hard fork", "planned"]
    assert marked(forks, "6190 merged") == ["sixty one ninety", "merged"]


@pytest.mark.parametrize(
    ("query", "meetings"),
    [
        ("Entscheidungsvorlage", "01"),
        ("Entscheidung Vorlage", "01"),
        ("Releaseplanung", "23"),
        ("Release Planung", "23"),
    ],
)
def test_german_compounds(opened: Open, query: str, meetings: str) -> None:
    """With the letter between the parts, or without."""
    archive = opened(
        "german",
        "die Entscheidungsvorlage kommt",
        "eine Entscheidung Vorlage für alle",
        "unsere Releaseplanung steht",
        "die Release Planung beginnt",
    )
    assert found(archive, query) == meetings


@pytest.mark.parametrize(
    ("query", "meetings"),
    [
        ("会议", "0"),
        ("纪要", "0"),
        ("会议纪要", "0"),
        ("要会", ""),
        ("会", "0"),
        ("議事録", "1"),
        ("ข้อมูล", "2"),
        ("มูล", "2"),
    ],
)
def test_scripts_without_spaces(opened: Open, query: str, meetings: str) -> None:
    """A word is found wherever it stands, and not where its characters stand in another order."""
    assert found(opened("english", "今天的会议纪要在这里", "議事録を確認", "ลบข้อมูลทั้งหมด", "nothing"), query) == meetings


def test_a_rare_word_with_one_wrong_letter(opened: Open) -> None:
    """Below those that have it, and it says what stands there."""
    archive = opened(
        "english", "Kubernetes is deployed", "then Kubernetis again", "the Kubernates cluster", "nothing like it"
    )

    hits = search(archive.index, "kubernetes")

    assert (hits[0].slug, hits[0].similar) == ("0", None)
    assert {(hit.slug, hit.similar) for hit in hits[1:]} == {("1", "Kubernetis"), ("2", "Kubernates")}
    assert found(archive, "kubernetes") == "0"


def test_an_unknown_word_is_taken_for_one_that_is_known(opened: Open) -> None:
    """A letter too many, too few, another, or two that have changed places; not more, and no short word."""
    archive = opened("english", "the tables are here and the cafe")

    for typed in ("tablles", "tabes", "tanles", "talbes"):
        assert [hit.similar for hit in search(archive.index, typed)] == ["tables"], typed
    for typed in ("tablllles", "tbales-x", "the", "cofe"):
        assert not any(hit.similar for hit in search(archive.index, typed)), typed


def test_a_known_word_is_not_taken_for_a_frequent_one(opened: Open) -> None:
    """Who looks for a cable means no table, however rare it is."""
    archive = opened("english", "the cable is here", *["a table"] * (MAX_RARE_PASSAGES + 1))

    assert [hit.slug for hit in search(archive.index, "cable")] == ["0"]


def test_spoken_forms_of_numbers() -> None:
    """From three digits on; with the words of the language, as far as they are known."""
    assert list(spoken_forms("105", "english")) == [
        "1 05",
        "one zero five",
        "one zero five",
        "one hundred five",
        "one hundred and five",
    ]
    assert "six thousand one hundred and ninety" in spoken_forms("6190", "english")
    assert "einundsechzig neunzig" in spoken_forms("6190", "german")
    assert list(spoken_forms("6190", "finnish")) == ["61 90"]
    assert not [form for digits in ("12", "0123", "1234567") for form in spoken_forms(digits, "english")]


def test_a_beginning_that_many_words_have(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone it finds those that are said most, the rarer of them first; beside other words it finds all."""
    archive = opened("english", "table table", "tablet table", "tabular", "tab and more")
    assert found(archive, "tab*") == "0123"

    monkeypatch.setattr("pipeline.search.terms.MAX_PREFIX_TERMS", 1)

    assert found(archive, "tab*") == "01"
    assert found(archive, "tab* more") == "3"
    assert found(archive, "tab* in:transcript") == "01"


def test_a_note_is_found_like_speech(opened: Open) -> None:
    archive = opened("english", "nothing")
    archive.store.claim("/n.md", "n")
    block = Block("b", BlockKind.ITEM, 1, 2, "shadowfork of PR-1559", "", depth=1)
    archive.store.save_notes(Notes("n", "N", None, None, (Section("b", "", 2, 1, (block,)),), ""))

    assert found(archive, "shadow fork") == found(archive, "1559") == "n"
