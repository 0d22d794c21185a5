"""What `jumpnotes annotate` prints."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Iterator, Sequence

from pipeline import timecode
from pipeline.annotate.annotating import AnnotatedFile
from pipeline.annotate.rewriting import links_by_block
from pipeline.file_names import printable

_MAX_NAMED_FILES = 5


def summary(made: AnnotatedFile) -> str:
    """One line of a file: `notes/2020-01-21.md: 12 links written, 2 moved; 5 less sure (--min likely)`."""
    rewritten = made.rewritten
    counts = [
        (len(rewritten.written), "written"),
        (len(rewritten.moved), "moved"),
        (len(rewritten.cleared), "taken out"),
    ]
    done = [f"{count} {word}" for count, word in counts if count]
    if done:
        number = next(count for count, _ in counts if count)
        done[0] = done[0].replace(" ", " link " if number == 1 else " links ", 1)
    remarks = []
    if made.changed_by_people:
        remarks.append(f"{made.changed_by_people} changed by hand, kept as corrections")
    if made.less_sure:
        remarks.append(f"{made.less_sure} less sure (--min likely)")
    if rewritten.no_place:
        remarks.append(f"{len(rewritten.no_place)} in tables or the like have no place for a link")
    if made.unreachable:
        remarks.append(f"{made.unreachable} found, but not on YouTube: say where the pages are (--site)")
    if made.recurring and not (done or made.less_sure or made.unknown):
        remarks.append(f"{made.recurring} lines recur in the notes of the folder, as from a template")
    if made.unknown:
        remarks.append(_unknown(made))
    return f"{_name(made)}: {'; '.join([', '.join(done) or 'no changes', *remarks])}"


def _unknown(made: AnnotatedFile) -> str:
    which = "nothing is known of it" if len(made.unknown) == 1 else f"nothing is known of {len(made.unknown)} meetings"
    return f"{which} (jumpnotes run {shlex.quote(_name(made))}, or give --transcript)"


def unknown_remark(made: AnnotatedFile) -> str:
    """That only what stands in the notes could be checked."""
    return f"{_name(made)}: {_unknown(made)}"


def totals(made: Sequence[AnnotatedFile]) -> str:
    """The last line, of several files."""
    changed = [each for each in made if each.is_changed]
    written = sum(len(each.rewritten.written) for each in made)
    moved = sum(len(each.rewritten.moved) for each in made)
    cleared = sum(len(each.rewritten.cleared) for each in made)
    unknown = sum(bool(each.unknown) for each in made)
    line = f"{len(changed)} of {len(made)} files changed: {written} links written, {moved} moved, {cleared} taken out"
    return f"{line}; nothing is known of {unknown} {'file' if unknown == 1 else 'files'}" if unknown else line


def diff_text(made: AnnotatedFile) -> str:
    """The change as a patch that `git apply` takes; "" for none."""
    before, after = (_lines(text) for text in (made.file.text, made.rewritten.text))
    name = printable(os.path.relpath(made.file.path))
    lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """As patches count them: a line ends with a line feed, and with nothing else."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def finding_lines(made: AnnotatedFile) -> list[str]:
    """What would change in a file and what is wrong in it: `notes.md:12: 7:30 would move to 7:41`."""
    found = [*_changes(made), *((each.line, each.problem) for each in made.findings)]
    return [f"{_name(made)}:{line}: {problem}" for line, problem in sorted(found)]


def _changes(made: AnnotatedFile) -> Iterator[tuple[int, str]]:
    """The links that would be written, moved or taken out, each with its line now."""
    meetings = made.file.read(made.file.text)
    lines = {(notes.slug, block.id): block.line for notes in meetings for block in notes.blocks}
    standing = links_by_block(made.file.text, meetings)
    after = links_by_block(made.rewritten.text, made.file.read(made.rewritten.text))
    for key in made.rewritten.written:
        yield lines[key], f"{after[key].text} is missing"
    for key in made.rewritten.moved:
        was, now = standing[key], after[key]
        shown = (
            f"{was.text} would be {now.text}"
            if was.text != now.text
            else f"{was.text} opens {timecode.clock(was.seconds)}"
        )
        yield was.line, shown
    for link in made.rewritten.cleared:
        yield link.line, f"{link.text} would be taken out: it is not known any more"


def mending_command(changed: Sequence[AnnotatedFile], settings: str) -> str:
    """The command that writes what is missing."""
    names = [shlex.quote(_name(each)) for each in changed[:_MAX_NAMED_FILES]]
    more = ["…"] if len(changed) > _MAX_NAMED_FILES else []
    return " ".join(["jumpnotes annotate", *names, *more]) + settings


def _name(made: AnnotatedFile) -> str:
    return printable(str(made.file.path))
