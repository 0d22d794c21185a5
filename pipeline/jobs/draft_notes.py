"""The notes that a draft becomes: what was sent, or is made of what the host says, with what somebody corrected.

They are Markdown, whatever was sent, so that they can be edited. A correction stands in their front matter, and the day
also in the name of their file, which counts most of all that says one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from pipeline import links, untrusted
from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import DraftError, FetchError, JumpnotesError, NotesError, ToolMissing
from pipeline.file_names import printable
from pipeline.jobs import drafts
from pipeline.jobs.drafts import Draft, DraftFile
from pipeline.jobs.made_notes import notes_of_recording, one_line
from pipeline.notes import dates, titles
from pipeline.notes.files import siblings_of
from pipeline.notes.formats import as_markdown
from pipeline.notes.front_matter_writing import set_fields
from pipeline.notes.naming import slugify
from pipeline.records import Notes, Recording
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import disk_errors, write_whole

_FACTS_NAME = "facts.json"
_MAX_FACTS_BYTES = 10_000_000
_MAX_STEM_BYTES = 120
_NEUTRAL_STEM = "untitled"
_NOT_IN_NAMES = re.compile(r"[^\w ,()&+'-]+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class PublishedFacts:
    """What the host of a recording says of it: `day` is that of its broadcast, release or upload, in UTC."""

    link: str
    recording: Recording
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DraftNotes:
    """The notes of a draft as they will be stored in `stem`.md, unless that name is taken. `content` is all of them."""

    stem: str
    content: bytes
    meetings: tuple[Notes, ...]
    is_made: bool
    date_is_known: bool  # somebody wrote it: it is not only the host's


def read(settings: Settings, draft: Draft) -> DraftNotes:
    """The notes of a draft whose files have arrived.

    Raises:
        NotesError: they cannot be read.
        DraftError: they cannot be corrected as asked.
        FetchError: there are none, and the host does not say what they could be made of.
    """
    sent = draft.file("notes")
    if sent is None:
        return _made(settings, draft)
    content, text = _sent(settings, draft, sent)
    markdown = as_markdown(Path(sent.name), text)
    kept = _stem_of_name(sent.name)
    before = _parsed(settings, kept or _NEUTRAL_STEM, markdown)
    fields = _fields(draft)
    if len(before) > 1:
        if fields:
            problem = f"{sent.name} holds the notes of {len(before)} meetings, which cannot be corrected here"
            raise DraftError(problem, hint="Correct it in the file, or split it: one file per meeting.")
        return DraftNotes(kept or _stem(None, before[0].title), _content(content, text, markdown), before, False, True)
    news = {name: value for name, value in fields.items() if _says(before[0], name) != value}
    stem, corrected, notes = _corrected(settings, draft, sent, kept, markdown, news)
    lost = {name: _says(before[0], name) for name in ("date", "recording") if name not in fields}
    lost = {name: value for name, value in lost.items() if value is not None and _says(notes, name) != value}
    if news and lost:  # the title that was corrected said the day, too
        stem, corrected, notes = _corrected(settings, draft, sent, kept, markdown, news | lost)
    _check(notes, draft, sent.name)
    return DraftNotes(stem, _content(content, text, corrected), (notes,), False, notes.date is not None)


def _corrected(
    settings: Settings, draft: Draft, sent: DraftFile, kept: str, markdown: str, news: Mapping[str, str | None]
) -> tuple[str, str, Notes]:
    """Notes with these fields: their stem, their text, and how they are read.

    Raises:
        DraftError: their front matter cannot be changed so.
    """
    try:
        corrected = set_fields(markdown, {name: value for name, value in news.items() if value is not None})
    except InvalidInput as error:
        raise DraftError(f"{sent.name} {error}", hint="Correct it in the file, and send it again.") from error
    stem = _fitting_stem(settings, kept, corrected, draft)
    (notes,) = _parsed(settings, stem, corrected)
    return stem, corrected, notes


def published_facts(settings: Settings, draft: Draft, link: str) -> PublishedFacts:
    """What the host says of a link. What it said before is not asked again.

    Raises:
        FetchError: it says nothing, or cannot be asked.
    """
    path = settings.draft_dir / draft.id / _FACTS_NAME
    with suppress(OSError, InvalidInput, msgspec.MsgspecError, UnicodeDecodeError):
        known = msgspec.json.decode(untrusted.read_bytes(path, limit=_MAX_FACTS_BYTES), type=PublishedFacts)
        if known.link == link:
            return known
    if "://" not in link:  # never a file of the server
        raise FetchError(link, "is no address of a recording")
    try:
        from pipeline import fetch

        recording, day = fetch.published(link, settings=settings)
    except ModuleNotFoundError as error:
        hint = "pip install 'jumpnotes[pipeline]' on the server installs what asks hosts."
        raise ToolMissing(link, f"this needs {error.name}, which is not installed", hint=hint) from error
    facts = PublishedFacts(link, recording, day)
    with disk_errors(settings.data_dir):
        write_whole(path, msgspec.json.encode(facts))
    return facts


def forget_facts(settings: Settings, draft: Draft) -> None:
    """Remove what the host said."""
    (settings.draft_dir / draft.id / _FACTS_NAME).unlink(missing_ok=True)


def _made(settings: Settings, draft: Draft) -> DraftNotes:
    link = draft.corrections.recording or draft.link
    file = draft.file("recording") or draft.file("transcript")
    if link is not None:
        facts = published_facts(settings, draft, link)
        recording, day = facts.recording, facts.day
    elif file is not None:
        stem = one_line(Path(file.name).stem.replace("_", " "))
        found = dates.find_date(stem)
        recording, day = Recording(file.name, stem, None), found[0] if found else None
    else:
        raise DraftError("there is nothing to make notes of", hint="Give a link, or notes.")
    title = draft.corrections.title
    written = dates.find_date(title or recording.title)
    is_known = draft.corrections.date is not None or written is not None or link is None
    if draft.corrections.date:
        day = date.fromisoformat(draft.corrections.date)
    elif written:
        day = written[0]
    text = notes_of_recording(recording, title=title, day=day, link=link)
    stem = _stem(day, title or recording.title)
    (notes,) = _parsed(settings, stem, text)
    if link is not None and notes.video is None:
        raise DraftError("no recording was found there", hint="Paste the address of a video, or of a sound file.")
    return DraftNotes(stem, text.encode(), (notes,), True, is_known and notes.date is not None)


def _fields(draft: Draft) -> dict[str, str]:
    """What the front matter is to say."""
    asked = draft.corrections
    recording = asked.recording or draft.link
    found = {"title": asked.title, "date": asked.date, "recording": recording}
    return {name: value for name, value in found.items() if value is not None}


def _sent(settings: Settings, draft: Draft, file: DraftFile) -> tuple[bytes, str]:
    """The bytes of the notes that were sent, and their text.

    Raises:
        NotesError: they cannot be read.
    """
    path = drafts.path_of(settings, draft, "notes")
    with named(file.name, path):
        text = reader.read_text(path)
    if "\0" in text:
        raise NotesError(file.name, "is no text", hint="Notes are Markdown or HTML.")
    return path.read_bytes(), text


@contextmanager
def named(name: str, path: Path) -> Iterator[None]:
    """Let errors name a file as its owner does, and not as it is called here."""
    try:
        yield
    except JumpnotesError as error:
        error.args = (str(error).replace(str(path), printable(name)),)
        raise


def _content(content: bytes, text: str, corrected: str) -> bytes:
    """What is stored: byte for byte what was sent, where its text is the same."""
    return content if corrected == text else corrected.encode()


def _parsed(settings: Settings, stem: str, text: str) -> tuple[Notes, ...]:
    """The meetings, as they are read where the notes will be."""
    path = settings.notes_dir / f"{stem}.md"
    return reader.parse_file(path, text, templates=reader.folder_templates(siblings_of(path).values()))


def _says(notes: Notes, field: str) -> str | None:
    """What is understood of notes, as a correction would say it."""
    if field == "recording":
        return notes.video.url if notes.video and not notes.further_parts else None
    if field == "date":
        return notes.date.isoformat() if notes.date else None
    return notes.title


def _check(notes: Notes, draft: Draft, name: str) -> None:
    """Raises DraftError: the notes are not understood as they were corrected."""
    asked = _fields(draft)
    wrong: list[str] = [field for field in ("title", "date") if field in asked and _says(notes, field) != asked[field]]
    if "recording" in asked and (notes.video is None or not links.opens_recording(asked["recording"], notes.video)):
        wrong.append("recording")
    if wrong:
        problem = f"{name} says something else as {' and '.join(wrong)}, which counts for more"
        raise DraftError(problem, hint="Correct it in the file, and send it again.")


def _fitting_stem(settings: Settings, kept: str, text: str, draft: Draft) -> str:
    """The stem of the file that was sent, if it says something and no other day than was corrected; else a new one."""
    asked = draft.corrections.date
    in_name = {found.day.isoformat() for found in dates.find_dates(kept)}
    if kept and (asked is None or in_name == {asked}):
        return kept
    (notes,) = _parsed(settings, _NEUTRAL_STEM, text)
    day = date.fromisoformat(asked) if asked else notes.date
    return _stem(day, notes.title if not kept or notes.title != _NEUTRAL_STEM else kept)


def _stem_of_name(name: str) -> str:
    """The stem of a file as its owner called it, as far as it can be a name here; "" where it says nothing."""
    stem = " ".join(_NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", Path(name).stem)).split()).strip(" -,'+&")
    stem = stem.encode()[:_MAX_STEM_BYTES].decode(errors="ignore").strip(" -,'+&")
    is_telling = bool(dates.find_dates(stem)) or bool(titles.series_name(f"{stem}.md"))
    return stem if stem and is_telling else ""


def _stem(day: date | None, title: str) -> str:
    """A stem of day and title: `2024-03-05-garden-club`."""
    for found in reversed(dates.find_dates(title)):
        title = f"{title[: found.start]} {title[found.end :]}"
    words = slugify(title) or "-".join(_WORD.findall(unicodedata.normalize("NFC", title.casefold())))
    words = words.encode()[:_MAX_STEM_BYTES].decode(errors="ignore").strip("-")
    return "-".join(filter(None, (day.isoformat() if day else "", words or "meeting")))
