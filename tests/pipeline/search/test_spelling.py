"""A query that finds nothing is put right with words that are there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Notes, Origin, Segment, Transcript
from pipeline.search.spelling import suggestion
from pipeline.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(tmp_path_factory.mktemp("suggest") / "jumpnotes.db")
    said = "the Kubernetes operators of the universities are deployed with certificates and a café nearby"
    for slug, text in (("a", said), ("b", "container images")):
        opened.claim(f"/{slug}.md", slug)
        opened.save_notes(Notes(slug, slug, None, None, (), ""))
        opened.save_transcript(slug, Transcript("en", Origin.ASR, None, (Segment(0.0, 9.0, text),)), key=slug)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kubernetes operatros", "Kubernetes operators"),
        ("Kuberntes", "kubernetes"),
        ("ukbernetes", "kubernetes"),
        ("certifcates -images", "certificates -images"),
        ('"contaner images"', '"container images"'),
        ("univresities in:transcript", "universities in:transcript"),
    ],
)
def test_unknown_words_are_replaced_by_the_closest(store: Store, typed: str, meant: str) -> None:
    """Known words, signs and filters stay as they were typed."""
    assert suggestion(store, typed) == meant


@pytest.mark.parametrize("query", ["zebra", "xyz", "kubernetes", "", "*", "kubernte*"])
def test_nothing_is_suggested_that_finds_nothing(store: Store, query: str) -> None:
    """Nor for a word that is known, that is like no other, or that was left unfinished."""
    assert suggestion(store, query) is None


def test_a_suggestion_holds_in_the_meeting_that_was_asked(store: Store) -> None:
    """What another meeting has is no help."""
    assert suggestion(store, "kuberntes", slug="a") == "kubernetes"
    assert suggestion(store, "kuberntes", slug="b") is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(store: Store, query: str) -> None:
    """Whatever is typed, there is a suggestion or none."""
    better = suggestion(store, query)
    assert better is None or better != query
