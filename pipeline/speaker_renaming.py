"""Somebody gets another name in every meeting in which they speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pipeline.corrections.validate import validated_author, validated_speaker
from pipeline.errors import (
    InvalidCorrection,
    JumpnotesError,
    MeetingNotFound,
    NobodyOfThatName,
    OnlyInNotes,
    RenamingStopped,
    SpeakerNotFound,
)
from pipeline.refresh import Archive
from pipeline.topics.speaker_identity import is_name
from pipeline.topics.speakers import Speaker


def rename_everywhere(archive: Archive, names: Mapping[str, str], author: str) -> dict[str, tuple[str, ...]]:
    """Give all who are called one of the keys, in any spelling, another name; "": what the transcripts call them.

    Each meeting is changed as a whole or not at all. Two of one name are one from then on; two may so change names.

    Returns:
        In which meetings each of the keys was renamed, by slug.

    Raises:
        InvalidCorrection: a name, or that of the author, cannot be one.
        NobodyOfThatName: nobody is called so. Nothing was changed.
        OnlyInNotes: no transcript names them. Nothing was changed.
        RenamingStopped: after some of the meetings.
    """
    validated_author(author)
    for name in filter(str.strip, names.values()):
        if not is_name(validated_speaker(name)):
            raise InvalidCorrection(f"{name!r} is a label, and nobody's name", hint="Give the name of a person.")
    archive.missing()  # which brings in what was said a moment ago
    speakers = archive.speakers.speakers()
    by_meeting: dict[str, dict[str, str]] = defaultdict(dict)
    renamed: dict[str, list[str]] = {asked: [] for asked in names}
    meant: dict[str, list[str]] = defaultdict(list)
    for asked, name in names.items():
        for each in _heard(asked, speakers.named(asked)).in_all_notes:
            if each.is_heard:
                by_meeting[each.meeting.slug] |= dict.fromkeys(each.names, name)
                meant[each.meeting.slug].append(asked)
    done = 0
    with archive.store.telling_once():
        for slug, given in by_meeting.items():
            try:
                archive.store.name_speakers(slug, given, author)
            except (MeetingNotFound, SpeakerNotFound):  # in this moment it was forgotten, or they were renamed
                continue
            except JumpnotesError as error:
                raise RenamingStopped(", ".join(names), done, len(by_meeting), error) from error
            done += 1
            for asked in meant[slug]:
                renamed[asked].append(slug)
    return {asked: tuple(slugs) for asked, slugs in renamed.items()}


def _heard(asked: str, speaker: Speaker | None) -> Speaker:
    if speaker is None or not is_name(asked):
        hint = None if is_name(asked) else "A label is nobody's name in other meetings: name them in each of these."
        raise NobodyOfThatName(asked, hint=hint)
    if not any(each.is_heard for each in speaker.appearances):
        raise OnlyInNotes(asked)
    return speaker
