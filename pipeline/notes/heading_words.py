"""What headings and labels of notes usually say, in several languages (`headings.json`)."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources

from pipeline.language.words import fold

_NUMBER = re.compile(r"^(?:\d{1,3}[.)]?|[ivx]{1,4}[.)])\s")
_WORDS = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The folded words of a heading, without marks and emoji."""
    return _WORDS.findall(fold(text))


def normalised(text: str) -> str:
    """The words of a heading without its number, so that `1. Action-Items:` is `action items`."""
    return " ".join(words_of(_NUMBER.sub("", fold(text).strip())))


def is_section_name(text: str) -> bool:
    """Whether a heading is what people call a part of their notes: Announcements, Agenda, Teilnehmer."""
    words = normalised(text).split()
    if " ".join(words) in known_names("sections") or is_transcript_name(text):
        return True
    while len(words) > 1 and words[0] in known_words("series"):  # Call Agenda; but Meeting Notes may be a title
        del words[0]
        if " ".join(words) in known_names("sections") - known_words("series"):
            return True
    return False


def is_transcript_name(text: str) -> bool:
    """Whether a heading announces what was said, word by word: Transcript, Zoom Recording Transcript."""
    words = normalised(text).split()
    told = [word for word in words if word not in known_words("beside_transcripts")]
    is_said = len(told) == 1 and told[0] in known_words("transcript")
    return bool(words) and (" ".join(words) in known_names("transcripts") or is_said)


@cache
def known_words(name: str) -> frozenset[str]:
    """A list of words of the data file by its name, folded.

    meeting             of headings and labels that the notes of a meeting have, and a list of dates has not
    series              say no more than that it is a meeting: weekly, call
    called_meeting      what a heading calls a meeting
    day_first           are of a language that writes 5/3/2024 for the fifth of March
    other_meetings      say that it is about the next meeting, or the last one
    called_meetings     what a file with several is called
    not_held            say that it was cancelled
    beside_recordings   stand beside the date where a heading links the recording
    other_matters       in a heading with a date, say that it is the date of something else
    other_files         names of files whose dated headings are no meetings: changelog
    files               names of files and folders that say nothing: readme
    date_labels         label the date of a meeting, beside_date_labels stand beside them
    transcript          are called a transcript, beside_transcripts say what kind of one it is
    chats               what people typed
    beside_dates        stand beside a date and a time of day
    """
    return frozenset(words_of(" ".join(_data()["words"][name])))


@cache
def known_names(name: str) -> frozenset[str]:
    """A list of whole headings of the data file by its name: sections, transcripts, outside_meetings."""
    return frozenset(normalised(each) for line in _data()["names"][name] for each in line.split("|"))


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = json.loads(
        resources.files(__package__).joinpath("headings.json").read_text("utf-8")
    )
    return loaded
