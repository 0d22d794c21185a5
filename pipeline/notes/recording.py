"""Which of the links in the notes is the recording of the meeting.

In this order:

1. a URL in the front matter (`recording:`, `video:` or `youtube:`),
2. a labelled link above the second heading ("YouTube Link: …", "Recording: …", `[Video](…)`),
3. a link labelled as the recording anywhere else, also by its heading,
4. the first YouTube link above the second heading,
5. the video that most hand-written times link to.

A label without a link says that there is no recording, unless several times link to the same video. Any other YouTube
link is something the notes talk about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.links import is_on_youtube, opens_recording, time_in_url, youtube_id
from pipeline.notes import hints, inline
from pipeline.notes.front_matter import FrontMatter
from pipeline.notes.markdown import DraftBlock
from pipeline.records import BlockKind, Video

_LABEL = re.compile(
    r"(?:(?:the|a|our|this|link|links|url|to|of|for|full|on|meeting|meeting's|call|session|zoom|audio|live|here|available"
    r"|is|watch|youtube|recording|recorded|recordings|video|videos|replay|vod|stream|livestream|film)\b[\s:()*|.–—-]*)+",
    re.IGNORECASE,
)
_NAMES_RECORDING = re.compile(r"\b(?:recording|recorded|recordings|replay|vod|livestream)\b", re.IGNORECASE)
_NAMES_VIDEO = re.compile(
    r"\b(?:youtube|recording|recorded|recordings|video|watch|replay|vod|livestream)\b", re.IGNORECASE
)
_NAMES_OTHER_HOST = re.compile(r"\b(?:recording|recorded|recordings|video|replay|vod)\b", re.IGNORECASE)
_EMBEDDED = re.compile(r"""\b(?:href|src)=["'](https?://[^"'<>\s]+)["']""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FRONT_FIELDS = ("recording", "video", "youtube")


@dataclass(frozen=True, slots=True)
class _Link:
    draft: DraftBlock
    url: str
    label: str  # what the block, or the label or heading above it, says besides the link; "" when it says more
    is_alone: bool  # the block has nothing besides links and such a label
    in_preamble: bool  # above the second heading
    is_time: bool  # its text is a time


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """The recording part by part, mostly one; empty when there is none. `warnings` say what a person should look at."""

    parts: tuple[Video, ...] = ()
    warnings: tuple[str, ...] = ()


def find_recording(drafts: list[DraftBlock], front_matter: FrontMatter, lines: list[str]) -> FoundRecording:  # noqa: ARG001
    """The recording. The blocks that have nothing but its link become excluded."""
    links = list(_candidates(drafts))
    empty_labels = [draft for draft in drafts if _is_empty_label(draft)]
    recording = _from_front_matter(front_matter) or _choose(links, has_empty_label=bool(empty_labels))
    for draft in empty_labels:
        draft.excluded = True
    for link in links:
        if recording and link.is_alone and not link.is_time and _is_link_of(link.url, recording):
            link.draft.excluded = True
    return FoundRecording((recording,) if recording else ())


def _is_link_of(url: str, recording: Video) -> bool:
    """Whether `url` is the link of the recording as a whole. One with a time usually is that of a moment."""
    return opens_recording(url, recording) and (url == recording.url or time_in_url(url) is None)


def _from_front_matter(front_matter: FrontMatter) -> Video | None:
    urls = map(front_matter.text, _FRONT_FIELDS)
    return next((_video(url) for url in urls if url.startswith(("http://", "https://"))), None)


def _choose(links: list[_Link], *, has_empty_label: bool) -> Video | None:
    labelled = [link for link in links if link.label and not link.is_time]
    named = [link for link in labelled if _NAMES_RECORDING.search(link.label)]
    preamble = [link for link in links if link.in_preamble and not link.is_time and youtube_id(link.url)]
    for link in (*(link for link in labelled if link.in_preamble), *named, *(() if has_empty_label else preamble)):
        return _video(link.url)
    times = Counter(video_id for link in links if link.is_time and (video_id := youtube_id(link.url)))
    for video_id, count in times.most_common(1):
        if count > 1 or not has_empty_label:
            return Video(f"https://www.youtube.com/watch?v={video_id}", video_id)
    return None


def _video(url: str) -> Video:
    opens_at = time_in_url(url)
    return Video(url, youtube_id(url), opens_at.start if opens_at else 0.0)


def _candidates(drafts: list[DraftBlock]) -> Iterator[_Link]:
    """The links that may be the recording."""
    headings = 0
    heading = ""
    before: DraftBlock | None = None
    for draft in drafts:
        if draft.kind is BlockKind.HEADING:
            headings += 1
            heading = draft.text
        targets = list(_links_in(draft))
        if targets:
            above = before.text if before is not None and _is_empty_label(before) else heading
            outside = _text_outside_links(draft)
            label = _label_of(draft, outside, above)
            is_alone = draft.kind is not BlockKind.HEADING and (not outside or _LABEL.fullmatch(outside) is not None)
        for url, text in targets:
            # Another host has the recording only where the notes say so.
            if youtube_id(url) or _NAMES_OTHER_HOST.search(label):
                yield _Link(draft, url, label, is_alone, headings < 2, hints.parse_typed_time(text) is not None)
        before = draft


def _links_in(draft: DraftBlock) -> Iterator[tuple[str, str]]:
    """The links of a block that may be a recording, each with its text; of raw HTML also what it embeds."""
    if draft.kind is BlockKind.CODE:
        return
    found = [(url, text) for tokens in draft.cells for _, _, url, text in inline.find_links(tokens)]
    found += [(embedded[1], "") for embedded in _EMBEDDED.finditer(_COMMENT.sub("", draft.raw))]
    for url, text in found:
        playlist_or_channel = is_on_youtube(url) and youtube_id(url) is None
        if url.startswith(("http://", "https://")) and not playlist_or_channel:
            yield url, text


def _label_of(draft: DraftBlock, outside: str, above: str) -> str:
    if outside and not _LABEL.fullmatch(outside):
        return ""
    whole = " ".join(" ".join(inline.BARE_URL.sub("", inline.plain_text(tokens)) for tokens in draft.cells).split())
    if _LABEL.fullmatch(whole) and _NAMES_VIDEO.search(whole):
        return whole
    if not outside and _LABEL.fullmatch(above) and _NAMES_VIDEO.search(above):
        return above
    return ""


def _text_outside_links(draft: DraftBlock) -> str:
    texts: list[str] = []
    for tokens in draft.cells:
        inside = False
        for token in tokens:
            inside = token.type == "link_open" or (inside and token.type != "link_close")
            if not inside:
                texts.append(inline.text_of(token))
    return " ".join("".join(texts).split())


def _is_empty_label(draft: DraftBlock) -> bool:
    """`YouTube Link:` without a link."""
    if draft.kind is BlockKind.HEADING or any(True for tokens in draft.cells for _ in inline.find_links(tokens)):
        return False
    text = _text_outside_links(draft)
    return text.endswith(":") and _LABEL.fullmatch(text) is not None and _NAMES_VIDEO.search(text) is not None
