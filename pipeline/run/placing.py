"""Which stored meetings the notes of a run are. What moved is noted, and said, before anything is made of it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import JumpnotesError, MeetingDamaged, MeetingNotFound, NotesError
from pipeline.file_names import may_exist, path_of, printable
from pipeline.records import Notes, RunKey
from pipeline.run import identity
from pipeline.run.identity import Ambiguity, KnownMeeting, Traits, Whereabouts
from pipeline.run.inputs import NotesReader, notes_digest, stored_path
from pipeline.store import NotesPlace, Store

_log = logging.getLogger(__name__)

NEW = "new"
"""What is asked for instead of a meeting's slug where notes are those of a new one."""

_MIN_MOVED = 4  # notes that went from one folder to another, from which on this is said once for all of them


@dataclass(slots=True)
class Placing:
    """Finds out which meetings the notes in files are."""

    store: Store
    reader: NotesReader
    say: Callable[[str], None]
    same_as: str | None = None  # the slug of the meeting that the user says these notes are, or NEW
    _unclear: dict[tuple[str, str], Ambiguity] = field(default_factory=dict)  # by path and digest of the notes

    def find_moved(self, paths: Iterable[Path]) -> None:
        """Note which meetings have moved to these files, from others or from one to another.

        Files that are as the last run left them are not read, and the others only where a stored meeting has lost its
        place, or may have.
        """
        if self.same_as is not None:
            return
        known, unsettled = self._candidates({_key_of(path): path for path in paths})
        if not known:
            return
        found: list[Traits] = []
        for key, path in unsettled.items():
            try:
                found += _traits(key, self.reader.read(path))
            except Exception as error:  # noqa: BLE001 - perhaps a bug, and told when its turn comes
                _log.debug("%s", path, exc_info=error)
        self._settle(known, found)

    def slugs_by_path(self) -> dict[str, list[str]]:
        """The meetings that each file has, as far as is known without reading it."""
        found: dict[str, list[str]] = defaultdict(list)
        for place in self.store.places():
            if place.anchor is not None:
                found[place.path].append(place.slug)
        return found

    def place(self, path: Path, meetings: tuple[Notes, ...]) -> tuple[str | NotesError, ...]:
        """The slug of each meeting of a file; new ones get theirs. Where it is unclear, an error says which it may be.

        Raises:
            NotesError: the user says which stored meeting it is, and there are several it may be said of.
            MeetingNotFound: there is no meeting that the user says it is.
        """
        key = stored_path(path)
        found = _traits(key, meetings)
        here, matched = self._match(key, found)
        unclear = (self._unclear.get((key, traits.digest)) for traits in found)
        which = self._as_asked(path, [one or other for one, other in zip(unclear, matched, strict=True)])
        places = [NotesPlace(place.slug, key, None) for place in here if place.slug not in which]
        for traits, slug in zip(found, which, strict=True):
            if isinstance(slug, str):
                places.append(NotesPlace(slug, key, traits.anchor))
        self.store.move([place for place in places if place not in here])
        return tuple(
            _unclear(path, notes, slug)
            if isinstance(slug, Ambiguity)
            else slug or self.store.claim(key, notes.slug, traits.anchor or "")
            for notes, traits, slug in zip(meetings, found, which, strict=True)
        )

    def known(self, path: Path, meetings: tuple[Notes, ...]) -> tuple[str | None, ...]:
        """The slug of each meeting of a file that is stored, as far as that is clear; nothing is noted."""
        key = stored_path(path)
        matched = self._match(key, _traits(key, meetings))[1]
        return tuple(slug if isinstance(slug, str) else None for slug in matched)

    def _match(self, key: str, found: Sequence[Traits]) -> tuple[list[NotesPlace], Sequence[str | Ambiguity | None]]:
        here = [place for place in self.store.places(key) if place.anchor is not None]
        known = [self._known(place, Whereabouts.CHANGED) for place in here]
        return here, identity.match(known, found)

    def _as_asked(self, path: Path, which: list[str | Ambiguity | None]) -> list[str | Ambiguity | None]:
        """What the user said of notes that are new, or unclear; of the only ones in a file, whatever they were."""
        if self.same_as is None:
            return which
        if self.same_as == NEW:
            return [slug if isinstance(slug, str) else None for slug in which]
        if self.same_as not in self.store.notes_paths():
            raise MeetingNotFound(self.same_as)
        open_ones = [number for number, slug in enumerate(which) if not isinstance(slug, str)]
        wanted = [0] if len(which) == 1 else open_ones
        if self.same_as in which:
            return which
        if len(wanted) != 1:
            hint = "Move the meeting that is meant to a file of its own, or leave out --as."
            raise NotesError(path, f"holds {len(wanted)} meetings that are new, so --as is not clear", hint=hint)
        return [self.same_as if number == wanted[0] else slug for number, slug in enumerate(which)]

    def _candidates(self, run: dict[str, Path]) -> tuple[list[KnownMeeting], dict[str, Path]]:
        """The stored meetings that may have moved, and the files of this run they may have moved to."""
        keys, places = self.store.run_keys(), self.store.places()
        slugs = self.slugs_by_path()
        unsettled = {key: path for key, path in run.items() if not _is_settled(path, slugs.get(key, []), keys)}
        new_names = {path.name for key, path in unsettled.items() if key not in slugs}
        known = []
        for place in places if unsettled else ():
            whereabouts = None
            if place.anchor is None or (place.path not in run and not may_exist(path_of(place.path))):
                whereabouts = Whereabouts.GONE
            elif place.path in unsettled:
                whereabouts = Whereabouts.CHANGED
            elif place.path not in run and path_of(place.path).name in new_names:
                whereabouts = Whereabouts.ELSEWHERE
            if whereabouts:
                known.append(self._known(place, whereabouts))
        return known, unsettled

    def _known(self, place: NotesPlace, whereabouts: Whereabouts) -> KnownMeeting:
        """A stored meeting as it is recognised; where it has no notes that can be read, by its place alone."""
        try:
            traits = Traits.of(place.path, place.anchor, self.store.notes(place.slug))
        except (MeetingDamaged, MeetingNotFound):
            traits = Traits(place.path, place.anchor, place.slug, None, frozenset(), "", frozenset())
        return KnownMeeting(place.slug, traits, whereabouts)

    def _settle(self, known: Sequence[KnownMeeting], found: Sequence[Traits]) -> None:
        which = identity.match(known, found)
        paths = {meeting.slug: meeting.traits.path for meeting in known}
        moved = []
        for traits, slug in zip(found, which, strict=True):
            if isinstance(slug, Ambiguity):
                self._unclear[traits.path, traits.digest] = slug
            elif slug is not None and paths[slug] != traits.path:
                moved.append(NotesPlace(slug, traits.path, traits.anchor))
        # Whoever is contradicted by what is at their path now makes room for it.
        taken = {(place.path, place.anchor) for place in moved}
        left = [
            NotesPlace(meeting.slug, meeting.traits.path, None)
            for meeting in known
            if meeting.slug not in which and (meeting.traits.path, meeting.traits.anchor) in taken
        ]
        self.store.move([*left, *moved])
        self._tell([(paths[place.slug], place.path) for place in moved])

    def _tell(self, moved: list[tuple[str, str]]) -> None:
        moved = sorted(set(moved))
        together: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for old, new in moved:
            if path_of(old).name == path_of(new).name:
                together[str(path_of(old).parent), str(path_of(new).parent)].append((old, new))
        for (from_folder, to_folder), notes in together.items():
            if len(notes) >= _MIN_MOVED:
                self.say(f"moved: {printable(from_folder)} → {printable(to_folder)} ({len(notes)} notes)")
                moved = [each for each in moved if each not in notes]
        for old, new in moved:
            before, after = path_of(old), path_of(new)
            shown = after.name if before.parent == after.parent else str(after)
            self.say(f"renamed: {printable(str(before))} → {printable(shown)}")


def _traits(key: str, meetings: tuple[Notes, ...]) -> list[Traits]:
    named = zip(identity.anchors(meetings), meetings, strict=True)
    return [Traits.of(key, anchor, notes, len(meetings) - number) for number, (anchor, notes) in enumerate(named, 1)]


def _key_of(path: Path) -> str:
    try:
        return stored_path(path)
    except JumpnotesError:  # says so when its turn comes
        return str(path)


def _is_settled(path: Path, slugs: list[str], keys: dict[str, RunKey]) -> bool:
    """Whether a file is as the last complete run of all its meetings left it."""
    if not slugs:
        return False
    now = notes_digest(path)
    return now is None or all(slug in keys and keys[slug].notes == now for slug in slugs)


def _unclear(path: Path, notes: Notes, which: Ambiguity) -> NotesError:
    names = " or ".join(f'"{slug}"' for slug in which.slugs)
    problem = f"may be the notes of {names}, which moved or were copied"
    hint = f"Say which they are: jumpnotes run {printable(str(path))} --as {which.slugs[0]}, or --as {NEW}."
    return NotesError(path, problem, line=notes.line if notes.line > 1 else None, hint=hint)
