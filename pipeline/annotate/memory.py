"""What was written into notes, remembered in the corrections file beside them, to tell what people have changed since.

A link of ours that opens other seconds than it was written with was edited by a person: that is a correction. One that
was deleted, while others stand, is not wanted back. What is not remembered is nobody's word: without the file, every
link with our title is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pipeline.annotate.rewriting import BlockKey, links_by_block
from pipeline.corrections import toml_file
from pipeline.corrections.locate import locate, locators
from pipeline.corrections.portable import PortableCorrection
from pipeline.corrections.toml_file import CorrectionsFile, WrittenLink
from pipeline.errors import CorrectionsFileError
from pipeline.notes import own_links
from pipeline.notes.own_links import OwnLink
from pipeline.records import Notes, Verdict

EDITOR = "an edit of the notes"
"""The author of a correction that somebody made by changing a link in the notes."""


Entry = TypeVar("Entry", WrittenLink, PortableCorrection)


@dataclass(frozen=True, slots=True)
class AnnotationMemory:
    """A corrections file as it stands beside notes; `file` is None where there is none."""

    path: Path
    text: str = ""
    file: CorrectionsFile | None = None

    @classmethod
    def beside(cls, notes: Path) -> AnnotationMemory:
        """That of notes.

        Raises:
            CorrectionsFileError: it cannot be read.
        """
        path = toml_file.beside(notes)
        if not path.exists():
            return cls(path)
        file = toml_file.read(path)  # which checks that it is text
        return cls(path, path.read_bytes().decode("utf-8-sig"), file)

    def remembered(self, meetings: Sequence[Notes]) -> dict[BlockKey, WrittenLink]:
        """What was written at which block, as far as that is still there."""
        return _placed(self.file.written if self.file else (), meetings)

    def said(self, meetings: Sequence[Notes]) -> dict[BlockKey, PortableCorrection]:
        """The newest correction of each block, of those in the file."""
        oldest_first = sorted(self.file.corrections if self.file else (), key=lambda each: each.at)
        return _placed({(each.meeting, each.locator): each for each in oldest_first}.values(), meetings)

    def with_links(
        self,
        notes_name: str,
        meetings: Sequence[Notes],
        links: Mapping[BlockKey, WrittenLink],
        added: Iterable[PortableCorrection],
    ) -> str:
        """The text of the file once these links are remembered; "" where nothing is left to say.

        Raises:
            CorrectionsFileError: it has a table [written] that somebody wrote in another form.
        """
        written = [
            links[key] for notes in meetings for block_id in locators(notes) if (key := (notes.slug, block_id)) in links
        ]
        empty = toml_file.to_toml(CorrectionsFile(notes_name))
        made = toml_file.with_annotations(self.text.replace("\r\n", "\n") or empty, tuple(added), written)
        try:
            tomllib.loads(made)
        except tomllib.TOMLDecodeError as error:
            problem = "has [written] in another form than jumpnotes writes it"
            raise CorrectionsFileError(self.path, problem, hint="Delete that table.") from error
        if made.strip() == empty.strip():
            return ""
        return made.replace("\n", "\r\n") if "\r\n" in self.text else made


def _placed(entries: Iterable[Entry], meetings: Sequence[Notes]) -> dict[BlockKey, Entry]:
    """The entries by their blocks. Each is of one meeting at most: the one it names, or else the first that has it."""
    found: dict[BlockKey, Entry] = {}
    left, slugs = list(entries), {notes.slug for notes in meetings}
    for notes in meetings:
        own = [each for each in left if each.meeting == notes.slug or each.meeting not in slugs]
        places = locate([each.locator for each in own], locators(notes))
        here = {(notes.slug, place): each for each, place in zip(own, places, strict=True) if place}
        left = [each for each in left if each not in here.values()]
        found |= here
    return found


@dataclass(frozen=True, slots=True)
class LinkEdit:
    """The moment to which somebody changed a link: `part` is the part that its text names, 0 for none."""

    seconds: float
    part: int = 0


@dataclass(frozen=True, slots=True)
class EditsOfPeople:
    """What people did to links of ours: those they changed, those they deleted, and what is remembered of all."""

    changed: Mapping[BlockKey, LinkEdit]
    deleted: Mapping[BlockKey, WrittenLink]
    remembered: Mapping[BlockKey, WrittenLink]


def edits_of_people(text: str, meetings: Sequence[Notes], memory: AnnotationMemory) -> EditsOfPeople:
    """What was changed in the notes since the memory was written."""
    standing = links_by_block(text, meetings)
    remembered = memory.remembered(meetings)
    changed = {
        key: edit
        for key, link in standing.items()
        if key in remembered and (edit := _edited_to(link, remembered[key])) is not None
    }
    # Of a line that was reworded, moved or taken apart, the link may stand where nobody looks for it.
    astray = {link.seconds for key, link in standing.items() if key not in remembered}
    astray |= {link.seconds for link in own_links.find(text) if link not in standing.values()}
    gone = {key: each for key, each in remembered.items() if key not in standing}
    deleted = {key: each for key, each in gone.items() if each.deleted}
    if any(key in remembered for key in standing):  # else the file was put back as it was
        deleted |= {key: each for key, each in gone.items() if each.start not in astray}
    return EditsOfPeople(changed, deleted, remembered)


def _edited_to(link: OwnLink, written: WrittenLink) -> LinkEdit | None:
    """The moment to which somebody changed a link, in its address or in its text; None: it is as it was written.

    One that opens what it opened before it was last moved was put back with the rest of its file.
    """
    if link.seconds not in {written.start, written.before}:
        return LinkEdit(link.seconds, link.part)
    typed = link.typed_seconds
    if typed is not None and (typed not in {written.start, written.before} or link.part != written.part):
        return LinkEdit(typed, link.part)
    return None


def as_corrections(meetings: Sequence[Notes], changed: Mapping[BlockKey, float]) -> dict[BlockKey, PortableCorrection]:
    """What people said by changing links; `changed` are seconds on the common clock."""
    now = datetime.now(UTC).replace(microsecond=0)
    several = len(meetings) > 1
    return {
        key: PortableCorrection(locator, Verdict.TIME, float(changed[key]), EDITOR, now, notes.slug if several else "")
        for notes in meetings
        for block_id, locator in locators(notes).items()
        if (key := (notes.slug, block_id)) in changed
    }
