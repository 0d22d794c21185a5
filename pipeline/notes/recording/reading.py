"""How surely the words around a link say that it is the recording of the meeting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from pipeline.notes.dates import DayOrder
from pipeline.notes.meeting_dates import bare_date
from pipeline.notes.recording.labels import Label, WordKind, part_behind, read_label
from pipeline.notes.recording.segments import TextLink
from pipeline.notes.recording.targets import Target

_BRACKETED = re.compile(r"[(\[（【][^()\[\]（）【】]{0,200}[)\]）】]?")
_IN_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】]{0,200}[)\]）】]")
_PASSCODE = re.compile(r"\b(?:pass(?:code|word)?|pwd?|pin|code)\b.{0,200}", re.IGNORECASE)
_LABEL_ENDS = (":", "：", "=", "→", "->", "-", "–", "—", ">>", ">")
_MARKS_AT_END = " \t*_`\"'<([{"
_COLON = re.compile(r"[:：]\s+|\s[-–—]\s+|[(（]")
_MAX_SENTENCE_UNKNOWN = 8  # words of no kind in a sentence about this meeting's recording
_MAX_WORDS_BEFORE = 3  # of no kind, before a link that names the meeting's recording in full
_MAX_MARKER_WORDS = 4
_MAX_LABEL_WORDS = 9
_SAYS_VIDEO = re.compile(
    r"\b(?:video|audio|vod|film|wideo|vidéo|vídeo|видео|відео)\b|视频|視頻|影片|動画|영상|동영상", re.IGNORECASE
)
_ROOM = re.compile(r"\b(?:call|chat|zoom|hangouts?|meet|room|live|conferenc\w{1,4})\b", re.IGNORECASE)
_PLURAL = re.compile(
    r"\b(?:recordings|videos|replays|aufzeichnungen|enregistrements|grabaciones|записи)\b", re.IGNORECASE
)

_LIVE = re.compile(r"live\b", re.IGNORECASE)
_RECORDING_PATH = re.compile(r"://[^/]+/(?:rec|recordings?|playback)/")


class Strength(IntEnum):
    """What the words say: nothing of the kind; a video; the recording."""

    NONE = 0
    VIDEO = 1
    RECORDING = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words around a link say of it."""

    strength: Strength
    key: str = ""  # the same for links labelled alike
    part: int | None = None
    by_label: bool = False  # one that stands apart: above the link, or in another cell


NOTHING = Reading(Strength.NONE)


def read_words(link: TextLink, *, in_heading: bool = False) -> Reading:
    """What the words in and around `link` say of it."""
    before, context = _last_clause(link.before)
    is_label = _ends_like_label(link.before)
    head, inside = read_label(before), read_label(link.text)
    around, after = read_label(context), read_label(plain_end(link.after))
    if _is_something_else(head, inside, around, after, link.target):
        return NOTHING
    if is_label and not after.unknown and _says_this_meeting(before, head, inside, link):
        found = Strength.RECORDING
    elif head.names_video:
        found = _read_head(head, inside, around, after, is_label=is_label)
    elif inside.names_video:
        found = _read_inside(head, inside, around, after, in_heading=in_heading, text=link.before)
    else:
        return NOTHING
    if found is Strength.NONE or (found is Strength.VIDEO and after.unknown > _MAX_LABEL_WORDS - 3):
        return NOTHING
    if link.target is Target.PAGE and not _may_be_page(found, head, inside, f"{link.before} {link.text}"):
        return NOTHING
    key = head.key if head.names_video and is_label else f"{head.key} {inside.key}".strip()
    return Reading(found, key, part_of(link))


def _says_this_meeting(before: str, head: Label, inside: Label, link: TextLink) -> bool:
    """`This meeting: <URL of a video>`, `Live at 15:00: <URL on YouTube>`, `Zoom: <URL of its recording>`."""
    says_else = head.unknown or inside.unknown or head.names_video or head.has(WordKind.DOCUMENT)
    if link.target < Target.MEDIA or says_else:
        return False
    if _RECORDING_PATH.search(link.url):
        return head.words > 0 and not any(map(str.isdigit, before))  # a date: one of a list
    if head.has(WordKind.THIS):
        return head.has(WordKind.MEETING)
    return _LIVE.match(before.strip(_MARKS_AT_END)) is not None and link.target is Target.YOUTUBE


def part_of(link: TextLink) -> int | None:
    """The number of the part that the words of `link` name: `Part 2`, `Recording (part 2)`; in brackets also behind."""
    before = link.before.removeprefix(part_behind(link.before))  # of the link before it
    texts = (link.text, part_behind(link.after), before)
    return next((part for text in texts if (part := read_label(text).part) is not None), None)


def names_a_recording(text: str) -> Reading:
    """What a heading, a line or a cell says of the link below or beside it, where it is a label and nothing more."""
    label = read_label(text.strip())
    if not label.names_video or label.says_none or label.has(WordKind.PREVIOUS, WordKind.TALK, WordKind.JOIN):
        return NOTHING
    if label.has(WordKind.DOCUMENT) and not label.names_recording:
        return NOTHING
    if label.unknown > (2 if label.names_recording else 0) or label.words > _MAX_LABEL_WORDS:
        return NOTHING
    return Reading(
        Strength.RECORDING if label.names_recording else Strength.VIDEO, label.key, label.part, by_label=True
    )


def fits_under_label(link: TextLink, *, is_only: bool) -> bool:
    """Whether a link under a label may be what the label names: its own words say nothing else."""
    inside, rest = read_label(link.text), read_label(f"{link.before} {plain_end(link.after)}")
    labels = (inside, rest)
    if any(label.says_none or label.has(WordKind.PREVIOUS, WordKind.JOIN, WordKind.TALK) for label in labels):
        return False
    if inside.has(WordKind.DOCUMENT) and not inside.names_video:
        return False
    if link.target is Target.PAGE and _PLURAL.search(f"{link.before} {link.text}"):
        return False
    return is_only or (rest.unknown == 0 and (inside.unknown == 0 or link.prior != ""))


def says_only_date(text: str) -> bool:
    """Whether `text` is a day, perhaps with a time or the kind of the meeting, whatever the order of day and month."""
    return bare_date(text, DayOrder.MONTH_FIRST) is not None or bare_date(text, DayOrder.DAY_FIRST) is not None


def has_label_before(link: TextLink) -> bool:
    """`Video: <URL>`, but not `a video <URL>`."""
    return bool(link.before) and _ends_like_label(link.before) and read_label(_last_clause(link.before)[0]).names_video


def is_plural(label: str) -> bool:
    """Whether a label names several: `Videos`."""
    return _PLURAL.search(label) is not None


def is_this_or_previous(text: str) -> bool | None:
    """True where `text` is nothing but `This meeting:`, False where it is `Previous meeting:`, else None."""
    label = read_label(text)
    if label.unknown or label.words > _MAX_MARKER_WORDS or label.names_video or any(map(str.isdigit, text)):
        return None
    if not label.has(WordKind.MEETING, WordKind.DOCUMENT):
        return None
    return not label.has(WordKind.PREVIOUS) if label.has(WordKind.PREVIOUS, WordKind.THIS) else None


def _is_something_else(head: Label, inside: Label, around: Label, after: Label, target: Target) -> bool:
    labels = (head, inside, around)
    if any(label.says_none or label.has(WordKind.PREVIOUS) for label in labels) or (
        after.has(WordKind.PREVIOUS) and after.unknown == 0
    ):
        return True
    recording = head.names_recording or inside.names_recording
    if any(label.has(WordKind.TALK) for label in labels) or (after.has(WordKind.TALK) and not recording):
        return True
    if any(label.has(WordKind.JOIN) for label in labels) and (not recording or target is Target.PAGE):
        return True
    # `Slides and recording` leads to the recording, `Recording's transcript` does not: who can tell is the address.
    if inside.has(WordKind.DOCUMENT) and not inside.names_video:
        return True
    return (head.has(WordKind.DOCUMENT) or inside.has(WordKind.DOCUMENT)) and target < Target.MEDIA


def _read_head(head: Label, inside: Label, around: Label, after: Label, *, is_label: bool) -> Strength:
    """`Recording: <URL>`, `The recording can be accessed [here](…)`."""
    strong = head.names_recording
    if not strong and head.has(WordKind.THIS) and not head.has(WordKind.MEETING):
        return Strength.NONE  # `watch this`
    words = head.key.split()
    if "recorded" in words and read_label(words[0]).unknown and not head.has(WordKind.THIS, WordKind.MEETING):
        return Strength.NONE  # `Ann recorded a video: <URL>`
    if not strong and not is_label and after.unknown:
        return Strength.NONE  # `watch <URL> for inspiration`
    if head.unknown > _most_unknown(head, is_label=is_label) or around.unknown > (3 if strong and is_label else 0):
        return Strength.NONE
    if not is_label and inside.unknown and not inside.names_recording:
        return Strength.NONE
    return _strength_of(head) if strong else max(Strength.VIDEO, _strength_of(inside))


def _most_unknown(head: Label, *, is_label: bool) -> int:
    """How many words of no kind may be before a link that they name as the recording."""
    if head.names_recording and head.has(WordKind.THIS) and head.has(WordKind.MEETING):
        return _MAX_SENTENCE_UNKNOWN
    if head.names_recording and is_label and head.words <= _MAX_LABEL_WORDS:
        return 4
    if head.has(WordKind.MEETING) and is_label and head.words < _MAX_LABEL_WORDS:
        return 3
    return 1 if head.names_recording and head.has(WordKind.MEETING) else 0


def _read_inside(head: Label, inside: Label, around: Label, after: Label, *, in_heading: bool, text: str) -> Strength:
    """`[Recording](…)`, `This meeting was [recorded](…)`."""
    strong = inside.names_recording
    elsewhere = head.unknown + around.unknown
    most = 0 if elsewhere else 5 if strong else 3 if inside.has(WordKind.MEETING) else 0
    if inside.unknown > most or (after.unknown > 3 and not (strong and after.has(WordKind.MEETING))):
        return Strength.NONE
    is_about_meeting = inside.has(WordKind.MEETING) or head.has(WordKind.MEETING)
    is_date = in_heading and says_only_date(text)  # `March 5, 2024 ([video](…))`
    is_mention = inside.has(WordKind.THIS) or (head.words > 0 and not _ends_like_label(text) and not is_date)
    if is_mention and not (strong or is_about_meeting):
        return Strength.NONE  # `here is [a video](…)`, `see [this video](…)`
    if elsewhere:
        words = [head, around, after]
        about_this = all(any(label.has(kind) for label in words) for kind in (WordKind.THIS, WordKind.MEETING))
        has_date = in_heading and any(map(str.isdigit, text))
        names_all = strong and inside.has(WordKind.MEETING) and inside.unknown == after.unknown == 0
        most = _MAX_SENTENCE_UNKNOWN if strong and about_this else _MAX_WORDS_BEFORE if names_all else 0
        if not has_date and elsewhere > most:
            return Strength.NONE
    return max(Strength.VIDEO, _strength_of(inside))


def _strength_of(label: Label) -> Strength:
    """A recording that has other words, and none for a meeting, may be that of anything."""
    is_meeting = label.unknown == 0 or label.has(WordKind.MEETING, WordKind.THIS)
    if label.names_recording and is_meeting:
        return Strength.RECORDING
    return Strength.VIDEO if label.names_video else Strength.NONE


def _may_be_page(found: Strength, head: Label, inside: Label, text: str) -> bool:
    """Whether a page that nobody knows may be the recording: not `Watch: …`, `Video call: …`, `Recordings: …`."""
    if found is Strength.VIDEO and _ROOM.search(text):
        return False
    if head.has(WordKind.SERIES) or inside.has(WordKind.SERIES) or _PLURAL.search(text):
        return False
    return found is Strength.RECORDING or _SAYS_VIDEO.search(text) is not None


def _last_clause(text: str) -> tuple[str, str]:
    """The words right before a link, and those before the colon or bracket that they follow."""
    stripped = _without_label_end(text)
    stripped = _without_label_end(_IN_BRACKETS.sub("", stripped)) or stripped  # `Video: [Ann] <URL>`
    found = list(_COLON.finditer(stripped))
    if not found:
        return stripped, ""
    return stripped[found[-1].end() :], stripped[: found[-1].start()]


def _ends_like_label(text: str) -> bool:
    return not text.strip(_MARKS_AT_END) or _IN_BRACKETS.sub("", text).rstrip(_MARKS_AT_END).endswith(_LABEL_ENDS)


def _without_label_end(text: str) -> str:
    text = text.rstrip(_MARKS_AT_END)
    for ending in _LABEL_ENDS:
        if text.endswith(ending):
            return text[: -len(ending)].rstrip(_MARKS_AT_END)
    return text


def plain_end(text: str) -> str:
    """The words after a link, without brackets and passcodes."""
    return _BRACKETED.sub(" ", _PASSCODE.sub(" ", text))
