"""What has times and was not said."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import cues
from pipeline.cues import text_with_times
from pipeline.errors import TranscriptError, TranscriptWithoutTimes

NO_SPEECH = {
    "agenda": "10:00 Welcome\n10:05 Minutes of the last meeting\n10:20 Budget, Ben\n11:00 Any other business\n",
    "agenda with ranges": "10:00 - 10:15 Welcome\n10:15 - 10:45 Budget for the year\n10:45 - 11:00 End\n",
    "agenda with names": "10:00 Ada: Welcome and news\n10:15 Ben: Budget for the next year\n10:45 Ada: The end\n",
    "agenda with lengths": "5 minutes Welcome\n20 minutes Budget for the year\n15 minutes Concert\n",
    "chapters": "0:00 Intro\n2:31 The church\n9:45 Programmes and who prints them\n25:10 Tenors\n41:00 End\n",
    "chapters in a list": "# Links\n\n- [0:00](https://youtu.be/x) Intro\n- [12:31](https://youtu.be/x?t=751) Church\n",
    "notes with times": "# Choir call\n\n"
    + "".join(
        f"## Point {number}\n\n- [{number}:05] We talked about point {number}.\n- Ada does it\n- Ben helps\n\n"
        for number in range(2, 9)
    ),
    "notes below headings": "".join(
        f"## Point {number}\n\n0:{number}5 Ada: we talked about point {number} for a while, and Ben will call them.\n\n"
        for number in range(1, 6)
    ),
    "notes with a few times": "We met at noon and talked about the church for a while, and nobody had called. " * 20
    + "\n\n0:05 intro and welcome\n0:30 the church and the concert\n",
    "prose": "Ada came late, since the train of\n10:05 was cancelled, and so we began without her at\n"
    "10:30 with the budget. That took long, as it always does; Ben had brought\n" * 3,
    "log": "\n".join(f"10:03:{second:02} INFO Started worker number {second} of the pool" for second in range(20, 50)),
    "log in brackets": "\n".join(f"[10:03:{second:02}] WARN: retry of the request to host" for second in range(20, 50)),
    "syslog": "\n".join(f"Mar  5 10:03:{second:02} pear sshd[99]: Accepted key for ada" for second in range(20, 50)),
    "build log": "\n".join(f"[0:{second:02}] gcc -O2 -c src/file_{second}.c -o build/f.o" for second in range(10, 50)),
    "source": "import os\n\nTIMES = [\n    '0:02',\n    '0:07',\n]\n\ndef main() -> None:\n    print(TIMES)\n",
    "json": '{\n"opens": "0:02",\n"label": "Welcome",\n"closes": "0:07",\n"note": "The church"\n}\n',
    "html": "<html><body>\n0:02\n<p>Welcome to the call</p>\n0:07\n<p>The church is booked</p>\n</body></html>\n",
    "zoom chat": "10:03:21 From Ada Krueger to Everyone: welcome you\n10:03:29 From Ben to Ada (Privately): thanks\n",
    "zoom chat of the cloud": "00:12:01\tAda Krueger:\twelcome to you\n00:12:29\tBen Okafor:\tthanks a lot for that\n",
    "irc": "\n".join(f"[10:{minute:02}] <ada> the church number {minute} is booked" for minute in range(20, 40)),
    "clock runs back": "0:50 and so we end here\n0:40 what was said before\n0:30 and before that\n0:20 at the start\n",
    "one time": "0:02 Welcome to the planning call of the choir, everybody.\n",
}


@pytest.mark.parametrize("kind", NO_SPEECH)
def test_what_was_not_said_is_no_transcript(kind: str) -> None:
    """Agendas, chapters, notes, prose, logs, programs, pages and chats."""
    assert not text_with_times.matches(NO_SPEECH[kind])
    assert not any(known.matches(NO_SPEECH[kind]) for known in cues.FORMATS)


@pytest.mark.parametrize("kind", ["agenda", "log", "source", "json", "zoom chat", "zoom chat of the cloud", "irc"])
def test_what_has_times_is_not_called_a_text_without_times(kind: str) -> None:
    """It is of no known format, and the error says which were tried, and how to get a file of one."""
    with pytest.raises(TranscriptError, match=r"tried: .*WebVTT, SRT") as caught:
        cues.parse(NO_SPEECH[kind], source="x.txt")
    assert not isinstance(caught.value, TranscriptWithoutTimes)
    assert "WebVTT or SRT" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"), [("x.txt", "agenda"), ("x.html", "html"), ("x.json", "json"), ("x.csv", "log")]
)
def test_a_name_alone_makes_no_transcript(tmp_path: Path, name: str, text: str) -> None:
    """Other files are called so, too."""
    file = tmp_path / name
    file.write_text(NO_SPEECH[text])
    assert not cues.looks_like_transcript(file)

    file.write_text("0:02\nWelcome to the planning call.\n0:07\nThe church is booked.\n")
    assert cues.looks_like_transcript(file)
    assert not cues.looks_like_transcript(file.with_suffix(".md"))
    assert cues.looks_like_transcript(tmp_path / "broken.vtt")


SPARSE = {
    "a pause of an hour": "Ada  0:02\nWelcome, shall we start?\n\nBen  0:09\nYes, with the church.\n\n"
    "Ada  1:02:05\nThat was it, thanks.\n",
    "a panel with a pause": "0:00\nwelcome to the choir call\n0:04\ntoday we talk about it\n1:00:01\nthat is it\n",
    "sounds": "0:00\n[Music]\n0:04\nhello all\n0:09\n[Applause]\n0:12\nthank you\n",
    "a word each": "Ada 0:03\nHi.\nBen 0:05\nHey.\nAda 45:10\nBye.\n",
    "labels of a diariser": "".join(
        f"[00:00:{second:02}] [SPEAKER_0{second % 2}] Yes, we do.\n" for second in range(0, 20, 3)
    ),
    "times in what is said": "[00:02] We meet at 10:30.\n[00:05] Or 11:15?\n[00:08] 10:30 it is.\n",
    "times in a text without spaces": "[00:00:02] 山田：始めましょう。\n[00:00:08] 佐藤：今日は10:30までです。\n",
}
"""What was said in few words, or with signs that programs write, too."""


@pytest.mark.parametrize("text", SPARSE.values(), ids=SPARSE)
def test_few_words_and_long_pauses_are_speech_too(text: str) -> None:
    assert text_with_times.matches(text)


def test_hours_and_minutes_of_a_day_are_no_times_of_speech() -> None:
    minutes = "10:00 Ada opens the call and welcomes all who came.\n10:05 Ben reports on the church. It is booked.\n"

    assert not text_with_times.matches(minutes + "10:20 Cleo shows the programmes. All of them like those.\n")
