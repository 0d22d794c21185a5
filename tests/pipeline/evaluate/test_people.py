"""Names are found where they show as such, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from pipeline import notes
from pipeline.evaluate.people import find_people
from pipeline.records import Origin, Segment, Transcript


def said(*speakers: str | None) -> Transcript:
    segments = tuple(Segment(i, i + 1.0, "Good evening", (), speaker) for i, speaker in enumerate(speakers))
    return Transcript("en", Origin.IMPORT, None, segments)


def people(source: str, *speakers: str | None) -> list[tuple[str, ...]]:
    return [person.names for person in find_people(notes.parse(source, name="call.md"), said(*speakers))]


def test_speakers_are_people_and_roles_and_codes_are_not() -> None:
    """Those of the transcript first, in the order in which they speak; of a label only the name."""
    said_by = ("Priya (she/her)", "Nora (nora@garden.example)", "Speaker 2", "Host", None, "S17")
    found = people("- Tomasz: two pallets\n- (Ana & Leila) the fox\n", *said_by)

    assert found == [("Priya",), ("Nora", "nora@garden.example"), ("Tomasz",), ("Ana",), ("Leila",)]


def test_all_that_somebody_is_called_is_one_person() -> None:
    """A first name, an initial, a handle, an address and initials are theirs; another's are not."""
    source = """\
    Attendees: Priya S., Ana, @ana, Ann Bee Example (ABE)

    - @priyas mails priya.sharma@garden.example, see https://github.com/tlee and @property
    - ABE: yes

    TLE: no
    """.replace("    ", "")

    assert people(source, "Priya Sharma", "Ana") == [
        ("Priya Sharma", "Priya S", "priya.sharma@garden.example", "@priyas"),
        ("Ana", "@ana"),
        ("Ann Bee Example", "ABE"),
        ("@property",),
        ("@tlee",),
    ]


def test_what_is_no_address_of_anybody() -> None:
    """A package, a repository, everybody in a channel."""
    assert people("- npm i @garden/rota, git@host.example:a/b.git, @here, https://github.com/rota/rota\n") == []


@pytest.mark.parametrize("handle", ["tomasz", "nowak", "tomasznowak", "tomasz-nowak", "TNowak", "tomaszn"])
def test_a_handle_is_told_from_the_name_it_is_made_of(handle: str) -> None:
    """As people make them, in any case and with any marks."""
    assert people(f"- ask @{handle}\n", "Ana", "Tomasz Nowak") == [("Ana",), ("Tomasz Nowak", f"@{handle}")]
