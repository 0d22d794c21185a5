"""Plain text in columns."""

from __future__ import annotations

from collections.abc import Sequence

MAX_TITLE_CHARS = 60
"""Of a meeting, where it is one of many lines."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Columns as wide as their widest cell; the columns in `right` are set flush right. No rows: ""."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    )


def shortened(text: str, width: int) -> str:
    """On one line, and at most `width` characters long."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
