"""A stored meeting as a case that anybody can measure with: notes, transcript, and what people corrected as gold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import cues
from pipeline import notes as reader
from pipeline.errors import AlignError, NotesError
from pipeline.evaluate.cases import GoldItem, gold_json
from pipeline.evaluate.corrected import NO_TRANSCRIPT_HINT, corrected_gold
from pipeline.evaluate.masking import NameMask
from pipeline.evaluate.people import find_people
from pipeline.records import Meeting

_README = """\
A case for measuring jumpnotes, made with `jumpnotes contribute-gold`.

notes.md         the notes of a meeting
transcript.vtt   what was said, by the clock of its recording
gold.json        when {lines} of the notes began to be discussed, in seconds, as people set it;
                 null: nobody talked about it

Check it, in this folder:

    jumpnotes evaluate .

Further lines, and the passages about them (spans), can be added to gold.json by hand; `jumpnotes evaluate --help` shows
how. People correct links that are wrong and rarely confirm those that are right, so a line that was right is missing
here more often than one that was wrong.

{names}
Notes and transcript hold what people wrote and said: read them before you send them to anybody.
"""
_NAMES_MASKED = """\
Names are masked: Person-A is the same person everywhere. Only names that showed as such were found: of people who
speak, are listed, or have a handle or an e-mail address. Others may be left.
"""
_NAMES_KEPT = "Names are as they were.\n"


@dataclass(frozen=True, slots=True)
class Contribution:
    """The files of a case, before they are written.

    `name` is what its folder may be called, `masked` the mask of each person, with all that it stands for, and
    `left_out` how many corrected lines are no lines of these notes when they are read by themselves.
    """

    name: str
    notes: str
    transcript: str
    gold: tuple[GoldItem, ...]
    masked: Mapping[str, tuple[str, ...]] | None
    left_out: int = 0

    def write(self, folder: Path) -> None:
        """Write notes.md, transcript.vtt, gold.json and README.txt. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self._files():
            (folder / name).write_bytes(text.encode())

    def _files(self) -> Iterator[tuple[str, str]]:
        lines = "one line" if len(self.gold) == 1 else f"{len(self.gold)} lines"
        yield "notes.md", self.notes
        yield "transcript.vtt", self.transcript
        yield "gold.json", gold_json(self.gold)
        yield "README.txt", _README.format(lines=lines, names=_NAMES_KEPT if self.masked is None else _NAMES_MASKED)


def contribution(meeting: Meeting, *, mask_names: bool = False) -> Contribution:
    """A stored meeting as a case. Of notes in HTML these are the Markdown that was read from them.

    Args:
        mask_names: replace the names of people, alike in the notes and the transcript.

    Raises:
        AlignError: the meeting has no transcript.
        NotesError: its notes cannot be read by themselves.
    """
    notes, transcript = meeting.notes, meeting.transcript
    if transcript is None:
        raise AlignError(f"{notes.slug} has no transcript", hint=NO_TRANSCRIPT_HINT)
    name, source, masked = notes.slug, notes.source, None
    if mask_names:
        mask = NameMask(find_people(notes, transcript))
        name, source, transcript = mask.text(name).lower(), mask.text(source), mask.transcript(transcript)
        masked = mask.used
    gold = tuple(replace(item, line=item.line - notes.line + 1) for item in corrected_gold(meeting))
    lines = _lines_of_blocks(source, notes.slug)
    kept = tuple(item for item in gold if item.line in lines)
    return Contribution(name, source, cues.write(transcript, "vtt"), kept, masked, len(gold) - len(kept))


def _lines_of_blocks(source: str, slug: str) -> set[int]:
    """The lines on which blocks begin, as whoever gets the notes reads them."""
    try:
        return {block.line for block in reader.parse(source, name="notes.md").blocks}
    except NotesError as error:
        hint = "Copy them into a file of their own, run that, and correct its links."
        raise NotesError(slug, f"the notes cannot be read by themselves ({error})", hint=hint) from error
