from __future__ import annotations

import pytest

from tests.pipeline.notes.parsing import LINK, parse


def _times(source: str) -> list[float]:
    return [block.hint.start for block in parse(f"Recording: {LINK}\n\n{source}").blocks if block.hint]


@pytest.mark.parametrize(
    "source",
    [
        "- 9:00 Welcome\n- 9:15 Updates\n- 10:30 Close",
        "- [9:00] Welcome\n- [9:15] Updates\n- [10:30] Demo\n- [11:00] Close",
        "| 14:05 | Welcome |\n|---|---|\n| 14:20 | Updates |\n| 14:50 | Close |",
        "9:02\n\nWelcome\n\n10:17\n\nDemo\n\n11:41\n\nLunch\n\n13:38\n\nClose",
        "- [15:17] Ann: yes\n- [15:18] Bob: no\n- [15:36] Ann: well",
        "**Date**: May 2nd, 15:00 - 16:30 UTC\n\n- [15:17] Ann: yes\n- [16:18] Bob: no",
        "Wednesday 3:00 pm - 5:00 pm\n\n- (15:17) Ann: yes\n- (16:48) Bob: no",
        "- [15:17] Ann: yes\n- [15:58 UTC] Bob: no",
        "- [0:00-0:05] Welcome\n- [0:05-0:20] Updates\n- [0:20-0:50] Demo",
        "- Welcome (0:00-0:05)\n- Updates (0:05-0:20)",
        "- [ 0:00 ] Welcome\n- [ 0:05 ] Updates\n- [ 0:20 ] Demo\n- [ 1:10 ] Close",
        "13:03:40\t From Ann : hello\n13:14:12\t From Bob : here\n13:15:36\t From Ann : thanks",
        "0:13:40 From Ann : hello\n0:14:12 From Bob : here\n0:15:36 joined",
        "[17:07:53] <ann> hello\n[17:07:59] <bob> here\n[17:08:10] <ann> thanks",
        "- 9:07:53 hello\n- 9:14:12 here\n- 10:15:36 thanks",
        "- Welcome (9:00)\n- Updates (9:15)\n- Demo (10:30)\n- Close (11:00)",
        "**Date**: May 2nd, 15:00 - 16:30 UTC\n\n- Ann says yes (15:17)\n- Bob says no (16:18)",
        "- Ann says yes (15:17)\n- [15:58 UTC] Bob: no",
        "\n".join(f"- [3:{minute:02}] message" for minute in range(10, 30)),
        "- 14:25 Close",
        "- [18:43] Something new",
        "- Coffee - 10:32",
        "- Time: 3:00",
        "- 6:35 pm 0:45:00 Dinner\n- 8:50 pm 0:10:00 Close",
        "10:00\n\nA\n\n10:53\n\nB\n\n17:05\n\nC\n\n9:41\n\nD\n\n11:17\n\nE\n\n16:00\n\nF",
        "9:31\n\nA\n\n11:53\n\nB\n\n1:30\n\nC\n\n3:17\n\nD",
        "- 1:00 Welcome\n- 2:15 Updates\n- 4:30 Close",
        "| Zone | Time |\n|---|---|\n| UTC | 15:00 |\n| PT | 8:00 |\n| Berlin | 17:00 |",
        "- Duration: 0:41:10\n- Deadline: 0:41:10\n- Meeting: 0:41:10",
    ],
)
def test_clock_times_plans_and_chats_are_no_times_of_the_recording(source: str) -> None:
    """No hint at all: a link to the wrong moment is worse than none. The times stay in the text."""
    assert _times(source) == []


@pytest.mark.parametrize(
    ("source", "times"),
    [
        ("- 0:00 Welcome\n- 9:15 Updates\n- 10:30 Close", [0, 555, 630]),
        ("- 2:10 Welcome\n- 9:15 Updates\n- 10:31 Close", [130, 555, 631]),
        ("- Welcome (8:10)\n- Updates (11:15)\n- Close (15:34)", [490, 675, 934]),
        ("- [8:10] Welcome\n- [21:15] Updates\n- [48:34] Close", [490, 1275, 2914]),
        ("- [3:17] Something new", [197]),
        ("- 0:00 Everything", [0]),
        ("1:00\n\n- A\n\n4:00\n\n- B\n\n8:00\n\n- C\n\n18:30\n\n- D", [60, 240, 480, 1110]),
        ("ANN: 00:01:14\n\nYes.\n\nBOB:00:02:14\n\nNo.\n\nANN: 00:03:50\n\nWell.", [74, 134, 230]),
        ("## Fees\n\n(TimeStamp : 27:50)\n\nNext one.", [1670]),
        ("## One\n\nTime: 3:17\n\n## Two\n\nTime: 8:17", [197, 497]),
        ("**Date**: May 2nd, 15:00 - 16:30 UTC\n\n- [1:17] Ann: yes\n- [16:18] Bob: no", [77, 978]),
        (f"- [0:40]({LINK}?t=40) One\n- [1:10]({LINK}?t=70) Two\n- [15:17] a\n- [15:18] b\n- [15:36] c", None),
        ("- (9:30 in the video) One\n- (10:00 in the video) Two\n- 12:30 Three", [570, 600, 750]),
        (
            "- (9:30 in the video) a\n- (9:40 in the video) b\n- 10:30 c\n- 12:30 d\n- 15:00 e",
            [570, 580, 630, 750, 900],
        ),
        ("- 00:00-00:05 Welcome\n- 00:05-00:25 Updates\n\n## Beans [12:43]", [763]),
        ("- 6:35 pm (0:04:12) Minutes\n- 6:50 pm (0:19:40) Beans", [252, 1180]),
        ("- 6:35 pm (14:12) Minutes\n- [0:19:41] Beans", [1181]),
        (f"### Beans? [▶ 03:15]({LINK}?t=195)\n\n### Peas? [▶ 09:50]({LINK}?t=590)", [195, 590]),
        ("- (0:12:30 ratio 4:30) no\n- 1:12:30 One\n- 1:25:00 Two", [4350, 5100]),
    ],
)
def test_times_that_begin_early_or_are_far_apart_are_of_the_recording(source: str, times: list[float] | None) -> None:
    """Nothing is dropped for being round, or late, when the others tell that it is a time of the recording."""
    assert _times(source) == (times or [40, 70, 917, 918, 936])
