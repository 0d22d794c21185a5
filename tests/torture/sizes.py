"""The largest meetings that are worked on, as files: what `align` and `run` take of them in seconds and megabytes.

    python -m tests.torture.sizes                       every shape, through the command line
    python -m tests.torture.sizes 5000x24h --command align
    python -m tests.torture.sizes --write FOLDER        only the files

Each run is a process of its own and may take MAX_SECONDS and MAX_MEGABYTES; the exit status says whether all did.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pipeline.language import plain_words

MAX_SECONDS = 120.0
MAX_MEGABYTES = 1500.0

VOCABULARY_WORDS = 6000  # in use in a meeting; how often follows Zipf's law
NAMES = 300  # among them, that no dictionary has
WORDS_PER_CUE, CUE_SECONDS = 12, 5.0  # words, seconds: 144 words a minute
BULLETS_PER_HEADING = 9

Cue = tuple[float, float, str]
"""Start and end in seconds, and what is said."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The text of its notes, and its cues."""

    notes: str
    cues: list[Cue]


class Talk:
    """Made-up speech and notes, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.draw = random.Random(seed)
        common = sorted(word for word in plain_words.plain_english() if len(word) > 2)
        self.draw.shuffle(common)
        names = ["".join(self.draw.choices(_SYLLABLES, k=self.draw.randint(2, 4))) for _ in range(NAMES)]
        words = common[: VOCABULARY_WORDS - NAMES]
        for name in names:
            words.insert(self.draw.randrange(len(words) // 10, len(words)), name)
        self.words = words
        self._weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def say(self, count: int) -> list[str]:
        return self.draw.choices(self.words, cum_weights=self._weights, k=count)

    def cues(self, hours: float, *, words_per_cue: int = WORDS_PER_CUE) -> list[Cue]:
        count = round(hours * 3600 / CUE_SECONDS)
        return [(i * CUE_SECONDS, (i + 1) * CUE_SECONDS, " ".join(self.say(words_per_cue))) for i in range(count)]

    def bullets(self, count: int, cues: list[Cue]) -> Iterator[str]:
        """Two thirds of the words of a bullet are heard at its moment; the bullets are in the order of the talk."""
        for b in range(count):
            at = b * len(cues) // count
            heard = " ".join(text for _, _, text in cues[at : at + 4]).split()
            said = iter(self.say(15))
            start = self.draw.randrange(max(len(heard) - 15, 1))
            text = heard[start : start + self.draw.randint(4, 15)]
            yield " ".join(word if self.draw.random() < 2 / 3 else next(said) for word in text).capitalize()

    def meeting(self, blocks: int, hours: float) -> Meeting:
        cues = self.cues(hours)
        lines = ["# A long meeting, 2020-01-21", ""]
        for b, bullet in enumerate(self.bullets(blocks, cues)):
            lines += ["", f"## {bullet}", ""] if b % (BULLETS_PER_HEADING + 1) == 0 else [f"- {bullet}"]
        return Meeting("\n".join(lines) + "\n", cues)


_SYLLABLES = ("ba", "co", "di", "fe", "gra", "hin", "jo", "ker", "lum", "mo", "nes", "pra", "qui", "ro", "sta", "tur")


def same_blocks() -> Meeting:
    talk = Talk()
    cues = talk.cues(1)
    return Meeting("# Same\n\n" + f"- {' '.join(talk.say(8))}\n" * 50_000, cues)


def one_block() -> Meeting:
    talk = Talk()
    words = talk.say(700_000)
    return Meeting(" ".join(words)[:3_900_000] + "\n", talk.cues(1))


def many_names() -> Meeting:
    """Every bullet has a name of its own, which sounds like others."""
    talk = Talk()
    names = ("".join(talk.draw.choices(_SYLLABLES, k=4)) for _ in range(50_000))
    bullets = [f"{name.capitalize()} {' '.join(talk.say(4))}" for name in names]
    return Meeting(_notes(bullets), talk.cues(1))


def many_times() -> Meeting:
    talk = Talk()
    cues = talk.cues(1)
    video = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    bullets = [f"{text} [link]({video}&t={at * 3600 // 30_000})" for at, text in enumerate(talk.bullets(30_000, cues))]
    return Meeting(f"Recording: {video}\n\n{_notes(bullets)}", cues)


def many_speakers() -> Meeting:
    """Everybody says one thing."""
    talk = Talk()
    said = zip(talk.cues(140), talk.say(100_800), strict=True)
    cues = [(start / 2, end / 2, f"<v Person {n} {word}>{text}") for n, ((start, end, text), word) in enumerate(said)]
    return Meeting(_notes([f"Person {text}" for text in talk.bullets(500, cues)]), cues)


def one_word_cues() -> Meeting:
    talk = Talk()
    cues = [(i * 0.25, (i + 1) * 0.25, word) for i, word in enumerate(talk.say(1_000_000))]
    return Meeting(_notes(list(talk.bullets(300, cues))), cues)


def one_cue() -> Meeting:
    """A million words in one cue of an hour."""
    words = Talk().say(1_000_000)
    bullets = [" ".join(words[at : at + 9]) for at in range(0, 1_000_000, 5000)]
    return Meeting(_notes(bullets), [(0.0, 3600.0, " ".join(words))])


def one_instant() -> Meeting:
    """A million words at one moment."""
    made = one_cue()
    return Meeting(made.notes, [(1.0, 1.0, made.cues[0][2])])


def same_word() -> Meeting:
    """A day of one word, and notes about words that sound like it."""
    talk = Talk()
    cues = [(start, end, "keccak " * WORDS_PER_CUE) for start, end, _ in talk.cues(24, words_per_cue=1)]
    words = ("keccak", "Kekcac", "catchack", "ketchak", "seven")
    return Meeting(_notes([f"{words[b % 5]} {' '.join(talk.say(6))}" for b in range(1000)]), cues)


def same_number() -> Meeting:
    talk = Talk()
    cues = [(start, end, "seven " * WORDS_PER_CUE) for start, end, _ in talk.cues(24, words_per_cue=1)]
    return Meeting(_notes([f"7 77 7777 {'7 ' * (b % 40)}" for b in range(1000)]), cues)


def _notes(bullets: list[str]) -> str:
    return "# A long meeting\n\n" + "".join(f"- {bullet}\n" for bullet in bullets)


SHAPES: Mapping[str, Callable[[], Meeting]] = {
    "5000x24h": lambda: Talk().meeting(5_000, 24),
    "50000x1h": lambda: Talk().meeting(50_000, 1),
    "50000x24h": lambda: Talk().meeting(50_000, 24),
    "million-words": lambda: Talk().meeting(100, 115.74),
    "one-block": one_block,
    "same-blocks": same_blocks,
    "many-names": many_names,
    "many-times": many_times,
    "many-speakers": many_speakers,
    "one-word-cues": one_word_cues,
    "one-cue": one_cue,
    "one-instant": one_instant,
    "same-word": same_word,
    "same-number": same_number,
}


def write(meeting: Meeting, folder: Path) -> tuple[Path, Path]:
    """The notes and the transcript as files."""
    folder.mkdir(parents=True, exist_ok=True)
    notes, transcript = folder / "notes.md", folder / "transcript.vtt"
    notes.write_text(meeting.notes, encoding="utf-8")
    cues = (f"{_clock(start)} --> {_clock(end)}\n{text}\n" for start, end, text in meeting.cues)
    transcript.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    return notes, transcript


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{rest:06.3f}"


def measure(arguments: list[str], *, limit: float) -> tuple[int, float, float, float]:
    """Run jumpnotes: exit status, seconds by the clock and of processor, peak resident megabytes; -9: not in time."""
    began = time.perf_counter()
    try:
        command = [sys.executable, "-c", _MEASURED, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return -9, time.perf_counter() - began, float("nan"), float("nan")
    seconds = time.perf_counter() - began
    *said, last = done.stderr.splitlines() or ["nan nan"]
    print("".join(f"    {line[:160]}\n" for line in said[-5:] if line.strip()), file=sys.stderr, end="")
    cpu, peak = map(float, last.split())
    return done.returncode, seconds, cpu, peak


# The peak is that of the process itself: a child begins with its parent's.
_MEASURED = """
import resource, sys
from pipeline.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(used.ru_utime + used.ru_stime, peak / 1024, file=sys.stderr)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"of {', '.join(SHAPES)}; all by default")
    parser.add_argument("--command", choices=["align", "run"], action="append", help="both by default")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the files there, and run nothing")
    args = parser.parse_args()
    good = True
    for name in args.shapes or SHAPES:
        with tempfile.TemporaryDirectory() as scratch:
            notes, transcript = write(SHAPES[name](), (args.write or Path(scratch)) / name)
            for command in () if args.write else args.command or ("align", "run"):
                data = str(Path(scratch) / "data")
                given = {
                    "align": ["align", str(notes), str(transcript)],
                    "run": ["run", str(notes), "--transcript", str(transcript), "--data-dir", data],
                }
                status, seconds, cpu, peak = measure(given[command], limit=4 * MAX_SECONDS)
                held = status == 0 and seconds <= MAX_SECONDS and peak <= MAX_MEGABYTES
                good &= held
                mark = "" if held else "  TOO MUCH"
                print(f"{name:>14} {command:>6} {seconds:8.1f} s {cpu:8.1f} s CPU {peak:8.0f} MB{mark}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
