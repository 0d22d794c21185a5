"""What was taken out, or is not to be published, is in no file of the next site."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.records import RemovedPassage
from pipeline.redact import finish, redact
from pipeline.refresh import Archive
from tests.service.meetings import SEGMENTS, SOURCE, Library
from tests.service.site.conftest import written

WORDS = ("Leutaschklamm", "Zirbelkiefer")
SAID = replace(SEGMENTS[0], start=16.0, end=17.0, text=" ".join(WORDS))


def having(out: Path, words: tuple[str, ...]) -> set[str]:
    """The first folder of each file that has one of the words, however the search packs them; stems are enough."""
    found = set()
    for path in (path for path in out.rglob("*") if path.is_file()):
        content = path.read_bytes()
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        if any(word[:8].lower().encode() in content.lower() for word in words):
            found.add(path.relative_to(out).parts[0])
    return found


def test_the_words_of_a_passage_leave_the_site_with_the_next_run(public: Settings, out: Path, tmp_path: Path) -> None:
    archive = Archive.open(public)
    Library(archive.store, tmp_path).transcript("garden", (*SEGMENTS, SAID))
    written(public, out, searchable=True)
    assert having(out, WORDS) == {"meetings", "pagefind"}

    redact(archive, public, "garden", [RemovedPassage(15.9, 17.1, "a private matter")], "Ana")
    assert finish(archive, public) == ()
    archive.close()
    written(public, out, searchable=True)
    assert having(out, WORDS) == set()
    assert having(out, ("[removed: a private matter]",)) == {"meetings"}


def test_a_meeting_that_is_no_longer_to_be_published_leaves_the_site(
    public: Settings, archive: Library, out: Path
) -> None:
    """Its page, its words in the search, and its title in every list and feed."""
    archive.transcript("garden", (*SEGMENTS, SAID))
    written(public, out, searchable=True)
    notes = reader.parse(f"---\npublish: false\n---\n{SOURCE}", name="garden.md")
    archive.store.save_notes(replace(notes, slug="garden"))

    report = written(public, out, searchable=True)
    assert report.meetings == 5
    assert having(out, WORDS) == set()
    assert not (out / "meetings" / "garden").exists()
    assert "meetings/garden/" not in "".join(path.read_text() for path in out.rglob("*.html"))
