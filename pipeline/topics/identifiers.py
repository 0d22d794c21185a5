"""The identifiers that notes name: issues, numbered documents, repositories, versions, names in code.

Each is exact: what is found is what stands there. A bare `#6280` counts as an issue where it can be nothing else, and
which repository it is of is for the archive to tell (`pipeline.topics.resolving`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.records import Block, BlockKind, Notes, Reference, TopicKind
from pipeline.topics import code_names, standards, trackers, versions
from pipeline.topics.inline_html import Piece, pieces

_NO_TALK = frozenset((BlockKind.MARKUP, BlockKind.CODE))

_KIND = r"(?:prs?|mrs?|issues?|pull(?:[\s-]requests?)?|merge[\s-]requests?|bugs?|tickets?|gh)"
_AFTER_KIND = re.compile(rf"\b{_KIND}[\s:(\[-]*#?$", re.IGNORECASE)
_IN_LIST = re.compile(rf"\b{_KIND}[\s:(\[-]*#?\d+(?:[\s,/&+]|and\b|or\b|#?\d+\b)*#?$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:meeting|call|session|episode|sync|edition|part|season|week|sprint|round|track|room|slide|step|stage|phase"
    r"|item|option|topic|point|question|chapter|section|table|figure|note|rule|level|tip|day|number|no|nr|top|the)"
    r"s?[\s:.(-]*$",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w/#&?=])(?:GH-|#)(?P<number>\d{1,7})(?![\w#])(?!\.\d)")
_UNMARKED = re.compile(
    rf"(?<![\w/-]){_KIND}\s(?P<number>\d{{3,7}})(?![\w%])(?!\.\d)(?!\s+(?:issues|prs|pull))", re.IGNORECASE
)
_SHORTHAND = re.compile(
    r"(?<![\w/@.-])(?:(?P<owner>[A-Za-z0-9][\w-]{0,38})/)?(?P<repo>[A-Za-z][\w.-]{0,99})(?P<mark>[#!])(?P<number>\d{1,7})(?![\w.-]*\w)"
)
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_NO_REPOSITORIES = frozenset({"pr", "prs", "issue", "issues", "gh", "c", "f"})
_MIN_BARE_DIGITS = 3
_MAX_BLOCK_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class _Scanned:
    """A piece of text, and what stands before it in its block."""

    text: str
    before: str


def find_references(notes: Notes) -> tuple[Reference, ...]:
    """Every identifier that notes name, once for each block that names it, in their order."""
    found: dict[tuple[str, TopicKind, str], Reference] = {}
    for block in notes.blocks:
        if block.template or block.kind in _NO_TALK or not block.html:
            continue
        for reference in _of_block(block):
            known = found.setdefault((block.id, reference.kind, reference.key), reference)
            if known.url is None and reference.url:
                found[block.id, reference.kind, reference.key] = reference
    return tuple(found.values())


def _of_block(block: Block) -> Iterator[Reference]:
    before = ""
    for piece in _joined(pieces(block.html[:_MAX_BLOCK_CHARS])):
        for reference in _of_piece(piece, before):
            yield replace(reference, block_id=block.id)
        before += piece.text


def _joined(found: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces of one link or of plain text as one, whatever is emphasised in them."""
    last: Piece | None = None
    for piece in found:
        if last and not piece.is_code and not last.is_code and piece.href == last.href:
            last = replace(last, text=last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _of_piece(piece: Piece, before: str) -> Iterator[Reference]:
    if piece.href:
        if (linked := _linked(piece)) is not None:
            yield linked
            return
        if (repository := trackers.repository_of(piece.href)) is not None:
            yield Reference(*repository[:3], block_id="", url=repository.url)
        if _URL.fullmatch(piece.text):  # the address says what it leads to; its letters are no text
            return
    if piece.is_code:
        yield from code_names.in_code(piece.text)
        return
    yield from _in_text(piece.text, before)


def _linked(piece: Piece) -> Reference | None:
    """What a link leads to; where its text names a document of this number, that."""
    named = trackers.named_by(piece.href or "")
    if named is None:
        return None
    written = next(standards.find(piece.text), None)
    if named.kind is TopicKind.ISSUE and written and written.key.partition("/")[0] != "rfc":
        number = named.key.rpartition("/")[2]
        if written.key.endswith(f"/{number}"):
            return Reference(TopicKind.STANDARD, written.key, written.name, "", written.url)
    return Reference(*named[:3], block_id="", url=named.url)


def _in_text(text: str, before: str) -> Iterator[Reference]:
    taken: list[tuple[int, int]] = []
    for url in _URL.finditer(text):
        taken.append(url.span())
        if named := trackers.named_by(url[0].rstrip(".,;:")) or trackers.repository_of(url[0].rstrip(".,;:")):
            yield Reference(*named[:3], block_id="", url=named.url)
    for document in standards.find(text):
        if _is_free(taken, document.start, document.end):
            taken.append((document.start, document.end))
            yield Reference(TopicKind.STANDARD, document.key, document.name, "", document.url)
    yield from _issues_in(text, before, taken)
    yield from versions.find(text, before, taken)
    yield from code_names.in_text(text, taken)


def _issues_in(text: str, before: str, taken: list[tuple[int, int]]) -> Iterator[Reference]:
    for found in _SHORTHAND.finditer(text):
        if not _is_free(taken, *found.span()) or found["repo"].lower() in _NO_REPOSITORIES:
            continue
        if not found["owner"] and _COUNTED.search(found["repo"]):
            continue
        taken.append(found.span())
        owner, repo, number = found["owner"], found["repo"], int(found["number"])
        mark = found["mark"]
        if owner:
            key, url = trackers.issue_in(f"{owner}/{repo}".lower(), number)
            if mark == "!":  # of GitLab, by whatever host
                key, url = f"?{repo}/!{number}".lower(), None
            yield Reference(TopicKind.ISSUE, key, f"{repo}{mark}{number}", "", url)
        elif len(repo) > 1:
            own_count = "!" if mark == "!" else ""
            yield Reference(TopicKind.ISSUE, f"?{repo}/{own_count}{number}".lower(), f"{repo}{mark}{number}", "")
    for pattern in (_BARE, _UNMARKED):
        for found in pattern.finditer(text):
            if not _is_free(taken, *found.span()):
                continue
            lead = (before + text[: found.start("number")])[-80:].removesuffix("GH-").removesuffix("#")
            if pattern is _UNMARKED or _is_issue(lead, found["number"], marked=found[0].startswith("GH-")):
                taken.append(found.span())
                number = int(found["number"])
                yield Reference(TopicKind.ISSUE, f"?{number}", f"#{number}", "")


def _is_issue(lead: str, number: str, *, marked: bool) -> bool:
    """Whether a bare number is that of an issue: it is called one, or has too many digits to count anything else."""
    if marked or _AFTER_KIND.search(lead) or _IN_LIST.search(lead):
        return True
    return len(number) >= _MIN_BARE_DIGITS and not _COUNTED.search(lead)


def _is_free(taken: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return all(end <= first or last <= start for first, last in taken)
