from __future__ import annotations

import pytest

from tests.pipeline.notes.parsing import blocks_of, only


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("(Stefano) I would say so", "Stefano"),
        ("(Alessandro & Stefano): long term goals", "Alessandro & Stefano"),
        ("(Zoë, Nick): fine", "Zoë, Nick"),
        ("**Alice:** the date is fixed", "Alice"),
        ("**Mary J. O'Hara**: yes", "Mary J. O'Hara"),
        ("Jean-Luc: make it so", "Jean-Luc"),
        ("@farfella: done", "@farfella"),
        ("(3:04) Alice: the date", "Alice"),
        ("Note: this is open", None),
        ("TODO: ask around", None),
        ("**Next steps:** ship it", None),
        ("Background: a long story", None),
        ("Windows: a table is missing", None),
        ("(optional) a walk", None),
        ("(This has its own item) later", None),
        ("Alice: https://example.org/alice", None),
        ("Alice:", None),
        ("UTF-8: an encoding", None),
        ("std::string: a type", None),
        ("Endpoint Security: events are lost", None),
        ("Grace: a grace period helps", None),
    ],
)
def test_a_speaker_is_named_only_when_it_is_plain(source: str, speaker: str | None) -> None:
    """Names before what was said are found; labels and topics are not people."""
    assert only(f"- {source}").speaker == speaker


@pytest.mark.parametrize(
    "label",
    [
        *("Present", "Password", "Transcript", "Time", "Apologies", "Company", "Remote", "Datum", "Follow-up", "Ayes"),
        *("Protokollant", "Beginn", "Moderador", "Início", "Excusés", "Luogo", "Voorzitter", "Obecni", "Участники"),
    ],
)
def test_general_labels_are_nobody(label: str) -> None:
    """What minutes begin their lines with, in the languages they are written in."""
    assert only(f"{label}: Something Else").speaker is None


def test_three_letters_are_a_person_where_the_notes_say_whose() -> None:
    """Initials stand in brackets behind a name; an abbreviation that nobody has stays a label."""
    source = "Ann Bee Example (ABE), Bob Sample (BS), Cy D. East (CDE)\n\nABE: Stage two?\n\nLTS: In May.\n\nCDE: Yes."
    assert [block.speaker for block in blocks_of(source)] == [None, "ABE", None, "CDE"]


def test_three_letters_are_people_where_many_lines_begin_so() -> None:
    """Minutes that name everybody by initials; a word of labels.txt stays a label, and so do a few lines."""
    minutes = "\n\n".join(f"{who}: I think {number}." for number in range(4) for who in ("ABE", "BCF", "CDG", "API"))
    assert {block.speaker for block in blocks_of(minutes)} == {"ABE", "BCF", "CDG", None}
    few = "\n\n".join(f"{who}: I think {number}." for number in range(2) for who in ("ABE", "BCF", "CDG"))
    assert {block.speaker for block in blocks_of(few)} == {None}
