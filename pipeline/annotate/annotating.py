"""Notes files annotated one by one: what is to be written into each, and beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline import timecode
from pipeline.annotate import lint
from pipeline.annotate.files import NotesFile, replace_file
from pipeline.annotate.lint import Finding
from pipeline.annotate.memory import AnnotationMemory, EditsOfPeople, as_corrections, edits_of_people
from pipeline.annotate.moments import LinkTarget, WantedLink, wanted_links
from pipeline.annotate.placement import LinkStyle, file_lines, style_of
from pipeline.annotate.rewriting import BlockKey, RewrittenNotes, links_by_block, rewrite
from pipeline.annotate.sources import MomentSource, MomentSources
from pipeline.corrections.locate import locators
from pipeline.corrections.portable import PortableCorrection
from pipeline.corrections.toml_file import WrittenLink
from pipeline.errors import FileError
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
    changed_by_people: int = 0
    less_sure: int = 0  # blocks whose link is not sure enough to be written
    unreachable: int = 0  # found, but nothing opens the recording there
    recurring: int = 0  # blocks whose text recurs in the notes of the folder
    unknown: tuple[str, ...] = ()  # the titles of meetings whose moments are not known
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        """Whether the notes are to be written."""
        return self.rewritten.text != self.file.text

    def write(self) -> None:
        """Write the notes and what is remembered of them. Whatever goes wrong, no file is half written.

        Raises:
            FileError: one of them cannot be written, or the notes were changed since they were read.
        """
        if self.memory_text and self.memory_text != self.memory.text:
            replace_file(self.memory.path, self.memory_text.encode())
        try:
            if self.is_changed:
                self.file.replace(self.rewritten.text)
        except FileError:
            self._restore_memory()
            raise
        if not self.memory_text and self.memory.file is not None:
            self.memory.path.unlink(missing_ok=True)

    def _restore_memory(self) -> None:
        """What is remembered must be that of the notes as they are: a link that opens other seconds is a person's."""
        if self.memory.file is not None:
            replace_file(self.memory.path, self.memory.text.encode())
        else:
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
    known = {notes.slug: source or _unknown(notes) for notes, source in zip(meetings, found, strict=True)}
    edited, findings = _edited(meetings, edits, standing, known)
    before = memory.said(meetings)
    said = before | edited
    made = AnnotatedFile(file, memory, RewrittenNotes(file.text), "", len(edited), findings=findings)
    wanted: dict[BlockKey, WantedLink] = {}
    for notes, source in zip(meetings, found, strict=True):
        own = {key: link for key, link in standing.items() if key[0] == notes.slug}
        recurring = {block.id for block in notes.blocks if block.template}
        made.recurring += sum(bool(block.text) for block in notes.blocks if block.template)
        if source is None:
            made.unknown += (notes.title,)
            wanted |= _as_said(own, said, known[notes.slug].target)
            continue
        moments = source.moments({block_id: each for (slug, block_id), each in said.items() if slug == notes.slug})
        links = wanted_links(notes, moments, source.target, options.minimum)
        # Of a line that recurs in the folder by now, as in a copy of the notes, the link stays as it is.
        wanted |= _as_said({key: link for key, link in own.items() if key[1] in recurring}, said, source.target)
        wanted |= {(notes.slug, block_id): link for block_id, link in links.links.items()}
        made.less_sure += links.less_sure
        made.unreachable += links.unreachable
        made.findings += lint.check_times(notes, moments)
    wanted = {key: link for key, link in wanted.items() if key not in edits.deleted}
    lines = file_lines(file.text)
    made.rewritten = rewrite(file.text, file.read, wanted, style_of(lines, meetings, options.side))
    made.findings += lint.check_links(file.text, lines, meetings)
    made.memory_text = _memory_text(made, meetings, edits, before, edited)
    return made


def _unknown(notes: Notes) -> MomentSource:
    """A meeting of which only the notes are known."""
    return MomentSource(LinkTarget.of(notes, None, ""), lambda _said: {})


def _edited(
    meetings: Sequence[Notes],
    edits: EditsOfPeople,
    standing: Mapping[BlockKey, OwnLink],
    known: Mapping[str, MomentSource],
) -> tuple[dict[BlockKey, PortableCorrection], list[Finding]]:
    """What people said by changing links and is news, and what they changed to no moment of the recording."""
    changed: dict[BlockKey, float] = {}
    findings = []
    for key, edit in edits.changed.items():
        source, link = known[key[0]], standing[key]
        seconds = source.target.common_seconds(edit.seconds, edit.part, youtube_id(link.href))
        if source.length is not None and seconds >= source.length:
            findings.append(Finding(link.line, f"{timecode.clock(edit.seconds)} is not within the recording"))
        else:
            changed[key] = seconds
    said = as_corrections(meetings, changed)
    news = {key: each for key, each in said.items() if (each.locator.text, each.start) not in known[key[0]].taken}
    return news, findings


def _as_said(
    standing: Mapping[BlockKey, OwnLink], said: Mapping[BlockKey, PortableCorrection], target: LinkTarget
) -> dict[BlockKey, WantedLink]:
    """The links of blocks of which nothing is known but what people said."""
    wanted = {}
    for key, link in standing.items():
        word = said.get(key)
        if word is None or word.verdict is Verdict.AUTOMATIC:
            is_right = link.typed_seconds in {None, link.seconds}
            text = link.text if is_right else timecode.clock(link.seconds)
            wanted[key] = WantedLink(int(link.seconds), text, link.href)
        elif word.start is not None and (corrected := target.at(key[1], word.start)):
            wanted[key] = corrected
    return wanted


def _memory_text(
    made: AnnotatedFile,
    meetings: Sequence[Notes],
    edits: EditsOfPeople,
    before: Mapping[BlockKey, PortableCorrection],
    edited: Mapping[BlockKey, PortableCorrection],
) -> str:
    """What is to be remembered: the links that stand now, those that people deleted, and what people changed."""
    after, several = made.rewritten.text, len(meetings) > 1
    standing = links_by_block(after, made.file.read(after))
    links: dict[BlockKey, WrittenLink] = {}
    for notes in meetings:
        slug = notes.slug if several else ""
        for block_id, locator in locators(notes).items():
            key = notes.slug, block_id
            was = edits.remembered.get(key)
            if (link := standing.get(key)) is not None:
                start = int(link.seconds)
                earlier = None if was is None else was.before if was.start == start else was.start
                links[key] = WrittenLink(locator, start, slug, link.part, earlier)
            elif was is not None and key in edits.deleted:
                links[key] = replace(was, locator=locator, meeting=slug, deleted=True)
    new = [each for key, each in edited.items() if key not in before or before[key].start != each.start]
    if not (links or new or made.memory.file):
        return ""
    return made.memory.with_links(made.file.path.name, meetings, links, new)


def remove(file: NotesFile) -> AnnotatedFile:
    """The file without links of ours; what people changed in them stays as corrections, what they deleted is kept.

    Raises:
        NotesError, CorrectionsFileError: the notes or what is remembered of them cannot be read.
    """
    meetings, memory = file.read(file.text), AnnotationMemory.beside(file.path)
    standing, edits = links_by_block(file.text, meetings), edits_of_people(file.text, meetings, memory)
    edited, _ = _edited(meetings, edits, standing, {notes.slug: _unknown(notes) for notes in meetings})
    text = own_links.remove(file.text)
    made = AnnotatedFile(file, memory, RewrittenNotes(text, cleared=own_links.find(file.text)), "", len(edited))
    made.memory_text = _memory_text(made, meetings, edits, memory.said(meetings), edited)
    return made
