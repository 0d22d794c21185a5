from __future__ import annotations

import pytest

from pipeline.cues.draft_cue import DraftCue
from pipeline.cues.restarts import joined
from pipeline.records import Word


def starts(*seconds: float) -> list[float]:
    cues, _ = joined([DraftCue(at, at + 1.0, f"cue {at}", line=10 * i + 1) for i, at in enumerate(seconds)])
    return [cue.start for cue in cues]


@pytest.mark.parametrize(
    ("given", "one_clock"),
    [
        ((2, 7, 15, 22, 30, 34, 0, 8, 16), (2, 7, 15, 22, 30, 34, 35, 43, 51)),
        ((2, 7, 15, 0, 6, 14, 40), (2, 7, 15, 16, 22, 30, 56)),
        ((2, 600, 1200, 2400, 90, 700, 1300), (2, 600, 1200, 2400, 2491, 3101, 3701)),
        ((1, 5, 9, 1, 5, 9, 2, 6, 10), (1, 5, 9, 11, 15, 19, 22, 26, 30)),
        ((3602, 3607, 3660, 3601, 3605, 3650), (3602, 3607, 3660, 3662, 3666, 3711)),
    ],
    ids=["one after the other", "longer than the first", "a late beginning", "three", "from one o'clock"],
)
def test_the_clock_starts_again(given: tuple[float, ...], one_clock: tuple[float, ...]) -> None:
    """The second recording follows the end of the first, with the silence before its first word."""
    assert starts(*given) == list(one_clock)


@pytest.mark.parametrize(
    "given",
    [
        (),
        (5,),
        (3, 1),
        (1, 2, 3, 3, 3, 4),
        (1, 8, 4, 12, 10, 20),
        (10, 20, 30, 1, 40, 50),
        (10, 20, 30, 40, 50, 60, 70, 1, 2, 80, 90),
        (100, 200, 300, 250, 260, 270, 400),
        (9, 7, 5, 3, 1),
        (2, 60, 120, 180, 240, 1),
        (2, 60, 120, 180, 240, 300, 360, 420, 1, 3),
        (1, 100, 200, 300, 150, 160, 170, 180, 190),
    ],
)
def test_cues_out_of_order_keep_their_clock(given: tuple[float, ...]) -> None:
    """A few that go back and return, or go back to nowhere near the beginning: people who speak at once."""
    assert starts(*given) == list(given)


def test_what_is_told() -> None:
    """The line at which the times go back, and what was done about it."""
    cues = [DraftCue(at, None, "a", line=line) for at, line in ((1, 3), (9, 6), (20, 9), (0, 12), (8, 15), (16, 18))]
    again = [DraftCue(at, None, "a") for at in (1, 9, 20) * 4]

    assert joined(cues)[1] == (
        "times go back at line 12: two recordings in one file? The second was put after the first",
    )
    assert joined(again)[1] == (
        "times go back at cue 4 and 2 times after it: several recordings in one file? "
        "Each was put after the one before",
    )


def test_words_go_along() -> None:
    cues = [DraftCue(at, at + 2, "a", (Word(at, at + 1, "a"),)) for at in (1.0, 10.0, 30.0, 0.5, 4.0, 9.0)]
    found, _ = joined(cues)

    assert found[3] == DraftCue(32.5, 34.5, "a", (Word(32.5, 33.5, "a"),))


def test_a_cue_without_an_end_and_one_that_is_long() -> None:
    """The first recording ends with the last of its cues to end."""
    cues = [DraftCue(1.0, 99.0, "a"), DraftCue(20.0, None, "b"), DraftCue(0.0, 5.0, "c"), DraftCue(9.0, None, "d")]
    found, _ = joined(cues)

    assert [(cue.start, cue.end) for cue in found] == [(1.0, 99.0), (20.0, None), (99.0, 104.0), (108.0, None)]


@pytest.mark.parametrize(("is_first", "second"), [(True, 31.0), (False, 1.0)])
def test_a_header_says_that_another_file_begins(is_first: bool, second: float) -> None:
    """Where times alone could be those of a cue that is out of order."""
    cues = [DraftCue(at, None, "a") for at in (2.0, 20.0, 30.0)]
    cues += [DraftCue(1.0, None, "b", is_first=is_first), DraftCue(31.0, None, "c")]

    assert joined(cues)[0][3].start == second
