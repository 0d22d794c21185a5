"""What of a file could not be used, told to people: a few of the problems, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

_MAX_SHOWN = 3


def left_out(problems: Sequence[str]) -> tuple[str, ...]:
    """Warnings for problems, each of which says what is wrong with one thing.

    >>> left_out(["line 3 has no start"])
    ('line 3 has no start, so it was left out',)
    """
    shown = tuple(f"{problem}, so it was left out" for problem in problems[:_MAX_SHOWN])
    more = len(problems) - len(shown)
    return (*shown, f"{more:,} more like that were left out") if more else shown
