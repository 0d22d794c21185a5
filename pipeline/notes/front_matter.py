"""Front matter: the fields that a file says of itself before its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.notes.markdown import count_front_matter_lines

_FIELD = re.compile(r"(\w+)\s*:\s*(.*?)\s*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields by their names in lower case."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The field of this name as text; "" where there is none."""
        return self.fields.get(name, "")


def read_front_matter(lines: list[str]) -> FrontMatter:
    """The front matter of a file with these lines."""
    top = lines[: count_front_matter_lines(lines)]
    found = (match for line in top if (match := _FIELD.fullmatch(line)))
    return FrontMatter({match[1].lower(): match[2].strip("\"'") for match in found})
