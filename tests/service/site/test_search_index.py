"""What a site's search reads, and that Pagefind makes the same of it every time."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pipeline.errors import JumpnotesError
from pipeline.records import Notes, Segment
from service.site import search_index
from tests.service.meetings import Library


def fragments(files: dict[str, bytes]) -> dict[str, dict[str, object]]:
    """What the index says of each page, by its address."""
    found = {}
    for name, packed in files.items():
        if name.startswith("fragment/"):
            page = json.loads(gzip.decompress(packed).removeprefix(b"pagefind_dcd"))
            found[page["url"]] = page
    return found


def test_every_word_knows_its_block_and_its_second(library: Library, full: Notes) -> None:
    """Notes and what was said are pages of their own; before every word found stands where it is."""
    pages = search_index.documents(library.store.meeting("garden"))
    found = fragments(dict(search_index.build(pages, "english")))

    assert set(found) == {"/garden/notes.html", "/garden/said0.html"}
    notes, said = found["/garden/notes.html"], found["/garden/said0.html"]
    assert (notes["filters"], said["filters"]) == ({"in": ["notes"]}, {})
    assert notes["meta"] == {"title": "Garden club 2024-03-05", "slug": "garden", "date": "2024-03-05"}
    for page, text, place in [
        (said, "pallets", "12.75~Priya"),
        (notes, "Compost", f"{next(b.id for b in full.blocks if b.text == 'Compost heap')}~12.75"),
        (notes, "Seed", f"{next(b.id for b in full.blocks if b.text == 'Seed swap')}~"),
    ]:
        at = str(page["content"]).split().index(text)
        anchors = page["anchors"]
        assert isinstance(anchors, list)
        assert [anchor["id"] for anchor in anchors if anchor["location"] <= at][-1] == place


def test_long_speech_is_searched_in_quarters_of_an_hour(library: Library, full: Notes) -> None:
    """So that a search loads little, and words are found together that were said together."""
    library.transcript(segments=tuple(Segment(at, at + 5.0, f"word {at:.0f}") for at in (0.0, 899.0, 900.0, 2800.0)))
    pages = dict(search_index.documents(library.store.meeting("garden")))
    said = [pages[f"garden/said{number}.html"] for number in range(3)]
    assert ["word 899" in said[0], "word 900" in said[1], "word 2800" in said[2]] == [True, True, True]
    assert len(pages) == 4


def test_what_was_written_is_text(library: Library) -> None:
    """Whatever looks like a tag, or like an attribute of Pagefind, is searched and not obeyed."""
    library.notes('# A <b>\n\n- `<p data-pagefind-ignore>` and "quotes"\n', slug="odd", video=False)
    pages = search_index.documents(library.store.meeting("odd"))
    (page,) = fragments(dict(search_index.build(pages, "english"))).values()
    assert '<p data-pagefind-ignore> and "quotes"' in str(page["content"])


def test_only_what_a_search_needs_is_published(library: Library, full: Notes) -> None:
    """None of Pagefind's own interfaces, which are larger than the rest."""
    pages = list(search_index.documents(library.store.meeting("garden")))
    names = {name.partition("/")[0].partition(".")[0] for name in search_index.build(pages, "german")}
    assert names == {"pagefind", "wasm", "index", "fragment", "filter", "pagefind-entry"}


def test_the_same_pages_make_the_same_index(library: Library, full: Notes) -> None:
    """File by file, so that an unchanged archive gives an unchanged site."""
    pages = list(search_index.documents(library.store.meeting("garden")))
    made = [search_index.build(pages, "english") for _ in range(4)]
    assert all(each == made[0] for each in made)


def test_settings_of_somebody_else_change_nothing(
    library: Library, full: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither Pagefind's variables nor its file in the current folder."""
    pages = list(search_index.documents(library.store.meeting("garden")))
    before = search_index.build(pages, "english")
    (tmp_path / "pagefind.yml").write_text("root_selector: nav\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGEFIND_ROOT_SELECTOR", "nav")
    assert search_index.build(pages, "english") == before


def test_what_pagefind_cannot_do_is_told() -> None:
    """In its own words, and with a way out."""
    with pytest.raises(JumpnotesError, match=r"Pagefind failed: .") as caught:
        search_index.build([("a/b.html", "no page")], "english")
    assert "--no-search" in caught.value.hint
