"""A query that finds nothing is put right with words that are there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Settings
from pipeline.records import Notes, Origin, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search.spelling import suggest


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    opened = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("suggest")))
    said = "the Kubernetes operators of the universities are deployed with certificates and a café nearby"
    for slug, text in (("a", said), ("b", "container images")):
        opened.store.claim(f"/{slug}.md", slug)
        opened.store.save_notes(Notes(slug, slug, None, None, (), ""))
        opened.store.save_transcript(slug, Transcript("en", Origin.ASR, None, (Segment(0.0, 9.0, text),)), key=slug)
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
def test_unknown_words_are_replaced_by_the_closest(archive: Archive, typed: str, meant: str) -> None:
    """Known words, signs and filters stay as they were typed."""
    assert suggest(archive.index, typed) == meant


@pytest.mark.parametrize("query", ["zebra", "xyz", "kubernetes", "", "*", "kubernte*"])
def test_nothing_is_suggested_that_finds_nothing(archive: Archive, query: str) -> None:
    """Nor for a word that is known, that is like no other, or that was left unfinished."""
    assert suggest(archive.index, query) is None


def test_a_suggestion_holds_in_the_meeting_that_was_asked(archive: Archive) -> None:
    """What another meeting has is no help."""
    assert suggest(archive.index, "kuberntes", slug="a") == "kubernetes"
    assert suggest(archive.index, "kuberntes", slug="b") is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(archive: Archive, query: str) -> None:
    """Whatever is typed, there is a suggestion or none."""
    better = suggest(archive.index, query)
    assert better is None or better != query
