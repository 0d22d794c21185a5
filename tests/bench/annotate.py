"""What `jumpnotes annotate` does to real notes: `python -m tests.bench.annotate FOLDER…`.

Each file gets a link at every block that may have one. Counted are the files that are had back byte for byte,
those that a second time changes nothing, and those whose headings, code and front matter are as they were. Where a
meeting has a transcript beside it (`notes.md`, `transcript.*`), it is aligned before and after: links of ours must not
change what is found.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline import align, cues, timecode
from pipeline.annotate.files import NotesFile
from pipeline.annotate.moments import LINKED_KINDS, WantedLink
from pipeline.annotate.placement import file_lines, style_of
from pipeline.annotate.rewriting import BlockKey, rewrite
from pipeline.errors import JumpnotesError
from pipeline.notes import own_links
from pipeline.notes.files import find_notes
from pipeline.records import BlockKind, Notes

_KEPT = {BlockKind.HEADING, BlockKind.CODE, BlockKind.MARKUP}
_MAX_ALIGNED = 20  # meetings with a transcript


def main(folders: Sequence[Path]) -> None:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.process_time()
    for path in find_notes(folders):
        try:
            _measure(path, counts, wrong)
        except JumpnotesError:
            counts["files that cannot be annotated, such as HTML"] += 1
    seconds = time.process_time() - began
    for name, count in counts.items():
        print(f"{count:8,}  {name}")
    print(f"{seconds:8.1f}  seconds of CPU")
    for line in wrong:
        print(f"wrong: {line}")
    raise SystemExit(1 if wrong else 0)


def _measure(path: Path, counts: Counter[str], wrong: list[str]) -> None:
    file = NotesFile.open(path, frozenset())
    text, read = file.text, file.read
    meetings = read(text)
    wanted = _everywhere(meetings)
    style = style_of(file_lines(text), meetings, None)
    made = rewrite(text, read, wanted, style)
    again = read(made.text)
    kept = {key: link for key, link in wanted.items() if key not in made.no_place}
    counts["files"] += 1
    counts["blocks"] += len(wanted)
    counts["links written"] += len(made.written)
    counts["blocks without a place for one"] += len(made.no_place)
    promises = {
        "had back byte for byte": own_links.remove(made.text) == text,
        "the same a second time": rewrite(made.text, read, kept, style_of(file_lines(text), meetings, None)).text
        == made.text,
        "headings, code and markup as they were": _kept_lines(made.text, again) == _kept_lines(text, meetings),
        "blocks read as before": _blocks(again) == _blocks(meetings),
    }
    for name, holds in promises.items():
        counts[name] += holds
        wrong += [] if holds else [f"{path}: not {name}"]
    transcript = next(iter(sorted(path.parent.glob("transcript.*"))), None)
    if transcript and counts["meetings aligned"] < _MAX_ALIGNED and len(meetings) == 1:
        counts["meetings aligned"] += 1
        same = _found(meetings[0], transcript) == _found(again[0], transcript)
        counts["the same links found in the annotated notes"] += same
        wrong += [] if same else [f"{path}: other links found"]


def _everywhere(meetings: Sequence[Notes]) -> dict[BlockKey, WantedLink]:
    blocks = [
        (notes.slug, block.id)
        for notes in meetings
        for block in notes.blocks
        if block.kind in LINKED_KINDS and block.text and not block.hint and not block.template
    ]
    return {key: _link(7 * number) for number, key in enumerate(blocks)}


def _link(seconds: int) -> WantedLink:
    return WantedLink(seconds, timecode.clock(seconds), f"https://youtu.be/dQw4w9WgXcQ?t={seconds}")


def _kept_lines(text: str, meetings: Sequence[Notes]) -> list[str]:
    lines = [line.text for line in file_lines(text)]
    kept = [block for notes in meetings for block in notes.blocks if block.kind in _KEPT]
    return [line for block in kept for line in lines[block.line - 1 : block.end_line - 1]]


def _blocks(meetings: Sequence[Notes]) -> list[tuple[str, str, BlockKind]]:
    return [(block.id, block.html, block.kind) for notes in meetings for block in notes.blocks]


def _found(notes: Notes, transcript: Path) -> list[tuple[str, float, float]]:
    aligned = align.align(notes, cues.read(transcript))
    return [(each.block_id, each.start, each.confidence) for each in aligned.alignments]


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
