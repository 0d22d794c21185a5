"""What people said of links in the notes themselves, or in the corrections file beside them, taken into the archive."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline import notes as reader
from pipeline.annotate.memory import EDITOR, AnnotationMemory, as_corrections, edits_of_people
from pipeline.annotate.moments import LinkTarget
from pipeline.annotate.rewriting import links_by_block
from pipeline.corrections import toml_file
from pipeline.corrections.portable import ImportOutcome, PortableCorrection
from pipeline.errors import CorrectionsFileError, JumpnotesError
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
    with suppress(CorrectionsFileError):  # the run tells it
        path = toml_file.beside(notes)
        return digest(path) if path.is_file() else None
    return None


def take_corrections(store: Store, path: Path, notes: Notes, warn: Callable[[str], None]) -> bool:
    """Store what was corrected beside the notes of a meeting, or by changing a link of ours in them.

    Returns whether there was anything new.
    """
    try:
        if not toml_file.beside(path).is_file():
            return False
        said = _said(store, path, notes)
    except JumpnotesError as error:
        warn(f"{error} {error.hint}".strip())
        return False
    outcomes = store.import_corrections(notes.slug, said)
    for each, outcome in zip(said, outcomes, strict=True):
        if outcome is ImportOutcome.OUTSIDE:
            warn(f"{printable(path.name)}: the time of “{each.locator.text}” is {outcome}")
    return ImportOutcome.ADDED in outcomes


def _said(store: Store, path: Path, notes: Notes) -> list[PortableCorrection]:
    """The newest word on each block. What was said by changing a link is said once, however often it is read."""
    text = reader.read_text(path)
    meetings = reader.parse_file(path, text)
    slug = next((each.slug for each in meetings if each.line == notes.line), "")  # in the file, not in the archive
    memory = AnnotationMemory.beside(path)
    changed, standing = edits_of_people(text, meetings, memory).changed, links_by_block(text, meetings)
    stored = store.recording(notes.slug)
    target = LinkTarget.of(notes, stored.record if stored else None, "")
    seconds = {
        key: target.common_seconds(edit.seconds, edit.part, youtube_id(standing[key].href))
        for key, edit in changed.items()
        if key[0] == slug
    }
    taken = {(each.text, each.start) for each in store.history(notes.slug) if each.author == EDITOR}
    edited = as_corrections(meetings, seconds)
    news = {key: each for key, each in edited.items() if (each.locator.text, each.start) not in taken}
    said = {key: each for key, each in memory.said(meetings).items() if key[0] == slug}
    return list((said | news).values())
