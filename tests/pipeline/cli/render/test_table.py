"""Plain text in columns."""

from __future__ import annotations

from pipeline.cli.render.table import shortened, table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    """Those named are flush right, and no line ends with blanks."""
    rows = [("1:02:03", "sure", "Fox"), ("–", "", ""), ("0:16", "likely", "Compost")]

    assert table(("time", "certainty", "notes"), rows, right=(0,)).splitlines() == [
        "   time  certainty  notes",
        "1:02:03  sure       Fox",
        "      –",
        "   0:16  likely     Compost",
    ]


def test_a_table_without_rows_is_nothing() -> None:
    """Not even its heading."""
    assert table(("time", "notes"), []) == ""


def test_a_text_is_shortened_to_the_width() -> None:
    """On one line, the ellipsis included; what fits stays whole."""
    assert shortened("a fox\n  behind", 12) == "a fox behind"
    assert shortened("a fox\n  behind", 11) == "a fox behi…"
