"""What a run is to use for each of its notes: what the user asked for, what they link to, and what lies beside them.

What the user names counts for more than what the notes link to, and that for more than a recording that only has the
same name. A transcript of the same name is used in any case: somebody put it there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from pipeline.errors import NotesError
from pipeline.links import youtube_id
from pipeline.records import Notes, RunKey
from pipeline.run.companions import CompanionFinder, Companions, resolve_recording
from pipeline.run.inputs import digest, source
from pipeline.run.notes_edits import key_of_corrections
from pipeline.run.parts import joined_source
from pipeline.run.plan import Asked, RunOptions, Source
from pipeline.run.sources import PUBLISHED


@dataclass(frozen=True, slots=True)
class GivenForNotes:
    """What one meeting is made from. `warnings` name files that perhaps belong to it."""

    asked: Asked
    warnings: tuple[str, ...] = ()


class GivenFiles:
    """Finds it for the notes of one run; `paths` are all of them."""

    def __init__(self, options: RunOptions, paths: Iterable[Path]) -> None:
        self._options = options
        self._finder = CompanionFinder(paths, options.media_dir, options.transcript_dir)

    def again(self, path: Path, key: RunKey, *, alone: bool = True) -> Asked:
        """What is asked of notes that were run before, without reading them: if they are the same, so is their link.

        Raises:
            OSError: a file cannot be read.
        """
        found = self._companions(path, key, alone=alone)
        if key.link is None:  # a recording may lie beside them since
            return self._asked(path, digest(path), found, source(str(found.media)) if found.media else None)
        file = _file_of(key.link)
        return self._asked(path, digest(path), found, source(file) if file and Path(file).exists() else None)

    def of(self, path: Path, notes: Notes, key: RunKey | None, *, read_from: str, alone: bool = True) -> GivenForNotes:
        """What is asked of `notes`.

        Args:
            read_from: the digest of their file when they were read. It may have changed since.
            alone: they are the only ones in their file.

        Raises:
            NotesError: one recording or transcript is given for several meetings.
            OSError: a file cannot be read.
        """
        names_one = self._options.media or self._options.transcript not in {None, *PUBLISHED}
        if names_one and not alone:
            raise NotesError(
                path,
                "holds several meetings, and one recording or transcript was given for all of them",
                hint="Link each recording below the heading of its meeting, or split the file.",
            )
        found = self._companions(path, key, alone=alone)
        if notes.video:
            link, warnings = _link(path, notes)
        else:
            link, warnings = source(str(found.media)) if found.media else None, found.warnings
        return GivenForNotes(replace(self._asked(path, read_from, found, link), written=written_key(notes)), warnings)

    def count_recordings(self, path: Path, meetings: Sequence[Notes]) -> int:
        """How many of the meetings in a file have a recording, and no transcript that takes the place of hearing it.

        Raises:
            NotesError, OSError: as `of`.
        """
        alone, read_from = len(meetings) == 1, digest(path)
        asked = [self.of(path, notes, None, read_from=read_from, alone=alone).asked for notes in meetings]
        return sum((each.media or each.link) is not None and not (each.transcript or each.written) for each in asked)

    def _companions(self, path: Path, key: RunKey | None, *, alone: bool) -> Companions:
        """What belongs to notes by its name, but for what the user chose otherwise, in this run or an earlier one."""
        if not alone:
            return Companions()
        found = self._finder.find(path)
        given = key is not None and key.link is None and key.media is not None
        if self._options.media or (given and not self._is_in_media_dir(found.media)):
            found = replace(found, media=None)
        if self._options.transcript or (key is not None and key.transcript in PUBLISHED):
            found = replace(found, transcript=None)
        return found

    def _is_in_media_dir(self, file: Path | None) -> bool:
        folder = self._options.media_dir
        return folder is not None and file is not None and file.is_relative_to(folder.absolute())

    def _asked(self, path: Path, notes_digest: str, found: Companions, link: Source | None) -> Asked:
        options = self._options
        if self._is_in_media_dir(found.media):
            options = replace(options, media=str(found.media))
        if found.transcript:
            options = replace(options, transcript=str(found.transcript), further_transcripts=())
        return Asked(
            options=options,
            notes=notes_digest,
            link=link,
            media=source(options.media) if options.media else None,
            transcript=_transcript_key(options),
            beside=key_of_corrections(path),
        )


def written_key(notes: Notes) -> str | None:
    """What a transcript that stands in the notes is known by; None: there is none, or it has no times."""
    written = notes.transcript.transcript if notes.transcript else None
    return sha256(msgspec.json.encode(written)).hexdigest() if written else None


def _link(path: Path, notes: Notes) -> tuple[Source | None, tuple[str, ...]]:
    """The recording that notes name, part by part: addresses, or files beside them."""
    links: list[Source] = []
    warnings: list[str] = []
    for part in notes.recordings:
        if "://" in part.url or youtube_id(part.url):
            links.append(source(part.url))
            continue
        found = resolve_recording(path, part.url)
        named = source(str(found.media)) if found.media else _missing(path, part.url)
        links += [named] if named else []
        warnings += found.warnings
    return joined_source(links) if links and len(links) == len(notes.recordings) else None, tuple(warnings)


def _missing(path: Path, address: str) -> Source | None:
    """A file that notes name and that is not there, so that it is noticed when it comes; None for what is there."""
    with suppress(OSError, RuntimeError, ValueError):
        named = Path(unquote(urlsplit(address).path))
        file = (path.parent / named).resolve()
        if named.parts and not named.is_absolute() and not file.exists():
            return Source(str(file), str(file), missing=True)
    return None


def _file_of(key: str) -> str | None:
    """The file in the key of a recording; None where it is an address, or there are several."""
    if not key.startswith(os.sep) or " + " in key:
        return None
    return re.sub(r" \d+ \d+\Z", "", key)  # a file that was not there has no size and date


def _transcript_key(options: RunOptions) -> str | None:
    return options.transcript if options.transcript in {None, *PUBLISHED} else digest(*options.transcript_files)
