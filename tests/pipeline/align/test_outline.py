from __future__ import annotations

import pytest

from pipeline.align.outline import placeable
from pipeline.records import BlockKind
from tests.pipeline.align.meetings import block


@pytest.mark.parametrize("text", ["#6190", "#42", "4.0.1", "6,190", "eBPF", "C", "予算", "https://example.org merged"])
def test_whatever_could_be_heard_can_be_placed(text: str) -> None:
    """A block of one number takes part: people say which issue they are at."""
    assert placeable(block(0, text))


@pytest.mark.parametrize("text", ["", "—", "7", "#2", "🎉", "https://example.org/pull/6190", "<www.example.org>"])
def test_what_nobody_would_say_cannot(text: str) -> None:
    """Marks and addresses are not spoken, and a lone digit is spoken all the time."""
    assert not placeable(block(0, text))


@pytest.mark.parametrize("kind", [BlockKind.MARKUP, BlockKind.CODE])
def test_code_and_markup_cannot_be_placed(kind: BlockKind) -> None:
    """Whatever they hold, nobody reads them out."""
    assert not placeable(block(0, "osquery 6190", kind=kind))
