from __future__ import annotations

import pytest

from pipeline import notes
from pipeline.notes.templates import normalise
from tests.pipeline.notes.parsing import parse

AGENDA = (
    "## Any questions or issues people want to discuss?\n\nThe intent of this section is to give time to everybody.\n"
)


def test_what_recurs_in_a_folder_is_a_template() -> None:
    """Boilerplate is marked in each of its wordings; what is below it is not."""
    folder = [f"# Call {day}, 2020\n\n{AGENDA}\n- topic {word}\n" for day, word in zip(DAYS, WORDS, strict=True)]
    folder[3] = folder[3].replace("questions or issues people", "questions, issues or PRs people")
    marked = notes.folder_templates(folder)
    for source in folder:
        read = notes.parse(source, name="x.md", templates=marked)
        assert [block.template for block in read.blocks] == [True, True, True, False]


DAYS = [f"March {day}" for day in range(1, 11)]
WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]


def test_a_topic_that_keeps_coming_up_is_no_template() -> None:
    """A short heading in half of the notes, and releases that differ by their number, were talked about."""
    folder = [f"## {4 + number}.0 release\n\nIt is about {word}.\n" for number, word in enumerate(WORDS)]
    folder = [
        f"## eBPF\n\nNews of {word}\n\n{note}" if number % 2 else note
        for number, (word, note) in enumerate(zip(WORDS, folder, strict=True))
    ]
    folder += ["## Something else\n\nentirely\n"] * 6
    assert not {"ebpf", "0 0 release", "0 release"} & notes.folder_templates(folder)


@pytest.mark.parametrize(
    ("notes_in_folder", "having_it", "is_template"),
    [(9, 3, True), (9, 2, False), (40, 8, True), (40, 7, False), (120, 12, True), (120, 11, False)],
)
def test_a_template_is_in_a_tenth_of_the_notes(notes_in_folder: int, having_it: int, is_template: bool) -> None:
    """In a third of a small folder, in eight notes of a larger one, and in a tenth of the largest; never in fewer."""
    others = [f"# Call {number}\n" for number in range(notes_in_folder - having_it)]

    found = notes.folder_templates([AGENDA] * having_it + others)

    assert (normalise(AGENDA.splitlines()[0]) in found) is is_template


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_small_folder_has_no_templates(count: int) -> None:
    """What is in both of two notes may be a topic of both."""
    assert notes.folder_templates([AGENDA] * count) == frozenset()


def test_templates_never_mark_without_a_folder() -> None:
    """Notes read on their own have no template."""
    assert not any(block.template for block in parse(AGENDA).blocks)
