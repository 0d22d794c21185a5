"""Which of the links in the notes is the recording of the meeting.

In this order:

1. a field of the front matter (`recording:`, `video:`, `youtube:` …; see `fields`),
2. a labelled link above the second heading ("YouTube Link: …", "Recording: …", `[Video](…)`),
3. a link labelled as the recording anywhere else, also by its heading,
4. the video that many hand-written times link to,
5. a link labelled as a video anywhere else, unless it belongs to a topic,
6. a link to a video that stands alone near the top.

A label without a link says that there is no recording, unless several times link to the same video. Any other link is
something the notes talk about: a talk that somebody mentions must never be taken for the recording.

targets     what an address leads to
labels      what the words of a label say
segments    the links of a block, and the words around each
embeds      videos in HTML and in shortcodes
reading     how surely these words name the recording
candidates  links, and where they stand
fields      the recording in the front matter
choice      which candidates are it
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.links import opens_recording, time_in_url, youtube_id
from pipeline.notes.front_matter import FrontMatter
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.recording import choice, fields
from pipeline.notes.recording.candidates import LinkCandidate, find_candidates, is_empty_label
from pipeline.records import Video

__all__ = ["FoundRecording", "find_recording"]


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """The recording part by part, mostly one; empty when there is none. `warnings` say what a person should look at."""

    parts: tuple[Video, ...] = ()
    warnings: tuple[str, ...] = ()


def find_recording(drafts: list[DraftBlock], front_matter: FrontMatter, lines: list[str]) -> FoundRecording:
    """The recording. The blocks that have nothing but its link become excluded.

    Args:
        lines: of the file, which the lines of `drafts` count.
    """
    candidates = find_candidates(drafts, lines, front_matter.text("title"))
    empty_labels = [draft for draft in drafts if is_empty_label(draft)]
    urls = fields.find_urls(front_matter) or choice.choose(candidates, has_empty_label=bool(empty_labels))
    parts = tuple(map(_video, urls))
    for draft in empty_labels:
        draft.excluded = True
    for candidate in candidates:
        if candidate.is_alone and not candidate.is_time and any(_is_link_of(candidate, part) for part in parts):
            candidate.draft.excluded = True
    return FoundRecording(parts, () if parts else tuple(choice.warn_of_others(candidates)))


def _is_link_of(candidate: LinkCandidate, part: Video) -> bool:
    """Whether a link is that of the recording as a whole. One with a time usually is that of a moment."""
    url = candidate.link.url
    return opens_recording(url, part) and (url == part.url or time_in_url(url) is None)


def _video(url: str) -> Video:
    opens_at = time_in_url(url)
    return Video(url, youtube_id(url), opens_at.start if opens_at else 0.0)
