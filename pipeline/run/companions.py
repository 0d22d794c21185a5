"""The recording and the transcript that belong to notes by their names. Folders are listed here, nothing else is done.

`x.md` belongs together with `x.m4a` and `x.vtt` or `x.en.vtt`, beside it or in a folder the user named; notes of a day
belong together with the only recording that has this day in its name. What may belong to several, and what several may
belong to, is told and not taken: a wrong recording costs more than a missing one.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline import cues
from pipeline.file_names import printable
from pipeline.notes import dates
from pipeline.notes.formats import NOTES_SUFFIXES

MEDIA_SUFFIXES = (
    *(".mp4", ".webm", ".m4v", ".mov", ".mkv", ".ogv"),
    *(".m4a", ".mp3", ".opus", ".ogg", ".oga", ".flac", ".wav", ".aac", ".weba", ".mka"),
)
"""Of recordings that can be played. Of several with the same name the first is taken: people like to see the video."""

TRANSCRIPT_SUFFIXES = cues.SUFFIXES
"""Of transcripts, those that keep most first."""

_MAX_SHOWN_CANDIDATES = 4
_MAX_CANDIDATES = 100  # that are looked at for one of the notes
_MAX_SHOWN_CHARS = 120
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}|transcript|captions|subtitles")
"""Between the name of a recording and the suffix of its transcript: a language, or what it is."""

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)([01]\d)\2([0-3]\d)(?!\d)")
_TIME_OF_DAY = re.compile(r"[-_. T]{0,3}([0-2]\d[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d)?)(?!\d)")
_MEASURE = re.compile(r"\d+(?:[xT](?=\d)|Z(?![^\W_]))?")  # digits, as in 1920x1080 and 20240305T170000Z
_WORD = re.compile(r"[^\W\d_]+")
_SAYS_NOTHING = frozenset(
    {"agenda", "audio", "call", "gmt", "index", "meet", "meeting", "minutes", "notes", "only", "readme"}
    | {"rec", "recorded", "recording", "teams", "vid", "video", "zoom"}
)
"""Words in the names of files that do not tell one meeting of a day from another."""


@dataclass(frozen=True, slots=True)
class Companions:
    """What belongs to notes. `warnings` name what perhaps does."""

    media: Path | None = None
    transcript: Path | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _FileName:
    """What the name of a file says."""

    path: Path
    stem: str  # without a language or the like, in one spelling
    tag: str = ""
    day: date | None = None
    session: str = ""  # day and time, or the stem: equal for the sound and the picture of one meeting
    words: frozenset[str] = frozenset()

    def may_belong_to(self, notes: _FileName) -> bool:
        """Whether it is of the same day, and no word says that it is another meeting's."""
        return (
            self.day is not None and self.day == notes.day and (self.words <= notes.words or notes.words <= self.words)
        )


@dataclass(frozen=True)
class _Folder:
    """The files of a folder that may be companions, by their stem and by their day."""

    path: Path

    @cached_property
    def files(self) -> list[Path]:
        with suppress(OSError), os.scandir(self.path) as entries:
            return sorted(Path(entry.path) for entry in entries if not entry.name.startswith("."))
        return []

    @cached_property
    def media(self) -> _Names:
        return _Names.of(self.files, MEDIA_SUFFIXES)

    @cached_property
    def transcripts(self) -> _Names:
        return _Names.of(self.files, TRANSCRIPT_SUFFIXES, tagged=True)


@dataclass(frozen=True)
class _Names:
    by_stem: Mapping[str, list[_FileName]]
    by_day: Mapping[date, list[_FileName]]

    @classmethod
    def of(cls, files: Iterable[Path], suffixes: tuple[str, ...], *, tagged: bool = False) -> _Names:
        by_stem: dict[str, list[_FileName]] = defaultdict(list)
        by_day: dict[date, list[_FileName]] = defaultdict(list)
        for file in files:
            if file.suffix.lower() in suffixes:
                name = _file_name(file, tagged=tagged)
                by_stem[name.stem].append(name)
                if name.day:
                    by_day[name.day].append(name)
        return cls(by_stem, by_day)


_NO_NAMES = _Names({}, {})


class CompanionFinder:
    """Finds the companions of the notes of one run, listing each folder once.

    `notes` are the files of the run: a recording in `media_dir` that two of them may claim belongs to neither.
    """

    def __init__(
        self, notes: Iterable[Path] = (), media_dir: Path | None = None, transcript_dir: Path | None = None
    ) -> None:
        self._folders: dict[Path, _Folder] = {}
        self._known: dict[Path, _FileName] = {}  # all notes seen so far
        self._by_stem: dict[str, set[Path]] = defaultdict(set)
        self._by_day: dict[date, set[Path]] = defaultdict(set)
        self._media = self._folder(media_dir).media if media_dir else _NO_NAMES
        self._transcripts = self._folder(transcript_dir).transcripts if transcript_dir else _NO_NAMES
        self._learned: set[Path] = set()  # the folders of which all notes are known
        for path in notes:
            self._learn(_absolute(path))

    def find(self, path: Path) -> Companions:
        """The companions of the notes in the file `path`, which should hold one meeting."""
        path = _absolute(path)
        folder = self._folder(path.parent)
        if folder.path not in self._learned:
            self._learned.add(folder.path)
            for sibling in folder.files:
                if sibling.suffix.lower() in NOTES_SUFFIXES:
                    self._learn(sibling)
        notes = self._learn(path)
        media, unsure_media = self._choose(notes, "recording", (self._media, folder.media), MEDIA_SUFFIXES)
        transcript, unsure_transcript = self._choose(
            notes, "transcript", (self._transcripts, folder.transcripts), TRANSCRIPT_SUFFIXES
        )
        return Companions(media, transcript, tuple(filter(None, (unsure_media, unsure_transcript))))

    def _learn(self, path: Path) -> _FileName:
        if path not in self._known:
            name = self._known[path] = _notes_name(path)
            self._by_stem[name.stem].add(path)
            if name.day:
                self._by_day[name.day].add(path)
        return self._known[path]

    def _folder(self, path: Path) -> _Folder:
        path = _absolute(path)
        return self._folders.setdefault(path, _Folder(path))

    def _choose(
        self, notes: _FileName, noun: str, places: tuple[_Names, _Names], suffixes: tuple[str, ...]
    ) -> tuple[Path | None, str | None]:
        """The file that belongs to `notes`, or a warning that names those that may."""
        given, beside = places
        attempts = (
            (given.by_stem.get(notes.stem, []), self._by_stem[notes.stem]),
            (beside.by_stem.get(notes.stem, []), {notes.path}),
            *(self._of_day(notes, names) for names in places),
        )
        for candidates, claimants in attempts:
            if len(candidates) > _MAX_CANDIDATES:
                return None, _ambiguous(noun, candidates, claimants)
            usable = [name for name in candidates if is_inside(name.path, _roots(name.path.parent), suffixes)]
            if not usable:
                continue
            best = _best_group(usable)
            if len(claimants) == 1 and best:
                return min(best, key=lambda name: suffixes.index(name.path.suffix.lower())).path, None
            return None, _ambiguous(noun, usable, claimants)
        return None, None

    def _of_day(self, notes: _FileName, names: _Names) -> tuple[list[_FileName], set[Path]]:
        if notes.day is None:
            return [], set()
        candidates = [name for name in names.by_day.get(notes.day, []) if name.may_belong_to(notes)]
        known = [self._known[path] for path in self._by_day[notes.day]]
        return candidates, {each.path for each in known if any(name.may_belong_to(each) for name in candidates)}


def resolve_recording(notes_path: Path, address: str, roots: Iterable[Path] = ()) -> Companions:
    """The recording that notes name by a relative `address`, such as `../recordings/call.mp4`.

    Notes are written by anybody, and recordings are served: only a file that looks like a recording is taken, and only
    from within one of `roots` (the folders given to the run), the folder of the notes or the git work tree it is in,
    wherever symlinks lead.
    """
    shown = printable(address[:_MAX_SHOWN_CHARS])
    relative = _relative_path(address)
    if relative is None:
        return Companions(warnings=(f"{shown} is not a recording beside the notes; name a file with --media",))
    file = notes_path.parent / relative
    if relative.suffix.lower() not in MEDIA_SUFFIXES:
        return Companions(warnings=(f"{shown} does not look like a recording, so it is not read",))
    if not _is_file(file):
        return Companions(warnings=(f"the notes name a recording beside them that is not there: {shown}",))
    if not is_inside(file, [*map(Path.resolve, roots), *_roots(notes_path.parent)], MEDIA_SUFFIXES):
        return Companions(warnings=(f"{shown} leads out of the folder of the notes, so it is not read",))
    return Companions(media=file.resolve())


def _relative_path(address: str) -> Path | None:
    with suppress(ValueError):
        target = urlsplit(address)
        path = Path(unquote(target.path))
        if target.path and not (target.scheme or target.netloc or path.is_absolute()):
            return path
    return None


def is_inside(file: Path, roots: Iterable[Path], suffixes: tuple[str, ...]) -> bool:
    """Whether `file`, wherever it leads, is a file in one of the resolved `roots` and called like what it should be."""
    with suppress(OSError, RuntimeError, ValueError):  # a symlink to itself, a folder that cannot be entered
        resolved = file.resolve()
        is_named = resolved.suffix.lower() in suffixes and any(resolved.is_relative_to(root) for root in roots)
        is_recording = resolved.suffix.lower() in MEDIA_SUFFIXES
        return is_named and resolved.is_file() and (is_recording or cues.looks_like_transcript(resolved))
    return False


def _is_file(file: Path) -> bool:
    with suppress(OSError, RuntimeError, ValueError):  # a name of thousands of characters
        return file.is_file()
    return False


def _roots(folder: Path) -> Iterator[Path]:
    """The folder itself, and the git work tree it is in."""
    with suppress(OSError, RuntimeError):
        resolved = folder.resolve()
        yield resolved
        yield from (parent for parent in (resolved, *resolved.parents)[:-1] if (parent / ".git").exists())


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - without `..`, and symlinks as they are


def _best_group(candidates: list[_FileName]) -> list[_FileName]:
    """The candidates that are one recording, or one transcript, in several formats; none where they are several."""
    if len({name.session for name in candidates}) > 1:
        return []
    for tag in ("", "transcript"):
        if plain := [name for name in candidates if name.tag == tag]:
            return plain
    return candidates if len({name.tag for name in candidates}) == 1 else []


def _ambiguous(noun: str, candidates: list[_FileName], claimants: set[Path]) -> str:
    names = sorted(printable(name.path.name) for name in candidates)
    shown = ", ".join(names[:_MAX_SHOWN_CANDIDATES])
    if len(names) > _MAX_SHOWN_CANDIDATES:
        shown += f" and {len(names) - _MAX_SHOWN_CANDIDATES} more"
    if len(claimants) > 1 and len(names) == 1:
        return f"{shown} may be the {noun} of {len(claimants)} notes, so it is not used: name it with the notes' name"
    return f"which {noun} belongs to these notes is not clear: {shown}"


def _notes_name(path: Path) -> _FileName:
    """What the name of notes says, or that of their folder (`2024-03-05/README.md`)."""
    name = _file_name(path)
    if name.day is None:
        folder = _file_name(path.parent / (path.parent.name + path.suffix))
        return _FileName(path, name.stem, day=folder.day, words=folder.words)
    return name


def _file_name(path: Path, *, tagged: bool = False) -> _FileName:
    written = unicodedata.normalize("NFC", path.stem)
    stem, tag = written.casefold(), ""
    if tagged:
        before, _, last = stem.rpartition(".")
        if before and _TAG.fullmatch(last):
            stem, tag, written = before, last, written[: len(before)]
    day, time_of_day = _day_of(written)
    words = frozenset(_WORD.findall(_MEASURE.sub(" ", written).casefold())) - _SAYS_NOTHING
    return _FileName(path, stem, tag, day, f"{day} {time_of_day}" if time_of_day else stem, words)


def _day_of(name: str) -> tuple[date | None, str]:
    """The only day in a name, and the digits of the time of day behind it."""
    days, times = set(), ""
    for found in _DAY.finditer(name):
        with suppress(ValueError):
            days.add(date(int(found[1]), int(found[3]), int(found[4])))
            if clock := _TIME_OF_DAY.match(name, found.end()):
                times = "".join(filter(str.isdigit, clock[1]))
    if not days and (written := dates.find_date(name.replace("_", " "))):
        return written[0], ""
    return (days.pop(), times) if len(days) == 1 else (None, "")
