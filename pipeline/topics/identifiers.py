"""The identifiers that notes name: issues, numbered documents, repositories, versions, names in code.

Each is exact: what is found is what stands there. A bare `#6280` counts as an issue where it can be nothing else, and
which repository it is of is for the archive to tell (`pipeline.topics.resolving`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.language.plain_words import is_plain
from pipeline.records import Block, BlockKind, Notes, Reference, TopicKind
from pipeline.topics import bare_numbers, code_names, standards, trackers, versions
from pipeline.topics.inline_html import Piece, pieces
from pipeline.topics.taken import Taken

_NO_TALK = frozenset((BlockKind.MARKUP, BlockKind.CODE))

_SHORTHAND = re.compile(
    r"(?<![\w/@.-])(?:(?P<owner>[A-Za-z0-9][\w-]{0,38})/)?(?P<repo>[A-Za-z][\w.-]{0,99})(?P<mark>[#!])(?P<number>\d{1,7})(?![\w.-]*\w)"
)
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_NO_REPOSITORIES = frozenset({"c", "f", "https", "http", "color", "colour", "top", "no", "nr"})
_KIND = re.compile(bare_numbers.KIND, re.IGNORECASE)
_COUNTED_NAME = re.compile(
    r"(?:.*-)?(?:meeting|call|session|episode|sync|edition|part|week|sprint|round|track|room|slide|step|stage|phase|item"
    r"|option|topic|question|chapter|section|table|figure|rule|level|tip|day|number|newsletter|vol|volume|player|team)s?(?:-\w{1,2})?",
    re.IGNORECASE,
)
_FILE = re.compile(r".+\.(?:md|html?|txt|py|js|ts|c|h|cc|cpp|go|rs|java|rb|pdf|json|ya?ml)", re.IGNORECASE)
_MAX_LEAD_CHARS = 200  # of what stands before a piece: more than anybody looks at


def find_references(notes: Notes) -> tuple[Reference, ...]:
    """Every identifier that notes name, once for each block that names it, in their order."""
    found: dict[tuple[str, TopicKind, str], Reference] = {}
    title = notes.heading.blocks[0] if notes.heading else None
    for block in notes.blocks:
        if block.template or block.kind in _NO_TALK or not block.html:
            continue
        for reference in _of_block(block, is_title=block is title):
            known = found.setdefault((block.id, reference.kind, reference.key), reference)
            if known.url is None and reference.url:
                found[block.id, reference.kind, reference.key] = reference
    return tuple(found.values())


def _of_block(block: Block, *, is_title: bool) -> Iterator[Reference]:
    before = ""
    for piece in _joined(pieces(block.html)):
        for reference in _of_piece(piece, before, is_title=is_title):
            yield replace(reference, block_id=block.id)
        before = f"{before}{piece.text}"[-_MAX_LEAD_CHARS:]


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


def _of_piece(piece: Piece, before: str, *, is_title: bool) -> Iterator[Reference]:
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
    # A link that leads elsewhere has the number of an episode, or of a newsletter.
    yield from _in_text(piece.text, before, strict=is_title or _leads_away(piece))


def _leads_away(piece: Piece) -> bool:
    return bool(piece.href) and str(piece.href).startswith(("http://", "https://"))


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


def _in_text(text: str, before: str, *, strict: bool) -> Iterator[Reference]:
    taken = Taken(len(text))
    for url in _URL.finditer(text):
        taken.add(*url.span())
        if named := trackers.named_by(url[0].rstrip(".,;:")) or trackers.repository_of(url[0].rstrip(".,;:")):
            yield Reference(*named[:3], block_id="", url=named.url)
    for document in standards.find(text):
        if taken.is_free(document.start, document.end):
            taken.add(document.start, document.end)
            yield Reference(TopicKind.STANDARD, document.key, document.name, "", document.url)
    yield from _with_repository(text, taken)
    yield from bare_numbers.find(text, before, taken, strict=strict)
    yield from versions.find(text, before, taken)
    yield from code_names.in_text(text, taken)


def _with_repository(text: str, taken: Taken) -> Iterator[Reference]:
    for found in _SHORTHAND.finditer(text):
        owner, repo, mark, number = found["owner"], found["repo"], found["mark"], int(found["number"])
        if not taken.is_free(*found.span()) or not _is_repository(owner, repo, mark):
            continue
        taken.add(*found.span())
        if _KIND.fullmatch(repo) and not owner:  # PR#12
            yield Reference(TopicKind.ISSUE, f"?{number}", f"#{number}", "")
        elif owner and mark == "#":
            key, url = trackers.issue_in(f"{owner}/{repo}".lower(), number)
            yield Reference(TopicKind.ISSUE, key, f"{repo}#{number}", "", url)
        else:  # a merge request is one of GitLab, on whatever host
            own_count = "!" if mark == "!" else ""
            yield Reference(TopicKind.ISSUE, f"?{repo}/{own_count}{number}".lower(), f"{repo}{mark}{number}", "")


def _is_repository(owner: str | None, repo: str, mark: str) -> bool:
    if owner:
        return not _FILE.fullmatch(repo)
    if mark == "!" and is_plain(repo.lower()):  # Hello!12
        return False
    return not (repo.lower() in _NO_REPOSITORIES or _COUNTED_NAME.fullmatch(repo) or _FILE.fullmatch(repo))
