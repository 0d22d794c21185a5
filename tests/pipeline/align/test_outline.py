from __future__ import annotations

import pytest

from pipeline.align.outline import build_outline, is_placeable
from pipeline.records import BlockKind
from tests.pipeline.align.meetings import block, of


@pytest.mark.parametrize("text", ["#6190", "#42", "4.0.1", "6,190", "eBPF", "C", "予算", "https://example.org merged"])
def test_whatever_could_be_heard_can_be_placed(text: str) -> None:
    """A block of one number takes part: people say which issue they are at."""
    assert is_placeable(block(0, text))


@pytest.mark.parametrize("text", ["", "—", "7", "#2", "🎉", "https://example.org/pull/6190", "<www.example.org>"])
def test_what_nobody_would_say_cannot(text: str) -> None:
    """Marks and addresses are not spoken, and a lone digit is spoken all the time."""
    assert not is_placeable(block(0, text))


@pytest.mark.parametrize("kind", [BlockKind.MARKUP, BlockKind.CODE])
def test_code_and_markup_cannot_be_placed(kind: BlockKind) -> None:
    """Whatever they hold, nobody reads them out."""
    assert not is_placeable(block(0, "osquery 6190", kind=kind))


def test_the_outline_knows_what_hangs_on_what() -> None:
    """Parents are blocks that can be placed; the title of the document is none of them."""
    title = block(0, "Office hours 2020-01-21", kind=BlockKind.HEADING, depth=1)
    heading = block(1, "Release", kind=BlockKind.HEADING, depth=2, parent="b0")
    code = block(2, "x = 1", kind=BlockKind.CODE, parent="b1")
    item = block(3, "Due date", depth=1, parent="b1")
    nested = block(4, "End of February", depth=2, parent="b3")

    outline = build_outline(of(title, heading, code, item, nested))

    assert [b.id for b in outline.blocks] == ["b1", "b3", "b4"]
    assert outline.parent == (None, 0, 1)
    assert outline.heading_has_children == (True, False, False)
    assert outline.ancestors(2) == [1, 0]
