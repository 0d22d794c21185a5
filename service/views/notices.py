"""What is missing of a meeting, or went wrong: for readers in a sentence, for those who run the site with a way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.records import Certainty, Meeting, Recording, RecordingPart
from service.web.language import _

_RUN = "jumpnotes run NOTES.md"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is missing or went wrong, and the command that helps."""

    text: str
    command: str = ""
    hint: str = ""
    failed: bool = False


def notices_for_readers(
    meeting: Meeting, files: Sequence[bool], *, static: bool = False, on_youtube: bool = False
) -> tuple[Notice, ...]:
    """What a reader would miss on the page, or with `static` on a site of files, and nothing to do about it.

    Args:
        on_youtube: the recording plays from there, whether its file is here or not.
    """
    recording, transcript = meeting.recording, meeting.transcript
    parts = recording.parts if recording else ()
    is_lost = [_is_lost(part, has_file=has_file) for part, has_file in zip(parts, files, strict=False)]
    if not parts:
        is_lost = [_is_lost(recording, has_file=any(files) or on_youtube)]
    said = []
    if recording is None and meeting.notes.video is None:
        said.append(_("There is no recording of this meeting."))
    elif any(is_lost) or _is_withheld(recording):
        said.append(
            _("The recording is not on this site.") if static else _("The recording cannot be played at the moment.")
        )
    elif transcript is None:
        said.append(_("There is no transcript yet, so there are no links into the recording."))
    if transcript and _nothing_found(meeting):
        said.append(_("Nothing in these notes was found in the recording."))
    return tuple(map(Notice, said))


def _nothing_found(meeting: Meeting) -> bool:
    found = meeting.alignments.values()
    return bool(found) and all(alignment.certainty is Certainty.NOT_FOUND for alignment in found)


def notices_for_editors(meeting: Meeting, files: Sequence[bool]) -> tuple[Notice, ...]:
    """What is missing or went wrong, and what to do about it, for those who can.

    Args:
        files: for each part of the recording, or for all of it, whether its file is here.
    """
    kept_back = () if meeting.notes.published else (_kept_back(),)
    if meeting.failure:
        failure = meeting.failure
        text = _("The last run failed (%(stage)s): %(message)s", stage=failure.stage, message=failure.message)
        return (*kept_back, Notice(text, _RUN, failure.hint, failed=True))
    if meeting.recording is None and meeting.notes.video is None:
        hint = _("Add a line such as “Recording: https://…” to the notes, or give the file:")
        return (*kept_back, Notice(_("No recording is linked in these notes."), f"{_RUN} --media FILE", hint))
    notices = [*kept_back]
    if not any(block.html for block in meeting.notes.blocks):
        notices.append(Notice(_("These notes are empty. Write something in them, then run them again:"), _RUN))
    if _is_withheld(meeting.recording):
        text = _(
            "The recording is not played until the passage that was taken out is muted in it. Where that does not end:"
        )
        notices.append(Notice(text, "jumpnotes redact"))
    if meeting.recording:
        notices += [
            Notice(
                _("The file of part %(number)s is missing. Put it back, or fetch it again:", number=number),
                f"{_RUN} --force fetch",
            )
            for number, (part, has_file) in enumerate(zip(meeting.recording.parts, files, strict=False), 1)
            if _is_lost(part, has_file=has_file)
        ]
    if not meeting.part_starts and _is_lost(meeting.recording, has_file=any(files)):
        notices.append(_lost(meeting.recording))
    missing = _missing_step(meeting)
    return (*notices, missing) if missing else tuple(notices)


def _kept_back() -> Notice:
    return Notice(_("These notes are not published: only those who may correct links can see this page."))


def _lost(recording: Recording | None) -> Notice:
    name = PurePath((recording.media if recording else None) or "").name
    if recording and recording.url:
        text = _("The recording’s file %(name)s is missing. To fetch it again:", name=name)
        return Notice(text, f"{_RUN} --force fetch")
    text = _("The recording’s file %(name)s is missing. Put it beside the notes, or give its new place:", name=name)
    return Notice(text, f"{_RUN} --media FILE")


def _missing_step(meeting: Meeting) -> Notice | None:
    """The first stage whose result is missing, or nothing to be used."""
    if meeting.transcript is None and meeting.recording is None:
        text = _("The recording has not been fetched yet, so there is no transcript and there are no links.")
        return Notice(text, _RUN)
    if meeting.transcript is None:
        return Notice(_("There is no transcript yet, so there are no links."), _RUN)
    if not any(meeting.transcript.heard):
        return Notice(_("No speech was found in this recording."), f"{_RUN} --force transcribe")
    if not meeting.alignments:
        return Notice(_("The notes have not been linked to the transcript yet."), f"{_RUN} --force align")
    if _nothing_found(meeting):
        return Notice(_("Nothing in these notes was found in the recording. Is it the right one?"))
    return None


def _is_withheld(recording: Recording | None) -> bool:
    """Whether a passage was taken out of it that can still be heard in its file."""
    pieces = (recording.parts or (recording,)) if recording else ()
    return any(piece.withheld for piece in pieces)


def _is_lost(recording: Recording | RecordingPart | None, *, has_file: bool) -> bool:
    if recording is not None and recording.withheld:
        return False
    return recording is not None and recording.media is not None and recording.video_id is None and not has_file
