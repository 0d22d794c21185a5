"""What site generators and editors add to Markdown: shortcodes, admonitions, anchors. None of it is text.

Jekyll `{% … %}` and `{{ … }}`, Hugo `{{< … >}}`, MkDocs `!!! note`, GitHub `> [!NOTE]`, HackMD and Docusaurus
`:::info`, MDX imports, `[TOC]`, `{#anchor}`, footnote marks, `[[wiki links]]`, and characters nobody sees.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"[ \t]{0,8}(`{3,}|~{3,})")
_SHORTCODE = r"\{\{(?:(?!\}\}).){0,500}\}\}|\{%(?:(?!%\}).){0,500}%\}"
SHORTCODE = re.compile(_SHORTCODE)
_MARKUP_LINE = re.compile(
    rf"[ \t]{{0,12}}(?:(?:{_SHORTCODE})(?:[ \t]{{0,3}}(?:{_SHORTCODE})){{0,9}}|:{{3,}}.{{0,200}}"
    r"|::[a-z][\w-]{0,30}(?:\[[^\]]{0,200}\])?\{.{0,300}\}|\[(?:TOC|toc|\[_?(?:TOC|toc)_?\])\]|\{:.{0,100}\}"
    r"|\\(?:newpage|pagebreak|clearpage)"
    r"|import[ ](?:[\w{}*,\s]{1,200}[ ]from[ ])?[\"'][^\"']{1,200}[\"'];?|export[ ](?:const|default)[ ].{1,300})[ \t]*"
)
_ADMONITION = re.compile(r"([ \t]{0,12})(?:!!!|\?\?\?\+?)[ \t]{1,4}[\w -]{1,60}(?:\"(?P<title>[^\"]{0,200})\")?[ \t]*")
_ALERT = re.compile(r"((?:[ \t]{0,3}>){1,4}[ \t]?)\[!\w{1,20}\][+-]?(.{0,200})")
_ADMONITION_INDENT = 4

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_FOOTNOTE_MARK = re.compile(r"\[\^[\w-]{1,40}\](?::\s{0,3})?")
_WIKI_LINK = re.compile(r"(?<!\w)\[\[([^\W\d_][^\[\]|\n]{0,200})\]\](?!\w)")
_NAMED_WIKI_LINK = re.compile(r"\[\[[^\[\]|\n]{1,200}\|([^\[\]|\n]{1,200})\]\]")
_ATTRIBUTES = re.compile(r"\s{0,3}\{[:#.][^{}\n]{1,80}\}\s{0,3}$")
_EMOJI_CODE = re.compile(r"(?<![\w:]):(?:[a-z][a-z0-9_+-]{1,40}|[+-]1):(?![\w:])")
_STRONG = re.compile(r"(?<!\*)\*\*(?!\*)")
_EMPHASIS_SPACES = re.compile(r"([ \t]{0,9})(.*?)([ \t]{0,9})", re.DOTALL)


def mask_lines(lines: list[str]) -> tuple[list[str], frozenset[int]]:
    """The lines as Markdown should see them, and the numbers of those that are markup as a whole, from 1.

    Markup becomes a blank line. What is indented below an admonition is moved to the left, else it would be code.
    """
    masked = list(lines)
    markup: set[int] = set()
    fence = ""
    admonition = -1  # the indent of the one the line is in
    for index, line in enumerate(lines):
        if admonition >= 0 and line.strip():
            if _indent(line) >= admonition + _ADMONITION_INDENT:
                line = masked[index] = _dedent(line)
            else:
                admonition = -1
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        if fence or mark or not _may_be_markup(line):
            continue
        if found := _ADMONITION.fullmatch(line):
            admonition = _indent(line)
            masked[index] = found[1] + (found["title"] or "")
            markup.update(() if found["title"] else (index + 1,))
        elif found := _ALERT.fullmatch(line):
            masked[index] = found[1] + found[2].strip()
            markup.update(() if found[2].strip() else (index + 1,))
        elif _MARKUP_LINE.fullmatch(line):
            masked[index] = ""
            markup.add(index + 1)
    return masked, frozenset(markup)


def _may_be_markup(line: str) -> bool:
    return line.lstrip(" \t")[:1] in {"{", ":", "[", "!", "?", ">", "i", "e", "\\"}


def _indent(line: str) -> int:
    expanded = line.expandtabs(_ADMONITION_INDENT)
    return len(expanded) - len(expanded.lstrip(" "))


def _dedent(line: str) -> str:
    return line.expandtabs(_ADMONITION_INDENT)[_ADMONITION_INDENT:] if line[:1] == "\t" else line[_ADMONITION_INDENT:]


def without_markup(text: str) -> str:
    """The text without footnote marks, anchors, the targets of wiki links, and invisible characters."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if "[" in text:
        text = _NAMED_WIKI_LINK.sub(r"\1", _FOOTNOTE_MARK.sub("", text))
    return _ATTRIBUTES.sub("", text) if "{" in text else text


def spoken(text: str) -> str:
    """The text without `:tada:` and the brackets of `[[Page]]`. They stay on the page, nobody says them."""
    text = _EMOJI_CODE.sub(" ", text) if ":" in text else text
    return _WIKI_LINK.sub(r"\1", text) if "[[" in text else text


def repair_strong(content: str) -> str:
    """`**Topic **` as `**Topic** `: with a space inside its marks Markdown shows the asterisks.

    >>> repair_strong("**Topic **and ** more**"), repair_strong("2 ** 3")
    ('**Topic** and  **more**', '2 ** 3')
    """
    if "**" not in content or "`" in content:
        return content
    return "\n".join(map(_repair_strong_line, content.split("\n")))


def _repair_strong_line(line: str) -> str:
    pieces = _STRONG.split(line)
    broken = [index for index in range(1, len(pieces), 2) if pieces[index] != pieces[index].strip()]
    if len(pieces) % 2 == 0 or not broken:
        return line
    for index in broken:
        inner = pieces[index]
        if inner[:1].isspace() and inner[-1:].isspace() and pieces[index - 1].strip():
            return line  # 2 ** 3 ** 4
    for index in range(1, len(pieces), 2):
        found = _EMPHASIS_SPACES.fullmatch(pieces[index])
        if found and found[2]:
            pieces[index] = f"{found[1]}**{found[2]}**{found[3]}"
        else:
            pieces[index] = f"**{pieces[index]}**"
    return "".join(pieces)
