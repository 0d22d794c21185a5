"""Which of the links in the notes is the recording of the meeting.

In this order:

1. a URL in the front matter (`recording:`, `video:` or `youtube:`),
2. a labelled link above the second heading ("YouTube Link: …", "Recording: …", `[Video](…)`),
3. a link labelled as the recording anywhere else, also by its heading,
4. the first YouTube link above the second heading,
5. the video that most hand-written times link to.

A label with nothing behind it says that there is no recording, unless several times link to the same video.
Any other YouTube link is something the notes talk about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.links import is_on_youtube, opens_recording, time_in_url, youtube_id
from pipeline.notes import hints, inline
from pipeline.notes.markdown import Draft
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
    draft: Draft
    url: str
    label: str  # what the block, or the label or heading above it, says besides the link; "" when it says more
    alone: bool  # the block holds nothing besides links and such a label
    preamble: bool
    times: bool  # its text is a time


def find(drafts: list[Draft], front: dict[str, str]) -> Video | None:
    """The recording. Marks the blocks that hold nothing but its link as silent."""
    links = list(_links(drafts))
    empty = [draft for draft in drafts if _empty_label(draft)]
    found = _front(front) or _best(links, empty=bool(empty))
    for draft in empty:
        draft.silent = True
    for link in links:
        # A link with a time is a moment of the meeting, unless it is the very one that names the recording.
        plainly = found is not None and (link.url == found.url or time_in_url(link.url) is None)
        if found and link.alone and plainly and not link.times and opens_recording(link.url, found):
            link.draft.silent = True
    return found


def _front(front: dict[str, str]) -> Video | None:
    url = next((front[name] for name in _FRONT_FIELDS if front.get(name, "").startswith(("http://", "https://"))), None)
    return _video(url) if url else None


def _best(links: list[_Link], *, empty: bool) -> Video | None:
    labelled = [link for link in links if link.label and not link.times]
    named = [link for link in labelled if _NAMES_RECORDING.search(link.label)]
    above = [link for link in links if link.preamble and not link.times and youtube_id(link.url)]
    for link in (*(link for link in labelled if link.preamble), *named, *(() if empty else above)):
        return _video(link.url)
    times = Counter(youtube_id(link.url) for link in links if link.times and youtube_id(link.url))
    for name, count in times.most_common(1):
        if count > 1 or not empty:
            return Video(f"https://www.youtube.com/watch?v={name}", name)
    return None


def _video(url: str) -> Video:
    asked = time_in_url(url)
    return Video(url, youtube_id(url), asked.start if asked else 0.0)


def _links(drafts: list[Draft]) -> Iterator[_Link]:
    headings = 0
    heading = ""
    before: Draft | None = None
    for draft in drafts:
        if draft.kind is BlockKind.HEADING:
            headings += 1
            heading = draft.text
        targets = list(_targets(draft))
        if targets:
            above = before.text if before is not None and _empty_label(before) else heading
            outside = _outside_links(draft)
            label = _label_of(draft, outside, above)
            alone = draft.kind is not BlockKind.HEADING and (not outside or _LABEL.fullmatch(outside) is not None)
        for url, text in targets:
            # Another host has the recording only where the notes say so.
            if youtube_id(url) or _NAMES_OTHER_HOST.search(label):
                yield _Link(draft, url, label, alone, headings < 2, hints.typed(text) is not None)
        before = draft


def _targets(draft: Draft) -> Iterator[tuple[str, str]]:
    """The links of a block that may be a recording, each with its text; of raw HTML also what it embeds."""
    if draft.kind is BlockKind.CODE:
        return
    found = [(url, text) for tokens in draft.cells for _, _, url, text in inline.links(tokens)]
    found += [(embedded[1], "") for embedded in _EMBEDDED.finditer(_COMMENT.sub("", draft.raw))]
    for url, text in found:
        playlist_or_channel = is_on_youtube(url) and youtube_id(url) is None
        if url.startswith(("http://", "https://")) and not playlist_or_channel:
            yield url, text


def _label_of(draft: Draft, outside: str, above: str) -> str:
    if outside and not _LABEL.fullmatch(outside):
        return ""
    whole = " ".join(" ".join(inline.BARE_URL.sub("", inline.plain(tokens)) for tokens in draft.cells).split())
    if _LABEL.fullmatch(whole) and _NAMES_VIDEO.search(whole):
        return whole
    if not outside and _LABEL.fullmatch(above) and _NAMES_VIDEO.search(above):
        return above
    return ""


def _outside_links(draft: Draft) -> str:
    """What a block says outside its links."""
    said: list[str] = []
    for tokens in draft.cells:
        inside = False
        for token in tokens:
            inside = token.type == "link_open" or (inside and token.type != "link_close")
            if not inside:
                said.append(inline.spoken(token))
    return " ".join("".join(said).split())


def _empty_label(draft: Draft) -> bool:
    """`YouTube Link:` with nothing behind it."""
    if draft.kind is BlockKind.HEADING or any(True for tokens in draft.cells for _ in inline.links(tokens)):
        return False
    text = _outside_links(draft)
    return text.endswith(":") and _LABEL.fullmatch(text) is not None and _NAMES_VIDEO.search(text) is not None
