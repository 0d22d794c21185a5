"""Who the speakers of a meeting are, whatever its transcripts call them: laid over them when they are read."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from pipeline.corrections.validate import validated_author, validated_speaker
from pipeline.errors import SpeakerNotFound
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.expressions import upsert
from pipeline.store.rows import MeetingRows
from pipeline.topics.speaker_identity import speaker_key


def give(meeting: MeetingRows, given: Mapping[str, str], author: str) -> None:
    """Give all who are called one of the keys, in any spelling, another name; "" takes it away. Two may so change
    their names. Who is given one by their own spelling gets that.
    """
    _ = meeting.notes
    names, labels = meeting.speaker_names, _labels(meeting)
    known = {label: names.get(label, label) for label in (*labels, *names)}
    meant: dict[str, str] = {}
    for speaker, name in given.items():
        key, others = speaker_key(speaker), given.keys() - {speaker}
        called = [
            label
            for label, shown in known.items()
            if shown == speaker or (shown not in others and speaker_key(shown) == key)
        ] or [label for label in known if label == speaker]
        if not called:
            raise SpeakerNotFound(meeting.slug, speaker, sorted(set(known.values())))
        meant |= dict.fromkeys(called, name)
    _save(meeting, meant, author)


def import_(meeting: MeetingRows, names: Mapping[str, str], author: str) -> int:
    """Add names by the labels of transcripts, which need not be there yet; how many were not known."""
    _ = meeting.notes
    new = {label: name for label, name in names.items() if meeting.speaker_names.get(label) != name}
    _save(meeting, new, author)
    return len(new)


def _save(meeting: MeetingRows, names: Mapping[str, str], author: str) -> None:
    by = validated_author(author)
    for label, given in names.items():
        name = validated_speaker(given) if given.strip() else label
        of_label = t.speaker_names.c.slug == meeting.slug, t.speaker_names.c.label == label
        if name == label:
            meeting.db.execute(t.speaker_names.delete().where(*of_label))
            continue
        values = {"name": name, "author": by, "at": rows.now()}
        added = upsert(meeting.db, t.speaker_names).values(slug=meeting.slug, label=label, **values)
        meeting.db.execute(added.on_conflict_do_update(index_elements=["slug", "label"], set_=values))


def _labels(meeting: MeetingRows) -> list[str]:
    """What the transcript calls those who speak in it."""
    if meeting.transcript_row is None:
        return []
    of_transcript = t.segments.c.transcript_id == meeting.transcript_row.id, t.segments.c.speaker.is_not(None)
    with rows.damage_told(meeting.slug, "transcript"):
        return list(meeting.db.scalars(sa.select(t.segments.c.speaker).where(*of_transcript).distinct()))
