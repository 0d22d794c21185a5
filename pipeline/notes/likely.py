"""Whether a README or a web page, which are mostly something else, is notes: by its path and its beginning.

A folder of notes is often the whole repository of a community, with its website. What is taken for notes by mistake
becomes a meeting, perhaps with hours of somebody's film to transcribe; what is left out can still be named.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from pipeline.notes import dates
from pipeline.notes.formats import HTML_SUFFIXES

HEAD_BYTES = 65_536
"""How much of such a file is looked at."""

_FULL_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-_./ ]?(?:0[1-9]|1[0-2])[-_./ ]?(?:0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR = re.compile(r"(?<![^\W_])(?:19|20)\d\d(?![^\W_])")
_MEETING = re.compile(
    r"(?<![^\W_])(?:meetings?|minutes|calls?|telecons?|teleconferences?|agendas?|transcripts?|sessions?|syncs?|stand-?ups?"
    r"|office.?hours?|protokoll\w{0,3}|sitzung\w{0,3}|treffen|reuni[oó]n(?:es)?|r[ée]unions?|comptes?.?rendus?|actas?|atas?"
    r"|reuni(?:ão|ões)|verbal[ei]|riunion[ei]|vergadering\w{0,2}|notulen|spotkani\w{0,3}|протокол\w{0,3}|совещани\w{0,3}"
    r"|встреч\w{0,3})(?![^\W_])|会议|會議|会議|例会|纪要|紀要|議事|회의",
    re.IGNORECASE,
)
_MARKDOWN_HEADING = re.compile(r"^(?:#{1,3} |title:)[^\n]{1,300}", re.MULTILINE)
_PAGE_HEADING = re.compile(r"<(?:title|h[1-3])\b[^<>]{0,300}>[^<]{1,300}")
_RECORDING = re.compile(
    r"youtu(?:\.be/|be(?:-nocookie)?\.com/(?:watch|live|embed))|\.(?:mp4|m4a|m4v|mp3|mkv|mov|og[agv]|opus|wav|webm|flac)\b"
    r"|\b(?:recordings?|recorded|video|replay|watch)\b[^\n]{0,100}(?:\n[^\n]{0,100}){0,2}https?://"
)
_LABELLED_RECORDING = re.compile(
    r"^[^\w\n]{0,8}(?:[^\W\d_][\w'’]{0,15} ){0,3}(?:recordings?|aufzeichnung|aufnahme|grabaci[oó]n|enregistrement"
    r"|gravação|registrazione|opname|nagranie|запись|录像|录制|录音|回放|録画|녹화)(?:[*_:：\])|\n]| [–—(|-])"
    r"[^\n]{0,40}(?:\n[^\n]{0,40}){0,2}https?://",
    re.MULTILINE,
)
_NO_WORD = re.compile(r"[_\W]")
_README = re.compile(r"readme(?:[-_.]\w{2,3}(?:[-_]\w{2,4})?)?", re.IGNORECASE)
_INDEX = re.compile(r"_?index", re.IGNORECASE)
_TEMPLATE_WORD = r"(?:templates?|vorlage|plantilla|mod[eè]le|sjabloon|szablon|šablona|шаблон|模板|テンプレート|템플릿)"
_TEMPLATE = re.compile(
    rf"_?{_TEMPLATE_WORD}|_?(?:templates?|vorlage|plantilla)[-_. ].{{0,200}}|.{{0,200}}[-_. ]{_TEMPLATE_WORD}",
    re.IGNORECASE,
)
_OF_EVERY_PROJECT = frozenset(
    {
        "ADOPTERS",
        "AUTHORS",
        "CHANGELOG",
        "CODEOWNERS",
        "CODE_OF_CONDUCT",
        "CONTRIBUTING",
        "CONTRIBUTORS",
        "COPYING",
        "GOVERNANCE",
    }
    | {"LICENCE", "LICENSE", "MAINTAINERS", "NOTICE", "OWNERS", "RELEASES", "ROADMAP", "SECURITY", "SUPPORT"}
)


def is_never_notes(file: PurePath) -> bool:
    """Whether `file` is called like something that every project has, or like a template for notes."""
    if _FULL_DATE.search(file.name):
        return False
    stem = file.stem
    is_template = any(_TEMPLATE.fullmatch(part) for part in (stem, file.parent.name.strip("_")))
    return stem.upper().replace("-", "_") in _OF_EVERY_PROJECT or is_template


def needs_evidence(file: PurePath) -> bool:
    """Whether `file` is called like notes that are mostly something else."""
    is_html = file.suffix.lower() in HTML_SUFFIXES
    return is_html or bool(_README.fullmatch(file.stem) or _INDEX.fullmatch(file.stem))


def is_likely(path: PurePath, head: str) -> bool:
    """Whether a README or a web page is notes: `path` from the name of the folder that is looked through on.

    A README is that of a meeting where its path has a day, or where it links what it calls a recording, or any film if
    its path has a year or it speaks of meetings; that of the whole folder only where the folder's name has a day. So is
    an index.md, and one with a dated heading: most list the pages of their folder, but some are all meetings of it. A
    page speaks of meetings, and has a day or a recording: dated pages with a film are mostly a blog's.
    """
    is_dated = _has_day(path)
    head = head.lower()
    is_page = path.suffix.lower() in HTML_SUFFIXES
    if not is_page and _INDEX.fullmatch(path.stem) and any(map(dates.find_date, _MARKDOWN_HEADING.findall(head))):
        return True
    if is_page and not _README.fullmatch(path.stem):
        return _speaks_of_meetings(path, _PAGE_HEADING, head) and (is_dated or _RECORDING.search(head) is not None)
    if is_dated or len(path.parts) <= 2:
        return is_dated
    if _RECORDING.search(head) is None:
        return False
    has_year = any(map(_YEAR.search, path.parts[1:]))
    return has_year or _speaks_of_meetings(path, _MARKDOWN_HEADING, head) or bool(_LABELLED_RECORDING.search(head))


def _has_day(path: PurePath) -> bool:
    whole = path.as_posix()
    return _FULL_DATE.search(whole) is not None or any(dates.find_date(part) for part in (path.stem, *path.parts[:-1]))


def _speaks_of_meetings(path: PurePath, heading: re.Pattern[str], head: str) -> bool:
    words = _NO_WORD.sub(" ", path.as_posix())
    return _MEETING.search("\n".join((words, *(found[0] for found in heading.finditer(head))))) is not None
