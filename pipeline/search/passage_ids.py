"""How passages are numbered: a number begins with the day of the meeting, counted backwards.

FTS5 reads upwards twice as fast as downwards and can skip to a number, so the newest passages come first and a span of
days costs nothing.
"""

from __future__ import annotations

from datetime import date

DAY = 40
"""Bits of a number below the day."""

UNDATED = 4_000_000
"""The first day of meetings without a date, each of which has one of its own: behind 0001-01-01."""


def day(of: date | None) -> int:
    """The first number of a day's passages; of later days the smaller ones."""
    return (UNDATED - (of.toordinal() if of else 0)) << DAY
