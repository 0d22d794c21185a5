"""Videos that markup embeds: HTML, and the shortcodes of site generators and note-taking services.

<iframe src="https://www.youtube.com/embed/ID">    {{< youtube ID >}}         {%youtube ID %}
<YouTube id="ID" />                                ::youtube{id="ID"}         @[youtube](ID)
{% include youtube.html id="ID" %}                 <lite-youtube videoid="ID">
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from pipeline.links import is_youtube_id

_SHORTCODE = re.compile(
    r"\{\{[<%](?P<hugo>[^{}<>]{1,400})[%>]\}\}|\{%(?P<liquid>[^{}%]{1,400})%\}"
    r"|::(?P<directive>[a-z-]{1,30}\{[^{}]{1,400})\}|@\[(?P<mark>[a-z]{1,30}\]\([^()]{1,400})\)"
)
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w-]{0,40})(?P<attributes>[^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"""([\w-]{1,40})\s{0,3}=\s{0,3}["'{`]{0,3}([^"'\s{}`]{1,1000})""")
_ADDRESS = re.compile(r"""(?:https?:)?//[^\s"'<>)}]{1,1000}""")
_EMBEDDING_NAME = re.compile(r"youtube|\byt\b|vimeo|video|peertube", re.IGNORECASE)
_INCLUDING_NAMES = frozenset({"include", "embed", "render", "partial"})
_ID_NAMES = frozenset({"id", "videoid", "video", "v", "youtubeid", "youtube", "code", "key"})
_BLOCK_TAGS = frozenset({"p", "div", "br", "li", "td", "th", "tr", "dt", "dd", "table", "ul", "ol", "hr"})
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MAX_HTML_CHARS = 200_000  # of one block


def find_shortcodes(source: str) -> Iterator[str]:
    """The addresses of the videos that shortcodes in `source` embed."""
    if "{" not in source and "@[" not in source:
        return
    for found in _SHORTCODE.finditer(source):
        content = next(filter(None, found.groups()))
        if address := _embedded_in(content):
            yield address


def read_html(html: str) -> Iterator[tuple[str, str]]:
    """What HTML shows and links to, in order: ("text", …), ("embed", address), ("link", address), ("end", "")."""
    html = _COMMENT.sub("", html[:_MAX_HTML_CHARS])
    at = 0
    for found in _TAG.finditer(html):
        if found.start() > at:
            yield "text", unescape(html[at : found.start()])
        at = found.end()
        yield from _read_tag(found["name"], found["attributes"], closes=bool(found["close"]))
    if at < len(html):
        yield "text", unescape(html[at:])


def _read_tag(name: str, attributes: str, *, closes: bool) -> Iterator[tuple[str, str]]:
    if name.lower() in _BLOCK_TAGS or re.fullmatch("[hH][1-6]", name):
        yield "text", "\n"
    if name.lower() == "a":
        fields = {key.lower(): unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        yield ("end", "") if closes else ("link", fields.get("href", ""))
    elif not closes and name.lower() in {"iframe", "video", "audio", "source", "embed"}:
        fields = {key.lower(): unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        if address := fields.get("src") or fields.get("data-src"):
            yield "embed", address
    elif not closes and name.lower() != "img" and (address := _embedded_in(f"{name} {attributes}")):
        yield "embed", address


def _embedded_in(content: str) -> str | None:
    """The address of the video that a shortcode with this content shows."""
    name, *arguments = re.split(r"[\s=\[({]+", content.strip(" -/"), maxsplit=2)
    if name in _INCLUDING_NAMES and arguments:
        name = arguments[0]
    if not _EMBEDDING_NAME.search(name):
        return None
    if found := _ADDRESS.search(content):
        return found[0]
    named = [value for key, value in _ATTRIBUTE.findall(content) if key.lower().replace("-", "") in _ID_NAMES]
    bare = [word.strip("\"'`,") for word in re.split(r"[\s(\[{]+", content.strip(" -/"))[1:] if "=" not in word]
    for value in (*named, *bare):
        if is_youtube_id(value) and "vimeo" not in name.lower():
            return f"https://www.youtube.com/watch?v={value}"
        if value.isdigit() and "vimeo" in name.lower():
            return f"https://vimeo.com/{value}"
    return None
