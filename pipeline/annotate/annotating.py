"""Notes files annotated one by one: what is to be written into each, and beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline import timecode
from pipeline.annotate import lint
from pipeline.annotate.files import NotesFile, replace_file
from pipeline.annotate.lint import Finding
from pipeline.annotate.memory import AnnotationMemory, EditsOfPeople, as_corrections, edits_of_people
from pipeline.annotate.moments import LinkTarget, WantedLink, wanted_links
from pipeline.annotate.placement import LinkStyle, file_lines, style_of
from pipeline.annotate.rewriting import MIN_MOVED_SECONDS, BlockKey, RewrittenNotes, links_by_block, rewrite
from pipeline.annotate.sources import MomentSources
from pipeline.corrections.portable import PortableCorrection
from pipeline.links import youtube_id
from pipeline.notes import own_links
from pipeline.notes.own_links import OwnLink
from pipeline.records import Certainty, Notes, Verdict


@dataclass(frozen=True, slots=True)
class AnnotateOptions:
    """What the user asked for. `side` None: as the file has it."""

    minimum: Certainty = Certainty.SURE
    side: LinkStyle | None = None


@dataclass(slots=True)
class AnnotatedFile:
    """A file and what becomes of it; `memory_text` is what is to stand in the file beside it, "" for no such file."""

    file: NotesFile
    memory: AnnotationMemory
    rewritten: RewrittenNotes
    memory_text: str
    less_sure: int = 0  # blocks whose link is not sure enough to be written
    unreachable: int = 0  # found, but nothing opens the recording there
    unknown: tuple[str, ...] = ()  # the titles of meetings whose moments are not known
    changed_by_people: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        """Whether the notes are to be written."""
        return self.rewritten.text != self.file.text

    def write(self) -> None:
        """Write the notes and what is remembered of them. Whatever goes wrong, no file is half written.

        Raises:
            FileError: one of them cannot be written.
        """
        if (
            self.memory_text and self.memory_text != self.memory.text
        ):  # first: a link that is not remembered is a person's
            replace_file(self.memory.path, self.memory_text.encode())
        if self.is_changed:
            self.file.replace(self.rewritten.text)
        if not self.memory_text and self.memory.file is not None:
            self.memory.path.unlink(missing_ok=True)


def annotate(file: NotesFile, sources: MomentSources | None, options: AnnotateOptions) -> AnnotatedFile:
    """What is to be written into a file; nothing is written yet.

    Args:
        sources: None, or those that do not know a meeting: its links stay, but for what people said of them.

    Raises:
        NotesError, CorrectionsFileError: the notes or what is remembered of them cannot be read.
    """
    meetings, memory = file.read(file.text), AnnotationMemory.beside(file.path)
    standing, edits = links_by_block(file.text, meetings), edits_of_people(file.text, meetings, memory)
    found = sources(file.path, meetings) if sources else [None] * len(meetings)
    targets = {
        notes.slug: source.target if source else LinkTarget.of(notes, None, "")
        for notes, source in zip(meetings, found, strict=True)
    }
    edited = as_corrections(meetings, _on_common_clock(edits.changed, standing, targets))
    before = memory.said(meetings)
    said = before | edited
    made = AnnotatedFile(file, memory, RewrittenNotes(file.text), "", changed_by_people=len(edited))
    wanted: dict[BlockKey, WantedLink] = {}
    for notes, source in zip(meetings, found, strict=True):
        if source is None:
            made.unknown += (notes.title,)
            wanted |= _as_said(standing, said, targets[notes.slug], notes.slug)
            continue
        moments = source.moments({block_id: each for (slug, block_id), each in said.items() if slug == notes.slug})
        links = wanted_links(notes, moments, source.target, options.minimum)
        wanted |= {(notes.slug, block_id): link for block_id, link in links.links.items()}
        made.less_sure += links.less_sure
        made.unreachable += links.unreachable
        made.findings += lint.check_times(notes, moments)
    unwanted = {key for key, seconds in edits.deleted.items() if _is_same(wanted.get(key), seconds)}
    wanted = {key: link for key, link in wanted.items() if key not in unwanted}
    lines = file_lines(file.text)
    made.rewritten = rewrite(file.text, file.read, wanted, style_of(lines, meetings, options.side))
    made.findings += lint.check_links(file.text, lines, meetings)
    made.memory_text = _memory_text(made, meetings, edits, before, edited)
    return made


def _on_common_clock(
    changed: Mapping[BlockKey, float], standing: Mapping[BlockKey, OwnLink], targets: Mapping[str, LinkTarget]
) -> dict[BlockKey, float]:
    return {
        key: targets[key[0]].common_seconds(youtube_id(standing[key].href), seconds) for key, seconds in changed.items()
    }


def _as_said(
    standing: Mapping[BlockKey, OwnLink], said: Mapping[BlockKey, PortableCorrection], target: LinkTarget, slug: str
) -> dict[BlockKey, WantedLink]:
    """The links of a meeting of which nothing is known but what people said."""
    wanted = {}
    for key, link in standing.items():
        if key[0] != slug:
            continue
        word = said.get(key)
        if word is None or word.verdict is Verdict.AUTOMATIC:
            is_right = link.typed_seconds in {None, link.seconds}
            text = link.text if is_right else timecode.clock(link.seconds)
            wanted[key] = WantedLink(int(link.seconds), text, link.href)
        elif word.start is not None and (corrected := target.at(key[1], word.start)):
            wanted[key] = corrected
    return wanted


def _is_same(wanted: WantedLink | None, seconds: int) -> bool:
    return wanted is not None and abs(wanted.seconds - seconds) <= MIN_MOVED_SECONDS


def _memory_text(
    made: AnnotatedFile,
    meetings: Sequence[Notes],
    edits: EditsOfPeople,
    before: Mapping[BlockKey, PortableCorrection],
    edited: Mapping[BlockKey, PortableCorrection],
) -> str:
    """What is to be remembered: the links that stand now, those that people deleted, and what people changed."""
    after = made.rewritten.text
    now = {key: int(link.seconds) for key, link in links_by_block(after, made.file.read(after)).items()}
    deleted = {key: seconds for key, seconds in edits.deleted.items() if key not in now}
    new = [each for key, each in edited.items() if key not in before or before[key].start != each.start]
    if not (now or new or made.memory.file):
        return ""
    return made.memory.with_links(made.file.path.name, meetings, deleted | now, new)


def remove(file: NotesFile) -> AnnotatedFile:
    """The file without links of ours; what people changed in them stays as corrections.

    Raises:
        NotesError, CorrectionsFileError: the notes or what is remembered of them cannot be read.
    """
    meetings, memory = file.read(file.text), AnnotationMemory.beside(file.path)
    standing, edits = links_by_block(file.text, meetings), edits_of_people(file.text, meetings, memory)
    targets = {notes.slug: LinkTarget.of(notes, None, "") for notes in meetings}
    edited = as_corrections(meetings, _on_common_clock(edits.changed, standing, targets))
    text = own_links.remove(file.text)
    made = AnnotatedFile(file, memory, RewrittenNotes(text, cleared=len(own_links.find(file.text))), "")
    made.memory_text = _memory_text(made, meetings, EditsOfPeople({}, {}), memory.said(meetings), edited)
    return made
