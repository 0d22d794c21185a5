"""What notes mark: notes of our own in many forms, with as many traps, and what single labels say."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.notes import parse
from pipeline.records import Mark, MarkKind
from pipeline.topics.marks import find_marks
from tests.pipeline.topics.marked_notes import FOLDER, score


def marks(source: str) -> Sequence[Mark]:
    return find_marks(parse(source, name="notes.md"))


def test_what_is_marked_is_found_and_what_looks_like_it_is_not() -> None:
    scores = [score(path) for path in sorted(FOLDER.glob("*.md"))]
    right = sum(each.right for each in scores)
    wrong = [line for each in scores for line in each.wrong]
    missed = [line for each in scores for line in each.missed]
    assert right + len(missed) >= 240
    assert sum(each.traps for each in scores) >= 240
    assert not wrong, "\n".join(wrong)  # each that is neither wrong nor missed is a promise
    assert not missed, "\n".join(missed)


def test_a_verdict_is_on_what_its_heading_names() -> None:
    (found,) = marks("# Review\n\n## Add `Trim`\n\n**Approved** | [#1](https://github.com/a/b/issues/1)\n\n* Fine\n")
    assert (found.kind, found.state, found.text) == (MarkKind.DECISION, "Approved", "Add Trim")
    assert found.block_id.startswith("approved-")


def test_boxes_say_what_is_done() -> None:
    found = marks("# Sync\n\n## Action items\n\n- [ ] @ann: write it\n- [x] ask Bo (Kim)\n- Order disks\n")
    assert [(each.state, each.done, each.people) for each in found] == [
        ("open", False, ("ann",)),
        ("done", True, ("Kim",)),
        ("Action items", None, ()),
    ]


def test_boxes_of_those_who_are_there_are_nothing_to_do() -> None:
    assert not marks("# Sync\n\n## Attendees\n\n- [x] Ann Lee, of the firm of that name\n\n## Talk\n\n- [x] Bo Dahl\n")


@pytest.mark.parametrize(
    ("item", "people"),
    [
        ("@ann and @bo-dahl: write it", ("ann", "bo-dahl")),
        ("Zoë to write it", ("Zoë",)),
        ("[Zoë] will write it", ("Zoë",)),
        ("write it (Zoë)", ("Zoë",)),
        ("write it - Zoë and Kofi", ("Zoë", "Kofi")),
        ("Documentation: write it", ()),
        ("write it (on Friday)", ()),
        ("mail ann@example.org", ()),
    ],
)
def test_an_action_names_people(item: str, people: tuple[str, ...]) -> None:
    (found,) = marks(f"# Sync\n\n## Action items\n\n- {item}\n")
    assert found.people == people
    assert found.text == item


def test_a_list_may_be_of_one_person() -> None:
    found = marks("# Sync\n\n## Actions\n\n- @ann:\n  - write it\n    - at length\n  - read it\n")
    assert [(each.text, each.people) for each in found] == [("write it", ("ann",)), ("read it", ("ann",))]


def test_a_label_alone_marks_nothing() -> None:
    assert not marks("# Sync\n\n## Decision\n\n## Talk\n\nDecision:\n\nWe talked.\n"[:40])
    assert not marks("# Sync\n\n## Decisions\n\n- none\n- TBD\n\n## Action items\n\nNo action items this week.\n")


def test_what_a_table_decides_stands_in_its_own_column() -> None:
    found = marks(
        "# Call\n\n| Decision Item | Description |\n| --- | --- |\n| **1** | Wait |\n\n| A | B |\n|-|-|\n| c | d |\n"
    )
    assert [(each.state, each.text) for each in found] == [("Decision Item", "Wait")]


def test_a_block_may_have_several_labels() -> None:
    found = marks("# Call\n\nDecision: we wait. Action: Zoë asks again. TODO: book a room\n")
    assert [(each.state, each.text) for each in found] == [
        ("Decision", "we wait."),
        ("Action", "Zoë asks again."),
        ("TODO", "book a room"),
    ]


def test_previous_items_are_left_to_their_meeting() -> None:
    assert not marks("# Call\n\n## Previous action items\n\n- [ ] @ann: write it\n- AI: @bo to read it\n")


_PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "  - ",
            "- [ ] ",
            "* [x] ",
            "| ",
            "|---|\n",
            "> ",
            "\n",
            "\n\n",
            "**",
            "_",
            "`",
            ": ",
            " - ",
        ),
        *(
            "Decision",
            "Approved",
            "Action items",
            "AI",
            "TODO",
            "Previous",
            "@ann",
            "Zoë",
            "(",
            ")",
            "[",
            "]",
            "none",
            "?",
        ),
        *("決定", "：", "to write it", "https://example.org/", "#12", "&", "<b>", "é"),
    ]
)


@settings(max_examples=150)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_marks_are_of_blocks_and_never_empty(source: str) -> None:
    notes = parse(source, name="notes.md")
    ids = {block.id for block in notes.blocks}
    for found in find_marks(notes):
        assert found.block_id in ids
        assert found.text.strip()
        assert found.state.strip()


def test_long_lines_take_no_longer_than_they_are_long() -> None:
    notes = parse("# A\n\n" + "Action (x " * 1_500 + "\n\n- " + "Decision and " * 1_500 + "\n", name="notes.md")
    begun = time.process_time()
    find_marks(notes)
    assert time.process_time() - begun < 1.0
