"""JSON in which a list says what was said, and when: that of Whisper, of speech services, of editors and podcasts.

Nobody agrees on names, units or structure, and new services appear each year. So this does not know formats. It looks
for things with a text and a time wherever they stand (`document`, `fields`), finds out which lists are the transcript
(`choice`) and in which unit they count (`times`), and makes cues of phrases or of words (`wording`, `drafting`).

`flavours` has an example of each format it is known to read.
"""

from __future__ import annotations

import re

from pipeline import untrusted
from pipeline.cues.drafts import to_transcript
from pipeline.cues.json_transcripts.choice import choose
from pipeline.cues.json_transcripts.document import Collected, collect
from pipeline.cues.json_transcripts.drafting import draft_cues
from pipeline.cues.json_transcripts.head import HEAD_CHARS, closed
from pipeline.cues.problems import left_out
from pipeline.cues.wrong_files import BROKEN_JSON_HINT
from pipeline.errors import TranscriptError
from pipeline.language.codes import language_tag
from pipeline.records import Transcript
from pipeline.untrusted import InvalidInput

__all__ = ["matches", "parse"]

# A document that begins with everything that was said, before it says when.
_WHOLE_TEXT = re.compile(r'"(?:text|transcript|transcription|lexical|itn|maskedITN|display)"\s*:\s*"')
_PROSE_CHARS = 4000  # of it that are looked at
_MIN_SPACES = 200  # in these: no picture, nothing encoded


def matches(text: str) -> bool:
    """Whether `text`, or what can be read of it where it breaks off, has a list of what was said and when."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    head = text[:HEAD_CHARS]
    if _has_transcript(closed(head)) or _begins_with_prose(head):
        return True
    return len(text) > HEAD_CHARS and _has_transcript(text)


def _has_transcript(source: str) -> bool:
    try:
        return choose(_collected(source)) is not None
    except InvalidInput:
        return False


def _collected(source: str) -> Collected:
    values = untrusted.parse_json_values(source)
    return collect(values[0] if len(values) == 1 else values)


def _begins_with_prose(head: str) -> bool:
    found = _WHOLE_TEXT.search(head)
    prose = head[found.end() : found.end() + _PROSE_CHARS] if found else ""
    return len(prose) == _PROSE_CHARS and '"' not in prose.replace('\\"', "") and prose.count(" ") >= _MIN_SPACES


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a JSON file.

    Raises:
        TranscriptError: it is broken, has no list of what was said, or none of its times is one within a week.
    """
    try:
        collected = _collected(text)
    except InvalidInput as error:
        raise TranscriptError(source, str(error), line=error.line, hint=BROKEN_JSON_HINT) from error
    choice = choose(collected)
    if choice is None:
        raise TranscriptError(source, "has no list of what was said and when")
    drafts = draft_cues(choice, collected.speaker_names)
    if drafts.problems and not drafts.cues:
        raise TranscriptError(source, f"has no times that can be used: {drafts.problems[0]}")
    return to_transcript(
        drafts.cues,
        source=source,
        language=language_tag(collected.language or ""),
        labels=not any(cue.speaker for cue in drafts.cues),
        warnings=left_out(drafts.problems),
    )
