"""An example of each kind of JSON that is known to be read: for the documentation, and for the tests.

All say the same: "Welcome to everybody." from 2 to 3.5 s and "Who begins today?" from 5 to 6.5 s.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import NamedTuple

_HEADING = re.compile(r"^== (.+) == (.+)\n", re.MULTILINE)


class Flavour(NamedTuple):
    """JSON as some programs write it."""

    programs: str
    keeps: str  # besides text and times
    example: str


def flavours() -> tuple[Flavour, ...]:
    """Every example, the best known programs first."""
    text = resources.files(__package__).joinpath("flavours.txt").read_text("utf-8")
    _, *parts = _HEADING.split(text)
    return tuple(
        Flavour(programs, keeps, example.strip())
        for programs, keeps, example in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
