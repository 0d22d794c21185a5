from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pipeline.notes import parse_all, split_lines
from pipeline.notes.front_matter import MAX_CHARS, FrontMatter, read_front_matter
from pipeline.records import BlockKind
from tests.pipeline.notes.parsing import parse


def read(text: str, fence: str = "---") -> FrontMatter:
    return read_front_matter(split_lines(f"{fence}\n{text}\n{fence}\n\n# Call\n"))


def test_yaml_keeps_what_was_written() -> None:
    """YAML would make a number of a time or of an id, and true of `on`; names differ in case and dashes only."""
    found = read('Title: "Call: the sequel" # draft\ntime: 12:30\nvideo-id: 12345678901\nlive: on\nempty: ~')
    assert found.warnings == ()
    assert [found.text(name) for name in ("title", "time", "videoId", "LIVE", "empty", "none")] == [
        "Call: the sequel",
        "12:30",
        "12345678901",
        "on",
        "",
        "",
    ]


def test_lists_and_fields_in_fields_are_read() -> None:
    """A list gives its first text; fields in fields are kept."""
    found = read("recordings:\n  - one\n  - two\nvideo: {url: x}")
    assert found.text("recordings") == "one"
    assert found.fields["recordings"] == ("one", "two")
    assert found.fields["video"] == {"url": "x"}
    assert found.text("video") == ""


def test_toml_is_front_matter() -> None:
    """Hugo and Zola write TOML between +++: no text of the notes, and read like YAML."""
    found = read('title = "Engine"\ndate = 2024-03-05\n[extra]\nyoutube = "u"', "+++")
    assert (found.text("title"), found.value("date")) == ("Engine", date(2024, 3, 5))
    assert found.fields["extra"] == {"youtube": "u"}
    assert next(iter(parse('+++\ntitle = "Engine"\n+++\ntext').blocks)).kind is BlockKind.MARKUP
    assert any(block.text for block in parse("+++\nnothing of the kind\n+++").blocks)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-01-02", date(2024, 1, 2)),
        ("2024-1-2", date(2024, 1, 2)),
        ("'2024-01-02'", date(2024, 1, 2)),
        ("2024-01-02T10:00:00Z", datetime(2024, 1, 2, 10, tzinfo=UTC)),
        ("2024-01-02 10:00:00 +0130", datetime(2024, 1, 2, 10, tzinfo=timezone(timedelta(minutes=90)))),
        ("2024-01-02 9:05 -3", datetime(2024, 1, 2, 9, 5, tzinfo=timezone(timedelta(hours=-3)))),
        ("1760356800000", 1760356800000),
        ("2024-13-45", "2024-13-45"),
        ("2024-01-02T99:00", "2024-01-02T99:00"),
        ("May 3rd", "May 3rd"),
        ("", None),
    ],
)
def test_a_date_keeps_its_time_and_zone(written: str, value: object) -> None:
    """Dates, moments and numbers are told apart; what is none of them stays text."""
    assert read(f"date: {written}").value("date") == value


@pytest.mark.parametrize(
    ("fence", "text"),
    [
        ("---", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]"),
        ("---", "a: &a\n  b: *a"),
        ("---", "a: " + "[" * 5_000),
        ("---", "a: " + "{a: " * 5_000),
        ("---", "a: [" + "x," * 20_000 + "]"),
        ("---", "a: " + "x" * (MAX_CHARS + 1)),
        ("+++", "a = " + "[" * 20_000),
        ("+++", "a" + ".a" * 20 + " = 1"),
        ("+++", "a = " + "9" * 5_000),
        ("+++", "a = nothing"),
    ],
)
def test_what_nobody_writes_by_hand_is_refused(fence: str, text: str) -> None:
    """Bombs, aliases without end and endless nesting leave notes without fields, and say so."""
    found = read(text, fence)
    assert found.fields == {}
    assert "front matter is not" in found.warnings[0]


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("publish: false", False),
        ("published: No # not yet", False),
        ("publish: 'off'", False),
        ("draft: true", False),
        ("Draft: yes\npublish: true", False),
        ("publish: true\ndraft: false", True),
        ("published: 2024-03-05", True),
        ("draft:", True),
        ("title: A: B\npublish: false", False),
        ("a: &a x\nb: *a\npublish: false", False),
        ("extra:\n  publish: false", True),
    ],
)
def test_notes_say_that_they_are_not_published(written: str, *, published: bool) -> None:
    """As site generators have it; also where the rest of the front matter cannot be read."""
    assert read(written).is_published is published
    assert parse(f"---\n{written}\n---\n# Call\n").published is published


@pytest.mark.parametrize(
    "top",
    [
        "---\n# internal, see the wiki\npublish: false\n---",
        "---\nmy title: x\npublish: false\n---",
        "---\n{publish: false}\n---",
        "\n---\npublish: false\n---",
        "<!-- template -->\n---\ndraft: true\n---",
        "---\npublish: false\n",
        "---\ntitle: x\npublish:false\n---",
        '---\ntitle: Board: pay\n\t"publish": n\n---',
        "---\npublish: false\npublish: true\n---",
    ],
)
def test_a_line_that_says_so_counts_also_where_it_is_no_field(top: str) -> None:
    """What is published by mistake cannot be taken back. Who runs the notes is told."""
    notes = parse(f"{top}\n\n# Call\n\n- the rota\n", name="call.md")
    assert not notes.published
    assert notes.warnings


@pytest.mark.parametrize("top", ["", "```\npublish: false\n```\n", "We publish: false alarms happen.\n"])
def test_what_only_looks_like_it_says_nothing(top: str) -> None:
    assert parse(f"{top}\n# Call\n\npublish: false\n", name="call.md").published


@pytest.mark.parametrize("written", ["publish = false", "draft = true", "publish = false\nhost = nobody"])
def test_toml_says_it_too(written: str) -> None:
    """In a file that is no TOML as well."""
    assert not read(written, "+++").is_published


def test_what_is_not_published_are_all_meetings_of_a_file() -> None:
    """What else the front matter says is not about each of them."""
    calls = (f"## 2024-03-{day}\n\nRecording: https://youtu.be/xO1o1N5o0{day}\n\n- the rota\n" for day in (19, 12))
    text = "\n".join(("---\npublish: false\ntitle: Calls\n---\n\n# Calls\n", *calls))
    assert [each.published for each in parse_all(text, name="calls.md")] == [False, False]


def test_a_broken_line_does_not_take_the_others_along() -> None:
    """A colon in a title is no YAML; the line is named, and every field that can be read is."""
    found = read("title: Call: the sequel\nvideo: 'u' # unlisted\nhost: Ann # chair")
    assert [found.text(name) for name in ("title", "video", "host")] == ["Call: the sequel", "u", "Ann"]
    assert found.warnings[0].startswith("line 2: the front matter is not valid YAML")


def test_tags_of_python_are_text() -> None:
    """A tag that would run something in an unsafe reader is no more than its text."""
    assert read("a: !!python/object/apply:os.system ['true']\nb: c").text("b") == "c"


def test_half_a_character_is_shown_as_one_that_is_missing() -> None:
    """YAML can escape what is no text; it would be stored nowhere."""
    found = read('title: "a \\ud800 b"\nvideo: ["\\udead"]')
    assert (found.text("title"), found.text("video")) == ("a \ufffd b", "\ufffd")


def test_warnings_of_the_front_matter_are_those_of_the_notes() -> None:
    """Whoever runs the notes sees them."""
    assert "alias" in parse("---\na: &a x\nb: *a\n---\n# Call\n").warnings[0]


def test_a_line_of_spaces_is_read_at_once() -> None:
    """In front matter that is too long to be read, and may still say that it is not to be published."""
    lines = ["---", "title: x", " " * 400_000 + "x", "  draft :   true  # for now", "---"]
    assert not read_front_matter(lines).is_published
