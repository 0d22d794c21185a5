"""The blocks of notes, read and written again."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from pipeline import notes as reader
from pipeline.export.markdown_blocks import blocks_in_markdown

SOURCE = """\
A *paragraph*
of two lines.

- [ ] a task
- [x] done
- item
  - nested `a|b`

    its paragraph

    ```
    code `here`
      indented
    ```
- \\- 5 degrees
3. three
4. four

> quoted
>
> again

| who | what |
|---|---|
| Ana | `a\\|b` |
| Tomasz | |

***
"""
WRITTEN = """\
A *paragraph* of two lines. @0

- [ ] a task @1
- [x] done @2
- item @3
  - nested `a|b` @4

    its paragraph @5

    ```
    code `here`
      indented
    ```

    @6
"""


def test_every_kind_of_block_is_written_as_it_was() -> None:
    """Nested as in the notes, with its moment behind it; a Markdown reader sees the same blocks."""
    blocks = list(reader.parse(SOURCE, name="x.md").blocks)
    numbers = {block.id: number for number, block in enumerate(blocks)}

    written = blocks_in_markdown(blocks, lambda block_id: f"@{numbers[block_id]}")

    assert written.startswith(WRITTEN)
    assert "\n\n3. three @" in written
    assert re.search(r"\n\n> quoted @\d+\n>\n> again @\d+\n\n", written)
    assert re.search(r"\| who \| what @\d+ \|\n\| --- \| --- \|", written)
    assert _kinds(blocks_in_markdown(blocks, lambda _: "")) == _kinds(SOURCE.replace("\n***\n", ""))


def _kinds(markdown: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [token.type for token in tokens if not token.hidden]


def test_rows_without_a_head_are_a_table() -> None:
    """Markdown has no table without a head: it is empty, and as wide as the widest row."""
    rows = [block for block in reader.parse(SOURCE, name="x.md").blocks if block.kind.value == "row"]

    assert blocks_in_markdown(rows[1:], lambda _: "").splitlines()[:2] == ["|  |  |", "| --- | --- |"]


def test_what_the_page_does_not_show_is_left_out() -> None:
    """Rules, comments, and definitions of links."""
    assert blocks_in_markdown(reader.parse("<!-- x -->\n\n---\n\n[a]: https://a.org\n", name="x.md").blocks, str) == ""
