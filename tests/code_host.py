"""A notes file as code hosts show one: its Markdown rendered, below the name of the file."""

from __future__ import annotations

from html import escape

from markdown_it import MarkdownIt

_STYLE = """
body { margin: 0; padding: 24px; background: #fff; color: #1f2328; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif }
.file { max-width: 920px; margin: auto; border: 1px solid #d1d9e0; border-radius: 6px }
.bar { position: sticky; top: 0; display: flex; gap: 16px; padding: 8px 16px; background: #f6f8fa; font-size: 13px }
.bar b { font-weight: 600 } .bar span { color: #59636e }
article { padding: 8px 32px 24px }
h1, h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; line-height: 1.25; font-weight: 600 }
h1 { font-size: 28px } h2 { font-size: 22px } a { color: #0969da } li { margin: .25em 0 } code { font-size: 85% }
"""


def as_page(name: str, markdown: str) -> str:
    """The HTML of a page that shows the file `name`."""
    body = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(markdown)
    lines = markdown.count("\n")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(name)}</title><style>{_STYLE}</style>'
        f'<div class="file"><div class="bar"><b>{escape(name)}</b><span>Preview</span><span>Code</span>'
        f"<span>{lines} lines</span></div><article>{body}</article></div></html>"
    )
