"""What is written into a file, and that nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import notes as reader
from pipeline import timecode
from pipeline.annotate import rewriting
from pipeline.annotate.moments import WantedLink
from pipeline.annotate.placement import FileStyle, Insertion, LinkStyle, file_lines, style_of
from pipeline.annotate.rewriting import BlockKey, RewrittenNotes, links_by_block, rewrite
from pipeline.notes import own_links
from pipeline.records import BlockKind
from tests.pipeline.annotate.markdown_files import URL, markdown_files

READ = partial(reader.parse_all, name="2024-03-05.md")
LINKED = {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.ROW}


def link(seconds: int) -> WantedLink:
    return WantedLink(seconds, timecode.clock(seconds), f"{URL}?t={seconds}")


def everywhere(text: str, first: int = 100) -> dict[BlockKey, WantedLink]:
    """A link for each block that may have one, ten seconds after the other."""
    blocks = [
        (notes.slug, block.id)
        for notes in READ(text)
        for block in notes.blocks
        if block.kind in LINKED and block.text and not block.hint
    ]
    return {key: link(first + 10 * number) for number, key in enumerate(blocks)}


def written(text: str, wanted: Mapping[BlockKey, WantedLink], side: LinkStyle | None = None) -> RewrittenNotes:
    return rewrite(text, READ, wanted, style_of(file_lines(text), READ(text), side))


def annotated(text: str, side: LinkStyle = LinkStyle.END) -> str:
    """The text with a link to 1:00 at its last block."""
    *_, key = everywhere(text)
    return written(text, {key: link(60)}, side).text


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=markdown_files(), data=st.data())
def test_a_file_is_had_back_without_its_links_whatever_its_shape(text: str, data: st.DataObject) -> None:
    wanted = everywhere(text)
    chosen = {key: wanted[key] for key in wanted if data.draw(st.booleans())}
    side = data.draw(st.sampled_from([None, *LinkStyle]))
    made = written(text, chosen, side)
    assert own_links.remove(made.text) == text
    assert own_links.hide(made.text).count("\n") == made.text.count("\n")
    assert len(own_links.find(made.text)) == len(made.written) == len(chosen) - len(made.no_place)
    kept = {key: each for key, each in chosen.items() if key not in made.no_place}
    assert written(made.text, kept, side).text == made.text
    moved = written(made.text, {key: link(each.seconds + 6) for key, each in kept.items()}, side)
    assert set(moved.moved) == set(kept)
    assert own_links.remove(moved.text) == text
    assert written(moved.text, {}).text == text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=markdown_files())
def test_no_heading_no_code_and_no_markup_changes_and_every_block_stays_what_it_is(text: str) -> None:
    made = written(text, everywhere(text)).text
    before, after = READ(text), READ(made)
    for old, new in zip(before, after, strict=True):
        old_lines, new_lines = (re.split(r"\r\n?|\n", each) for each in (text, made))
        for block, same in zip(old.blocks, new.blocks, strict=True):
            assert (block.id, block.text, block.html, block.hint) == (same.id, same.text, same.html, same.hint)
            if block.kind in {BlockKind.HEADING, BlockKind.CODE, BlockKind.MARKUP}:
                stood = old_lines[block.line - 1 : block.end_line - 1]
                assert new_lines[same.line - 1 : same.end_line - 1] == stood


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# A\n\n## Plan\n\nText\n", None),
        ("## Plan\n", '## Plan\n[1:00](L "jumpnotes")\n'),
        ("## Plan", '## Plan\n[1:00](L "jumpnotes")'),
        ("- item", '- item ([1:00](L "jumpnotes"))'),
        ("- item  \n  more  \n", '- item  \n  more ([1:00](L "jumpnotes"))  \n'),
        ("word ^name\n", 'word ([1:00](L "jumpnotes")) ^name\n'),
        ("word {: .x}\n", 'word ([1:00](L "jumpnotes")) {: .x}\n'),
        ("> quoted\r\n", '> quoted ([1:00](L "jumpnotes"))\r\n'),
        ("| T | Video |\n|---|---|\n| a |  |\n", '| T | Video |\n|---|---|\n| a | [1:00](L "jumpnotes") |\n'),
    ],
)
def test_where_a_link_goes(before: str, after: str | None) -> None:
    made = annotated(before)
    assert made == (after or '# A\n\n## Plan\n\nText ([1:00](L "jumpnotes"))\n').replace("(L", f"({URL}?t=60")


def test_a_heading_has_its_link_below_and_what_follows_stays_a_paragraph_of_its_own() -> None:
    own = f'[1:00]({URL}?t=60 "jumpnotes")'
    for before, after in (
        ("## Plan\nText\n", f"## Plan\n{own}\n\nText\n"),
        ("## Plan\n\nText\n", f"## Plan\n\n{own}\n\nText\n"),
        ("Plan\r\n----\r\n\r\n- item\r\n", f"Plan\r\n----\r\n\r\n{own}\r\n\r\n- item\r\n"),
    ):
        (heading, *_) = everywhere(before)
        assert written(before, {heading: link(60)}).text == after


def test_a_link_can_stand_first_as_in_lists_of_chapters() -> None:
    own = f'[1:00]({URL}?t=60 "jumpnotes")'
    assert annotated("1. [ ] item", LinkStyle.START) == f"1. [ ] {own} item"
    assert annotated("-\n  item", LinkStyle.START) == f"-\n  {own} item"


@pytest.mark.parametrize("text", ['=== "Tab"\n', "!!! note\n", ":::tip\n", "> [!NOTE]\n", "{% include x %} y\n"])
def test_a_line_that_dialects_read_by_itself_gets_none(text: str) -> None:
    for side in LinkStyle:
        assert annotated(f"{text}\nText\n", side).startswith(text)
        made = written(text, everywhere(text), side)
        assert (made.text, made.written) == (text, ())


@pytest.mark.parametrize("text", ["[^1]: A footnote\n", "<span>x</span> y\n", ": a definition\n"])
def test_what_has_to_stand_first_on_its_line_does(text: str) -> None:
    assert annotated(text, LinkStyle.START).startswith(text.rstrip())


def test_what_has_no_place_gets_none() -> None:
    for text in ("| a | b |\n|---|---|\n| c | d |\n", "- ## heading\n", "> heading\n> ---\n"):
        made = written(text, everywhere(text))
        assert made.text == text
        assert made.no_place


def test_a_link_that_would_not_be_one_is_left_out_and_the_others_are_written() -> None:
    brackets = "[x " * 250
    text = f"- {brackets}\n- plain\n"
    made = written(text, everywhere(text))
    assert len(made.written) == len(made.no_place) == 1
    assert made.text.endswith(f'- plain ([1:50]({URL}?t=110 "jumpnotes"))\n')


def test_a_link_in_a_wrong_place_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the mark of a list the list would be none; that everything else comes out right is not enough."""
    text = "- item\n"
    monkeypatch.setattr(rewriting, "insertion", lambda _lines, _notes, _block, link, _style: Insertion(0, f"{link} "))
    made = written(text, everywhere(text))
    assert (made.text, len(made.no_place)) == (text, 1)


def test_a_link_stays_while_its_moment_moves_by_five_seconds_and_follows_one_that_moves_further() -> None:
    text = annotated("- item\n")
    (key,) = links_by_block(text, READ(text))
    assert written(text, {key: link(65)}).text == text
    assert written(text, {key: link(66)}).text == text.replace("[1:00]", "[1:06]").replace("t=60", "t=66")
    assert written(text, {}).text == "- item\n"


def test_a_link_of_another_recording_is_replaced() -> None:
    text = annotated("- item\n").replace("dQw4w9WgXcQ", "aaaaaaaaaaa")
    (key,) = links_by_block(text, READ(text))
    assert "aaaaaaaaaaa" not in written(text, {key: link(60)}).text


def test_the_style_of_people_is_that_of_the_file() -> None:
    chapters = "".join(f"- [{n}:00]({URL}?t={n * 60}) Topic {n}\n" for n in (1, 2, 3)) + "- More\n"
    assert style_of(file_lines(chapters), READ(chapters), None) == FileStyle(LinkStyle.START)
    ends = "".join(f"- Topic {n} ([{n}:00]({URL}?t={n * 60}))\n" for n in (1, 2, 3)) + "- More\n"
    assert style_of(file_lines(ends), READ(ends), None) == FileStyle(LinkStyle.END)
    below = "".join(f"## Topic {n}\n\nVideo | [{n}:00]({URL}?t={n * 60})\n\n" for n in (1, 2, 3)) + "## More\n"
    assert annotated(f"Recording: {URL}\n\n{below}").endswith(f'## More\nVideo | [1:00]({URL}?t=60 "jumpnotes")\n')
