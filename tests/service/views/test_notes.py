"""The notes on the page: their structure, and a link at every moment that was found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline import notes as reader
from pipeline.records import (
    Alignment,
    Basis,
    Correction,
    FurtherMoment,
    Notes,
    Verdict,
)
from pipeline.store import AlignmentInputs
from service.views.moment_links import MomentLinks
from service.views.notes import NotesView, notes_view
from tests.service.corrections import block_id
from tests.service.html_tags import Tag, chips, tags, visible
from tests.service.meetings import VIDEO, Library

Open = Callable[[str], str]


def test_local_recording_links_to_this_page(opened: Open, full: Notes) -> None:
    """The link of a local recording's block works without JavaScript, names the block, and never starts late."""
    found = chips(opened("/meetings/garden"))
    assert found["Watering rota"].attributes["href"] == f"/meetings/garden?t=4#{block_id(full, 'Watering rota')}"
    assert found["Watering rota"].attributes["aria-label"] == "Play from 0:04: Watering rota"
    assert found["Compost heap"].attributes["href"] == f"/meetings/garden?t=12#{block_id(full, 'Compost heap')}"


def test_youtube_recording_links_through_the_page(opened: Open, library: Library) -> None:
    """The link of a YouTube recording can be shared: the page it leads to opens that video at the moment."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    heap = block_id(notes, "Compost heap")
    assert chips(opened("/meetings/garden"))["Compost heap"].attributes["href"] == f"/meetings/garden?t=12#{heap}"
    assert f'href="https://youtu.be/{VIDEO}?t=12"' in opened("/meetings/garden?t=12")


def test_certainty_is_shown(opened: Open, full: Notes) -> None:
    """A link that is only likely says so to eyes and ears; what was not found has none, but a guess for editors."""
    html = opened("/meetings/garden")
    found = chips(html)
    doubtful = found["Priya drafted a rota for July (likely, heard here: rota)"]
    assert doubtful.attributes["class"] == "chip likely"
    assert doubtful.attributes["data-why"] == "likely, heard here: rota"
    assert found["Watering rota"].attributes["class"] == "chip sure"
    assert found["Watering rota"].attributes["data-why"] == "sure, heard here: rota"
    assert not [label for label in found if "nobody wants August" in label]
    guesses = [tag for tag in tags(html) if tag.attributes.get("aria-label", "").startswith("Play from 0:07")]
    assert [tag.attributes["data-why"] for tag in guesses] == ["not found; best guess, heard here: rota"]
    assert [tag.attributes["class"] for tag in guesses] == ["best-guess"]
    assert guesses[0].attributes["href"] == f"/meetings/garden?t=7.00#{block_id(full, 'nobody wants August')}"
    assert "– not found best guess 0:07 nobody wants August" in visible(html)
    assert "– not found The hose leaks" in visible(html)  # nothing at all is known of it: it looks the same
    assert "not found YouTube Link" not in visible(html)  # nobody would have said that


def test_further_moments_are_beside_the_block(opened: Open, library: Library, full: Notes) -> None:
    """Where a topic comes back is said after its text, and plays from there like its own time."""
    store = library.store
    transcript, links = store.transcript("garden"), store.meeting("garden").alignments.values()
    assert transcript
    also = (FurtherMoment(2.6, 4.0, 0.7), FurtherMoment(18.0, 19.0, 0.6))
    heap = next(block.id for block in full.blocks if block.text == "Compost heap")
    told = tuple(replace(link, also=also) if link.block_id == heap else link for link in links)
    store.save_alignments("garden", told, AlignmentInputs(store.save_notes(full), transcript.id, "2"))

    html = opened("/meetings/garden")

    assert "Compost heap also at 0:02 , 0:18" in visible(html)
    assert visible(html).count("also at") == 1
    found = {tag.attributes.get("aria-label", ""): tag.attributes for tag in tags(html)}
    further = found["Also discussed at 0:02: Compost heap"]
    assert (further["href"], further["data-start"]) == (f"/meetings/garden?t=2.60#{heap}", "2.60")


def test_a_block_in_a_span_says_so_and_opens_it(opened: Open, library: Library, full: Notes) -> None:
    """After its text, to eyes and ears; there is no guess beside it, and a heading is not called missing."""
    august = block_id(full, "nobody wants August")
    library.spans(full, {"nobody wants August": (4.9, 12.75), "Seed swap": (12.75, 20.0)})

    html = opened("/meetings/garden")

    assert "nobody wants August in 0:04–0:12" in visible(html)
    assert "Seed swap in 0:12–0:20 #" in visible(html)
    assert "not found nobody wants August" not in visible(html)
    assert "not found Seed swap" not in visible(html)
    assert "best-guess" not in html
    assert "in 1:23–4:56 somewhere in this stretch" in visible(html)
    chip = chips(html)["nobody wants August"].attributes
    assert chip["aria-label"] == "Somewhere between 0:04 and 0:12: nobody wants August"
    assert (chip["class"], chip["href"]) == ("chip within", f"/meetings/garden?t=4.90#{august}")
    assert "data-from" not in next(tag for tag in tags(html) if tag.attributes.get("id") == august).attributes


def test_heading_without_moment_says_so(opened: Open, full: Notes) -> None:
    """A section that was not found says so, and the count above leaves it out."""
    words = visible(opened("/meetings/garden"))
    assert "– not found Seed swap #" in words
    assert "jump to 2 of 3 topics" in words


def test_template_heading_is_named(opened: Open, library: Library, full: Notes) -> None:
    """A heading of every meeting's notes is not counted as missing. Without links none is, and nothing is said."""
    seed = full.sections[-1]
    marked = replace(seed, blocks=(replace(seed.blocks[0], template=True),))
    marked_notes = replace(full, sections=(*full.sections[:-1], marked))
    library.aligned(marked_notes)
    words = visible(opened("/meetings/garden"))
    assert "Seed swap template text #" in words
    assert "jump to 2 topics" in words
    library.notes(slug="unheard")
    library.store.save_notes(replace(marked_notes, slug="unheard"))
    assert "template text" not in opened("/meetings/unheard")


def test_notes_keep_their_structure(opened: Open, full: Notes) -> None:
    """Headings, nested lists, tables and markup come out as such, each block with its id."""
    html = re.sub(r">\s+<", "><", opened("/meetings/garden"))
    assert re.search(r"<h1>Garden club 2024-03-05</h1>", html)
    assert re.search(r"<h2>Watering rota</h2>", html)
    assert re.search(r"(?s)<ul><li><div[^>]*>.*?for July\s*</div><ul><li>.*?August\s*</div></li></ul></li>", html)
    assert "Two pallets are <em>broken</em>." in html
    assert '<th scope="col">who</th><th scope="col">what</th>' in html
    assert "<td>Tomasz</td><td>collects <code>pallets</code></td>" in html
    assert "YouTube Link" in html
    ids = [tag.attributes["id"] for tag in tags(html) if "id" in tag.attributes]
    assert len(ids) == len(set(ids))
    assert {block.id for block in full.blocks if block.html} <= set(ids)


def test_comments_of_the_notes_are_not_shown(opened: Open, library: Library) -> None:
    """What its author commented out stays out."""
    library.notes("# A\n\n<!-- do not publish -->\n\nText.\n")
    assert "publish" not in opened("/meetings/garden")


def test_moment_set_by_a_person(opened: Open, library: Library, full: Notes) -> None:
    """A moment that somebody set says so."""
    store = library.store
    transcript, links = store.transcript("garden"), store.meeting("garden").alignments.values()
    assert transcript
    told = tuple(replace(link, basis=Basis.PINNED, confidence=1.0) for link in links)
    store.save_alignments("garden", told, AlignmentInputs(store.save_notes(full), transcript.id, "2"))
    html = opened("/meetings/garden")
    assert chips(html)["Compost heap (set by a person)"].attributes["class"] == "chip set"
    assert "1:23 set by a person" in visible(html)


def test_notes_read_in_the_direction_they_are_written(opened: Open, library: Library, full: Notes) -> None:
    """Those in Hebrew from the right, with what is of our own in them left out of account; each block as it is."""
    assert tags_of_class(opened("/meetings/garden"), "notes")[0].attributes["dir"] == "ltr"
    library.notes("# פגישה\n\n## השקיה\n\n- הצינור דולף\n- Fix the `hose`\n", slug="hebrew")
    html = opened("/meetings/hebrew")
    assert tags_of_class(html, "notes")[0].attributes["dir"] == "rtl"
    assert {tag.attributes["dir"] for tag in tags_of_class(html, "block")} == {"auto"}


def tags_of_class(html: str, name: str) -> list[Tag]:
    return [tag for tag in tags(html) if name in tag.attributes.get("class", "").split()]


# -- without a page ----------------------------------------------------------------------------------------------------


def arranged(
    source: str, found: dict[str, float], corrections: dict[str, Verdict] | None = None, *, page: str = "/meetings/call"
) -> NotesView:
    """Notes of which some blocks, by their text, were found, with this confidence, or corrected."""
    notes = reader.parse(source, name="call.md")
    at = datetime(2024, 3, 5, tzinfo=UTC)
    links = {
        block.id: Alignment(block.id, 60.0, 70.0, found[block.text], Basis.MATCH)
        for block in notes.blocks
        if block.text in found
    }
    told = {
        block.id: Correction(1, block.id, corrections[block.text], 60.0, "Ana", at)
        for block in notes.blocks
        if corrections and block.text in corrections
    }
    return notes_view(notes, links, MomentLinks(page), told)


def test_only_what_was_not_discussed_is_called_so() -> None:
    """And that is not called missing, too, nor is there a guess beside it."""
    verdicts = {"Hose": Verdict.TIME, "Fence": Verdict.NOT_DISCUSSED}
    (section,) = arranged("# Call\n\n## A\n\n- Hose\n- Fence\n", {"Hose": 0.9, "Fence": 0.2}, verdicts).sections
    hose, fence = section.groups[0].blocks
    assert (hose.remark, fence.remark) == ("", "not discussed, set by Ana")
    assert (fence.link, fence.guess, fence.is_unknown) == (None, None, False)


def test_topics_take_turns_in_colours() -> None:
    """As on the timeline, which has those that are linked, or what is under them."""
    sections = arranged("# Call\n\n## A\n\n- Hose\n\n## B\n\n- Fence\n", {"Hose": 0.9, "Fence": 0.2}).sections
    assert [section.heading and section.heading.colour for section in sections] == [1, None]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Call\n\n## A\n\n### B\n", ["h2", "h3"]),
        ("# Call\n\n# A\n\n## B\n", ["h2", "h3"]),
        ("Call\n\n###### A\n", ["h6"]),
        ("# Call\n\n# A\n\n###### B\n", ["h2", "h6"]),
    ],
)
def test_headings_are_below_that_of_the_page(source: str, expected: list[str]) -> None:
    sections = arranged(source, {}).sections
    assert [section.heading.tag for section in sections if section.heading] == expected


def test_a_heading_that_is_a_link_plays_and_leads_there() -> None:
    """By an arrow of its own; where nothing plays it stays as it is."""
    source = "# Call\n\n## [The <plan>](https://plan.test)\n"
    text = next(block.text for block in reader.parse(source, name="call.md").blocks if "plan" in block.text)
    plays, still = arranged(source, {text: 0.9}), arranged(source, {text: 0.9}, page="")
    html = [str(view.sections[0].heading and view.sections[0].heading.html) for view in (plays, still)]
    assert html[0].startswith(text.replace("<", "&lt;").replace(">", "&gt;") + ' <a href="https://plan.test"')
    assert html[0].endswith("↗</a>")
    assert html[1].startswith('<a href="https://plan.test"')


def test_what_follows_a_list_is_not_in_it() -> None:
    """A paragraph of an item is; a numbered list begins with its own number, and is apart from bullets."""
    source = "# Call\n\n## A\n\n- Hose\n\n  Of the item.\n\nAfter it.\n\n3. Three\n4. Four\n"
    (section,) = arranged(source, {}).sections
    shape = [(group.kind, group.first_number, [str(block.html) for block in group.blocks]) for group in section.groups]
    assert shape == [("item", None, ["Hose"]), ("paragraph", None, ["After it."]), ("item", 3, ["Three", "Four"])]
    (inner,) = section.groups[0].blocks[0].groups
    assert [str(block.html) for block in inner.blocks] == ["Of the item."]
    (mixed,) = arranged("# Call\n\n## A\n\n- Hose\n\n1. One\n", {}).sections
    assert [group.first_number for group in mixed.groups] == [None, 1]


def test_the_legend_explains_what_there_is() -> None:
    sure, likely = (arranged("# Call\n\n## A\n", {"Call": 1.0, "A": confidence}) for confidence in (0.9, 0.6))
    some = arranged("# Call\n\n## A\n\n## B\n", {"A": 0.9})
    assert [(view.has_likely, view.has_unknown) for view in (sure, likely, some)] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_template_text_is_not_missed() -> None:
    """Nobody said it; where it was found all the same, it is a heading like others."""
    notes = reader.parse("# Call\n\n## Agenda\n\n- Hose\n- ...\n", name="call.md")
    marked = tuple(
        replace(section, blocks=tuple(replace(block, template=block.text != "Hose") for block in section.blocks))
        for section in notes.sections
    )
    notes = replace(notes, sections=marked)
    agenda, hose = block_id(notes, "Agenda"), block_id(notes, "Hose")
    links = {hose: Alignment(hose, 60.0, 70.0, 0.9, Basis.MATCH)}
    assert not notes_view(notes, links, MomentLinks("/meetings/call")).has_unknown
    found = notes_view(notes, links | {agenda: replace(links[hose], block_id=agenda)}, MomentLinks("/meetings/call"))
    assert found.sections[0].heading
    assert found.sections[0].heading.remark == ""
