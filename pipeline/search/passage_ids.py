"""How passages are numbered: an id begins with the day of the meeting, counted backwards.

FTS5 reads ids upwards twice as fast as downwards and can skip to one, so the newest passages come first and a range of
days costs nothing.
"""

from __future__ import annotations

from datetime import date

DAY_BITS = 40
"""Bits of an id below the day."""

UNDATED = 4_000_000
"""The first day of meetings without a date, each of which has a day of its own: behind 0001-01-01."""


def first_id(day: date | None) -> int:
    """The smallest id of a day's passages; the later the day, the smaller."""
    return (UNDATED - (day.toordinal() if day else 0)) << DAY_BITS


def last_id(day: date | None) -> int:
    """The largest id of a day's passages."""
    return first_id(day) + (1 << DAY_BITS) - 1


def day_of(passage_id: int) -> int:
    """The part of an id that all passages of a day share."""
    return passage_id >> DAY_BITS
