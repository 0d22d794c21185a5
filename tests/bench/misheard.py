"""How much of the jargon that was said is found, by the transcript's words alone and with what was misheard.

Run as `python -m tests.bench.misheard [--notes FOLDER] [--cache FOLDER] [--cases FOLDER …]`. The re-enactment in
`seeds/` is always measured. With the folder of the osquery office hours' notes, some of them are read aloud by two
synthetic voices and heard by tiny.en, with the notes' hotwords and without: what is said, and when, is known by
construction. A reading is measured against the notes of another day too, whose terms must come from the rest of the
folder or not at all. With cases, as `jumpnotes evaluate` reads them, it is measured what becomes of a search through
them (`misheard_search`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import tempfile
import wave
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pipeline import notes as reader
from pipeline.language import jargon
from pipeline.language.words import WORD, fold, folded_words
from pipeline.misheard import candidates
from pipeline.notes.files import siblings_of
from pipeline.records import BlockKind, Notes, Transcript
from pipeline.search import DEDUPE_SECONDS
from seeds import reenact
from tests.bench.misheard_search import PreparedMeeting, filled, prepare, spoken
from tests.bench.misheard_search import show as show_search
from tests.bench.vocabulary import SEEDS

SETS = {
    "tune": ("20191015", "20191126", "20200512"),
    "test": ("20190917", "20210329", "20220329"),
}
"""Days of the notes that are read aloud: those the constants were chosen on, and those they were not."""

VOICES = {
    "piper": reenact.Voice("piper", {"factor": 1.0, "rate": 1.1}),
    "espeak": reenact.Voice("espeak", {"voice": "en-us", "pitch": 40, "wpm": 155}),
}

# How people say what synthesizers read wrongly; snake_case is said in words anyway.
SAY = {
    "osquery": "O S query",
    "osqueryd": "O S query D",
    "macOS": "mac O S",
    "GitHub": "git hub",
    "CMake": "C make",
    "CMakeLists": "C make lists",
    "CPack": "C pack",
    "FreeBSD": "free B S D",
    "CentOS": "cent O S",
    "centos6": "cent O S six",
    "seph": "seff",
    "Zach": "Zack",
    "Alessandro": "Allessandro",
    "Sharvil": "shar vill",
    "Groob": "groob",
    "ToB": "T O B",
    "SDKs": "S D Ks",
    "sqlite": "S Q light",
    "s3": "S three",
    "ec2": "E C two",
    "IPv6": "I P V six",
    "openBSM": "open B S M",
    "OpenSSL": "open S S L",
    "librpm": "lib R P M",
    "libsystemd": "lib system D",
    "libudev": "lib U dev",
    "libelfin": "lib elfin",
    "glib2": "G lib two",
    "rocksdb": "rocks D B",
    "eBPF": "E B P F",
    "ssdeep": "S S deep",
    "dpkg": "D package",
    "pkg": "package",
    "pkgs": "packages",
    "auditctl": "audit control",
    "audisp": "audi S P",
    "nginx": "engine X",
    "fleetdm": "fleet D M",
    "Arm64": "arm sixty-four",
    "tls_config": "T L S config",
    "ntfs_journal_events": "N T F S journal events",
    "usr": "user",
    "gcc": "G C C",
    "gpg": "G P G",
    "json": "jason",
    "xml": "X M L",
    "PoC": "P O C",
    "ASAN": "A san",
    "YARA": "yara",
    "Uptycs": "up ticks",
    "Kolide": "collide",
    "Snyk": "sneak",
    "SBOM": "S bom",
    "EndpointSecurityClient": "endpoint security client",
    "vtable": "V table",
    "syscall": "sys call",
    "sysroot": "sys root",
    "syslog": "sys log",
    "DigiCert": "diggy cert",
    "rhq": "R H Q",
    "toolchain": "tool chain",
}
SAID_RADIUS_SECONDS = 6.0  # from where the sentence's pace puts a word: there it was said
FOUND_RADIUS_SECONDS = 15.0  # a search that lands this near has found what was said

_LINK = re.compile(r"\S*(?:://|www\.)\S*")
_SENTENCE = re.compile(r"(?<=[.?!:])\s+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Said:
    """The folded letters of a jargon term, and when it was said, in seconds."""

    term: str
    at: float


@dataclass(frozen=True, slots=True)
class ReadingAloud:
    """A recording whose words are known, and the notes it is measured against."""

    label: str
    notes: Notes
    others: tuple[str, ...]
    utterances: tuple[dict[str, Any], ...]  # start, end, text
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class RecallCounts:
    """How often terms of the notes were said, found as they are written, and found at all: in the transcript, by a
    search, and by a search one hit of which counts for a minute; mishearings, and right ones."""

    said: int = 0
    exact: int = 0
    found: int = 0
    search_exact: int = 0
    search_found: int = 0
    minute_exact: int = 0
    minute_found: int = 0
    mishearings: int = 0
    right: int = 0

    def __add__(self, other: RecallCounts) -> RecallCounts:
        return RecallCounts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def read_aloud(note: Path, voice: str, cache: Path) -> tuple[Path, Path]:
    """The sentences of `note` in one voice: the sound, and as JSON what was said from when to when."""
    sound, spoken = cache / f"{note.stem}.{voice}.wav", cache / f"{note.stem}.{voice}.json"
    if not spoken.exists():
        script = reenact.Script("", "", 1, (), VOICES, tuple(_turns(reader.read(note), voice)))
        samples, utterances = reenact.lay_out(script, reenact.Speakers(VOICES, 1))
        with wave.open(str(sound), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(reenact.RATE)
            file.writeframes((samples * 32767).astype(np.int16).tobytes())
        spoken.write_text(json.dumps([{"start": u.start, "end": u.end, "text": u.turn.text} for u in utterances]))
    return sound, spoken


def _turns(notes: Notes, voice: str) -> Iterator[reenact.Turn]:
    for block in notes.blocks:
        if block.kind in (BlockKind.MARKUP, BlockKind.CODE) or block.template:
            continue
        for sentence in _SENTENCE.split(_LINK.sub(" ", block.text)):
            if re.search(r"[^\W\d_]{2}", sentence):
                yield reenact.Turn(voice, sentence, _pronounced(sentence), None, None, ())


def _pronounced(text: str) -> str:
    known = {word.lower(): said for word, said in SAY.items()}

    def word(match: re.Match[str]) -> str:
        return known.get(match[0].lower()) or _CAMEL.sub(" ", match[0].replace("_", " "))

    return re.sub(r"\w+", word, text)


def hear(sound: Path, label: str, hotwords: Sequence[str]) -> Transcript:
    """What tiny.en makes of it; a second call reads it from beside the sound."""
    stored = sound.with_suffix(f".{label}.heard.json")
    if not stored.exists():
        from pipeline.transcribe import transcribe

        folder = os.environ.get("JUMPNOTES_MODEL_DIR")
        found = transcribe(
            sound, model="tiny.en", model_dir=Path(folder) if folder else None, hotwords=hotwords, language="en"
        )
        stored.write_bytes(msgspec.json.encode(found))
    return msgspec.json.decode(stored.read_bytes(), type=Transcript)


# ---------------------------------------------------------------- what is read, and what was said


def reenactment(cache: Path) -> Iterator[ReadingAloud]:
    """The re-enactment of `seeds/`: a conversation, not a reading."""
    notes = reader.read(SEEDS / "000_d54e42ad7e88ce35.txt")
    utterances = tuple(json.loads((SEEDS / "reenactment.gold.json").read_text())["utterances"])
    sound = cache / "reenactment.m4a"
    if not sound.exists():
        shutil.copy(SEEDS / sound.name, sound)
    for label, hotwords in (("with", jargon.hotwords(notes)), ("without", ())):
        yield ReadingAloud(f"re-enactment, {label} hotwords", notes, (), utterances, hear(sound, label, hotwords))


def readings(folder: Path, days: Sequence[str], cache: Path) -> Iterator[ReadingAloud]:
    """Each note read by each voice, against its own notes and against those of the next day."""
    paths = [folder / f"{day}_meeting_notes.md" for day in days]
    for voice in VOICES:
        for path, other in zip(paths, [*paths[1:], paths[0]], strict=True):
            sound, spoken = read_aloud(path, voice, cache)
            notes, others = _with_others(path)
            for label, hotwords in (("with", jargon.hotwords(notes, others=others)), ("without", ())):
                heard = tuple(json.loads(spoken.read_text())), hear(sound, label, hotwords)
                yield ReadingAloud(f"{voice}, {label} hotwords", notes, others, *heard)
                yield ReadingAloud(f"{voice}, {label} hotwords, other notes", *_with_others(other), *heard)


def _with_others(path: Path) -> tuple[Notes, tuple[str, ...]]:
    texts = siblings_of(path)
    notes = reader.read(path, templates=reader.folder_templates(texts.values()))
    return notes, tuple(text for file, text in texts.items() if file != path.resolve())


def said(reading: ReadingAloud, terms: Collection[str]) -> list[Said]:
    """When each of the `terms` was said: where the pace of the sentence puts it."""
    found = []
    for line in reading.utterances:
        words = list(WORD.finditer(fold(line["text"])))
        for place, word in enumerate(words):
            at = line["start"] + (line["end"] - line["start"]) * word.start() / len(line["text"])
            runs = {letters_of(" ".join(part[0] for part in words[place : place + length])) for length in range(1, 5)}
            found += [Said(term, at) for term in runs if term in terms]
    return found


def letters_of(text: str) -> str:
    """What makes a term one, however it is written; one and several are the same."""
    return "".join(folded_words(text)).removesuffix("s")


# ---------------------------------------------------------------- figures


def measure(reading: ReadingAloud) -> RecallCounts:
    """What is found of the terms of the notes, and how much of what is shown is right."""
    meeting = prepare("reading", reading.notes, reading.transcript, reading.others)
    mishearings = [(letters_of(mishearing.term), mishearing.start) for mishearing in meeting.mishearings]
    spellings: dict[str, set[str]] = defaultdict(set)
    for word in jargon.find_jargon(reading.notes):
        spellings[letters_of(word)].add(word)
    truth = said(reading, spellings.keys() | {term for term, _ in mishearings})
    written = _find_written(reading.transcript)
    asked = [one for one in truth if one.term in spellings]
    exact = [
        any(abs(at - one.at) <= FOUND_RADIUS_SECONDS for word in spellings[one.term] for at in written(word))
        for one in asked
    ]
    heard = [
        any(term == one.term and abs(at - one.at) <= FOUND_RADIUS_SECONDS for term, at in mishearings) for one in asked
    ]
    right = sum(
        any(one.term == term and abs(one.at - at) <= SAID_RADIUS_SECONDS for one in truth) for term, at in mishearings
    )
    counts = [len(asked), sum(exact), sum(map(any, zip(exact, heard, strict=True)))]
    searches = [_moments(meeting, spellings, mishearings=included) for included in (False, True)]
    for within in (FOUND_RADIUS_SECONDS, DEDUPE_SECONDS):
        near = [[any(abs(at - one.at) <= within for at in found[one.term]) for one in asked] for found in searches]
        counts += map(sum, near)
    counts += [len(mishearings), right]
    return RecallCounts(*counts)


def _moments(
    meeting: PreparedMeeting, spellings: Mapping[str, Iterable[str]], *, mishearings: bool
) -> dict[str, list[float]]:
    """Where a search for each term leads to."""
    with filled([meeting], mishearings=mishearings) as index:
        return {
            term: [hit.start or 0.0 for word in words for hit in spoken(index, word)]
            for term, words in spellings.items()
        }


def _find_written(transcript: Transcript) -> Callable[[str], list[float]]:
    stream = [(token, word.start) for word in candidates.heard_words(transcript) for token in word.folded]
    tokens = [token for token, _ in stream]

    def find(text: str) -> list[float]:
        term = folded_words(text)
        return [stream[i][1] for i in range(len(tokens)) if tokens[i : i + len(term)] == term]

    return find


def show(found: Iterable[ReadingAloud]) -> None:
    """Print the table."""
    figures: dict[str, RecallCounts] = defaultdict(RecallCounts)
    for reading in found:
        figures[reading.label] += measure(reading)
    print(f"{'found exactly, and with what was misheard':48}transcript      search      minute  mishearings right")
    for label, one in figures.items():
        places = (one.exact, one.found), (one.search_exact, one.search_found), (one.minute_exact, one.minute_found)
        shares = "".join(f"{a / max(one.said, 1):8.0%}{b / max(one.said, 1):5.0%}" for a, b in places)
        right = f"{one.mishearings:13}{one.right / max(one.mishearings, 1):6.0%}"
        print(f"  {label:38}{one.said:4}{shares}{right}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=Path, default=os.environ.get("JUMPNOTES_OFFICE_HOURS"), help="notes to read")
    parser.add_argument("--cache", type=Path, help="where sound and transcripts are kept (default: nowhere)")
    parser.add_argument("--cases", type=Path, nargs="+", default=(), help="meetings to search, or sets of them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = options.cache or Path(scratch)
        cache.mkdir(parents=True, exist_ok=True)
        print("re-enactment")
        show(reenactment(cache))
        for name, days in SETS.items() if options.notes else ():
            print(name)
            show(readings(Path(options.notes), days, cache))
    if options.cases:
        print("search")
        show_search(options.cases)


if __name__ == "__main__":
    main()
