"""The inline content of a block: its plain text, and its safe HTML.

A block's content is a list of markdown-it tokens. Its plain text is the concatenation of their `text_of`, so a span of
the plain text can be cut out of the tokens again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape, unescape
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from pipeline.links import is_file_beside, tidy
from pipeline.notes import site_markup

BARE_URL = re.compile(
    r"(?:https?://|(?<![\w.@/-])(?:(?:www|m|music)\.)?(?:youtube\.com|youtu\.be)/)[^\s<>\"|\\^`{}]{1,2000}",
    re.IGNORECASE,
)
_SPACES = re.compile(r" {2,}")
_TRAILING_PUNCTUATION = re.compile(r"[.,;:!?'*_]+$")
_ISSUE_NUMBER = re.compile(r"/(?:issues?|pulls?|merge_requests|discussions|milestones?)/(\d{1,9})\b|[?&]id=(\d{1,9})\b")
_TICKET_OR_VERSION = re.compile(r"[A-Z][A-Z0-9]+(?:-\d+)+|v?\d+(?:\.\d+)+")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_UNNESTED_TAGS = frozenset(  # often left unclosed
    ("br", "col", "dd", "dt", "hr", "img", "input", "li", "option", "p", "td", "th", "tr", "wbr")
)
_MAX_HTML_DEPTH = 200  # the sanitiser is quadratic in it: what is nested deeper is shown as it is typed
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

_HTML_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w-]{0,40})(?P<rest>[^<>]{0,2000})>")
_HREF = re.compile(r"""\shref\s{0,3}=\s{0,3}(?:"([^"]{0,2000})"|'([^']{0,2000})')""", re.IGNORECASE)
_SHORTCODE_TYPE = "shortcode"  # kept as a token: it may embed the recording
_KNOWN_TAGS = nh3.ALLOWED_TAGS | {"base", "body", "button", "embed", "font", "form", "head", "html", "iframe", "input"}
_KNOWN_TAGS |= {"label", "link", "main", "meta", "object", "option", "param", "path", "picture", "script", "section"}
_KNOWN_TAGS |= {"audio", "noscript", "select", "source", "style", "svg", "template", "textarea", "title", "video"}

_CLOSING_TYPES = {"link_open": "link_close", "em_open": "em_close", "strong_open": "strong_close", "s_open": "s_close"}


def text_token(content: str) -> Token:
    return Token("text", "", 0, content=content)


def shortcode_token(source: str) -> Token:
    """A shortcode: no text, not shown."""
    return Token(_SHORTCODE_TYPE, "", 0, content=source)


def text_of(token: Token) -> str:
    """What a token adds to the plain text."""
    if token.type in {"text", "code_inline"}:
        return token.content
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return "\n" if token.type == "html_inline" and _LINE_BREAK.match(token.content) else ""


def plain_text(tokens: list[Token]) -> str:
    return "".join(map(text_of, tokens))


def matching_text(tokens: list[Token]) -> str:
    """The plain text with one space between words, and of every URL only what somebody may say of it."""
    text = plain_text(tokens)
    pieces: list[str] = []
    done = 0
    for start, end in find_bare_urls(text):
        pieces += [site_markup.spoken(text[done:start]), speakable_part(text[start:end])]
        done = end
    return " ".join("".join([*pieces, site_markup.spoken(text[done:])]).split())


def find_bare_urls(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the URLs in `text`, without the punctuation of the sentence around them."""
    if "://" not in text and "youtu" not in text:  # most text has none, and looking for one is slow
        return
    for found in BARE_URL.finditer(text):
        url = _TRAILING_PUNCTUATION.sub("", found.group())
        # A closing bracket belongs to the sentence unless the URL has its opening one.
        while url.endswith((")", "]")) and url.count(url[-1]) > url.count("(" if url[-1] == ")" else "["):
            url = _TRAILING_PUNCTUATION.sub("", url[:-1])
        yield found.start(), found.start() + len(url)


def speakable_part(url: str) -> str:
    """The part of a URL that is worth looking for in speech: the number of an issue, else the last words of its path,
    else the name of the site.

    >>> speakable_part("https://github.com/osquery/osquery/pull/6190"), speakable_part("https://a.org/support/fee-waiver/#top")
    ('#6190', 'fee waiver')
    """
    issue = _ISSUE_NUMBER.search(url)
    if issue:
        return f"#{issue[1] or issue[2]}"
    path = url.partition("://")[2].partition("#")[0].partition("?")[0].rstrip("/.,;:!?)")
    host, _, last = path.partition("/")
    last = unquote(last.rpartition("/")[2])
    if "youtu" in host:
        return ""
    if _TICKET_OR_VERSION.fullmatch(last):
        return last
    words = re.split(r"[^\w]+|_", re.sub(r"\.\w{1,5}$", "", last))
    # An identifier such as 60f09155cf2e is noise; so is a word that is all digits or all capitals.
    speakable = [word for word in words if word.isalpha() and not word.isupper() and len(word) < 25]
    # Where the path says nothing the site still has a name: "slack", "asciinema".
    return " ".join(speakable) or host.removeprefix("www.").rpartition(".")[0].rpartition(".")[2]


def prepare(tokens: list[Token]) -> list[Token]:
    """The tokens with bare URLs and `<a>` as links, images as links to them, links a page cannot follow as their text,
    and without markup of site generators."""
    tokens = list(_read_html(tokens))
    prepared: list[Token] = []
    link: Token | None = None  # that the token is in; links do not nest
    for token in tokens:
        if token.type == "link_open":
            link = token = _with_scheme(token)
        if token.type in {"link_open", "link_close"}:
            if link is not None and _is_followable(str(link.attrGet("href") or "")):
                prepared.append(token)
        else:
            prepared.extend(_prepare_content(token, in_link=link is not None))
        if token.type == "link_close":
            link = None
    return prepared


def _read_html(tokens: list[Token]) -> Iterator[Token]:
    """`<a href="…">` as a link, and as text what only looks like a tag: `Option<T>`, `<nick>`."""
    closed = {found["name"] for token in tokens if (found := _tag_of(token)) and found["close"]}
    in_link = False
    for token in tokens:
        found = _tag_of(token)
        name = found["name"].lower() if found else ""
        href = _HREF.search(token.content) if name == "a" else None
        if found and name == "a" and not (found["close"] or in_link) and href:
            in_link = True
            yield Token("link_open", "a", 1, attrs={"href": unescape(href[1] or href[2] or "").strip()})
        elif found and name == "a" and found["close"] and in_link:
            in_link = False
            yield Token("link_close", "a", -1)
        elif found and name not in _KNOWN_TAGS and found["name"] not in closed and not found["rest"].strip():
            yield text_token(token.content)
        else:
            yield token
    if in_link:
        yield Token("link_close", "a", -1)


def _tag_of(token: Token) -> re.Match[str] | None:
    return _HTML_TAG.fullmatch(token.content) if token.type == "html_inline" else None


def _prepare_content(token: Token, *, in_link: bool) -> Iterable[Token]:
    if token.type == "image":
        alt = text_token(token.content or "image")
        source = str(token.attrGet("src") or "")
        return [alt] if in_link or not _is_followable(source) else _link_tokens(source, alt.content)
    if token.type == "text":
        return _prepare_text(token.content, in_link=in_link)
    return [token]


def _with_scheme(link: Token) -> Token:
    href = str(link.attrGet("href") or "")
    return link if (tidied := tidy(href)) == href else link.copy(attrs={**link.attrs, "href": tidied})


def _prepare_text(text: str, *, in_link: bool) -> Iterator[Token]:
    done = 0
    for found in site_markup.SHORTCODE.finditer(text) if "{" in text else ():
        yield from _prepare_plain(text[done : found.start()], in_link=in_link)
        yield shortcode_token(found.group())
        done = found.end()
    yield from _prepare_plain(text[done:], in_link=in_link)


def _prepare_plain(text: str, *, in_link: bool) -> Iterable[Token]:
    text = site_markup.without_markup(text)
    text = _SPACES.sub(" ", text) if "  " in text else text
    return [text_token(text)] if in_link else _link_bare_urls(text)


def _is_followable(href: str) -> bool:
    # "#t=11" can be followed as a time, "call.mp4" as the recording; the sanitiser takes both out of the HTML.
    return href.lower().startswith(("http://", "https://", "mailto:", "#")) or is_file_beside(href)


def _link_tokens(href: str, text: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": href}), text_token(text), Token("link_close", "a", -1)]


def _link_bare_urls(text: str) -> Iterator[Token]:
    done = 0
    for start, end in find_bare_urls(text):
        if start > done:
            yield text_token(text[done:start])
        url = text[start:end]
        yield from _link_tokens(url if "://" in url else f"https://{url}", url)
        done = end
    if done < len(text):
        yield text_token(text[done:])


def find_links(tokens: list[Token]) -> Iterator[tuple[int, int, str, str]]:
    """Every link: the index of its opening token, of its closing one, its target, and its plain text."""
    opened = None
    for index, token in enumerate(tokens):
        if token.type == "link_open":
            opened = index
        elif token.type == "link_close" and opened is not None:
            yield opened, index, str(tokens[opened].attrGet("href") or ""), plain_text(tokens[opened + 1 : index])
            opened = None


def cut_span(tokens: list[Token], start: int, end: int) -> list[Token]:
    """The tokens without the span [start, end) of their plain text, and without marks that are then empty."""
    kept: list[Token] = []
    at = 0
    for token in tokens:
        piece = text_of(token)
        before, after = piece[: max(0, start - at)], piece[max(0, end - at) :]
        if piece and at < end and at + len(piece) > start:
            at += len(piece)
            if before + after:
                kept.append(token.copy(content=before + after))
        else:
            at += len(piece)
            kept.append(token)
    return without_empty_marks(kept)


def without_empty_marks(tokens: list[Token]) -> list[Token]:
    """The tokens without emphasis, links and the like that have nothing in them."""
    kept: list[Token] = []
    for token in tokens:
        if kept and token.type == _CLOSING_TYPES.get(kept[-1].type):
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


def sanitise(html: str) -> str:
    """`html` reduced to inline tags that cannot run, load or restyle anything."""
    if _is_too_deep(html):
        html = escape(html, quote=False)
    return _cleaner().clean(html).strip()


def _is_too_deep(html: str) -> bool:
    depth = 0
    for found in _TAG.finditer(html) if html.count("<") > _MAX_HTML_DEPTH else ():
        if found[2].lower() not in _UNNESTED_TAGS:
            depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > _MAX_HTML_DEPTH:
            return True
    return False


@cache
def _renderer() -> tuple[RendererHTML, OptionsDict]:
    parser = MarkdownIt("commonmark")
    return RendererHTML(), parser.options


def render(tokens: list[Token]) -> str:
    """The tokens as safe inline HTML."""
    renderer, options = _renderer()
    return sanitise(renderer.renderInline([token for token in tokens if token.type != _SHORTCODE_TYPE], options, {}))


def text_of_html(html: str) -> str:
    """What a reader sees of a raw HTML block."""
    if _is_too_deep(html):
        return " ".join(html.split())
    return " ".join(unescape(nh3.clean(html.replace("<", " <"), tags=set())).split())
