"""What people said of links in the notes themselves, or in the corrections file beside them, taken into the archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline import notes as reader
from pipeline.annotate.memory import AnnotationMemory, as_corrections, edits_of_people
from pipeline.annotate.moments import LinkTarget
from pipeline.annotate.rewriting import links_by_block
from pipeline.corrections import toml_file
from pipeline.corrections.portable import ImportOutcome, PortableCorrection
from pipeline.errors import JumpnotesError
from pipeline.file_names import printable
from pipeline.links import youtube_id
from pipeline.records import Notes
from pipeline.run.inputs import digest
from pipeline.store import Store


def key_of_corrections(notes: Path) -> str | None:
    """The sha256 of the corrections file beside notes; None where there is none.

    Raises:
        OSError: it cannot be read.
    """
    path = toml_file.beside(notes)
    return digest(path) if path.is_file() else None


def take_corrections(store: Store, path: Path, notes: Notes, warn: Callable[[str], None]) -> bool:
    """Store what was corrected beside the notes of a meeting, or by changing a link of ours in them.

    Returns whether there was anything new.
    """
    if not toml_file.beside(path).is_file():
        return False
    try:
        said = _said(store, path, notes)
    except JumpnotesError as error:
        warn(f"{error} {error.hint}".strip())
        return False
    known = {each.locator: (each.verdict, each.start) for each in store.portable_corrections(notes.slug)}
    new = [each for each in said if known.get(each.locator) != (each.verdict, each.start)]
    outcomes = store.import_corrections(notes.slug, new)
    for each, outcome in zip(new, outcomes, strict=True):
        if outcome is ImportOutcome.OUTSIDE:
            warn(f"{printable(path.name)}: the time of “{each.locator.text}” is {outcome}")
    return ImportOutcome.ADDED in outcomes


def _said(store: Store, path: Path, notes: Notes) -> list[PortableCorrection]:
    """The newest word on each block."""
    text = reader.read_text(path)
    meetings = reader.parse_file(path, text)
    slug = next((each.slug for each in meetings if each.line == notes.line), "")  # in the file, not in the archive
    memory = AnnotationMemory.beside(path)
    changed = edits_of_people(text, meetings, memory).changed
    standing = links_by_block(text, meetings)
    stored = store.recording(notes.slug)
    target = LinkTarget.of(notes, stored.record if stored else None, "")
    seconds = {
        key: target.common_seconds(youtube_id(standing[key].href), start)
        for key, start in changed.items()
        if key[0] == slug
    }
    said = {key: each for key, each in memory.said(meetings).items() if key[0] == slug}
    return list((said | as_corrections(meetings, seconds)).values())
