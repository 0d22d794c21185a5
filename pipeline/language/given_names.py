"""Given names of people (`given_names.txt`)."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def given_names() -> frozenset[str]:
    """Those that are frequent in the United States, in lower case. Some are words, too, or names of things: `ruby`."""
    lines = (resources.files(__package__) / "given_names.txt").read_text("ascii").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
