"""Masks replace names wherever they stand, and nothing else."""

from __future__ import annotations

import pytest

from pipeline.evaluate.masking import NameMask
from pipeline.evaluate.people import Person
from pipeline.records import Origin, Segment, Transcript, Word

PRIYA = Person(("Priya Sharma", "@priyas", "priya@garden.example"))
TOMASZ = Person(("Tomasz",))
WILL = Person(("Will O'Neil", "WON"))
ZOE = Person(("ZOË KOVAČ",))
WANG = Person(("王小明",))
AL = Person(("Al",))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Priya Sharma and Sharma's rota", "Person-A and Person-A's rota"),
        ("priya  sharma, PRIYA", "Person-A, Person-A"),
        ("_Priya_ **Sharma** [Priya]: x", "_Person-A_ **Person-A** [Person-A]: x"),
        ("Priya\nSharma", "Person-A\nPerson-A"),
        ("mail priya@garden.example, ask @priyas", "mail Person-A@example.org, ask @Person-A"),
        ("[her](https://github.com/priyas)", "[her](https://github.com/Person-A)"),
        ("https://garden.example/priya-sharma/1", "https://garden.example/Person-A-Person-A/1"),
        ("mail bob@garden.example, @bob", "mail bob@garden.example, @bob"),
        ("Bez Tomasza i z Tomaszem", "Bez Person-B i z Person-B"),
        ("the tomaszewskis", "the tomaszewskis"),
        ("Will will. O’Neil, WON", "Person-C will. Person-C, Person-C"),
        ("it was won by will", "it was won by will"),
        ("Zoë, zoe and Kovac", "Person-D, Person-D and Person-D"),
        ("会上王小明说", "会上Person-E说"),
        ("Al and others, et al., AL", "Person-F and others, et al., AL"),
    ],
)
def test_a_name_is_masked_in_every_form(text: str, masked: str) -> None:
    """With the endings of cases, without accents, in addresses; a common word only as the name is written."""
    assert NameMask([PRIYA, TOMASZ, WILL, ZOE, WANG, AL]).text(text) == masked


def test_the_first_of_two_with_a_name_has_it() -> None:
    """Their full names still differ."""
    mask = NameMask([Person(("Ann Lee",)), Person(("Ann Bee",))])

    assert mask.text("Ann Lee, Ann Bee, Ann") == "Person-A, Person-B, Person-A"


def test_only_masks_that_were_used_are_told() -> None:
    """With all that stands behind them; nobody at all is no error."""
    mask = NameMask([TOMASZ, PRIYA])
    mask.text("Sharma")

    assert mask.used == {"Person-B": PRIYA.names}
    assert NameMask([]).text("Priya") == "Priya"


def test_a_transcript_is_masked_in_its_texts_and_speakers() -> None:
    """Times stay; words with times of their own would still say the name."""
    words = (Word(0.0, 0.5, "Hi"), Word(0.5, 1.0, "Tomasz"))
    given = Transcript("en", Origin.ASR, "tiny", (Segment(0.0, 1.0, "Hi Tomasz", words, "Priya Sharma"),), 60.0)

    masked = NameMask([PRIYA, TOMASZ]).transcript(given)

    assert masked == Transcript("en", Origin.ASR, "tiny", (Segment(0.0, 1.0, "Hi Person-B", (), "Person-A"),), 60.0)
