"""Which stored meeting notes are, by what people leave alone when they rename, move and edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.run.identity import Ambiguity, KnownMeeting, Traits, Whereabouts, _pairs, match

CHANGED, GONE, ELSEWHERE = Whereabouts


def traits(name: str, *, day: int | None = None, video: str | None = None, text: str = "", blocks: str = "") -> Traits:
    """Traits whose text is `text`, or else made of its `blocks`, one a letter."""
    return Traits(
        path=f"/notes/{name}",
        anchor=f"call-{day}",
        title="Weekly call",
        day=date(2024, 3, day) if day else None,
        recordings=frozenset([video] if video else []),
        digest=text or f"{name} {blocks}",
        blocks=frozenset(blocks),
    )


def known(slug: str, where: Whereabouts, name: str, **values: object) -> KnownMeeting:
    return KnownMeeting(slug, traits(name, **values), where)  # type: ignore[arg-type]


FIFTH = known("five", GONE, "05.md", day=5, video="v5", text="five", blocks="abcd")
TWELFTH = known("twelve", GONE, "12.md", day=12, video="v12", text="twelve", blocks="aefg")
NINETEENTH = known("nineteen", GONE, "19.md", day=19, video="v19", text="nineteen", blocks="ahij")
OTHERS = [known(name, GONE, f"{name}.md", day=day, text=name, blocks="aklm") for name, day in (("one", 1), ("two", 2))]
FIFTH_HERE = replace(FIFTH, whereabouts=CHANGED)
TWELFTH_HERE = replace(TWELFTH, whereabouts=CHANGED)

CASES: dict[str, tuple[list[KnownMeeting], list[Traits], list[object]]] = {
    "renamed, and as it was": ([FIFTH], [traits("march.md", day=5, video="v5", text="five", blocks="abcd")], ["five"]),
    "renamed and edited": ([FIFTH], [traits("march.md", day=5, blocks="abcx")], ["five"]),
    "rewritten, with the same recording and day": (
        [FIFTH],
        [traits("x.md", day=5, video="v5", blocks="xyz")],
        ["five"],
    ),
    "renamed to another day, as it was": ([FIFTH], [traits("06.md", day=6, text="five", blocks="abcd")], ["five"]),
    "begun as a copy of notes that are gone, for another recording": (
        [FIFTH],
        [traits("12.md", day=12, video="v12", blocks="abcd")],
        [None],
    ),
    "nearly the text of notes that are gone, on another day": (
        [FIFTH],
        [traits("12.md", day=12, blocks="abcd")],
        [Ambiguity(("five",))],
    ),
    "half the text of notes that are gone, on another day": ([FIFTH], [traits("12.md", day=12, blocks="abxy")], [None]),
    "another meeting": ([FIFTH], [traits("12.md", day=12, video="v12", blocks="aefg")], [None]),
    "notes that hold next to nothing are no evidence": (
        [known("stub", GONE, "05.md", day=5, text="stub", blocks="a")],
        [traits("12.md", day=12, text="stub", blocks="a")],
        [None],
    ),
    "a folder that moved": (
        [FIFTH, TWELFTH],
        [replace(TWELFTH.traits, path="/minutes/12.md"), replace(FIFTH.traits, path="/minutes/05.md")],
        ["twelve", "five"],
    ),
    "equal notes in a folder that moved are told apart by the names of their files": (
        [known("one", GONE, "a.md", text="same", blocks="abc"), known("two", GONE, "b.md", text="same", blocks="abc")],
        [
            replace(traits("b.md", text="same", blocks="abc"), path="/minutes/b.md"),
            replace(traits("a.md", text="same", blocks="abc"), path="/minutes/a.md"),
        ],
        ["two", "one"],
    ),
    "two files for one meeting": (
        [FIFTH],
        [replace(FIFTH.traits, path="/notes/x.md"), replace(FIFTH.traits, path="/notes/y.md")],
        [Ambiguity(("five",)), Ambiguity(("five",))],
    ),
    "two equal files for one meeting, and one that resembles them": (
        [FIFTH],
        [
            replace(FIFTH.traits, path="/notes/x.md"),
            replace(FIFTH.traits, path="/notes/y.md"),
            traits("z.md", day=5, blocks="abcx"),
        ],
        [Ambiguity(("five",)), Ambiguity(("five",)), None],
    ),
    "one file for two meetings": (
        [FIFTH, replace(FIFTH, slug="copy", traits=replace(FIFTH.traits, path="/notes/copy.md"))],
        [replace(FIFTH.traits, path="/notes/x.md")],
        [Ambiguity(("copy", "five"))],
    ),
    "two files changed places": (
        [FIFTH_HERE, TWELFTH_HERE],
        [replace(TWELFTH.traits, path="/notes/05.md"), replace(FIFTH.traits, path="/notes/12.md")],
        ["twelve", "five"],
    ),
    "one file took another's place": (
        [FIFTH_HERE, TWELFTH],
        [replace(TWELFTH.traits, path="/notes/05.md")],
        ["twelve"],
    ),
    "edited at its place": ([FIFTH_HERE], [traits("05.md", day=5, video="v5", blocks="axyz")], ["five"]),
    "another recording at its place": ([FIFTH_HERE], [traits("05.md", day=5, video="v9", blocks="abcd")], ["five"]),
    "rewritten at its place": ([FIFTH_HERE], [traits("05.md", day=5, blocks="xyz")], ["five"]),
    "overwritten by another meeting": ([FIFTH_HERE], [traits("05.md", day=12, video="v12", blocks="xyz")], [None]),
    "overwritten by another meeting that was begun as a copy": (
        [FIFTH_HERE],
        [traits("05.md", day=12, video="v12", blocks="axyz")],
        [None],
    ),
    "a copy of notes that are edited at the same time": (
        [FIFTH_HERE],
        [replace(FIFTH.traits, path="/notes/12.md"), traits("05.md", day=5, video="v5", blocks="abcx")],
        [None, "five"],
    ),
    "another clone": (
        [replace(FIFTH, whereabouts=ELSEWHERE)],
        [replace(FIFTH.traits, path="/clone/notes/05.md")],
        ["five"],
    ),
    "another clone, where it was edited": (
        [replace(FIFTH, whereabouts=ELSEWHERE)],
        [replace(FIFTH.traits, path="/clone/notes/05.md", digest="edited", blocks=frozenset("abcx"))],
        ["five"],
    ),
    "another clone in a folder of another name, where one of three was edited": (
        [replace(each, whereabouts=ELSEWHERE) for each in (FIFTH, TWELFTH, NINETEENTH)],
        [
            *(replace(each.traits, path=f"/projects/{each.traits.name}") for each in (TWELFTH, NINETEENTH)),
            replace(FIFTH.traits, path="/projects/05.md", digest="edited", blocks=frozenset("abcx")),
        ],
        ["twelve", "nineteen", "five"],
    ),
    "notes of another kind, two of them word for word, on meetings whose own are still there": (
        [replace(each, whereabouts=ELSEWHERE) for each in (FIFTH, TWELFTH, NINETEENTH, *OTHERS)],
        [
            *(replace(each.traits, path=f"/agendas/{each.traits.name}") for each in (TWELFTH, NINETEENTH)),
            *(replace(each.traits, path=f"/agendas/{each.traits.name}", digest="x") for each in (FIFTH, *OTHERS)),
        ],
        ["twelve", "nineteen", None, None, None],
    ),
    "notes of another kind on a meeting whose own are still there": (
        [replace(FIFTH, whereabouts=ELSEWHERE)],
        [replace(FIFTH.traits, path="/agendas/05.md", digest="agenda", blocks=frozenset("abcx"))],
        [None],
    ),
    "a copy under another name of notes that are still there": (
        [replace(FIFTH, whereabouts=ELSEWHERE)],
        [replace(FIFTH.traits, path="/drafts/x.md")],
        [None],
    ),
}


@pytest.mark.parametrize(("stored", "found", "expected"), CASES.values(), ids=CASES)
def test_notes_are_the_meeting_they_clearly_are(
    stored: list[KnownMeeting], found: list[Traits], expected: list[object]
) -> None:
    """In whatever order they are given; what is not clear is no meeting's."""
    assert list(match(stored, found)) == expected
    assert list(match(stored[::-1], found[::-1])) == expected[::-1]


def at(place: int, **values: object) -> Traits:
    return replace(traits("all.md", **values), place=place)  # type: ignore[arg-type]


def of_file(slug: str, place: int, **values: object) -> KnownMeeting:
    return KnownMeeting(slug, at(place, **values), CHANGED)


IN_FILE: dict[str, tuple[list[KnownMeeting], list[Traits], list[object]]] = {
    "one added at the top, begun as a copy of the last": (
        [of_file("five", 0, day=5, video="v5", text="five", blocks="abcd")],
        [at(1, day=12, blocks="abcx"), at(0, day=5, video="v5", text="five", blocks="abcd")],
        [None, "five"],
    ),
    "one was removed": (
        [of_file("twelve", 1, day=12, blocks="aefg"), of_file("five", 0, day=5, blocks="abcd")],
        [at(0, day=5, blocks="abcd")],
        ["five"],
    ),
    "the day of one was corrected": (
        [of_file("twelve", 1, day=12, blocks="aefg"), of_file("five", 0, day=5, blocks="abcd")],
        [at(1, day=13, blocks="aefg"), at(0, day=5, blocks="abcd")],
        ["twelve", "five"],
    ),
    "one was rewritten": (
        [of_file("twelve", 1, day=12, blocks="aefg"), of_file("five", 0, day=5, blocks="abcd")],
        [at(1, day=12, blocks="xyz"), at(0, day=5, blocks="abcd")],
        ["twelve", "five"],
    ),
    "undated ones that say the same keep their order, from the last": (
        [of_file("two", 1, text="same", blocks="abc"), of_file("one", 0, text="same", blocks="abc")],
        [at(2, text="same", blocks="abc"), at(1, text="same", blocks="abc"), at(0, text="same", blocks="abc")],
        [None, "two", "one"],
    ),
    "one was removed as another was added": (
        [of_file("twelve", 1, day=12, blocks="aefg"), of_file("five", 0, day=5, blocks="abcd")],
        [at(1, day=19, blocks="xyz"), at(0, day=5, blocks="abcd")],
        [None, "five"],
    ),
    "what was one meeting without a day is several": (
        [of_file("old", 0, text="all", blocks="abcdefghij")],
        [replace(at(place, blocks=each), title="Part", anchor=each) for place, each in ((1, "ij"), (0, "ab"))],
        [None, "old"],
    ),
    "what was one meeting is several": (
        [of_file("old", 0, day=12, video="v12", text="all", blocks="abcdefgh")],
        [at(1, day=12, video="v12", blocks="abcd"), at(0, day=5, video="v5", blocks="efgh")],
        ["old", None],
    ),
}


@pytest.mark.parametrize(("stored", "found", "expected"), IN_FILE.values(), ids=IN_FILE)
def test_each_meeting_of_a_file_stays_itself(
    stored: list[KnownMeeting], found: list[Traits], expected: list[object]
) -> None:
    """Whatever becomes of the others."""
    assert list(match(stored, found)) == expected


def test_a_folder_of_notes_with_one_link_moves_without_comparing_all_with_all() -> None:
    """Rewritten or not filled in yet, each is found by its day or its name among those that share the rest."""
    days = range(1, 29)
    rewritten = [known(f"call-{day}", GONE, f"{day}.md", day=day, video="room", text=f"old {day}") for day in days]
    forms = [known(f"form-{day}", GONE, f"form-{day}.md", video="room", text="form") for day in days]
    moved = [traits(f"new/{day}.md", day=day, video="room", text=f"new {day}") for day in days]
    moved += [traits(f"new/form-{day}.md", video="room", text="form") for day in days]

    compared = list(_pairs([*rewritten, *forms], moved))

    assert match([*rewritten, *forms], moved) == tuple(each.slug for each in [*rewritten, *forms])
    assert len(compared) == len(moved)
