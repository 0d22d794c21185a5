"""Which notes have a transcript, which are on YouTube, which have to be heard, and what is needed for that."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from jumpnotes_action.inputs import Mode, read_inputs
from jumpnotes_action.runner import ActionError, annotate, set_output
from jumpnotes_action.ways import NotesByWay, Way, models_folder
from pipeline.errors import JumpnotesError
from pipeline.file_names import printable
from pipeline.notes.files import find_notes
from pipeline.records import Notes
from pipeline.run.given import GivenFiles
from pipeline.run.inputs import NotesReader
from pipeline.run.plan import Asked, RunOptions


def make_plan() -> None:
    """Sort the notes, and tell the next steps what they need."""
    inputs = read_inputs()
    if inputs.is_turned_to_check:
        annotate("notice", f"On {os.environ.get('GITHUB_EVENT_NAME', 'this branch')} links are checked, not written.")
    try:
        notes = sort_notes(inputs.notes, inputs.transcripts)
    except JumpnotesError as error:
        raise ActionError(f"{error}. {error.hint}") from error
    notes.save()
    is_heard = notes.has_to_hear and inputs.mode is not Mode.CHECK
    set_output("mode", inputs.mode)
    set_output("needs", what_is_needed(notes, inputs.mode))
    set_output("model", inputs.model)
    set_output("models", str(models_folder(inputs)))
    set_output("keeps-model", "true" if is_heard and inputs.data_dir is None else "false")


def sort_notes(paths: Sequence[Path], transcripts: Path | None) -> NotesByWay:
    """The notes below `paths`, with transcripts beside them or in the folder `transcripts`.

    Raises:
        JumpnotesError: there are none.
    """
    found = sorted(find_notes(paths))
    reader, given = NotesReader(), GivenFiles(RunOptions(transcript_dir=transcripts and transcripts.absolute()), found)
    files: dict[Way, list[Path]] = defaultdict(list)
    has_to_hear = False
    for path in found:
        try:
            meetings = reader.read(path)
            asked = [_asked(given, path, notes, alone=len(meetings) == 1) for notes in meetings]
        except (JumpnotesError, OSError):  # the next step says what is wrong with it
            files[Way.NONE].append(path)
            continue
        files[_way(asked, alone=len(meetings) == 1)].append(path)
        has_to_hear |= any(_has_to_be_heard(each) for each in asked)
    return NotesByWay(files, has_to_hear)


def _asked(given: GivenFiles, path: Path, notes: Notes, *, alone: bool) -> Asked:
    found = given.of(path, notes, None, read_from="", alone=alone)
    for each in found.warnings:
        annotate("warning", each, file=printable(str(path)))
    return found.asked


def _has_to_be_heard(asked: Asked) -> bool:
    return asked.link is not None and not asked.link.missing and not (asked.transcript or asked.written)


def _way(asked: Sequence[Asked], *, alone: bool) -> Way:
    if alone and asked[0].transcript and not asked[0].written:
        return Way.TRANSCRIPT
    unheard = [each.link for each in asked if _has_to_be_heard(each)]
    if unheard and all(link is not None and link.is_on_youtube for link in unheard):
        return Way.CAPTIONS
    return Way.RUN if unheard or any(each.transcript or each.written for each in asked) else Way.NONE


def what_is_needed(notes: NotesByWay, mode: Mode) -> str:
    """Which set of packages links these notes. A check fetches and hears nothing."""
    if mode is Mode.SITE:
        return "site"
    if mode is Mode.PULL_REQUEST and (notes.files.get(Way.CAPTIONS) or notes.files.get(Way.RUN)):
        return "pipeline"
    return "words" if notes.files.get(Way.TRANSCRIPT) else ""
