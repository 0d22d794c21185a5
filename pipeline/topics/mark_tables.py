"""Tables of decisions and of what is to be done: which of their cells says what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.records import Block, Mark, MarkKind
from pipeline.topics.mark_labels import OwnLine, ShownText, own_line, words
from pipeline.topics.mark_people import people_in
from pipeline.topics.mark_texts import cleaned, is_empty, is_placeholder, is_question

_NUMBERED = re.compile(r"(?P<label>\D{2,30}?)\s*#?\d{1,4}(?:\.\d{1,3})?[.:]?")
_SEPARATOR = re.compile(r"\s*(?<!\\)\|\s*")
_DESCRIPTIONS = frozenset(
    {"description", "details", "what", "beschreibung", "descripción", "summary", "text", "item", "topic"}
)
_OWNERS = frozenset(
    {
        "owner",
        "owners",
        "who",
        "assignee",
        "assignees",
        "assigned to",
        "responsible",
        "person",
        "wer",
        "lead",
        "qui",
        "responsable",
    }
)
_DECIDED = frozenset({"verdict", "ruling", "outcome"})
_STATUSES = frozenset({"status", "state", "done", "done?"})


class MarkTable:
    """A table whose first row says that it lists decisions or actions, or which stands under a label that does."""

    def __init__(
        self, header: Block, label: OwnLine | None, blocks: Sequence[Block] = (), titles: frozenset[str] = frozenset()
    ) -> None:
        self._header = header
        self._label = label
        self._names = [name.strip(" :").casefold() for name in _cells(header)]
        self._labelled: int | None = None
        for number, cell in enumerate(_cells(header)):
            found = (
                OwnLine(MarkKind.DECISION, cell) if cell.casefold() in _DECIDED else own_line(cell) if cell else None
            )
            if found and not found.is_verdict and found.kind and self._labelled is None:
                self._label, self._labelled = found, number
        self.is_agenda = self._repeats(blocks, titles)

    def _repeats(self, blocks: Sequence[Block], titles: frozenset[str]) -> bool:
        """Whether the rows of what is to be done are, for the most part, the headings of these notes."""
        if self._label is None or self._label.kind is not MarkKind.ACTION or self._header not in blocks:
            return False
        rows, previous = 0, self._header
        found = 0
        for block in blocks[blocks.index(self._header) + 1 :]:
            if not self.goes_on(previous, block):
                break
            rows, found = rows + 1, found + (not titles.isdisjoint(cell.casefold() for cell in _cells(block)))
            previous = block
        return 2 * found > rows

    def goes_on(self, previous: Block, row: Block) -> bool:
        """Whether a row is of this table: there is one line, at most, and that under the first."""
        return row.line <= previous.end_line + (previous is self._header)

    def marks(self, row: Block, known: frozenset[str]) -> Iterator[Mark]:
        """What a row marks."""
        cells = _cells(row)
        label = self._label or _numbered_label(cells)
        if label is None:
            return
        text, state = self._text(cells), label.state
        if self._labelled is not None and label.kind is MarkKind.DECISION and self._labelled < len(cells):
            verdict = cells[self._labelled].strip(" *_")
            if verdict.casefold() in words("verdict"):
                others = [
                    cell for number, cell in enumerate(cells) if number != self._labelled and not _is_number(cell)
                ]
                text, state = next((cell for cell in others if cell), ""), verdict
        text = cleaned(text)
        if is_empty(text) or is_placeholder(text) or is_question(text):
            return
        owner = self._cell(cells, _OWNERS)
        kind = label.kind or (MarkKind.ACTION if owner else MarkKind.DECISION)
        people = (
            tuple(dict.fromkeys([*_names(owner, known), *people_in(text, known)])) if kind is MarkKind.ACTION else ()
        )
        yield Mark(kind, state, text, row.id, _done(self._cell(cells, _STATUSES)), people)

    def _text(self, cells: list[str]) -> str:
        if self._labelled is not None and self._labelled < len(cells) and not _is_number(cells[self._labelled]):
            own = cells[self._labelled]
            if not is_empty(own):
                return own
        described = self._cell(cells, _DESCRIPTIONS)
        if described and not _is_number(described):
            return described
        owner = self._cell(cells, _OWNERS)
        rest = cells if self._label else cells[1:]
        return next((cell for cell in rest if cell and not _is_number(cell) and cell != owner), "")

    def _cell(self, cells: list[str], names: frozenset[str]) -> str:
        return next((cell for name, cell in zip(self._names, cells, strict=False) if name in names), "")


def _numbered_label(cells: list[str]) -> OwnLine | None:
    """The label of one row alone: `Decision 86.1`."""
    found = _NUMBERED.fullmatch(cells[0])
    label = own_line(found["label"]) if found else None
    return label if label and label.kind and len(cells) > 1 else None


def _cells(row: Block) -> list[str]:
    return _SEPARATOR.split(ShownText.of(row.html).text)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[\W_]*\d*(?:[.:]\d+)*[\W_]*", cell) is not None


def _names(owner: str, known: frozenset[str]) -> tuple[str, ...]:
    names = people_in(f"{owner}: ", known) if owner else ()
    return names or ((owner.strip().lstrip("@"),) if owner and not is_placeholder(owner) else ())


def _done(status: str) -> bool | None:
    return {
        "done": True,
        "closed": True,
        "complete": True,
        "completed": True,
        "✅": True,
        "x": True,
        "yes": True,
        "open": False,
        "todo": False,
        "to do": False,
        "in progress": False,
        "no": False,
    }.get(status.strip(" .").casefold())
