"""Names are found where notes list them, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from pipeline.topics.attendees import listed_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Attendees: Ann Lee, Bob", ["Ann Lee", "Bob"]),
        ("**Note taker:** Ann de la Cruz", ["Ann de la Cruz"]),
        ("* **Chair**: [Ann](https://ann.example) and Bob (remote)", ["Ann", "Bob"]),
        ("attendees: [Ann Lee, Bob]", ["Ann Lee", "Bob"]),
        ("Anwesend: Jörg Müller und Ann", ["Jörg Müller", "Ann"]),
        ("参会人员：王小明、李雷", ["王小明", "李雷"]),
        (
            "## Attendees\n\n- Ann Lee, Harrowgate Mutual\n- Bob — minutes\n\n## Topics\n\n- Beehives",
            ["Ann Lee", "Bob"],
        ),
        ("- Present\n    - Ann\n- Topics\n    - Beehives", []),
        ("- Present:\n    - Ann\n- Topics:\n    - Beehives", ["Ann"]),
        ("## Participants\n\n| Name | Team |\n| --- | --- |\n| Ann Lee | Kernel |", ["Ann Lee"]),
        ("Present: Ann\n\nBees\n\n- Beehives", ["Ann"]),
        ("## Present\n\nAnn Lee\nBob\n\nWe talked about bees.\n\nBees", ["Ann Lee", "Bob"]),
        ("Attendees: ~15", []),
        ("Present: everybody, ABC, TBD, 3 guests", []),
        ("Presentation of the prototype\n\n- Ann", []),
        ("People: we should hire more of them", []),
    ],
)
def test_whom_the_notes_list(source: str, names: list[str]) -> None:
    """In a line, below a label or a heading, or in a table; up to the next thing."""
    assert list(listed_names(source)) == names
