"""Words that come before a colon, or in brackets, and are nobody's name: `Note`, `Next steps` (`labels.txt`)."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def _labels() -> frozenset[str]:
    """Words that come before a colon at the start of a line, or in brackets, and are nobody's name."""
    return frozenset((resources.files(__package__) / "labels.txt").read_text("utf-8").split())


def is_label(word: str) -> bool:
    """Whether `word` comes before a colon in notes, and is nobody's name."""
    return word.strip(".:").casefold() in _labels()
