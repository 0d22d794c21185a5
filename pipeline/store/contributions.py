"""What people add to what was found: corrections of links, names of those who speak, passages that are taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.corrections.overlay import Pins
from pipeline.corrections.portable import ImportOutcome, PortableCorrection
from pipeline.records import Correction, Redaction, RemovedPassage, Verdict
from pipeline.store import corrections, effective_links, redacting, redactions, speaker_names
from pipeline.store.registry import Registry
from pipeline.store.rows import MeetingRows


class Contributions(Registry):
    """Added by people, kept whatever is run again."""

    # -- corrections of links ----------------------------------------------------------------------------------------

    def correct(
        self, slug: str, block_id: str, verdict: Verdict, start: float | None, author: str, *, seen: int | None
    ) -> Correction:
        """Add what `author` says about the link of a block.

        Args:
            start: seconds within the recording, of Verdict.TIME alone.
            seen: id of the newest correction of the block the writer knew; None: they knew of none.

        Raises:
            MeetingNotFound: there is no such meeting.
            BlockNotFound: the newest notes have no such block.
            InvalidCorrection: `start` is not within the recording, or there is no name.
            ConflictError: `seen` is not the newest any more.
        """
        with self._write(slug) as meeting:
            return corrections.add(meeting, block_id, verdict, start, author, seen)

    def undo(self, slug: str, correction_id: int, author: str) -> Correction:
        """Add a correction that restores what applied before this one, which has to be the newest of its block.

        Raises:
            MeetingNotFound: there is no such meeting.
            CorrectionNotFound: the meeting has no such correction.
            ConflictError: it is not the newest any more.
        """
        with self._write(slug) as meeting:
            return corrections.undo(meeting, correction_id, author)

    def import_corrections(self, slug: str, entries: Sequence[PortableCorrection]) -> tuple[ImportOutcome, ...]:
        """Add corrections from elsewhere, with their authors and dates; what is already known adds nothing.

        Raises:
            MeetingNotFound: there is no such meeting.
        """
        with self._write(slug) as meeting:
            return corrections.import_(meeting, entries)

    def pins(self, slug: str) -> tuple[Pins, str | None]:
        """Where people said that blocks begin, and the version of the corrections; None: there are none."""
        with self._read() as db:
            return effective_links.pins(MeetingRows(db, slug))

    def history(self, slug: str, *, limit: int | None = None, before: int | None = None) -> tuple[Correction, ...]:
        """The corrections of a meeting, newest first: at most `limit` of those that follow the one numbered `before`.

        Raises:
            CorrectionNotFound: the meeting has no correction `before`.
        """
        with self._read() as db:
            return effective_links.history(MeetingRows(db, slug), limit, before)

    def portable_corrections(self, slug: str) -> tuple[PortableCorrection, ...]:
        """The corrections that apply, for another database, and then the orphans.

        Raises:
            MeetingNotFound: there is no such meeting.
        """
        with self._read() as db:
            return effective_links.portable(MeetingRows(db, slug))

    def corrected_slugs(self) -> tuple[str, ...]:
        """The meetings that have corrections."""
        with self._read() as db:
            return tuple(sorted(effective_links.correction_versions(db)))

    # -- passages that are taken out -----------------------------------------------------------------------------------

    def redact(self, slug: str, passages: Sequence[RemovedPassage], author: str) -> tuple[Redaction, ...]:
        """Take passages out of the recording: nothing that is stored has their words any more. There is no way back.

        They are widened to all of each word in them. Files are not looked at: see `pipeline.redact`.

        Raises:
            MeetingNotFound: there is no such meeting, or it has no notes.
            InvalidPassage: one of them is not in the recording; none is taken out then.
            InvalidCorrection: there is no name.
        """
        with self._write(slug) as meeting:
            return redacting.add(meeting, passages, author)

    def redactions(self, slug: str) -> tuple[Redaction, ...]:
        """The passages that were taken out, in time order; also of recordings that the meeting no longer has."""
        with self._read() as db:
            return redactions.history(MeetingRows(db, slug))

    def removed_passages(self, slug: str, key: str | None = None) -> tuple[RemovedPassage, ...]:
        """The passages that are not to be in the recording, or in the one with this key, in time order."""
        with self._read() as db:
            return redactions.in_force(MeetingRows(db, slug), key)

    def unfinished_redactions(self) -> tuple[str, ...]:
        """The meetings of which passages were taken out that may still be in some files."""
        with self._read() as db:
            return redactions.unfinished(db)

    def redacted_slugs(self) -> tuple[str, ...]:
        """The meetings of which passages were taken out."""
        with self._read() as db:
            return redactions.slugs(db)

    def has_removed_words(self, slug: str) -> bool:
        """Whether a stored transcript has words that are not to be in the recording."""
        with self._read() as db:
            return redacting.is_left(MeetingRows(db, slug))

    def redact_again(self, slug: str) -> None:
        """Take out what `has_removed_words` found."""
        with self._write(slug) as meeting:
            redacting.rewrite_again(meeting)

    def finish_redactions(self, slug: str, ids: Iterable[int]) -> None:
        """Note that no file has the words of these any more. Nothing of that is shown."""
        with self._write(slug, is_shown=False) as meeting:
            redactions.finish(meeting, ids)

    # -- names of speakers -------------------------------------------------------------------------------------------

    def name_speakers(self, slug: str, names: Mapping[str, str], author: str) -> None:
        """Name speakers from now on, all of them or none, whatever transcript the meeting has; two of one name are one.

        Args:
            names: by what the page shows, or what the transcript calls them. "": what the transcript calls them.

        Raises:
            MeetingNotFound: there is no such meeting, or it has no notes.
            SpeakerNotFound: nobody of that name speaks in it.
            InvalidCorrection: a name, or that of the author, cannot be one.
        """
        with self._write(slug) as meeting:
            speaker_names.give(meeting, names, author)

    def import_speaker_names(self, slug: str, names: Mapping[str, str], author: str) -> int:
        """Add the names of speakers by their labels, which some later transcript may have. Returns how many were new.

        Raises:
            MeetingNotFound: there is no such meeting, or it has no notes.
        """
        with self._write(slug) as meeting:
            return speaker_names.import_(meeting, names, author)

    def speaker_names(self, slug: str) -> dict[str, str]:
        """What people call the speakers of a meeting, by what its transcripts call them."""
        with self._read() as db:
            return MeetingRows(db, slug).speaker_names
