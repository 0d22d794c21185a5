from __future__ import annotations

import pytest

from tests.pipeline.notes.parsing import LINK, assert_no_line_is_lost, parse


def _lines(source: str) -> list[tuple[int, str, float | None]]:
    read = parse(source)
    assert_no_line_is_lost(read)
    return [(block.line, block.text, block.hint.start if block.hint else None) for block in read.blocks if block.text]


def test_a_fence_with_a_list_of_times_is_that_list() -> None:
    """People put the list of chapters into a block of code to keep its lines."""
    source = "```text\n## Chapters\n0:00 Welcome\n02:10 Demo\nof the editor\n\n\n1:10:00 End\n```\n\nAfter."
    assert _lines(source) == [
        (2, "Chapters", None),
        (3, "Welcome", 0),
        (4, "Demo of the editor", 130),
        (8, "End", 4200),
        (11, "After.", None),
    ]
    assert _lines("Then:\n\n    0:00 Welcome\n    02:10 Demo") == [
        (1, "Then:", None),
        (3, "Welcome", 0),
        (4, "Demo", 130),
    ]
    assert _lines("- x\n\n  ```\n  0:00 Welcome\n  2:10 Demo\n  ```\n")[1:] == [(4, "Welcome", 0), (5, "Demo", 130)]


@pytest.mark.parametrize(
    "code",
    [
        "12:00 start\n12:01 stop",
        "0:30 b\n0:10 a",
        "x = 1\n0:10 a\n0:20 b",
        "a\nb\nc\n0:10 d",
        "0:10 a\nb\nc\nd",
        "plain",
        "",
    ],
)
def test_other_code_stays_code(code: str) -> None:
    """Logs begin late, code begins with something else."""
    assert [block.kind.value for block in parse(f"```\n{code}\n```").blocks if block.text] in (["code"], [])


def test_an_open_fence_stays_code() -> None:
    """Its last line may be anything."""
    assert [block.kind.value for block in parse("```\n0:00 a\n1:00 b\n\n").blocks] == ["code"]


def test_a_paragraph_of_speakers_with_linked_times_is_split() -> None:
    """Each line that begins with a link at a time, after a name at most, is one block."""
    source = (
        f"Recording: {LINK}\n\n**Ann** [0:10]({LINK}?t=10): Hello\nthere.\n**Bob:** [so]({LINK}?t=20) I say\n"
        f"**Cy** [0:30]({LINK}?t=30): Yes [and]({LINK}?t=33) no."
    )
    assert _lines(source) == [(3, "Ann: Hello there.", 10), (5, "Bob: so I say", 20), (6, "Cy: Yes and no.", 30)]


def test_a_title_above_a_list_of_times_is_no_part_of_it() -> None:
    """The list may begin in the second line of its paragraph."""
    assert _lines("Chapters of the call\n0:00 Welcome\n3:10 Demo") == [
        (1, "Chapters of the call", None),
        (2, "Welcome", 0),
        (3, "Demo", 190),
    ]


def test_links_to_several_videos_stay_one_block() -> None:
    """The moments of several meetings side by side are no list of times."""
    others = [f"https://youtu.be/{letter * 11}" for letter in "abc"]
    source = "\n".join(f"[Video {number}]({url}?t=9{number}) |" for number, url in enumerate(others))
    assert len(_lines(f"Recording: {LINK}\n\n{source}")) == 1
