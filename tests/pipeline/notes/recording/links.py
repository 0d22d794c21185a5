"""What the tests of the recording share: links, and notes around a line."""

from __future__ import annotations

from pipeline.notes.front_matter import read_front_matter
from pipeline.notes.markdown import parse_blocks, split_lines
from pipeline.notes.recording import find_recording

ONE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
TWO = "https://youtu.be/gArDenCall2"
THREE = "https://youtu.be/gArDenCall3"
ZOOM = "https://zoom.us/rec/share/abc.def"


def found_in(source: str) -> list[str]:
    """The addresses of the recording's parts in the notes of one meeting."""
    lines = split_lines(source)
    found = find_recording(parse_blocks(lines), read_front_matter(lines), lines)
    return [part.url for part in found.parts]


def below_title(text: str) -> str:
    return f"# Garden call\n\n{text}\n\n## Compost\n\nThe heap is warm.\n"


def below_topic(text: str) -> str:
    return f"# Garden call\n\n## Present\n\n- Ann\n\n## Compost\n\nThe heap is warm.\n\n{text}\n\n## Seeds\n\n- Beans\n"
