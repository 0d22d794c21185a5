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
        ("Marius Van Der Wijden: write it", ("Marius Van Der Wijden",)),
        ("Ludwig van Beethoven: write it", ("Ludwig van Beethoven",)),
        ("nixo: write it", ("nixo",)),
        ("Zoë (Firm of T. Wam): write it", ("Zoë",)),
        ("Zoë (W.) / Kofi Bal: write it", ("Zoë", "Kofi Bal")),
        ("Kofi/All teams: write it", ("Kofi",)),
        ("Client teams and Zoë: write it", ("Zoë",)),
        ("Zoë and Kofi teams: write it", ()),
        ("EL client teams: write it", ()),
        ("Great Model Redemption Zoë: write it", ()),
        ("write it (zorro)", ("zorro",)),
        ("write it -- zorro", ("zorro",)),
        ("write it (quickly)", ()),
        ("נורה: write it", ("נורה",)),
        ("田中：write it", ("田中",)),
        ("次回の会議の議題：write it", ()),
        ("AP Omar: write it", ("Omar",)),
        ("github: write it", ()),
        ("Documentation: write it", ()),
        ("write it (on Friday)", ()),
        ("mail ann@example.org", ()),
    ],
)
def test_an_action_names_people(item: str, people: tuple[str, ...]) -> None:
    (found,) = marks(f"# Sync\n\n## Action items\n\n- {item}\n")
    assert found.people == people
    assert found.text == item


def test_a_label_is_no_name_and_is_not_said_twice() -> None:
    (found,) = marks("# Sync\n\n## AI\n\n- AI: Zoë to find a model\n")
    assert (found.state, found.text, found.people) == ("AI", "Zoë to find a model", ("Zoë",))
    (found,) = marks("# Sync\n\n## Talk\n\nTODO: zorro: make an issue\n")
    assert (found.text, found.people) == ("zorro: make an issue", ("zorro",))


@pytest.mark.parametrize(
    ("item", "state"),
    [
        ("write it (done)", "done"),
        ("(done) write it", "done"),
        ("DONE: write it", "DONE"),
        ("write it -- done", "done"),
        ("write it [erledigt]", "erledigt"),
        ("✅ write it", "done"),
        ("write it ✔", "done"),
    ],
)
def test_words_say_what_is_done_too(item: str, state: str) -> None:
    (found,) = marks(f"# Sync\n\n## Action items\n\n- {item}\n")
    assert (found.text, found.state, found.done) == ("write it", state, True)
    (found,) = marks(f"# Sync\n\n## Action items\n\n- {item.replace('write it', 'Zoë: write it')}\n")
    assert found.people == ("Zoë",)


def test_a_link_to_what_was_done_stays() -> None:
    (found,) = marks("# Sync\n\n## Action items\n\n- write it - Done https://a.example/pull/6\n")
    assert (found.text, found.state) == ("write it #6", "Done")  # as links to a tracker are shown


def test_what_is_struck_through_is_not_said() -> None:
    items = ("~~write it~~", "<del>read it</del>", "[ ] ~~ask~~", "[x] ~~answer~~", "~~Ann~~ Zoë: tell ~~him~~ her")
    found = marks("# Sync\n\n## Action items\n\n" + "".join(f"- {item}\n" for item in items))
    assert [(each.text, each.done) for each in found] == [("answer", True), ("Zoë: tell her", None)]


def test_boxes_need_no_list() -> None:
    found = marks("# Sync\n\n## Action items\n\n[x] write it\n[ ] Zoë: read it\n[ ] TBD\n")
    assert [(each.text, each.done, each.people) for each in found] == [
        ("write it", True, ()),
        ("Zoë: read it", False, ("Zoë",)),
    ]


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("### Summary / Conclusion\n\n- we merge it", "Conclusion"),
        ("### Summary & Conclusions\n\n- we merge it", "Conclusions"),
        ("### Resolution 2026-04\n\n- we merge it", "Resolution"),
        ("## Motions\n\n- we merge it", "Motions"),
        ("## Vote\n\n- we merge it: 5-0-1", "Vote"),
        ("**Vote**: we merge it, 5-0-1", "Vote"),
        ("## החלטות\n\n- we merge it", "החלטות"),
        ("## القرارات\n\n- we merge it", "القرارات"),
        ("Conclusion -- we merge it", "Conclusion"),
        ("We talked. Conclusion – we merge it", "Conclusion"),
        ("We talked\nConclusion -- we merge it", "Conclusion"),
    ],
)
def test_a_label_marks_a_decision(source: str, state: str) -> None:
    (found,) = marks(f"# Sync\n\n{source}\n")
    assert (found.kind, found.state) == (MarkKind.DECISION, state)
    assert "we merge it" in found.text


def test_bold_labels_in_a_paragraph_are_apart() -> None:
    found = marks("# Sync\n\n**Decision**: we go **Motion**: buy it. Carried. **Vote**: 5-0-1\n")
    assert [(each.state, each.text) for each in found] == [
        ("Decision", "we go"),
        ("Motion", "buy it. Carried."),
        ("Vote", "5-0-1"),
    ]


def test_next_steps_are_what_somebody_does() -> None:
    items = ("Write it up", "We should ask", "Zoë: slides", "[ ] slides", "Needs polish", "The code is all in place")
    found = marks("# Sync\n\n## Next steps\n\n" + "".join(f"- {item}\n" for item in items))
    assert [each.text for each in found] == ["Write it up", "We should ask", "Zoë: slides", "slides"]


@pytest.mark.parametrize(
    "source",
    [
        "Withdrawn:\n\n- Add a command\n- Add an option",
        "## Action items\n\n- the day of it: TBD",
        "## Résolutions\n\nJe vais à présent vous présenter les résolutions.",
        "## Résolutions\n\n**Zoë Dupont**\n\nJe vais à présent vous présenter les résolutions.",
        "## Votes\n\n- Zoë thinks about it",
        "* Vote: I like this rule",
        "- see **Action Items** below\n- a **Resolution** of 4K\n- we use **Vote** as a name",
        "## Action items\n\n- Zoë – done",
        "| Action Item | Video |\n|-|-|\n| Pumps | 1:00 |\n| Hoses | 2:00 |\n| Hoes | 3:00 |\n\n## Pumps\n\n## Hoses",
    ],
)
def test_what_looks_like_a_mark_is_none(source: str) -> None:
    assert not marks(f"# Sync\n\n{source}\n")


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
