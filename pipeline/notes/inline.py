"""The inline content of a block: what it says as plain text, and what it looks like as safe HTML.

A block's content is a list of markdown-it tokens. Its plain text is the concatenation of `spoken` over the tokens,
so a span of the plain text can be cut out of the tokens again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

GENERATED = "jumpnotes"  # the title of the links that jumpnotes writes into notes: [12:34](https://… "jumpnotes")
BARE_URL = re.compile(
    r"(?:https?://|(?<![\w.@/-])(?:(?:www|m|music)\.)?(?:youtube\.com|youtu\.be)/)[^\s<>\"|\\^`{}]{1,2000}",
    re.IGNORECASE,
)
_SPACES = re.compile(r" {2,}")
_TRAILING = re.compile(r"[.,;:!?'*_]+$")
_NUMBERED = re.compile(r"/(?:issues?|pulls?|merge_requests|discussions|milestones?)/(\d{1,9})\b|[?&]id=(\d{1,9})\b")
_NAMED = re.compile(r"[A-Z][A-Z0-9]+(?:-\d+)+|v?\d+(?:\.\d+)+")  # a ticket, or a version
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

_CLOSERS = {"link_open": "link_close", "em_open": "em_close", "strong_open": "strong_close", "s_open": "s_close"}


def text_token(content: str) -> Token:
    return Token("text", "", 0, content=content)


def spoken(token: Token) -> str:
    """What a token adds to the plain text."""
    if token.type in {"text", "code_inline"}:
        return token.content
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return "\n" if token.type == "html_inline" and _BREAK.match(token.content) else ""


def plain(tokens: list[Token]) -> str:
    return "".join(map(spoken, tokens))


def matching_text(tokens: list[Token]) -> str:
    """The plain text with one space between words, and of every URL only what somebody may have said."""
    text = plain(tokens)
    pieces: list[str] = []
    done = 0
    for start, end in bare_urls(text):
        pieces += [text[done:start], said_of(text[start:end])]
        done = end
    return " ".join("".join([*pieces, text[done:]]).split())


def bare_urls(text: str) -> Iterator[tuple[int, int]]:
    """Where URLs stand in `text`, without the punctuation of the sentence around them."""
    if "://" not in text and "youtu" not in text:  # most text has none, and looking for one is slow
        return
    for found in BARE_URL.finditer(text):
        url = _TRAILING.sub("", found.group())
        # A closing bracket belongs to the sentence unless the URL has its opening one.
        while url.endswith((")", "]")) and url.count(url[-1]) > url.count("(" if url[-1] == ")" else "["):
            url = _TRAILING.sub("", url[:-1])
        yield found.start(), found.start() + len(url)


def said_of(url: str) -> str:
    """What of a URL is worth looking for in speech: the number of an issue, else the words its path
    ends in, else the name of the site.

    >>> said_of("https://github.com/osquery/osquery/pull/6190"), said_of("https://a.org/support/fee-waiver/#top")
    ('#6190', 'fee waiver')
    """
    numbered = _NUMBERED.search(url)
    if numbered:
        return f"#{numbered[1] or numbered[2]}"
    path = url.partition("://")[2].partition("#")[0].partition("?")[0].rstrip("/.,;:!?)")
    host, _, last = path.partition("/")
    last = unquote(last.rpartition("/")[2])
    if "youtu" in host:
        return ""
    if _NAMED.fullmatch(last):
        return last
    words = re.split(r"[^\w]+|_", re.sub(r"\.\w{1,5}$", "", last))
    # An identifier such as 60f09155cf2e is noise; so is a word that is all digits or all capitals.
    said = [word for word in words if word.isalpha() and not word.isupper() and len(word) < 25]
    # Where the path says nothing the site still has a name: "slack", "asciinema".
    return " ".join(said) or host.removeprefix("www.").rpartition(".")[0].rpartition(".")[2]


def prepare(tokens: list[Token]) -> list[Token]:
    """The tokens with bare URLs as links, images as links to them, and links a page cannot follow as their text.

    A link that jumpnotes itself wrote into the notes is left out: it is neither text nor a time somebody typed.
    """
    prepared: list[Token] = []
    inside = False
    kept = False
    generated = False
    for token in tokens:
        if token.type == "link_open":
            generated = token.attrGet("title") == GENERATED
            inside, kept = True, _followable(str(token.attrGet("href") or ""))
            if kept and not generated:
                prepared.append(token)
        elif token.type == "link_close":
            if kept and not generated:
                prepared.append(token)
            inside = generated = False
        elif generated:
            continue
        elif token.type == "image":
            alt = text_token(token.content or "image")
            source = str(token.attrGet("src") or "")
            prepared.extend([alt] if inside or not _followable(source) else _link(source, alt.content))
        elif token.type == "text":
            content = _SPACES.sub(" ", token.content) if "  " in token.content else token.content
            prepared.extend([text_token(content)] if inside else _linked(content))
        else:
            prepared.append(token)
    return prepared


def _followable(href: str) -> bool:
    # "#t=11" is followable only as a time; the cleaner takes it out of the HTML.
    return href.lower().startswith(("http://", "https://", "mailto:", "#"))


def _link(href: str, text: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": href}), text_token(text), Token("link_close", "a", -1)]


def _linked(text: str) -> Iterator[Token]:
    done = 0
    for start, end in bare_urls(text):
        if start > done:
            yield text_token(text[done:start])
        url = text[start:end]
        yield from _link(url if "://" in url else f"https://{url}", url)
        done = end
    if done < len(text):
        yield text_token(text[done:])


def links(tokens: list[Token]) -> Iterator[tuple[int, int, str, str]]:
    """Every link: the index of its opening token, of its closing one, its target, and its plain text."""
    opened = None
    for index, token in enumerate(tokens):
        if token.type == "link_open":
            opened = index
        elif token.type == "link_close" and opened is not None:
            yield opened, index, str(tokens[opened].attrGet("href") or ""), plain(tokens[opened + 1 : index])
            opened = None


def cut(tokens: list[Token], start: int, end: int) -> list[Token]:
    """The tokens without the span [start, end) of their plain text, and without marks that then hold nothing."""
    kept: list[Token] = []
    at = 0
    for token in tokens:
        piece = spoken(token)
        before, after = piece[: max(0, start - at)], piece[max(0, end - at) :]
        if piece and at < end and at + len(piece) > start:
            at += len(piece)
            if before + after:
                kept.append(token.copy(content=before + after))
        else:
            at += len(piece)
            kept.append(token)
    return _without_empty_marks(kept)


def _without_empty_marks(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if kept and token.type == _CLOSERS.get(kept[-1].type):
            kept.pop()
        else:
            kept.append(token)
    return kept


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={
            "a",
            "abbr",
            "b",
            "br",
            "code",
            "del",
            "em",
            "i",
            "ins",
            "kbd",
            "mark",
            "q",
            "s",
            "strong",
            "sub",
            "sup",
            "u",
        },
        attributes={"a": {"href", "title"}, "abbr": {"title"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        # No noreferrer: YouTube needs to know which page a viewer comes from.
        link_rel="noopener",
    )


def clean(html: str) -> str:
    """`html` reduced to inline tags that cannot run, load or restyle anything."""
    return _cleaner().clean(html).strip()


@cache
def _renderer() -> tuple[RendererHTML, OptionsDict]:
    parser = MarkdownIt("commonmark")
    return RendererHTML(), parser.options


def render(tokens: list[Token]) -> str:
    """The tokens as safe inline HTML."""
    renderer, options = _renderer()
    return clean(renderer.renderInline(tokens, options, {}))


def text_of_html(html: str) -> str:
    """What a reader sees of a raw HTML block."""
    return " ".join(unescape(nh3.clean(html.replace("<", " <"), tags=set())).split())
