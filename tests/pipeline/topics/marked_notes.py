"""Notes of our own in which every mark and every trap is written down, and how many of them are found.

In `marked/*.md`, `«D State: text»` at the end of a line says that the line marks a decision, with this state and, where
it is given, this text; `«A State: text»` that it marks something to do; `«x»` that it marks nothing, though it looks a
bit like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.notes import parse_all
from pipeline.records import Block, Mark, MarkKind
from pipeline.topics.marks import find_marks

FOLDER = Path(__file__).parent / "marked"

_EXPECTED = re.compile(r"\s*«(?P<kind>[DAx])(?: (?P<state>[^:»]+))?(?:: (?P<text>[^»]+))?»")
_KINDS = {"D": MarkKind.DECISION, "A": MarkKind.ACTION}


@dataclass(frozen=True, slots=True)
class ExpectedMark:
    """A mark as somebody wrote it down; `text` is "" where it was not asked for."""

    line: int
    kind: MarkKind
    state: str
    text: str

    def is_met_by(self, block: Block, mark: Mark) -> bool:
        """Whether a mark that was found in a block is this one."""
        is_same = (mark.kind, mark.state) == (self.kind, self.state)
        return is_same and block.line <= self.line < block.end_line and self.text in ("", mark.text)


@dataclass(frozen=True, slots=True)
class MarkScore:
    """How the marks of a file were found. `wrong` and `missed` tell them by line."""

    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]
    traps: int


def score(path: Path) -> MarkScore:
    """What is found in one file."""
    lines, expected, traps = [], [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := _EXPECTED.search(line):
            traps += found["kind"] == "x"
            if kind := _KINDS.get(found["kind"]):
                expected.append(ExpectedMark(number, kind, found["state"], found["text"] or ""))
        lines.append(_EXPECTED.sub("", line))
    marks = list(_found("\n".join(lines) + "\n", path.stem))
    wrong, right = [], 0
    for block, mark in marks:
        met = next((each for each in expected if each.is_met_by(block, mark)), None)
        if met:
            expected.remove(met)
            right += 1
        else:
            wrong.append(f"{path.stem}:{block.line}: {mark.kind.value} [{mark.state}] {mark.text}")
    missed = tuple(f"{path.stem}:{each.line}: {each.kind.value} [{each.state}] {each.text}" for each in expected)
    return MarkScore(right, tuple(wrong), missed, traps)


def _found(source: str, name: str) -> list[tuple[Block, Mark]]:
    found = []
    for notes in parse_all(source, name=name):
        blocks = {block.id: block for block in notes.blocks}
        found += [(blocks[mark.block_id], mark) for mark in find_marks(notes)]
    return found
