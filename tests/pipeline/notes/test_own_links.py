"""The links that jumpnotes wrote are known by their title, and notes are read without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import notes as reader
from pipeline.notes import own_links
from pipeline.notes.files import siblings_of

URL = "https://youtu.be/dQw4w9WgXcQ"
OWN = f'[12:34]({URL}?t=754 "jumpnotes")'


def test_a_link_is_known_by_its_title_and_says_when_it_opens() -> None:
    """Whatever somebody made of its text, in either kind of quotes, and broken over two lines by a formatter."""
    (link,) = own_links.find(f"- item ({OWN})")
    assert (link.seconds, link.typed_seconds, link.line, link.is_alone) == (754, 754, 1, False)
    assert len(own_links.find(f"- as in `{OWN}` and ({OWN.replace('12:34', '1:00')})")) == 1
    (renamed,) = own_links.find(f"- item [about then]({URL}?t=1m3s 'jumpnotes')")
    assert (renamed.seconds, renamed.typed_seconds) == (63, None)
    assert len(own_links.find(OWN.replace(" ", "\n"))) == 1
    assert own_links.find(f"- [12:34]({URL}?t=754) and [12:34]({URL}?t=754 'notes')") == ()


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{OWN}\n```",
        f"    {OWN}",
        f"text `{OWN}`",
        f"<div>\n{OWN}\n</div>",
        f"---\na: '{OWN}'\n---",
        f"<!-- {OWN} -->",
    ],
)
def test_an_example_in_code_html_or_front_matter_is_none(text: str) -> None:
    assert own_links.find(text) == ()
    assert own_links.remove(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"## Plan\n\n{OWN}\n\nText", "## Plan\n\nText"),
        (f"## Plan\r\n{OWN}\r\n\r\nText", "## Plan\r\nText"),
        (f"## Plan\n{OWN}", "## Plan"),
        (f"## Plan\nVideo | {OWN}\n\nText\n", "## Plan\nText\n"),
        (f"- item ({OWN})  \n", "- item  \n"),
        (f"- item {OWN}\n", "- item\n"),
        (f"- [ ] {OWN} item\n", "- [ ] item\n"),
        (f"words\nmore\n({OWN})\n", "words\nmore\n"),
        (f"- words\n  more\n  ({OWN})\n", "- words\n  more\n"),
        (f"| a | {OWN} |\n|---|---|\n| b |  |\n", "| a |  |\n|---|---|\n| b |  |\n"),
    ],
)
def test_a_link_goes_with_what_was_written_around_it(before: str, after: str) -> None:
    assert own_links.remove(before) == after
    assert own_links.hide(before).count("\n") == before.count("\n")


def test_notes_are_read_as_if_the_links_were_not_there() -> None:
    """No time, no words, no HTML of them: else they would be evidence for themselves. Lines are those of the file."""
    plain = f"# Call\n\nRecording: {URL}\n\n## Plan\n\n- item\n"
    linked = f"# Call\n\nRecording: {URL}\n\n## Plan\n\n{OWN}\n\n- item ({OWN})\n"
    before, after = (reader.parse(text, name="2024-03-05.md") for text in (plain, linked))

    assert [(b.id, b.text, b.html, b.hint) for b in after.blocks] == [
        (b.id, b.text, b.html, b.hint) for b in before.blocks
    ]
    assert [block.line for block in after.blocks] == [1, 3, 5, 9]
    assert "jumpnotes" not in after.source


def test_a_text_recurs_in_the_notes_of_a_folder_with_or_without_a_link(tmp_path: Path) -> None:
    for number in range(4):
        link = f" ([0:0{number}]({URL}?t={number} 'jumpnotes'))" if number else ""
        (tmp_path / f"{number}.md").write_text(f"# {'ABCD'[number] * 3}\n\n- Join the list{link}\n")

    templates = reader.folder_templates(siblings_of(tmp_path / "1.md").values())
    marked = reader.read(tmp_path / "1.md", templates=templates)
    assert [block.template for block in marked.blocks] == [False, True]
