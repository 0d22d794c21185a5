"""Meetings to store and show: a small garden club's, and one of three hours."""

from __future__ import annotations

import random
import wave
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import notes as reader
from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    Notes,
    Origin,
    Recording,
    RecordingPart,
    SectionSpan,
    Segment,
    Transcript,
    Word,
)
from pipeline.store import AlignmentInputs, Store

SOURCE = """# Garden club 2024-03-05

YouTube Link: https://www.youtube.com/watch?v=gArDenCall0

## Watering rota

- Priya drafted a rota for July
  - nobody wants August
- The hose leaks

## Compost heap

Two pallets are *broken*.

| who | what |
|---|---|
| Tomasz | collects `pallets` |

## Seed swap
"""

VIDEO = "gArDenCall0"

SEGMENTS = (
    Segment(0.0, 4.0, "Good evening everybody.", speaker="Ana"),
    Segment(4.0, 9.5, "Priya drafted a watering rota.", speaker="Priya"),
    Segment(12.75, 15.0, "Two of the pallets are broken.", speaker="Priya"),
)

STARTS = {  # by text of the block: start, confidence
    "Watering rota": (4.9, 0.95),
    "Priya drafted a rota for July": (4.9, 0.5),
    "nobody wants August": (7.0, 0.2),
    "Compost heap": (12.75, 0.9),
}


@dataclass(frozen=True, slots=True)
class Library:
    """A database under construction."""

    store: Store
    folder: Path

    def notes(self, source: str = SOURCE, *, slug: str = "garden", video: bool = True) -> Notes:
        """Store notes and return them."""
        read = reader.parse(source, name=f"{slug}.md")
        read = replace(read, slug=self.store.claim(f"/notes/{slug}.md", slug), video=read.video if video else None)
        self.store.save_notes(read)
        return read

    def local(self, slug: str = "garden", *, file: str = "garden.wav", duration: float = 20.0) -> Path:
        """Store a recording that is a file of silence."""
        path = self._silence(file, duration)
        self.store.save_recording(slug, Recording(str(path), "Garden call", duration, str(path)), key=slug)
        return path

    def _silence(self, file: str, duration: float) -> Path:
        path = self.folder / file
        with wave.open(str(path), "wb") as opened:
            opened.setnchannels(1)
            opened.setsampwidth(1)
            opened.setframerate(8000)
            opened.writeframes(b"\x80" * int(8000 * duration))
        return path

    def in_parts(self, *lengths: float, slug: str = "garden", videos: tuple[str, ...] = ()) -> None:
        """Store a recording in several parts: files of silence, or videos with these ids, or the first ones so."""
        parts, start = [], 0.0
        for at, length in enumerate(lengths):
            title, video = f"Garden call, part {at + 1}", videos[at] if at < len(videos) else None
            path = str(self._silence(f"{at + 1}.wav", length))
            source = f"https://www.youtube.com/watch?v={video}" if video else path
            parts.append(RecordingPart(start, length, source, title, None if video else path, video))
            start += length
        first = parts[0]
        joined = Recording(first.source, first.title, start, first.media, first.video_id, parts=tuple(parts))
        self.store.save_recording(slug, joined, key=slug)

    def youtube(self, slug: str = "garden") -> None:
        """Store a recording fetched from YouTube, its audio on this machine."""
        url = f"https://www.youtube.com/watch?v={VIDEO}"
        self.store.save_recording(
            slug, Recording(url, "Garden call", 20.0, str(self.folder / "x.m4a"), video_id=VIDEO), key=slug
        )

    def transcript(self, slug: str = "garden", segments: tuple[Segment, ...] = SEGMENTS) -> int:
        transcript = Transcript("en", Origin.ASR, "small.en", segments, 20.0)
        return self.store.save_transcript(slug, transcript, key="k")

    def aligned(self, notes: Notes) -> None:
        """Store a transcript and the links of STARTS."""
        found = tuple(
            Alignment(block.id, start, start + 3.0, confidence, Basis.MATCH, ("rota",))
            for block in notes.blocks
            for start, confidence in [STARTS.get(block.text, (0.0, 0.0))]
            if confidence
        )
        with self.store.telling_once():  # the search index is made anew after each write
            run = self.store.save_notes(notes)
            self.store.save_alignments(notes.slug, found, AlignmentInputs(run, self.transcript(notes.slug), "1"))

    def spans(self, notes: Notes, spans: dict[str, tuple[float, float]]) -> None:
        """Store that blocks of an aligned meeting, by their text, were discussed in these seconds."""
        transcript, links = self.store.transcript(notes.slug), self.store.meeting(notes.slug).alignments.values()
        assert transcript
        within = tuple(SectionSpan(block.id, *spans[block.text], 0.9) for block in notes.blocks if block.text in spans)
        inputs = AlignmentInputs(self.store.save_notes(notes), transcript.id, "2")
        self.store.save_alignments(notes.slug, tuple(links), inputs, within=within)

    def failed(self, slug: str, failure: Failure) -> None:
        self.store.fail(slug, failure)


def three_hours(library: Library) -> None:
    """A meeting of 300 blocks and 30,000 words, out of a vocabulary as large as that of real ones."""
    dice = random.Random(1)
    vocabulary = ["".join(dice.choices("aeioubcdfghlmnprst", k=dice.randint(2, 9))) for _ in range(4000)]
    shares = [1 / (rank + 1) for rank in range(4000)]  # Zipf's law

    def words(count: int) -> list[str]:
        return dice.choices(vocabulary, shares, k=count)

    lines = "".join(
        (f"## {' '.join(words(4))}\n\n" if n % 10 == 0 else "") + f"- {' '.join(words(15))}\n" for n in range(270)
    )
    notes = library.notes(f"# Long 2024-01-01\n\n{lines}", slug="hours")
    url = f"https://www.youtube.com/watch?v={VIDEO}"
    library.store.save_recording("hours", Recording(url, "Call", 10_800.0, video_id=VIDEO), key="hours")
    segments = []
    for at in range(3000):
        spoken = words(10)
        times = [at * 3.6 + n * 0.33 + dice.random() * 0.1 for n in range(10)]
        timed = tuple(Word(start, start + 0.3, word) for start, word in zip(times, spoken, strict=True))
        segments.append(Segment(at * 3.6, at * 3.6 + 3.5, " ".join(spoken), timed))
    transcript = Transcript("en", Origin.ASR, "small.en", tuple(segments), 10_800.0)
    stored = library.store.save_transcript("hours", transcript, key="k")
    placed = tuple(
        Alignment(block.id, n * 36.0, n * 36.0 + (30.0 if n % 7 else 5.0), dice.random(), Basis.MATCH, tuple(words(5)))
        for n, block in enumerate(notes.blocks)
    )
    library.store.save_alignments("hours", placed, AlignmentInputs(library.store.save_notes(notes), stored, "1"))


def long_clocks(library: Library) -> Notes:
    """A call of more than three hours; all of it that is in the notes was discussed after the first."""
    notes = library.notes(
        "# Long call\n\n## Watering\n\n- Hose\n  - Nozzle\n- Barrel\n\n### Rain\n\nA lot of it.\n\n"
        "| who | what |\n|---|---|\n| Ana | mends the greenhouse |\n\n#### Seeds\n\n> Marigolds\n",
        slug="hours",
        video=False,
    )
    recording = Recording("https://youtu.be/x", "Call", 12_000.0, video_id=VIDEO)
    library.store.save_recording("hours", recording, key="hours")
    transcript = library.transcript("hours", tuple(Segment(at, at + 9.0, "Hose") for at in range(0, 12_000, 60)))
    confidences = [0.6, 0.6, 0.9, 0.4, 0.6]
    placed = tuple(
        Alignment(block.id, 4000.0 + n * 600, 4300.0 + n * 600, confidences[n % 5], Basis.MATCH)
        for n, block in enumerate(notes.blocks)
    )
    library.store.save_alignments("hours", placed, AlignmentInputs(library.store.save_notes(notes), transcript, "1"))
    return notes


_OFF_TOPIC = "the club spoke of this and that"
UNCOVERED_TEXT = (
    "We should talk about the greenhouse glass and the greenhouse roof before the winter comes to town again"
)


def ten_minutes(library: Library) -> Notes:
    """A call of four sections, and of two minutes between them that nobody wrote down."""
    starts = {"Hose": 0, "Compost": 120, "Seeds": 360, "Fence": 480}
    text = "# Long call 2024-04-02\n\n" + "".join(
        f"## {name}\n\n" + "".join(f"- {name} matter number {n}\n" for n in range(8)) + "\n" for name in starts
    )
    notes = library.notes(text, slug="long", video=False)
    library.local("long", file="long.wav", duration=600.0)
    segments = [_paced(at, UNCOVERED_TEXT if 240 <= at < 360 else _OFF_TOPIC) for at in range(0, 600, 10)]
    transcript = library.transcript("long", tuple(segments))
    placed = []
    for section in notes.sections:
        if section.title in starts:
            start = starts[section.title]
            placed += [
                Alignment(block.id, start + n * 12.0, start + (n * 12.0 + 12.0 if n else 120.0), 0.9, Basis.MATCH)
                for n, block in enumerate(section.blocks)
            ]
    library.store.save_alignments(
        "long", tuple(placed), AlignmentInputs(library.store.save_notes(notes), transcript, "1")
    )
    return notes


def _paced(start: float, text: str, pace: float = 0.5) -> Segment:
    """A segment whose words follow each other at a steady pace."""
    words = text.split()
    timed = tuple(Word(start + at * pace, start + (at + 1) * pace, word) for at, word in enumerate(words))
    return Segment(start, start + len(words) * pace, text, timed)
