"""The database refuses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors.base import JumpnotesError
from pipeline.timecode import clock

if TYPE_CHECKING:  # records take their time to load, and every command starts with this
    from pipeline.records import Correction


_MAX_SHOWN_SPEAKERS = 20


class StoreError(JumpnotesError):
    """The database refused."""


class MeetingNotFound(StoreError):
    hint = "Its name is the last part of its page's address. `jumpnotes list` shows all meetings."

    def __init__(self, slug: str) -> None:
        super().__init__(f'no meeting "{slug}"')
        self.slug = slug


class TopicNotFound(StoreError):
    hint = "`jumpnotes topics` lists them."

    def __init__(self, topic: str) -> None:
        super().__init__(f'no notes name a topic "{topic}"')


class NobodyOfThatName(StoreError):
    hint = "`jumpnotes speakers` lists those who speak."

    def __init__(self, name: str, *, hint: str | None = None) -> None:
        super().__init__(f'nobody called "{name}" speaks in any meeting', hint=hint)


class RenamingStopped(StoreError):
    """A speaker has the new name in some meetings, and could not get it in others."""

    retryable = True

    def __init__(self, name: str, done: int, meetings: int, why: JumpnotesError) -> None:
        hint = f"{why.hint} Then do the same again: it goes on with the rest."
        super().__init__(f'"{name}" was renamed in {done} of {meetings} meetings: {why}', hint=hint)


class JobNotFound(StoreError):
    hint = "`jumpnotes jobs` lists them."

    def __init__(self, number: int) -> None:
        super().__init__(f"no job {number}")


class MatchNotFound(StoreError):
    hint = "`jumpnotes matches` lists them."

    def __init__(self, number: int) -> None:
        super().__init__(f"no match {number}")


class MatchDecided(StoreError):
    """A match that is no longer open."""

    hint = "`jumpnotes matches` lists those that are open."

    def __init__(self, number: int, state: str, *, hint: str | None = None) -> None:
        super().__init__(f"match {number} is {state}", hint=hint)


class MatchNotTakeable(StoreError):
    """A video that cannot be given to its notes."""

    hint = "Link the recording below the heading of its meeting, then run the notes."

    def __init__(self, number: int, path: str) -> None:
        super().__init__(
            f"match {number}: {path} holds several meetings, and a recording can only be given for a whole file"
        )


class TokenNotFound(StoreError):
    hint = "`jumpnotes token list` shows all tokens."

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no token called {name!r}, or it was revoked before")


class TokenNameTaken(StoreError):
    """There is a token of this name: what is written with it is known by the name."""

    hint = "Choose another name, or revoke that one first: `jumpnotes token list` shows all."

    def __init__(self, name: str) -> None:
        super().__init__(f"the name {name!r} is taken")


class JobKeyTaken(StoreError):
    """Another request was put with the same key."""

    hint = "Send the same request again, or another key."

    def __init__(self, key: str) -> None:
        super().__init__(f"another job was put with the key {key!r}")


class NotesGone(StoreError):
    """The file of a meeting's notes is not where it was when they were read."""

    hint = "Run the notes from where they are now: jumpnotes run NOTES.md."

    def __init__(self, slug: str) -> None:
        super().__init__(f'the notes of "{slug}" are not where they were')


class MeetingDamaged(StoreError):
    hint = "Run its notes again: jumpnotes run NOTES.md. What cannot be read is then made anew."

    def __init__(self, slug: str, problem: str) -> None:
        super().__init__(f'what is stored of "{slug}" is damaged: {problem}')
        self.slug = slug


class DatabaseDamaged(StoreError):
    hint = (
        "Restore a backup: jumpnotes restore FILE --replace. Or move the file away and run your notes again. They are "
        "untouched."
    )

    def __init__(self, place: Path | str, problem: str, *, hint: str | None = None) -> None:
        super().__init__(f"{place}: not a readable database ({problem})", hint=hint)


class DatabaseUnreachable(StoreError):
    """The server of the database does not answer, or went away."""

    hint = "Start the database server, or check JUMPNOTES_DATABASE. Nothing was lost."
    retryable = True

    def __init__(self, place: Path | str, problem: str) -> None:
        super().__init__(f"{place}: cannot be reached ({problem})")


class IndexDamaged(StoreError):
    hint = "Rebuild the search index: `jumpnotes reindex`."
    retryable = True

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the search index was damaged")


class IndexUnfinished(StoreError):
    hint = "Try again in a minute."
    retryable = True

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the search index is still being made, and has no meeting yet")


class SchemaMismatch(StoreError):
    """`revision` None: its tables are not those of this version, whichever theirs is."""

    hint = "Update jumpnotes, or choose another folder with --data-dir. The database was not touched."

    def __init__(self, place: Path | str, revision: str | None) -> None:
        written = f"written by a newer jumpnotes (schema {revision})"
        super().__init__(f"{place}: {written if revision else 'its tables are those of another version of jumpnotes'}")


class TargetNotEmpty(StoreError):
    """A database into which an archive is to be copied has something in it."""

    hint = "Choose an empty database, or one that is not there yet."

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: there is an archive already")


class InvalidQuery(StoreError):
    hint = "Type one or more words."

    def __init__(self, query: str) -> None:
        super().__init__(f"nothing to search for in {query!r}")
        self.query = query


class InvalidCorrection(StoreError):
    """A correction that makes no sense for its meeting."""

    hint = "Give a time within the recording, or say that the block was not discussed."


class InvalidPassage(InvalidCorrection):
    """A passage that cannot be taken out of its recording."""

    hint = "Give where it begins and ends in the recording, such as 12:30-13:10."


class BlockNotFound(InvalidCorrection):
    hint = "The notes may have been edited. Reload the page."

    def __init__(self, slug: str, block_id: str) -> None:
        super().__init__(f"{slug} has no block {block_id!r}")
        self.block_id = block_id


class CorrectionNotFound(InvalidCorrection):
    hint = "Reload the page."

    def __init__(self, slug: str, correction_id: int) -> None:
        super().__init__(f"{slug} has no correction {correction_id}")


class NameOfToken(InvalidCorrection):
    """Somebody gives a name that is another's, who has a token of their own."""

    hint = "Give another name, or send the token that has this one."

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has a token of their own")


class SpeakerNotFound(InvalidCorrection):
    def __init__(self, slug: str, speaker: str, known: Sequence[str]) -> None:
        names = ", ".join(known[:_MAX_SHOWN_SPEAKERS]) + (", …" if len(known) > _MAX_SHOWN_SPEAKERS else "")
        hint = f"Those who speak: {names}." if known else "Its transcript does not say who speaks."
        super().__init__(f"nobody called {speaker!r} speaks in {slug}", hint=hint)


class OnlyInNotes(InvalidCorrection):
    """Whoever only notes name as speaking is renamed in the notes."""

    hint = "Change the name in the notes, and run them again."

    def __init__(self, name: str) -> None:
        super().__init__(f'only notes, and no transcript, name "{name}"')


class ConflictError(StoreError):
    """Somebody else has changed the correction of a block. `theirs` is theirs, None when it no longer applies."""

    hint = "Reload the page, and correct the link again if theirs is wrong."

    def __init__(self, slug: str, block_id: str, theirs: Correction | None) -> None:
        change = "its correction no longer applies"
        if theirs is not None:
            deeds = {
                "time": f"set it to {clock(theirs.start or 0)}",
                "not_discussed": "marked it as not discussed",
                "automatic": "set it back to automatic",
            }
            change = f"{theirs.author} {deeds[theirs.verdict.value]} at {theirs.at:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"{slug}: the link of {block_id!r} has changed: {change}")
        self.theirs = theirs


class Busy(StoreError):
    hint = "Nothing was lost; run this again when the other jumpnotes has finished."
    retryable = True

    def __init__(
        self,
        place: Path | str,
        problem: str = "the database is locked by another jumpnotes",
        *,
        hint: str | None = None,
    ) -> None:
        super().__init__(f"{place}: {problem}", hint=hint)


class DiskFull(StoreError):
    hint = "Free some space and run again; what was stored before is intact."
    retryable = True

    def __init__(self, place: Path | str, problem: str = "the disk is full") -> None:
        super().__init__(f"{place}: {problem}")


class ReadOnly(StoreError):
    hint = "Check the folder's owner, its permissions and the disk."

    def __init__(
        self, place: Path | str, problem: str = "cannot be written, only read", *, hint: str | None = None
    ) -> None:
        super().__init__(f"{place}: {problem}", hint=hint)
