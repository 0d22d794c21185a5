"""What was written into notes, remembered in the corrections file beside them, to tell what people have changed since.

A link of ours that opens other seconds than it was written with was edited by a person: that is a correction. One that
was deleted, while others stand, is not wanted back. Without the file, every link with our title is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.annotate.rewriting import BlockKey, links_by_block
from pipeline.corrections import toml_file
from pipeline.corrections.locate import BlockLocator, locate, locators
from pipeline.corrections.portable import PortableCorrection
from pipeline.corrections.toml_file import CorrectionsFile, WrittenLink
from pipeline.notes.own_links import OwnLink
from pipeline.records import Notes, Verdict

EDITOR = "an edit of the notes"
"""The author of a correction that somebody made by changing a link in the notes."""


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

    def remembered(self, meetings: Sequence[Notes]) -> tuple[dict[BlockKey, WrittenLink], list[WrittenLink]]:
        """What was written at which block, and what was written at none that is still there."""
        found: dict[BlockKey, WrittenLink] = {}
        left: list[WrittenLink] = []
        written = self.file.written if self.file else ()
        several = len(meetings) > 1
        for notes in meetings:
            own = [each for each in written if not several or each.meeting == notes.slug]
            for each, block_id in zip(own, locate([each.locator for each in own], locators(notes)), strict=True):
                if block_id is None:
                    left.append(each)
                else:
                    found[notes.slug, block_id] = each
        return found, left

    def said(self, meetings: Sequence[Notes]) -> dict[BlockKey, PortableCorrection]:
        """The newest correction of each block, of those in the file."""
        found: dict[BlockKey, PortableCorrection] = {}
        entries = sorted(self.file.corrections if self.file else (), key=lambda each: each.at)
        for notes in meetings:
            places = locate([each.locator for each in entries], locators(notes))
            found |= {(notes.slug, place): each for each, place in zip(entries, places, strict=True) if place}
        return found

    def with_links(
        self,
        notes_name: str,
        meetings: Sequence[Notes],
        standing: Mapping[BlockKey, int],
        added: Iterable[PortableCorrection],
    ) -> str:
        """The text of the file once these links stand, by the seconds they open; "" where nothing is left to say."""
        several = len(meetings) > 1
        written = [
            WrittenLink(locator, standing[key], notes.slug if several else "")
            for notes in meetings
            for block_id, locator in locators(notes).items()
            if (key := (notes.slug, block_id)) in standing
        ]
        before = self.text.replace("\r\n", "\n") or toml_file.to_toml(CorrectionsFile(notes_name))
        made = toml_file.with_annotations(before, tuple(added), written)
        if made.strip() == toml_file.to_toml(CorrectionsFile(notes_name)).strip():
            return ""
        return made.replace("\n", "\r\n") if "\r\n" in self.text else made


@dataclass(frozen=True, slots=True)
class EditsOfPeople:
    """What people did to links of ours: the seconds they changed them to, and the links they deleted, as written."""

    changed: Mapping[BlockKey, float]
    deleted: Mapping[BlockKey, int]


def edits_of_people(text: str, meetings: Sequence[Notes], memory: AnnotationMemory) -> EditsOfPeople:
    """What was changed in the notes since the memory was written. Seconds are those of the links."""
    standing = links_by_block(text, meetings)
    if memory.file is None or not memory.file.written:
        return EditsOfPeople({}, {})
    remembered, left = memory.remembered(meetings)
    gone = {key: each.start for key, each in remembered.items() if key not in standing}
    unclaimed = {*gone.values(), *(each.start for each in left)}  # of lines that were reworded or moved
    changed = {}
    for key, link in standing.items():
        was = remembered[key].start if key in remembered else None
        if was is None and link.seconds in unclaimed:
            was = int(link.seconds)
        if (now := _edited_to(link, was)) is not None:
            changed[key] = now
    is_reverted = not any(key in remembered for key in standing)
    return EditsOfPeople(changed, {} if is_reverted else gone)


def _edited_to(link: OwnLink, written: int | None) -> float | None:
    """The seconds to which somebody changed a link, in its address or in its text; None: it is as it was written."""
    if link.seconds != written:
        return link.seconds
    typed = link.typed_seconds
    return typed if typed is not None and typed != written else None


def as_corrections(meetings: Sequence[Notes], changed: Mapping[BlockKey, float]) -> dict[BlockKey, PortableCorrection]:
    """What people said by changing links; `changed` are seconds on the common clock."""
    now = datetime.now(UTC).replace(microsecond=0)
    places: dict[BlockKey, BlockLocator] = {
        (notes.slug, block_id): locator for notes in meetings for block_id, locator in locators(notes).items()
    }
    return {
        key: PortableCorrection(places[key], Verdict.TIME, float(seconds), EDITOR, now)
        for key, seconds in changed.items()
        if key in places
    }
